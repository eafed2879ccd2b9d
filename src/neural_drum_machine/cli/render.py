"""``ndm render``."""

from typing import Annotated

import typer

from neural_drum_machine.cli.common import (
    Force,
    Inverter,
    Model,
    Out,
    check_targets,
    console,
    make_folder,
    progress_bar,
)
from neural_drum_machine.detail.noise import TAKES
from neural_drum_machine.errors import ControlError
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.latent.prior import DEFAULT_WILD, MAX_SEED, MAX_WILD
from neural_drum_machine.machine import load


def render(
    out: Out,
    category: Annotated[
        str, typer.Option(help="kick, snare, …; 'all' for every category.")
    ] = "all",
    count: Annotated[int, typer.Option(min=1, help="Sounds of each category.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of the first; the others count up.")] = 1,
    p1: Annotated[float | None, typer.Option(help="Control P1, ±1 is comfortable.")] = None,
    p2: Annotated[float | None, typer.Option(help="Control P2.")] = None,
    p3: Annotated[float | None, typer.Option(help="Control P3.")] = None,
    wild: Annotated[
        float,
        typer.Option(
            min=0, max=MAX_WILD, help="How far sounds reach: 0 the typical one, 1 all, 2 beyond."
        ),
    ] = DEFAULT_WILD,
    take: Annotated[
        int,
        typer.Option(min=0, max=TAKES - 1, help="Another hit of the same drum: other noise."),
    ] = 0,
    model: Model = None,
    inverter: Inverter = DEFAULT_INVERTER,
    force: Force = False,
) -> None:
    """Make new sounds: WAV files, 22,050 Hz, 16 bit. The same seed gives the same bytes."""
    machine = load(model, inverter=inverter)
    # One alone moves that axis; without any, a seed says all.
    controls = (p1, p2, p3)
    given = None if controls == (None, None, None) else [0.0 if p is None else p for p in controls]
    if not 0 <= seed <= seed + count - 1 <= MAX_SEED:
        raise ControlError(
            f"seeds must lie between 0 and {MAX_SEED}, got {seed} to {seed + count - 1}"
        )
    categories = machine.categories if category == "all" else (category,)
    # What can be refused is refused before the first file is written.
    for name in categories:
        machine.controls.code(machine.index(name), given)
    jobs = ((name, seed + i) for name in categories for i in range(count))
    total = len(categories) * count
    check_targets((out / f"{c}_{seed + i}.wav" for c in categories for i in range(count)), force)
    make_folder(out)
    with progress_bar("rendering") as progress:
        for done, (name, number) in enumerate(jobs, 1):
            sound = machine.render(name, given, number, wild=wild, take=take)
            sound.write(out / f"{name}_{number}.wav")
            progress(done, total)
    console.print(f"{total} sound{'s' if total > 1 else ''} in {out}/")
