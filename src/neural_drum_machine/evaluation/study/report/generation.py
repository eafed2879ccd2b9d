"""The section on generated sounds beside real sounds."""

from neural_drum_machine.evaluation.measures.intervals import Interval
from neural_drum_machine.evaluation.study.report.formatting import Result, with_bounds
from neural_drum_machine.evaluation.study.summaries import augmented_categories, diversity_ratio
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
        f"{total} generated sounds, drawn with the seeds 0, 1, …, are compared with the same "
        f"number of recordings of each category ({max(counts.values())} each"
        + (f"; {thin}" if thin else "")
        + f"). {part['held_out_among_real']} of the recordings are held out.",
        "",
    ]
    if "skipped" in part["distances"]:
        lines += [f"KAD and FAD were skipped: {part['distances']['skipped']}.", ""]
    else:
        some, all_ = augmented_categories(result)
        of_some = f" ({some} of {all_} categories)" if some < all_ else ""
        kad, fad = part["distances"]["kad"], part["distances"]["fad"]
        titles = {
            "generated": "generated sounds",
            "augmented": f"augmented recordings of the training set{of_some}",
            "halves of the real ones": "real sounds: two random halves (the smallest to expect)",
            "halves without a kit in common": "real sounds: two halves without a common kit",
        }
        rows = [
            [title, with_bounds(Interval(*kad[name]), 2), with_bounds(Interval(*fad[name]), 1)]
            for name, title in titles.items()
            if name in kad
        ]
        kits = part.get("distances_balanced", {})
        if "generated" in kits.get("kad", {}):
            title = "generated sounds, against recordings balanced over the kits"
            values = (Interval(*kits[kind]["generated"]) for kind in ("kad", "fad"))
            rows.append([title, *(with_bounds(v, d) for v, d in zip(values, (2, 1), strict=True))])
        alike = part.get("distances_alike", {})
        if of_some and "augmented" in alike.get("kad", {}):
            rows += [
                [
                    f"{titles[name].split(' (')[0]}, these categories only",
                    *(
                        with_bounds(Interval(*alike[kind][name]), digits)
                        for kind, digits in (("kad", 2), ("fad", 1))
                    ),
                ]
                for name in ("generated", "augmented")
            ]
        ratios = {name: diversity_ratio(result, name) for name in ("generated", "augmented")}
        lines += [
            *table(["against real sounds", "KAD", "FAD"], rows),
            "",
            "Diversity, the mean distance between two sounds of a category divided by that of real "
            "sounds: "
            + ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items() if ratio)
            + ".",
            "",
        ]
    near = part["copying"]
    pitch = part["pitch"]
    lines += [
        "Does the model copy? Distances to the nearest training sound (best-gain SC; 0 is a copy), "
        "quantiles as means over the categories:",
        "",
        *table(
            ["sounds", "5 %", "median", "95 %"],
            [
                [name.replace("_", "-"), *(f"{value:.2f}" for value in quantiles.values())]
                for name, quantiles in near.items()
            ],
        ),
        "",
        "Descriptors of real and generated sounds, medians (–: less than a fifth of the sounds "
        "have a value):",
        "",
        *_descriptors(part["descriptors"]),
        "",
        "An inverter can add a pitch at a multiple of the frame rate. Sounds with such a pitch: "
        + ", ".join(
            f"{found['on_frame_rate']:.0f} of {found['pitched']:.0f} {name} sounds with a pitch"
            for name, found in pitch.items()
        )
        + ".",
        "",
    ]
    return lines


def _descriptors(part: Result) -> list[str]:
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
