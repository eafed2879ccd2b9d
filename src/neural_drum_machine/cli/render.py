"""``ndm render``."""

from typing import Annotated

import typer

from neural_drum_machine.cli.common import Model, Out, console, make_folder, open_machine
from neural_drum_machine.errors import ControlError


def render(
    out: Out,
    category: Annotated[
        str, typer.Option(help="kick, snare, …; 'all' for every category.")
    ] = "all",
    count: Annotated[int, typer.Option(min=1, help="Sounds of each category.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of the first; the others count up.")] = 1,
    p1: Annotated[float | None, typer.Option(help="Control P1 (±1 is comfortable).")] = None,
    p2: Annotated[float | None, typer.Option(help="Control P2.")] = None,
    p3: Annotated[float | None, typer.Option(help="Control P3.")] = None,
    model: Model = None,
) -> None:
    """Make new sounds: WAV files, 22,050 Hz, 16 bit. The same seed gives the same bytes."""
    machine = open_machine(model)
    given = [p for p in (p1, p2, p3) if p is not None]
    if given and len(given) < 3:
        raise ControlError("give all three of --p1, --p2, --p3, or none of them")
    p = given or None
    categories = machine.categories if category == "all" else (category,)
    sounds = [
        (f"{name}_{seed + i}.wav", machine.render(name, p, seed + i))
        for name in categories
        for i in range(count)
    ]
    make_folder(out)
    for name, sound in sounds:
        sound.write(out / name)
    console.print(f"{len(sounds)} sounds in {out}/")
