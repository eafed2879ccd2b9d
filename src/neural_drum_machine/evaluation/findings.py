"""What an evaluation's figures say is weak: each against its target, worst first."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neural_drum_machine.evaluation.folds import shares
from neural_drum_machine.spec import CATEGORIES


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure beside its target.

    Attributes
    ----------
    sentence : str
        What was found, with the figure and the target.
    times : float
        How many times worse than the target: 1 meets it, less is better.
    """

    sentence: str
    times: float


def weakest(result: dict[str, Any], most: int = 3) -> list[Finding]:
    """Return the findings furthest from their targets, worst first.

    Targets are those of the project's plan; errors are set against the error allowed, so that
    figures of every kind compare.

    Parameters
    ----------
    result : dict
        From :func:`neural_drum_machine.evaluation.report.evaluate`.
    most : int
        How many.
    """
    found = [
        *_reconstruction(result),
        *_fidelity(result),
        *_generation(result),
        *_latent(result),
        *_speed(result),
    ]
    return sorted(found, key=lambda finding: -finding.times)[:most]


def category_means(result: dict[str, Any], way: str, measure: str) -> dict[str, float]:
    """Return a measure's mean over each category's sounds."""
    part = result["reconstruction"]
    values = np.array(part["figures"][way][measure])
    labels = np.array(part["categories"])
    return {c: float(values[labels == c].mean()) for c in CATEGORIES if (labels == c).any()}


def best_path(result: dict[str, Any]) -> str:
    """Return the whole path (from the generator's mel) with the least best-gain SC."""
    paths: list[str] = [
        way for way in result["reconstruction"]["figures"] if way.startswith("path_")
    ]
    return min(paths, key=lambda way: _mean(category_means(result, way, "best_gain_sc")))


def _mean(table: dict[str, float]) -> float:
    return float(np.mean(list(table.values())))


def _worst(table: dict[str, float], n: int = 3) -> str:
    names = sorted(table, key=lambda name: -table[name])[:n]
    return ", ".join(f"{name} {table[name]:.2f}" for name in names)


def _reconstruction(result: dict[str, Any]) -> list[Finding]:
    path = category_means(result, best_path(result), "best_gain_sc")
    sampler = category_means(result, "sampler", "best_gain_sc")
    mse = category_means(result, "cwae", "mse")
    inverter = category_means(result, "mcnn", "sc")
    onset = category_means(result, "mcnn", "onset_error")
    peer = category_means(result, "griffin_lim_32", "onset_error")
    stripes = category_means(result, "mcnn", "stripes_db")
    out = [
        Finding(
            "A held-out sound sent through the whole path comes back with a best-gain SC of "
            f"{_mean(path):.2f} (target 0.45; worst: {_worst(path)}): what the generator leaves "
            "out limits the sound, not the inverter.",
            _mean(path) / 0.45,
        ),
        Finding(
            f"The generator's mels miss by a standardised squared error of {_mean(mse):.3f} "
            f"(target 0.20; worst: {_worst(mse)}).",
            _mean(mse) / 0.20,
        ),
        Finding(
            f"MCNN reaches an SC of {_mean(inverter):.2f} from true mels (target 0.30; worst: "
            f"{_worst(inverter)}).",
            _mean(inverter) / 0.30,
        ),
        Finding(
            f"Attacks through MCNN are {_mean(onset) / _mean(peer):.1f} times as far from the "
            "original as through 32 iterations of Griffin-Lim "
            f"({_mean(onset):.3f} against {_mean(peer):.3f}).",
            _mean(onset) / _mean(peer),
        ),
        Finding(
            f"MCNN leaves stripes at multiples of the frame rate, {_mean(stripes):.1f} dB above "
            "the original's (allowed: 1 dB).",
            _mean(stripes) / 1.0,
        ),
    ]
    lost = [category for category in path if path[category] >= sampler[category]]
    if lost:
        out.append(
            Finding(
                "A sampler that returns the nearest training sound is nearer than the whole path "
                f"in {len(lost)} of {len(path)} categories ({', '.join(lost)}).",
                1 + len(lost) / len(path),
            )
        )
    return out


def _fidelity(result: dict[str, Any]) -> list[Finding]:
    counts = np.array(result["fidelity"]["generated"])
    share = shares(counts)
    known = np.flatnonzero(~np.isnan(share))
    worst = known[np.argsort(share[known])][:3]
    heard = []
    for i in worst:
        others = counts[i].copy()
        others[i] = 0
        confused = f", mostly as {CATEGORIES[int(others.argmax())]}" if others.any() else ""
        heard.append(f"{CATEGORIES[i]} {100 * share[i]:.0f} %{confused}")
    mean = float(share[known].mean())
    real = float(np.nanmean(shares(np.array(result["fidelity"]["real"]))))
    return [
        Finding(
            f"Of the generated sounds the judge hears {100 * mean:.0f} % in the category asked "
            f"(target 90 %; of real sounds of kits it never heard {100 * real:.0f} %); worst: "
            f"{'; '.join(heard)}.",
            (1 - mean) / 0.10,
        )
    ]


def _generation(result: dict[str, Any]) -> list[Finding]:
    out = []
    distances = result["generation"]["distances"]
    if "augmented" in distances.get("kad", {}):
        made, varied = (distances["kad"][name][1] for name in ("generated", "augmented"))
        out.append(
            Finding(
                f"As a set, generated sounds lie {made / varied:.1f} times as far from the real "
                f"ones as variations of recordings do (KAD {made:.2f} against {varied:.2f}; "
                "target: 3 times).",
                made / varied / 3,
            )
        )
    if "diversity" in result["generation"]:
        table = result["generation"]["diversity"]
        ratio = {c: table["generated"][c] / v for c, v in table["real"].items()}
        mean = _mean(ratio)
        out.append(
            Finding(
                f"Generated sounds of one category differ from each other {mean:.2f} times as "
                "much as real ones do (target 0.9 to 1.1).",
                max(0.9 / mean, mean / 1.1),
            )
        )
    return out


def _latent(result: dict[str, Any]) -> list[Finding]:
    table = result["latent"]["statistics"]
    off = {c: abs(v["variance"] - 1) for c, v in table.items()}
    mean = _mean(off)
    return [
        Finding(
            f"The codes' variance within a category is off its target of 1 by {mean:.2f} on "
            f"average (allowed 0.10; most: {_worst(off)}), so that plain Gaussian draws miss "
            "where the codes lie.",
            mean / 0.10,
        )
    ]


def _speed(result: dict[str, Any]) -> list[Finding]:
    render = result["benchmark"]["contenders"]["ndm"]["render_ms_p50"]
    return [
        Finding(
            f"A render takes {render:.0f} ms at one thread (median; target 17 ms, a third of the "
            "paper's 50).",
            render / 17,
        )
    ]
