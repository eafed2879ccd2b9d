"""The tables of ``benchmarks/exemplars.py``."""

import numpy as np

from neural_drum_machine.categories import CATEGORIES, category_index
from neural_drum_machine.evaluation.measures.sets.diversity import diversity
from neural_drum_machine.evaluation.measures.sets.kad import kad

Figures = dict[str, dict[str, list]]


def set_table(found: Figures) -> list[str]:
    """Return distance, diversity, novelty and fidelity of each set as lines of a table."""
    reference = found["held-out recordings"]
    wanted = np.array(reference["category"])
    real = np.array(reference["embedding"])
    lines = [
        "| set | KAD | median of categories | diversity | SC to own | SC to nearest "
        "| judged right |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, one in found.items():
        categories = np.array(one["category"])
        embedded = np.array(one["embedding"])
        # As many sounds of each category as the reference has.
        picked = np.concatenate(
            [np.flatnonzero(categories == c)[: int((wanted == c).sum())] for c in CATEGORIES]
        )
        single = [
            kad(real[wanted == c], embedded[categories == c])
            for c in CATEGORIES
            if min((wanted == c).sum(), (categories == c).sum()) >= 8
        ]
        varied = np.mean([diversity(embedded[categories == c]) for c in CATEGORIES])
        numbers = np.array([category_index(c) for c in one["category"]])
        right = np.array(one["judged"]) == numbers
        told = np.mean([right[numbers == k].mean() for k in np.unique(numbers)])
        same = name == "held-out recordings"
        cells = [
            "–" if same else f"{kad(real, embedded[picked]):.2f}",
            "–" if same else f"{np.median(single):.2f}",
            f"{varied:.2f}",
            f"{np.median(one['own']):.2f}" if one["own"] else "–",
            f"{np.median(one['nearest']):.2f}",
            f"{100 * told:.0f} %",
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def ear_table(found: Figures) -> list[str]:
    """Return an engineer's figures of each set: means over categories of their medians."""
    lines = [
        "| set | rise ms | first sample over 1 % | late | jitter Hz, kicks and toms | ripple dB "
        "| air % | ends over −50 dB | returns by 10 dB |",
        "|---|" + "---:|" * 8,
    ]
    for name, one in found.items():
        categories = np.array(one["category"])
        ear = {k: np.array([row[k] for row in one["ear"]], float) for k in one["ear"][0]}
        low = np.isin(categories, ("kick", "tom"))

        def middle(key: str, ear: dict = ear, categories: np.ndarray = categories) -> float:
            return float(np.mean([np.median(ear[key][categories == c]) for c in CATEGORIES]))

        def share(which: np.ndarray, categories: np.ndarray = categories) -> str:
            return f"{100 * np.mean([which[categories == c].mean() for c in CATEGORIES]):.0f} %"

        cells = [
            f"{middle('rise ms'):.1f}",
            share(ear["first %"] > 1),
            share(ear["peak ms"] > 20),
            f"{np.nanmedian(ear['jitter Hz'][low]):.2f}",
            f"{np.nanmedian(ear['ripple dB'][low]):.1f}",
            f"{middle('air %'):.1f}",
            share(ear["end dB"] > -50),
            share(ear["return dB"] > 10),
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def rise_table(found: Figures) -> list[str]:
    """Return the median rise in ms of each category and set."""
    lines = ["| rise ms | " + " | ".join(CATEGORIES) + " |", "|---|" + "---:|" * len(CATEGORIES)]
    for name, one in found.items():
        categories = np.array(one["category"])
        rise = np.array([row["rise ms"] for row in one["ear"]])
        cells = [f"{np.median(rise[categories == c]):.1f}" for c in CATEGORIES]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines
