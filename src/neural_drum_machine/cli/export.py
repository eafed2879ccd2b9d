"""``ndm export``."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from neural_drum_machine.cli.common import check_targets
from neural_drum_machine.cli.printing import console, stages_bar
from neural_drum_machine.extras import require


def export(
    cwae: Annotated[
        Path,
        typer.Option(help="The generator's run folder, kept weights, or a model file."),
    ],
    data: Annotated[
        Path, typer.Option(help="The dataset of these runs; controls are fitted to its sounds.")
    ],
    out: Annotated[Path, typer.Option("--out", help="The model file to write (.ndm).")],
    mcnn: Annotated[
        Path | None,
        typer.Option(help="MCNN's run folder, kept weights, or a model file; none without it."),
    ] = None,
    exemplars: Annotated[
        Path | None,
        typer.Option(help="A bank made by scripts/make_exemplars with this generator."),
    ] = None,
    name: Annotated[str, typer.Option(help="The model's name.")] = "default",
    which: Annotated[
        Literal["best", "last"], typer.Option(help="Checkpoint of each run.")
    ] = "best",
    axes: Annotated[
        Literal["category", "all"],
        typer.Option(help="P1–P3: principal axes of each category, or of all sounds."),
    ] = "category",
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write two trained networks into one model file, and check that it computes the same."""
    for module in ("torch", "lightning", "msgspec", "safetensors", "sklearn"):
        require(module, "train")
    check_targets([out], force)
    from neural_drum_machine.dataset.store import Dataset
    from neural_drum_machine.export.pipeline import export as write

    with stages_bar() as progress:
        differences = write(
            cwae,
            mcnn,
            Dataset.open(data),
            out,
            name=name,
            which=which,
            axes=axes,
            bank_from=exemplars,
            progress=progress,
        )
    text = ", ".join(f"{part} {value:.1e}" for part, value in differences.items())
    console.print(
        f"{out}: {out.stat().st_size / 1e6:.1f} MB; largest difference from PyTorch: {text}"
    )
