"""``ndm groove``: make a groove, import one from MIDI, show it, write it as MIDI."""

from pathlib import Path
from typing import Annotated

import typer

from neural_drum_machine.cli.common import Force, check_targets, make_folder
from neural_drum_machine.cli.printing import console
from neural_drum_machine.grooves.gm import NAMES
from neural_drum_machine.grooves.groove import Groove
from neural_drum_machine.grooves.groove_file import ENDING, write_groove
from neural_drum_machine.grooves.midi_file import ENDINGS, read_beat, read_noted_midi, write_midi
from neural_drum_machine.grooves.styles import PATTERNS, new_groove

app = typer.Typer(help="Make grooves, and read them from MIDI files.", no_args_is_help=True)

_Out = Annotated[
    Path, typer.Option("--out", help=f"The groove's file: {ENDING}, or .mid for a MIDI file.")
]
Channel = Annotated[
    int | None, typer.Option(help="MIDI channel of the drums, 1 to 16. Default: 10.")
]
Track = Annotated[int | None, typer.Option(help="The only MIDI track to read, counted from 1.")]


@app.callback()
def _root() -> None:
    """Make grooves, and read them from MIDI files. ndm humanize plays them."""


@app.command()
def new(
    style: Annotated[str, typer.Option(help=", ".join(PATTERNS))],
    out: _Out,
    tempo: Annotated[
        float | None, typer.Option(help="Quarter notes a minute. Default: the style's.")
    ] = None,
    swing: Annotated[
        float | None, typer.Option(help="0.5 (straight) to 0.75. Default: the style's.")
    ] = None,
    bars: Annotated[int | None, typer.Option(min=1, help="Default: two.")] = None,
    force: Force = False,
) -> None:
    """Write one of our patterns.

    Example: ndm groove new --style house --out house.ndgroove
    """
    groove = new_groove(style, tempo, swing)
    _write(groove if bars is None else groove.with_bars(bars), out, force)


@app.command("import")
def read(
    file: Annotated[Path, typer.Argument(help="A MIDI file (.mid).")],
    out: _Out,
    channel: Channel = None,
    track: Track = None,
    force: Force = False,
) -> None:
    """Read a groove from the drums of a MIDI file; tempo changes are kept.

    Example: ndm groove import beat.mid --out beat.ndgroove
    """
    groove, notes = read_noted_midi(file, channel, track)
    _write(groove, out, force)
    for note in notes:
        console.print(note)


@app.command()
def show(
    file: Annotated[Path, typer.Argument(help=f"A groove ({ENDING}) or a MIDI file.")],
    channel: Channel = None,
    track: Track = None,
) -> None:
    """Show a groove: its length, tempo, swing, and how often each drum is struck."""
    groove = read_beat(file, channel, track)
    _tell(groove)
    for note in groove.notes():
        steps = [each for each in groove if each.note == note]
        forces = [each.velocity for each in steps]
        console.print(
            f"{note:3d}  {NAMES.get(note, ''):14s}  {len(steps)} strokes, "
            f"velocity {min(forces)} to {max(forces)}"
        )


def _tell(groove: Groove) -> None:
    changes = len(groove.tempo) - 1
    more = f", {changes} tempo changes" if changes else ""
    swing = "" if groove.swing == 0.5 else f", swing {groove.swing:.2f}"
    console.print(
        f"{groove.name}: {groove.bars} bars of {groove.meter[0]}/{groove.meter[1]}, "
        f"{groove.tempo[0][1]:g} beats a minute{more}{swing}, {len(groove.steps)} strokes"
    )


def _write(groove: Groove, out: Path, force: bool) -> None:
    check_targets([out], force)
    make_folder(out.parent)
    if out.suffix.lower() in ENDINGS:
        write_midi(groove, out)
    else:
        write_groove(groove, out)
    _tell(groove)
    console.print(f"{out}: hear it with ndm humanize {out} --kit KIT.ndkit --out loop.wav")
