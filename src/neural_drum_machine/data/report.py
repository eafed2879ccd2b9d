"""What was taken into a dataset, what was left out, and why, for people to read."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neural_drum_machine.data.store import Entry
from neural_drum_machine.spec import CATEGORIES, AudioSpec


@dataclass(frozen=True, slots=True)
class Rejection:
    """A file that was left out, and the reason in words."""

    name: str
    reason: str


def report(entries: Sequence[Entry], rejected: Sequence[Rejection], spec: AudioSpec) -> str:
    """Return the dataset's report as Markdown: counts, kits, seconds, licences, rejections."""
    lines = [
        "# Dataset report",
        "",
        f"{len(entries)} sounds taken, {len(rejected)} files left out.",
        "",
        "| category | sounds | kits | train | validation | validation share | mean seconds |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for category in CATEGORIES:
        mine = [entry for entry in entries if entry.category == category]
        kept = sum(entry.split == "validation" for entry in mine)
        share = f"{100 * kept / len(mine):.0f} %" if mine else "–"
        seconds = f"{np.mean([e.length for e in mine]) / spec.sr:.2f}" if mine else "–"
        lines.append(
            f"| {category} | {len(mine)} | {len({e.kit for e in mine})} | {len(mine) - kept} "
            f"| {kept} | {share} | {seconds} |"
        )
    empty = [
        category
        for category in CATEGORIES
        if not any(e.category == category and e.split == "validation" for e in entries)
    ]
    if empty:
        lines += [
            "",
            f"**No validation sounds** for {', '.join(empty)}: a category needs sounds of at "
            "least two kits (folders), for no kit stands on both sides of the split.",
        ]
    licences = Counter((e.source, e.licence or "unknown", e.attribution) for e in entries)
    lines += ["", "| source | licence | attribution | sounds |", "|---|---|---|---:|"]
    lines += [
        f"| {source} | {licence} | {attribution} | {count} |"
        for (source, licence, attribution), count in sorted(licences.items())
    ]
    if rejected:
        kinds = (re.split(r"[;(]| as (?!audio)", r.reason)[0].strip() for r in rejected)
        reasons = Counter(re.sub(r"\d+\.\d+ s", "under 0.05 s", kind) for kind in kinds)
        lines += ["", "Left out (each file with its reason in `rejected.csv`):", ""]
        lines += [f"- {count} × {reason}" for reason, count in reasons.most_common(12)]
    return "\n".join(lines) + "\n"
