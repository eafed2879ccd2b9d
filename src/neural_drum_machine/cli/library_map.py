"""``ndm library map``."""

from pathlib import Path
from typing import Annotated

import typer

from neural_drum_machine.cli.common import Force, check_targets
from neural_drum_machine.cli.printing import console, progress_bar
from neural_drum_machine.files import write_whole


def draw(
    out: Annotated[Path, typer.Option("--out", help="The page to write, .html.")],
    play: Annotated[
        bool,
        typer.Option(
            "--play",
            help="Write the paths of your files into the page, so that it plays them here.",
        ),
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Lay out the map anew.")] = False,
    library: Annotated[
        Path | None,
        typer.Option("--library", metavar="FILE", help="The library. Default: your own."),
    ] = None,
    force: Force = False,
) -> None:
    """Write a map as one page for the browser: sounds that are alike lie near each other."""
    from neural_drum_machine.library.layout import draw_map
    from neural_drum_machine.library.library import Library
    from neural_drum_machine.library.map_page import map_page

    check_targets([out], force)
    with Library.open(library) as opened:
        with progress_bar("placing") as progress:
            draw_map(opened.database, again=again, progress=progress)
        page = map_page(opened.database, with_paths=play)
    write_whole(out, page.encode())
    console.print(f"map: {out}")
