"""The report of a dataset: its contents, the rejected files and the reasons."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.index import AUGMENTED, ORIGINS, REAL, SYNTHESISED, Entry
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.prepare.recordings.candidate import Rejection
from neural_drum_machine.prepare.recordings.rumble import CUTOFF_HZ, HIGH
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.text import in_markdown


def table(head: Sequence[str], rows: Iterable[Sequence[object]], left: int = 1) -> list[str]:
    """Return a Markdown table as lines; all columns but the first `left` are numbers.

    A cell has at most 200 characters, and none that ends it, is HTML, or commands a terminal.
    """
    lines = [
        "| " + " | ".join(head) + " |",
        "|" + "|".join("---" if i < left else "---:" for i in range(len(head))) + "|",
    ]
    return lines + ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]


def _cell(value: object) -> str:
    return in_markdown(str(value), 200)


def counts(entries: Sequence[Entry], spec: AudioSpec) -> list[str]:
    """Return the table of categories: origins, kits, split, lengths."""
    made = any(entry.origin != REAL for entry in entries)
    head = ["category", "sounds"]
    head += [*ORIGINS] if made else []
    head += ["kits", "train", "validation", "real held out", "mean seconds"]
    rows = []
    for category in (*CATEGORIES, ""):
        mine = [entry for entry in entries if category in (entry.category, "")]
        origins = Counter(entry.origin for entry in mine)
        held = sum(entry.split == "validation" for entry in mine)
        real = origins[REAL]
        rows.append(
            [
                category or "**all**",
                len(mine),
                *([origins[origin] for origin in ORIGINS] if made else []),
                len({entry.kit for entry in mine if entry.origin == REAL}),
                len(mine) - held,
                held,
                f"{100 * held / real:.0f} %" if real else "–",
                f"{np.mean([e.length for e in mine]) / spec.sr:.2f}" if mine else "–",
            ]
        )
    return table(head, rows)


def sources(entries: Sequence[Entry]) -> list[str]:
    """Return the table of sources: licence, attribution, kits, and sounds derived from each."""
    rows = []
    made = any(entry.origin == AUGMENTED for entry in entries)
    of = Counter(
        (e.source, e.licence or "unknown", e.attribution) for e in entries if e.origin == REAL
    )
    kits: dict[tuple[str, str, str], set[str]] = {}
    variants: Counter[str] = Counter()
    for entry in entries:
        if entry.origin == REAL:
            key = entry.source, entry.licence or "unknown", entry.attribution
            kits.setdefault(key, set()).add(entry.kit)
        elif entry.origin == AUGMENTED:
            variants.update(entry.source.split(" + "))
    for (source, licence, attribution), count in sorted(of.items()):
        numbers = [len(kits[source, licence, attribution]), count]
        rows.append([source, licence, attribution, *numbers, *([variants[source]] if made else [])])
    head = ["source", "licence", "attribution", "kits", "recordings"]
    return table([*head, "variants of them"] if made else head, rows, left=3)


def warnings(entries: Sequence[Entry], restricted: Sequence[str]) -> list[str]:
    """Return what a user has to know before training on a dataset, one paragraph each."""
    out = []
    if restricted:
        out.append(
            "**Restricted licences** in this dataset: "
            f"{', '.join(map(in_markdown, restricted))}. What is trained on it may fall "
            "under them; do not publish it as openly licensed."
        )
    unlicensed = Counter(e.source for e in entries if e.origin == REAL and not e.licence.strip())
    if unlicensed:
        names = map(in_markdown, sorted(unlicensed))
        named = ", ".join(name or "files without a manifest" for name in names)
        out.append(
            f"**No licence stated** for {unlicensed.total()} recordings ({named}). Before you "
            "publish them, or a model trained on them, ask their authors, or state the licence in "
            "the column `licence` of a manifest.csv."
        )
    unheard = [
        category
        for category in CATEGORIES
        if not any(e.category == category and e.split == "validation" for e in entries)
    ]
    if unheard:
        out.append(
            f"**No validation sounds** for {', '.join(unheard)}: a category needs sounds of at "
            "least two kits (folders), for no kit stands on both sides of the split."
        )
    unreal = [
        category
        for category in CATEGORIES
        if any(e.category == category and e.origin == SYNTHESISED for e in entries)
        and not any(e.category == category and e.origin == REAL for e in entries)
    ]
    if unreal:
        out.append(f"**No recordings** of {', '.join(unreal)}: all of it is synthesised.")
    return out


def describe(data: Dataset) -> str:
    """Return the contents of a dataset as Markdown: counts, seconds, origins, licences."""
    by_label = Counter(in_markdown(e.label) for e in data.entries if e.origin == REAL)
    total = sum(entry.length for entry in data.entries) / data.spec.sr
    stored = sum(facts["bytes"] for facts in data.meta["files"].values())
    lines = [
        f"{len(data)} sounds, {total / 60:.0f} minutes, {stored / 1e9:.2f} GB, "
        f"fingerprint {data.fingerprint[:12]}",
        "",
        *counts(data.entries, data.spec),
    ]
    for paragraph in warnings(data.entries, data.meta["restricted"]):
        lines += ["", paragraph]
    lines += ["", *sources(data.entries), ""]
    lines.append(
        "Categories of the recordings are from: "
        + ", ".join(f"{label or 'nobody'} {count}" for label, count in by_label.most_common())
        + f". Left out: {data.meta['rejected']} files, {data.meta['unsure']} of them unsure."
        + f" Near-duplicate pairs found: {data.meta['copies']}."
    )
    return "\n".join(lines)


def reasons(rejected: Sequence[Rejection], most: int = 12) -> list[tuple[str, int]]:
    """Return the reasons for rejecting files with their counts, the most frequent first."""
    kinds = (re.split(r"[;(:,]| as (?!audio)", r.reason)[0].strip() for r in rejected)
    return Counter(re.sub(r"\d+\.\d+ ms", "under 5 ms", kind) for kind in kinds).most_common(most)


def report(
    entries: Sequence[Entry],
    rejected: Sequence[Rejection],
    spec: AudioSpec,
    restricted: Sequence[str] = (),
) -> str:
    """Return the dataset's report as Markdown: counts, kits, seconds, licences, rejections."""
    lines = [
        "# Dataset report",
        "",
        f"{len(entries)} sounds taken, {len(rejected)} files left out.",
        "",
        *counts(entries, spec),
    ]
    for paragraph in warnings(entries, restricted):
        lines += ["", paragraph]
    high = [c for c in CATEGORIES if c in HIGH and any(e.category == c for e in entries)]
    if high:
        lines += [
            "",
            f"Of {', '.join(high)} nothing is kept far below {CUTOFF_HZ:.0f} Hz: there it is the "
            "room that sounds, not the drum.",
        ]
    lines += ["", *sources(entries)]
    if rejected:
        lines += ["", "Left out (each file with its reason in `rejected.csv`):", ""]
        lines += [f"- {count} × {in_markdown(reason, 200)}" for reason, count in reasons(rejected)]
    return "\n".join(lines) + "\n"
