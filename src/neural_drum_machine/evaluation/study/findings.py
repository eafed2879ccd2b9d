"""What an evaluation's figures say is weak: each against its target, worst first."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.judges.folds import mistaken_for, shares

HEARD = ("whole path", "inverter", "new sounds")
"""What findings are about, where it can be heard; the rest is ``latent space`` and ``speed``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure beside its target.

    Attributes
    ----------
    about : str
        What part of the machine it concerns.
    sentence : str
        What was found, with the figure and the target.
    times : float
        How many times worse than the target: 1 meets it, less is better.
    """

    about: str
    sentence: str
    times: float


def all_findings(result: dict[str, Any]) -> list[Finding]:
    """Return every finding of an evaluation.

    Targets are those of the project's plan; an error is set against the error allowed, so that
    figures of one part of the machine compare.

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


def weakest(result: dict[str, Any], most: int = 3) -> list[Finding]:
    """Return the worst finding about each part of the machine, worst first.

    One each, for one fault shows in many figures. Those that can be heard and miss their target
    come before all others.
    """
    worst: dict[str, Finding] = {}
    for finding in all_findings(result):
        if finding.about not in worst or finding.times > worst[finding.about].times:
            worst[finding.about] = finding
    order = sorted(
        worst.values(), key=lambda f: (f.about in HEARD and f.times > 1, f.times), reverse=True
    )
    return order[:most]


def category_means(result: dict[str, Any], way: str, measure: str) -> dict[str, float]:
    """Return a measure's mean over each category's sounds."""
    part = result["reconstruction"]
    values = np.array(part["figures"][way][measure])
    labels = np.array(part["categories"])
    return {c: float(values[labels == c].mean()) for c in CATEGORIES if (labels == c).any()}


def best_path(result: dict[str, Any]) -> str:
    """Return the whole path (code searched, decoded, inverted) with the least best-gain SC."""
    paths: list[str] = [
        way for way in result["reconstruction"]["figures"] if way.startswith("searched_")
    ]
    return min(paths, key=lambda way: _mean(category_means(result, way, "best_gain_sc")))


def diversity_ratio(result: dict[str, Any], kind: str) -> float | None:
    """Return the diversity of ``generated`` or ``augmented`` sounds over that of real ones.

    The mean over the categories that have both; None if there are none.
    """
    table = result["generation"].get("diversity", {})
    real = {c: v for c, v in table.get("real", {}).items() if v > 0}
    ratios = {c: v / real[c] for c, v in table.get(kind, {}).items() if c in real}
    return _mean(ratios) if ratios else None


def of_some_categories(result: dict[str, Any]) -> str:
    """Return how many categories the variations are of, in words, if not of all.

    Where all recordings of a category are among the real ones, no variation of others is left.
    """
    table = result["generation"].get("diversity", {})
    some, all_ = (len(table.get(kind, {})) for kind in ("augmented", "real"))
    return f", of {some} of {all_} categories" if some < all_ else ""


def _mean(table: dict[str, float]) -> float:
    return float(np.mean(list(table.values())))


def _worst(table: dict[str, float], n: int = 3) -> str:
    names = sorted(table, key=lambda name: -table[name])[:n]
    return ", ".join(f"{name} {table[name]:.2f}" for name in names)


def _path(result: dict[str, Any]) -> list[Finding]:
    best = best_path(result)
    path = category_means(result, best, "best_gain_sc")
    inverter = best.removeprefix("searched_")
    direct = category_means(result, inverter, "best_gain_sc")
    alone = category_means(result, f"path_{inverter}", "best_gain_sc")
    sampler = category_means(result, "sampler", "best_gain_sc")
    mse = category_means(result, "cwae", "mse")
    out = [
        Finding(
            "whole path",
            "A real sound sent through the whole path comes back with a best-gain SC of "
            f"{_mean(path):.2f} (target 0.45; silence has 1; worst: {_worst(path)}), with the "
            f"encoder's own code {_mean(alone):.2f}. From its true mel the same inverter reaches "
            f"{_mean(direct):.2f}: the generator loses the rest.",
            _mean(path) / 0.45,
        ),
        Finding(
            "whole path",
            f"The generator's mels miss by a standardised squared error of {_mean(mse):.3f} "
            f"(target 0.20; worst: {_worst(mse)}).",
            _mean(mse) / 0.20,
        ),
    ]
    lost = [c for c in path if path[c] >= sampler[c]]
    if lost:
        mine, its = (category_means(result, way, "lsd_db") for way in (best, "sampler"))
        also = sum(mine[c] >= its[c] for c in mine)
        out.append(
            Finding(
                "whole path",
                "A sampler that returns the training sound with the least best-gain SC beats the "
                f"whole path in it in {len(lost)} of {len(path)} categories ({_mean(sampler):.2f} "
                f"against {_mean(path):.2f} on average); by log-spectral distance, which it was "
                f"not chosen by, in {also}.",
                _mean(path) / _mean(sampler),
            )
        )
    return out


def _inverter(result: dict[str, Any]) -> list[Finding]:
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
        Finding(
            "inverter",
            f"The paper's inverter, MCNN, reaches an SC of {_mean(paper):.2f} from true mels "
            f"(target 0.30; worst: {_worst(paper)}).",
            _mean(paper) / 0.30,
        ),
        Finding(
            "inverter",
            f"The default inverter, {used}, reaches an SC of {_mean(error):.3f} from true mels "
            f"(target 0.10; worst: {_worst(error)}).",
            _mean(error) / 0.10,
        ),
        Finding(
            "inverter",
            f"Attacks through {used} are {_mean(onset) / _mean(peer):.1f} times as far from the "
            "original as through 32 iterations of Griffin-Lim "
            f"({_mean(onset):.3f} against {_mean(peer):.3f}).",
            _mean(onset) / _mean(peer),
        ),
        Finding(
            "inverter",
            f"Lines at multiples of the frame rate stand out by {_mean(stripes):.1f} dB more than "
            f"in the original (allowed: 1 dB) after {used}. As tones they are heard in "
            f"{100 * tones['generated']:.0f} % of {pitch['generated'][1]:.0f} generated sounds "
            f"with a pitch, against {100 * tones['real']:.0f} % of real ones.",
            max(_mean(stripes), tones["generated"] / allowed),
        ),
    ]


def _fidelity(result: dict[str, Any]) -> list[Finding]:
    counts = np.array(result["fidelity"]["generated"])
    share = shares(counts)
    known = np.flatnonzero(~np.isnan(share))
    worst = known[np.argsort(share[known])][:3]
    heard = []
    for i in worst:
        mistaken = mistaken_for(counts, int(i))
        confused = f", mostly as {mistaken[0]}" if mistaken else ""
        heard.append(f"{CATEGORIES[i]} {100 * share[i]:.0f} %{confused}")
    mean = float(share[known].mean())
    return [
        Finding(
            "new sounds",
            f"Of the generated sounds the judge hears {100 * mean:.0f} % in the category asked "
            f"(target 90 %); worst: {'; '.join(heard)}.",
            (1 - mean) / 0.10,
        )
    ]


def _sets(result: dict[str, Any]) -> list[Finding]:
    out = []
    kad = result["generation"]["distances"].get("kad", {})
    if "generated" in kad and "augmented" in kad:
        made, varied = kad["generated"][1], kad["augmented"][1]
        # An unbiased estimate may be 0 or less: then what chance gives stands for it.
        allowed = 3 * max(varied, kad["halves of the real ones"][2])
        kits = kad.get("halves without a kit in common")
        beside = f", and two halves of the real ones without a kit in common {kits[1]:.1f}"
        out.append(
            Finding(
                "new sounds",
                f"As a set, generated sounds lie at a KAD of {made:.1f} from real ones; variations "
                f"of recordings at {varied:.2f}{of_some_categories(result)} (target: 3 times that)"
                + (beside if kits else "")
                + ".",
                made / allowed,
            )
        )
    mean = diversity_ratio(result, "generated")
    if mean:
        out.append(
            Finding(
                "new sounds",
                f"Generated sounds of one category differ from each other {mean:.2f} times as "
                "much as real ones do (target 0.9 to 1.1).",
                max(0.9 / mean, mean / 1.1),
            )
        )
    return out


def _latent(result: dict[str, Any]) -> list[Finding]:
    off = {c: abs(v["variance"] - 1) for c, v in result["latent"]["statistics"].items()}
    if not off:
        return []
    return [
        Finding(
            "latent space",
            "The codes are not the standard Gaussian they are trained to be: their mean variance "
            f"within a category is off 1 by {_mean(off):.2f} on average (allowed 0.10; most: "
            f"{_worst(off)}). Sounds are drawn from each category's own Gaussian instead.",
            _mean(off) / 0.10,
        )
    ]


def _speed(result: dict[str, Any]) -> list[Finding]:
    render = result["benchmark"]["contenders"]["ndm"]["render_ms_p50"]
    return [
        Finding(
            "speed",
            f"A render takes {render:.0f} ms at one thread (median; target 17 ms, a third of the "
            "paper's 50).",
            render / 17,
        )
    ]
