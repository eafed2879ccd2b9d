"""``ndm render``."""

import itertools
from typing import Annotated

import typer

from neural_drum_machine.cli.axis import Axes, moved, read_axes
from neural_drum_machine.cli.common import (
    ComputedBy,
    Force,
    Inverter,
    Model,
    Out,
    Rate,
    Velocity,
    Width,
    Without,
    check_targets,
    make_folder,
)
from neural_drum_machine.cli.printing import console, progress_bar
from neural_drum_machine.cli.wishes import (
    Air,
    Attack,
    Body,
    Brightness,
    Decay,
    Loudness,
    Noisiness,
    Pitch,
    Sweep,
    given_wish,
    told_misses,
)
from neural_drum_machine.detail.noise import TAKES
from neural_drum_machine.errors import ControlError
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.latent.prior import DEFAULT_WILD, MAX_SEED, MAX_WILD
from neural_drum_machine.machine import load
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.wishes.velocity import LOUDEST
from neural_drum_machine.wishes.wish import read_wish


def render(
    out: Out,
    category: Annotated[
        str, typer.Option(help="kick, snare, …; or 'all' for every category.")
    ] = "all",
    count: Annotated[int, typer.Option(min=1, help="Number of sounds of each category.")] = 1,
    seed: Annotated[
        int, typer.Option(help="Seed of the first sound; each further sound has the next one.")
    ] = 1,
    p1: Annotated[
        float | None, typer.Option(help="Position on axis P1; -1 to 1 is the usual range.")
    ] = None,
    p2: Annotated[float | None, typer.Option(help="Position on axis P2.")] = None,
    p3: Annotated[float | None, typer.Option(help="Position on axis P3.")] = None,
    wild: Annotated[
        float,
        typer.Option(
            min=0,
            max=MAX_WILD,
            help="How unusual sounds may be: 0 typical, 1 as varied as real drums, 2 extreme.",
        ),
    ] = DEFAULT_WILD,
    take: Annotated[
        int,
        typer.Option(
            min=0, max=TAKES - 1, help="Number of the take: another hit of the same drum."
        ),
    ] = 0,
    pitch: Pitch = None,
    sweep: Sweep = None,
    decay: Decay = None,
    attack: Attack = None,
    brightness: Brightness = None,
    noisiness: Noisiness = None,
    body: Body = None,
    air: Air = None,
    loudness: Loudness = None,
    axis: Axes = None,
    velocity: Velocity = LOUDEST,
    model: Model = None,
    inverter: Inverter = DEFAULT_INVERTER,
    rate: Rate = FULL_SR,
    width: Width = 0.0,
    without: Without = None,
    computed_by: ComputedBy = "auto",
    force: Force = False,
) -> None:
    """Make new sounds as WAV files (44,100 Hz, 16 bit).

    The same seed and options give the same files, byte for byte.

    Pitch, decay and the others ask for values: each sound is drawn near them and made to have them.
    Where a value is out of reach, the nearest is made, and the command says so.

    Example: ndm render --category snare --count 4 --out snares
    Example: ndm render --category kick --pitch G1 --decay 0.6 --count 8 --out kicks
    """
    wish = given_wish(pitch, sweep, decay, attack, brightness, noisiness, body, air, loudness)
    machine = load(
        model, inverter=inverter, sr=rate, width=width, without=without or (), engine=computed_by
    )
    # If at least one axis is given, the others are 0. Without any, the seed chooses all three.
    controls = (p1, p2, p3)
    given = None if controls == (None, None, None) else [0.0 if p is None else p for p in controls]
    if not 0 <= seed <= seed + count - 1 <= MAX_SEED:
        raise ControlError(
            f"seeds must lie between 0 and {MAX_SEED}, got {seed} to {seed + count - 1}"
        )
    axes = read_axes(machine, axis)
    categories = machine.categories if category == "all" else (category,)
    # Everything is checked before the first file is written.
    for name in categories:
        machine.controls.code(machine.index(name), given)
        read_wish(wish, machine.ranges(name), name)
    jobs = list(itertools.product(categories, range(seed, seed + count)))
    targets = [out / f"{name}_{number}.wav" for name, number in jobs]
    check_targets(targets, force)
    make_folder(out)
    misses = []
    with progress_bar("rendering") as progress:
        for done, ((name, number), target) in enumerate(zip(jobs, targets, strict=True), 1):
            sound = machine.render(
                name, given, number, wild=wild, take=take, wish=wish, velocity=velocity
            )
            sound = moved(machine, sound, axes)
            sound.write(target)
            misses += told_misses(machine, sound, target.name)
            progress(done, len(jobs))
    for miss in misses:
        console.print(miss)
    console.print(f"{len(jobs)} sound{'s' if len(jobs) > 1 else ''} in {out}/")
