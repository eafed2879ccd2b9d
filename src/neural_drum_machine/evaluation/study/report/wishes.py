"""The section on wishes: asked and reached."""

import numpy as np

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.study.report.formatting import Result, picture
from neural_drum_machine.evaluation.study.wishes import chosen_wishes, summary
from neural_drum_machine.prepare.report import table
from neural_drum_machine.wishes.qualities import LEVEL, QUALITIES

TARGETS = {
    "pitch": "≤ 50 cents",
    "sweep": "–",
    "decay": "≤ 12 %",
    "attack": "≤ 2 ms",
    "brightness": "≤ 0.15 octave",
    "noisiness": "≤ 0.08",
    "body": "–",
    "air": "–",
    "loudness": "–",
}
"""Median errors that are aimed at."""


def wishes(result: Result) -> list[str]:
    """Return the section's lines; none if wishes were not measured."""
    part = result.get("wishes")
    if not part:
        return []
    rows = []
    count = sum(len(chosen_wishes(part, None, quality.name)) for quality in QUALITIES)
    for quality in QUALITIES:
        figures = summary(part, None, quality.name)
        ranks = [
            f"{_number(summary(part, category, quality.name)['rank'])}" for category in CATEGORIES
        ]
        rows.append(
            [
                quality.name,
                str(figures["n"]),
                f"{100 * figures['none']:.0f} %",
                f"{figures['rank']:.3f}" if np.isfinite(figures["rank"]) else "–",
                error_text(part, quality.name),
                TARGETS[quality.name],
                f"{figures['drift']:.3f}, {figures['largest']:.3f}",
                *ranks,
            ]
        )
    ms, heard = part["ms"], part["heard"]
    plain, wished = (
        np.mean([each[kind] for each in heard.values()]) for kind in ("plain", "wished")
    )
    worst = sorted(
        (summary(part, category, quality.name)["rank"], f"{quality.name} of {category}")
        for quality in QUALITIES
        for category in CATEGORIES
        if np.isfinite(summary(part, category, quality.name)["rank"]) and quality.name != LEVEL
    )[:3]
    return [
        "## Wishes: asked and reached",
        "",
        f"{count} sounds were each asked for one value between the 5th and the 95th "
        "percentile of recordings, and measured as they are played. *Rank* is the rank correlation "
        "of asked and reached over all categories (aim 0.95), then in each category. *None*: the "
        "sound has no such value, such as a steady pitch. *Drift* is the change of the qualities "
        "that were not asked for, as a share of their ranges (aim 0.1): medians of the middle one "
        "and of the one that changes most. Loudness is not held, because peaks are at full scale. "
        "Loud wishes may be out of reach for the same reason.",
        "",
        *table(
            ["quality", "sounds", "none", "rank", "median error", "aim", "drift", *CATEGORIES], rows
        ),
        "",
        f"The weakest three, by rank: {', '.join(f'{name} ({rank:.2f})' for rank, name in worst)}.",
        "",
        f"The labeller of the package hears {100 * wished:.0f} % of the sounds with a wish as "
        f"their category, and {100 * plain:.0f} % of the same sounds without it. A render takes "
        f"{ms['plain']:.0f} ms (median), and {ms['wish']:.0f} ms if only the wish has changed.",
        *picture("wishes.png"),
    ]


def error_text(part: Result, name: str) -> str:
    """Return the median error of a quality in the unit of its aim."""
    chosen = chosen_wishes(part, None, name)
    pairs = [(value, has) for value, has, *_ in chosen if has is not None]
    if not pairs:
        return "–"
    asked, reached = np.array(pairs).T
    if name == "pitch":
        return f"{np.median(1200 * np.abs(np.log2(reached / asked))):.1f} cents"
    if name == "decay":
        return f"{100 * np.median(np.abs(reached / asked - 1)):.1f} %"
    if name == "attack":
        return f"{1000 * np.median(np.abs(reached - asked)):.2f} ms"
    if name == "brightness":
        return f"{np.median(np.abs(np.log2(reached / asked))):.3f} octave"
    unit = next(quality.unit for quality in QUALITIES if quality.name == name)
    return f"{np.median(np.abs(reached - asked)):.3f} {unit}".strip()


def _number(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "–"
