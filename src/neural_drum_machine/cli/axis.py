"""``ndm axis``: teach an axis by examples, look at it, and learn it again for another model."""

from pathlib import Path
from typing import Annotated

import typer

from neural_drum_machine.axes import check_steps, example, learn_axis, offset
from neural_drum_machine.cli.common import Force, Model, check_targets
from neural_drum_machine.cli.printing import console, progress_bar
from neural_drum_machine.errors import AxisError
from neural_drum_machine.files import sha256_of
from neural_drum_machine.machine import DrumMachine, load
from neural_drum_machine.prepare.labelling.path_names import label_from_text
from neural_drum_machine.sound import Sound
from neural_drum_machine.wishes.axis_file import SUFFIX, read_axis, write_axis
from neural_drum_machine.wishes.qualities import BY_NAME
from neural_drum_machine.wishes.taught_axis import Example, TaughtAxis

app = typer.Typer(help="Teach axes of your own by examples.", no_args_is_help=True)

Axes = Annotated[
    list[str] | None,
    typer.Option(
        "--axis",
        metavar="FILE=AMOUNT",
        help="Move along an axis that you taught, such as room.ndaxis=0.5. May be given several "
        "times.",
    ),
]
_DOUBTFUL = 0.75


@app.callback()
def _root() -> None:
    """Teach axes of your own by examples: sounds with more of something, sounds with less."""


@app.command("learn")
def teach(
    name: Annotated[str, typer.Argument(help="What the axis is called, such as room.")],
    more: Annotated[list[Path], typer.Option(help="A sound with more of it; give three or more.")],
    less: Annotated[list[Path], typer.Option(help="A sound with less of it; give three or more.")],
    category: Annotated[
        str | None,
        typer.Option(help="What the sounds are. Default: from their names, or by their sound."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help=f"The axis. Default: NAME{SUFFIX} in this folder.")
    ] = None,
    model: Model = None,
    force: Force = False,
) -> None:
    """Learn an axis from sounds with more of something, and sounds with less.

    Example: ndm axis learn room --more hall1.wav --more hall2.wav --more hall3.wav --less dry1.wav
    --less dry2.wav --less dry3.wav
    """
    target = out or Path(f"{name}{SUFFIX}")
    check_targets([target], force)
    machine = load(model)
    sides = _examples(machine, more, less, category)
    axis = learn_axis(machine, name, *sides)
    write_axis(target, axis)
    _show(axis)
    console.print(f"{target}: use it with ndm render --axis {target}=0.5")


@app.command()
def show(
    file: Annotated[Path, typer.Argument(help=f"An axis ({SUFFIX}).")], model: Model = None
) -> None:
    """Show what an axis changes, how sure it is, and which sounds taught it."""
    machine = load(model)
    axis = read_axis(file)
    _show(axis)
    if axis.model != machine.hash:
        console.print(f"It was learned with another model, {axis.model[:12]}: ndm axis renew it.")
    for kind, examples in (("more", axis.more), ("less", axis.less)):
        for each, _ in examples:
            console.print(f"  {kind}: {each}")


@app.command()
def renew(
    file: Annotated[Path, typer.Argument(help=f"An axis ({SUFFIX}) of another model.")],
    source: Annotated[Path, typer.Option("--from", help="A folder that holds its examples.")],
    model: Model = None,
) -> None:
    """Learn an axis again for this model, from the same examples, found by their contents."""
    axis, machine = read_axis(file), load(model)
    names = {digest: name for name, digest in (*axis.more, *axis.less)}
    found = {}
    for path in sorted(source.rglob("*")):
        if path.is_file() and path.name in names.values():
            found[sha256_of(path)] = path
    missing = [name for digest, name in names.items() if digest not in found]
    if missing:
        raise AxisError(
            f"{source}: lacks {', '.join(missing[:5])}; name a folder that holds all examples, or "
            "learn the axis again from others"
        )
    more, less = ([found[digest] for _, digest in side] for side in (axis.more, axis.less))
    again = learn_axis(machine, axis.name, *_examples(machine, more, less, None))
    write_axis(file, again)
    _show(again)


def _examples(
    machine: DrumMachine, more: list[Path], less: list[Path], category: str | None
) -> tuple[list[Example], list[Example]]:
    if category:
        machine.index(category)
    files = [*more, *less]
    out = []
    with progress_bar("examples") as progress:
        for done, file in enumerate(files, 1):
            known = category or label_from_text(file.stem).category
            known = known if known in machine.categories else None
            out.append(example(machine, file, known))
            progress(done, len(files))
    return out[: len(more)], out[len(more) :]


def _show(axis: TaughtAxis) -> None:
    sure = "" if axis.order >= _DOUBTFUL else " More examples would make it surer."
    console.print(
        f"{axis.name}: orders {axis.order:.0%} of the pairs of examples right that it was not "
        f"taught with.{sure}"
    )
    for name, step in sorted(axis.step.items(), key=lambda item: -abs(item[1])):
        word = BY_NAME[name].high_word if step > 0 else BY_NAME[name].low_word
        console.print(f"  {word}: {name} by {abs(step):.0%} of its range")


def moved(machine: DrumMachine, sound: Sound, axes: list[tuple[TaughtAxis, float]]) -> Sound:
    """Return a sound moved along axes; what was asked of it stays."""
    if not axes:
        return sound
    check_steps(machine, axes)
    values = machine.values_at_full_velocity(sound)
    code, asked = offset(machine, sound.category, values, axes, kept=sound.wish)
    return machine.rendered_again(sound, code=sound.code + code, wish={**sound.wish, **asked})


def read_axes(machine: DrumMachine, given: list[str] | None) -> list[tuple[TaughtAxis, float]]:
    """Return the axes of ``--axis`` options with their amounts.

    Raises
    ------
    AxisError
        If one cannot be read, is of another model, or has no amount.
    """
    out = []
    for text in given or ():
        path, equals, amount = text.rpartition("=")
        try:
            number = float(amount)
        except ValueError:
            equals = ""
        if not equals or not path:
            raise AxisError(f"--axis {text}: write a file and an amount, such as room.ndaxis=0.5")
        out.append((read_axis(path, machine.hash), number))
    return out
