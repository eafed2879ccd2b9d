"""``ndm doctor``."""

from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from neural_drum_machine.cli.common import Model
from neural_drum_machine.cli.printing import console
from neural_drum_machine.machine import default_model_path
from neural_drum_machine.server import DEFAULT_PORT, DEFAULT_WEB_PORT
from neural_drum_machine.server.doctor import examine


def doctor(
    model: Model = None,
    osc_port: Annotated[
        int, typer.Option(min=1, max=65535, help="UDP port for OSC, as in ndm play.")
    ] = DEFAULT_PORT,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="TCP port of the page, as in ndm play.")
    ] = DEFAULT_WEB_PORT,
) -> None:
    """Check what playing live needs, and say what to do. The exit code is 1 if a check failed."""
    results = list(examine(model or default_model_path(), osc_port, web_port=port))
    table = Table(box=SIMPLE_HEAD, padding=0, pad_edge=False)
    for heading in ("check", "", "found"):
        table.add_column(heading, overflow="fold")
    for result in results:
        table.add_row(result.name, "ok" if result.ok else "failed", result.found)
    console.print(table)
    for result in results:
        if not result.ok:
            console.print(f"{result.name}: {result.remedy}")
    if not all(result.ok for result in results):
        raise typer.Exit(1)
