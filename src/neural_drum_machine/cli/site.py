"""``ndm site``."""

from pathlib import Path
from typing import Annotated

import typer

from neural_drum_machine.cli.common import ComputedBy, Force, Model
from neural_drum_machine.cli.printing import console
from neural_drum_machine.machine import default_model_path, load


def site(
    out: Annotated[Path, typer.Option("--out", help="Folder of the page; it must be new.")],
    wasm: Annotated[
        Path | None,
        typer.Option(
            help="The engine for browsers. Default: what scripts/build_wasm put into the package."
        ),
    ] = None,
    model: Model = None,
    computed_by: ComputedBy = "auto",
    force: Force = False,
) -> None:
    """Write the page as a static folder that plays without a server: any web server may serve it.

    Nothing leaves the visitor's computer. What the engine in the browser lacks needs ndm play.

    Example: ndm site --out site, then python -m http.server --directory site
    """
    from neural_drum_machine.server.site import write_site

    machine = load(model, engine=computed_by)
    made = write_site(out, machine, model or default_model_path(), wasm, force=force)
    parts = {
        "engine": made.sizes["data/engine.wasm"],
        "model": made.sizes["data/model.bin"],
        "all": sum(made.sizes.values()),
    }
    sizes = ", ".join(f"{name} {size / 1e6:.2f} MB" for name, size in parts.items())
    console.print(f"{len(made.sizes)} files in {out}/: {sizes}")
    console.print(f"try it: python -m http.server --directory {out}")
