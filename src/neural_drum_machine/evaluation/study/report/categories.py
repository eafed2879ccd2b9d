"""The section on the categories that a judge predicts for generated sounds."""

import numpy as np
import numpy.typing as npt

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.judges.confusion import mistaken_for, shares
from neural_drum_machine.evaluation.measures.intervals import wilson_share
from neural_drum_machine.evaluation.study.report.formatting import Result, picture
from neural_drum_machine.prepare.report import table


def categories(result: Result) -> list[str]:
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
    weak = [c for c, share in zip(CATEGORIES, shares(real), strict=True) if share < 0.6]
    doubt = f" The judge is unreliable for {', '.join(weak)}." if weak else ""
    return [
        "## Categories of generated sounds",
        "",
        "A judge is trained on recordings and augmented recordings, never on a model's sounds. It "
        f"predicts the requested category for {means['generated']} of the generated sounds (mean "
        f"over categories), the true category for {means['augmented']} of the augmented recordings "
        f"that it was not trained on, and for {means['real']} of the recordings of kits that it "
        "was not trained on. A larger share than the last one means that generated sounds are more "
        "typical than real sounds, not that they are better." + doubt,
        "",
        *table(["category", "generated", "augmented", "real", "most frequent mistake"], rows),
        *picture("confusion.png"),
    ]


def _percent(values: npt.NDArray[np.float64]) -> str:
    known = values[~np.isnan(values)]
    return f"{100 * known.mean():.0f} %" if len(known) else "–"
