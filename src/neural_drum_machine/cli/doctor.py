"""``ndm doctor``."""

from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from neural_drum_machine.cli.common import Model, console
from neural_drum_machine.machine import default_model_path
from neural_drum_machine.server import DEFAULT_PORT, DEFAULT_WEB_PORT
from neural_drum_machine.server.doctor import examine


def doctor(
    model: Model = None,
    osc_port: Annotated[
        int, typer.Option(min=1, max=65535, help="UDP port that ndm play shall take.")
    ] = DEFAULT_PORT,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="TCP port that its page shall have.")
    ] = DEFAULT_WEB_PORT,
) -> None:
    """Check what playing live needs, and say what to do. Exit code 1 if something failed."""
    findings = list(examine(model or default_model_path(), osc_port, web_port=port))
    table = Table(box=SIMPLE_HEAD, padding=0, pad_edge=False)
    for heading in ("check", "", "found"):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        table.add_row(finding.name, "ok" if finding.ok else "failed", finding.found)
    console.print(table)
    for finding in findings:
        if not finding.ok:
            console.print(f"{finding.name}: {finding.remedy}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
