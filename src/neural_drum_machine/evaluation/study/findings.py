"""Findings: results of an evaluation compared with their targets, worst first."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.judges.confusion import mistaken_for, shares
from neural_drum_machine.evaluation.study.summaries import (
    augmented_categories,
    best_path,
    category_means,
    diversity_ratio,
    mean,
)

AUDIBLE = ("whole path", "inverter", "new sounds")
"""Subjects of findings that can be heard. The others are ``latent space`` and ``speed``."""


@dataclass(frozen=True, slots=True)
class EvaluationFinding:
    """A result beside its target.

    Attributes
    ----------
    about : str
        The part of the machine that it concerns.
    sentence : str
        The finding with its value and its target.
    times : float
        How many times worse than the target: 1 meets it, less is better.
    """

    about: str
    sentence: str
    times: float


def all_findings(result: dict[str, Any]) -> list[EvaluationFinding]:
    """Return every finding of an evaluation.

    The targets are those of the project's plan. An error is divided by the allowed error, so that
    findings about different parts can be compared.

    Parameters
    ----------
    result : dict
        From :func:`neural_drum_machine.evaluation.study.evaluate.evaluate`.
    """
    return [
        *_path(result),
        *_inverter(result),
        *_fidelity(result),
        *_sets(result),
        *_latent(result),
        *_speed(result),
    ]


def weakest(result: dict[str, Any], most: int = 3) -> list[EvaluationFinding]:
    """Return the worst finding about each part of the machine, worst first.

    There is one for each part, because one fault affects many results. Audible findings that miss
    their target come before all others.
    """
    worst: dict[str, EvaluationFinding] = {}
    for finding in all_findings(result):
        if finding.about not in worst or finding.times > worst[finding.about].times:
            worst[finding.about] = finding
    order = sorted(
        worst.values(), key=lambda f: (f.about in AUDIBLE and f.times > 1, f.times), reverse=True
    )
    return order[:most]


def _worst(table: dict[str, float], n: int = 3) -> str:
    names = sorted(table, key=lambda name: -table[name])[:n]
    return ", ".join(f"{name} {table[name]:.2f}" for name in names)


def _path(result: dict[str, Any]) -> list[EvaluationFinding]:
    best = best_path(result)
    path = category_means(result, best, "best_gain_sc")
    inverter = best.removeprefix("searched_")
    direct = category_means(result, inverter, "best_gain_sc")
    alone = category_means(result, f"path_{inverter}", "best_gain_sc")
    sampler = category_means(result, "sampler", "best_gain_sc")
    mse = category_means(result, "cwae", "mse")
    out = [
        EvaluationFinding(
            "whole path",
            f"The whole path reconstructs a real sound with a best-gain SC of {mean(path):.2f} "
            f"(target 0.45; silence has 1; worst: {_worst(path)}). With the encoder's own code it "
            f"is {mean(alone):.2f}. From the true mel the same inverter reaches "
            f"{mean(direct):.2f}, so the generator causes the rest of the error.",
            mean(path) / 0.45,
        ),
        EvaluationFinding(
            "whole path",
            f"The generator's mels have a standardised squared error of {mean(mse):.3f} "
            f"(target 0.20; worst: {_worst(mse)}).",
            mean(mse) / 0.20,
        ),
    ]
    lost = [c for c in path if path[c] >= sampler[c]]
    if lost:
        mine, its = (category_means(result, route, "lsd_db") for route in (best, "sampler"))
        also = sum(mine[c] >= its[c] for c in mine)
        out.append(
            EvaluationFinding(
                "whole path",
                "A sampler that returns the training sound with the lowest best-gain SC is better "
                f"than the whole path in {len(lost)} of {len(path)} categories "
                f"({mean(sampler):.2f} against {mean(path):.2f} on average). In log-spectral "
                f"distance, which it was not selected by, it is better in {also}.",
                mean(path) / mean(sampler),
            )
        )
    return out


def _inverter(result: dict[str, Any]) -> list[EvaluationFinding]:
    used = result["model"]["inverter"]
    paper = category_means(result, "mcnn", "sc")
    error = category_means(result, used, "sc")
    onset = category_means(result, used, "onset_error")
    peer = category_means(result, "griffin_lim_32", "onset_error")
    stripes = category_means(result, used, "stripes_db")
    pitch = {
        name: (part["on_frame_rate"], part["pitched"])
        for name, part in result["generation"]["pitch"].items()
    }
    tones = {name: near / all_ if all_ else 0.0 for name, (near, all_) in pitch.items()}
    allowed = max(tones["real"], 0.1)  # chance alone gives a tenth
    return [
        EvaluationFinding(
            "inverter",
            f"The paper's inverter, MCNN, has an SC of {mean(paper):.2f} from true mels "
            f"(target 0.30; worst: {_worst(paper)}).",
            mean(paper) / 0.30,
        ),
        EvaluationFinding(
            "inverter",
            f"The default inverter, {used}, has an SC of {mean(error):.3f} from true mels "
            f"(target 0.10; worst: {_worst(error)}).",
            mean(error) / 0.10,
        ),
        EvaluationFinding(
            "inverter",
            f"The onset error of {used} is {mean(onset) / mean(peer):.1f} times that of 32 "
            f"iterations of Griffin-Lim ({mean(onset):.3f} against {mean(peer):.3f}).",
            mean(onset) / mean(peer),
        ),
        EvaluationFinding(
            "inverter",
            f"With {used}, lines at multiples of the frame rate stand out {mean(stripes):.1f} dB "
            "more than in the original (allowed: 1 dB). They are the pitch of "
            f"{100 * tones['generated']:.0f} % of {pitch['generated'][1]:.0f} generated sounds "
            f"with a pitch, and of {100 * tones['real']:.0f} % of real ones.",
            max(mean(stripes), tones["generated"] / allowed),
        ),
    ]


def _fidelity(result: dict[str, Any]) -> list[EvaluationFinding]:
    counts = np.array(result["fidelity"]["generated"])
    share = shares(counts)
    known = np.flatnonzero(~np.isnan(share))
    worst = []
    for i in known[np.argsort(share[known])][:3]:
        mistaken = mistaken_for(counts, int(i))
        confused = f", mostly predicted as {mistaken[0]}" if mistaken else ""
        worst.append(f"{CATEGORIES[i]} {100 * share[i]:.0f} %{confused}")
    total = float(share[known].mean())
    return [
        EvaluationFinding(
            "new sounds",
            f"The judge predicts the requested category for {100 * total:.0f} % of the generated "
            f"sounds (target 90 %; worst: {'; '.join(worst)}).",
            (1 - total) / 0.10,
        )
    ]


def _sets(result: dict[str, Any]) -> list[EvaluationFinding]:
    out = []
    kad = result["generation"]["distances"].get("kad", {})
    if "generated" in kad and "augmented" in kad:
        generated, augmented = kad["generated"][1], kad["augmented"][1]
        # An unbiased estimate may be 0 or less. The upper end of chance then replaces it.
        allowed = 3 * max(augmented, kad["halves of the real ones"][2])
        kits = kad.get("halves without a kit in common")
        some, all_ = augmented_categories(result)
        of_some = f" (of {some} of {all_} categories)" if some < all_ else ""
        out.append(
            EvaluationFinding(
                "new sounds",
                f"Generated sounds as a set have a KAD of {generated:.1f} from real sounds. "
                f"Augmented recordings{of_some} have {augmented:.2f} (target: 3 times that)"
                + (f"; two halves of the real sounds by kit have {kits[1]:.1f}." if kits else "."),
                generated / allowed,
            )
        )
    ratio = diversity_ratio(result, "generated")
    if ratio:
        out.append(
            EvaluationFinding(
                "new sounds",
                f"Generated sounds of one category differ from each other {ratio:.2f} times as "
                "much as real sounds do (target 0.9 to 1.1).",
                max(0.9 / ratio, ratio / 1.1),
            )
        )
    return out


def _latent(result: dict[str, Any]) -> list[EvaluationFinding]:
    off = {c: abs(v["variance"] - 1) for c, v in result["latent"]["statistics"].items()}
    if not off:
        return []
    return [
        EvaluationFinding(
            "latent space",
            "The codes differ from the standard Gaussian that training aims at: their mean "
            f"variance within a category differs from 1 by {mean(off):.2f} on average (allowed "
            f"0.10; most: {_worst(off)}). Sounds are therefore drawn from each category's own "
            "distribution.",
            mean(off) / 0.10,
        )
    ]


def _speed(result: dict[str, Any]) -> list[EvaluationFinding]:
    render = result["benchmark"]["contenders"]["ndm"]["render_ms_p50"]
    return [
        EvaluationFinding(
            "speed",
            f"A render takes {render:.0f} ms on one thread (median; target 17 ms, a third of the "
            "paper's 50).",
            render / 17,
        )
    ]
