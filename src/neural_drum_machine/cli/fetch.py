"""``ndm dataset fetch``: download openly licensed sounds."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from neural_drum_machine.cli.printing import console, progress_bar


def fetch(
    out: Annotated[Path, typer.Option("--out", help="Folder of the sources; created if absent.")],
    source: Annotated[
        list[str] | None,
        typer.Option(help="Name of a source; may be repeated. Default: all free for any use."),
    ] = None,
    mirror: Annotated[
        list[Path] | None,
        typer.Option(help="Folder with .deb files, clones or a pack, which is searched first."),
    ] = None,
    include_copyleft: Annotated[
        bool,
        typer.Option("--include-copyleft", help="Also fetch sources with restricted licences."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Fetch again what is already there.")
    ] = False,
) -> None:
    """Fetch openly licensed, labelled drum sounds: one folder for each source."""
    from neural_drum_machine.prepare.sources import fetch as fetching

    with progress_bar("fetching") as progress:
        results = fetching.fetch(
            out, source, mirror, include_restricted=include_copyleft, progress=progress, force=force
        )
    table = Table()
    for column in ("source", "licence", "files", "state"):
        table.add_column(column, justify="right" if column == "files" else "left", overflow="fold")
    for result in results:
        licence = result.source.licence + (" (restricted)" if result.source.restricted else "")
        total = str(sum(result.counts.values())) if result.counts else ""
        state = f"failed: {result.reason}" if result.state == "failed" else result.state
        table.add_row(result.source.name, licence, total, state)
    console.print(table)
    totals: dict[str, int] = {}
    for result in results:
        for category, n in result.counts.items():
            totals[category] = totals.get(category, 0) + n
    if totals:
        console.print(", ".join(f"{category} {n}" for category, n in sorted(totals.items())))
        console.print(f"sources: {out}; next: ndm dataset prepare {out} --out DATASET")
    if any(result.state == "failed" for result in results):
        raise typer.Exit(1)
