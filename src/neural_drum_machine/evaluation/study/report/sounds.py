"""Of an evaluation's report: how new sounds stand beside real ones, and what they are heard as."""

import numpy as np
import numpy.typing as npt

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.judges.folds import mistaken_for, shares
from neural_drum_machine.evaluation.measures.intervals import Interval, wilson_share
from neural_drum_machine.evaluation.study.findings import diversity_ratio, of_some_categories
from neural_drum_machine.evaluation.study.report.words import Result, picture, shown
from neural_drum_machine.prepare.report import table
from neural_drum_machine.signal.descriptors import DESCRIPTORS


def generation(result: Result) -> list[str]:
    """Return the section's lines."""
    part = result["generation"]
    counts = part["counts"]
    total = sum(counts.values())
    thin = ", ".join(f"{c} {n}" for c, n in counts.items() if n < max(counts.values()))
    lines = [
        "## New sounds as a set",
        "",
        f"{total} generated sounds, drawn with the seeds 0, 1, …, beside as many recordings of the "
        f"same categories ({max(counts.values())} each" + (f"; {thin}" if thin else "") + "). "
        f"{part['held_out_among_real']} of the recordings are of the held-out side.",
        "",
    ]
    if "skipped" in part["distances"]:
        lines += [f"KAD and FAD were left out: {part['distances']['skipped']}.", ""]
    else:
        kad, fad = part["distances"]["kad"], part["distances"]["fad"]
        titles = {
            "generated": "generated sounds",
            "augmented": "variations of recordings (the training set's"
            f"{of_some_categories(result)})",
            "halves of the real ones": "real sounds: two random halves (the floor)",
            "halves without a kit in common": "real sounds: two halves without a kit in common",
        }
        rows = [
            [title, shown(Interval(*kad[name]), 2), shown(Interval(*fad[name]), 1)]
            for name, title in titles.items()
            if name in kad
        ]
        alike = part.get("distances_alike", {})
        if of_some_categories(result) and "augmented" in alike.get("kad", {}):
            rows += [
                [
                    f"{titles[name].split(' (')[0]}, all sets of these categories alone",
                    *(
                        shown(Interval(*alike[kind][name]), digits)
                        for kind, digits in (("kad", 2), ("fad", 1))
                    ),
                ]
                for name in ("generated", "augmented")
            ]
        ratios = {name: diversity_ratio(result, name) for name in ("generated", "augmented")}
        lines += [
            *table(["against real sounds", "KAD", "FAD"], rows),
            "",
            "Diversity, the mean distance between two sounds of a category over that of real ones: "
            + ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items() if ratio)
            + ".",
            "",
        ]
    near = part["copying"]
    pitch = part["pitch"]
    lines += [
        "Is it copying? Distance to the nearest training sound (best-gain SC; 0 is a copy); means "
        "of the categories' quantiles:",
        "",
        *table(
            ["sounds", "nearest 5 %", "median", "furthest 5 %"],
            [
                [name.replace("_", " "), *(f"{value:.2f}" for value in quantiles.values())]
                for name, quantiles in near.items()
            ],
        ),
        "",
        "Character of real and generated sounds, medians (–: under a fifth of the sounds have a "
        "value):",
        "",
        *_character(part["descriptors"]),
        "",
        "A pitch on a multiple of the frame rate is the inverter's, not the drum's: "
        + ", ".join(
            f"{found['on_frame_rate']:.0f} of {found['pitched']:.0f} pitched {name} sounds"
            for name, found in pitch.items()
        )
        + ".",
        "",
    ]
    return lines


def _character(part: Result) -> list[str]:
    rows = []
    for category, made in part["generated"].items():
        real = part["real"].get(category, {})
        row = [category]
        for descriptor in DESCRIPTORS:
            for values in (real, made):
                middle = values.get(descriptor.name, [None] * 3)[1]
                digits = 0 if descriptor.unit == "Hz" else 3 if descriptor.unit == "s" else 2
                row.append("–" if middle is None else f"{middle:.{digits}f}")
        rows.append(row)
    head = ["category"]
    for d in DESCRIPTORS:
        unit = f" {d.unit}" if d.unit else ""
        head += [f"{d.name}{unit}, real", "generated"]
    return table(head, rows)


def fidelity(result: Result) -> list[str]:
    """Return the section's lines."""
    kinds = {
        name: np.array(result["fidelity"][name]) for name in ("generated", "augmented", "real")
    }
    made, real = kinds["generated"], kinds["real"]
    counts = result["generation"]["counts"]
    rows = []
    for i, category in enumerate(CATEGORIES):
        row: list[object] = [category]
        for name, table_ in kinds.items():
            total = int(table_[i].sum())
            if not total:
                row.append("–")
                continue
            share = table_[i, i] / total
            cell = f"{100 * share:.0f} %"
            if name == "generated":
                n = counts.get(category, total)
                interval = wilson_share(round(share * n), n)
                cell += f" [{100 * interval.low:.0f}, {100 * interval.high:.0f}] of {n}"
            elif name == "real":
                cell += f" of {total}"
            row.append(cell)
        mistaken = mistaken_for(made, i)
        row.append(mistaken[0] if mistaken else "–")
        rows.append(row)
    means = {name: _percent(shares(table_)) for name, table_ in kinds.items()}
    deaf = [c for c, share in zip(CATEGORIES, shares(real), strict=True) if share < 0.6]
    doubt = f" It is a poor judge of {', '.join(deaf)}." if deaf else ""
    return [
        "## Do categories hold?",
        "",
        "Judges trained on recordings and their variations, never on a model's output, hear "
        f"{means['generated']} of the generated sounds in the category asked (mean over "
        f"categories), {means['augmented']} of variations of recordings they never heard and "
        f"{means['real']} of the recordings of kits they never heard. More than that last "
        "share means that a model's sounds are more typical than real ones, not better." + doubt,
        "",
        *table(
            ["category", "generated, as asked", "variations", "real", "most often heard as"], rows
        ),
        *picture("confusion.png"),
    ]


def _percent(values: npt.NDArray[np.float64]) -> str:
    known = values[~np.isnan(values)]
    return f"{100 * known.mean():.0f} %" if len(known) else "–"
