"""``ndm kit``: make a kit, vary it, draw a voice again, put a sound into it, set its mix."""

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from neural_drum_machine.cli.common import (
    Force,
    Model,
    check_targets,
    make_folder,
)
from neural_drum_machine.cli.printing import console, progress_bar
from neural_drum_machine.kits.change import (
    DEFAULT_AMOUNT,
    MOST,
    lock_voices,
    put_sound,
    swap_voice,
    vary_kit,
)
from neural_drum_machine.kits.kit import Kit
from neural_drum_machine.kits.kit_file import ENDING, check_ending, read_kit, write_kit
from neural_drum_machine.kits.new_kit import new_kit
from neural_drum_machine.kits.style import STYLES, sound_of_file
from neural_drum_machine.latent.prior import DEFAULT_WILD, MAX_WILD
from neural_drum_machine.machine import DrumMachine, load

app = typer.Typer(help="Make kits whose drums go together.", no_args_is_help=True)

KitFile = Annotated[Path, typer.Argument(help=f"A kit ({ENDING}).")]
_Voice = Annotated[str, typer.Argument(help="A voice by its name, such as snare.")]
_Out = Annotated[
    Path | None,
    typer.Option("--out", help="Where the changed kit goes. Default: into the same file."),
]
_Seed = Annotated[int, typer.Option(help="Another seed gives another result.")]
_Wild = Annotated[float, typer.Option(min=0, max=MAX_WILD, help="How unusual drums may be.")]


@app.callback()
def _root() -> None:
    """Make kits whose drums go together, and change them. A kit is one small file without audio."""


@app.command()
def new(
    out: Annotated[Path, typer.Option("--out", help=f"The kit's file; its name ends in {ENDING}.")],
    seed: _Seed = 1,
    style: Annotated[
        str | None,
        typer.Option(
            help=f"{', '.join(STYLES)}; or a sound or a kit whose character the drums share. "
            "Default: the seed chooses.",
        ),
    ] = None,
    voices: Annotated[int, typer.Option(help="8 or 16.")] = 16,
    wild: _Wild = DEFAULT_WILD,
    name: Annotated[str | None, typer.Option(help="The kit's name.")] = None,
    model: Model = None,
    force: Force = False,
) -> None:
    """Make a kit.

    Its drums share brightness and decay. The hats are one drum, open, closed and by foot. The snare
    is the one of several that leaves the kick its octaves. Levels are set by loudness.

    Example: ndm kit new --seed 7 --style dark --out dark.ndkit
    """
    check_ending(out)
    check_targets([out], force)
    machine = load(model)
    with progress_bar("voices") as progress:
        kit = new_kit(
            machine, seed, style=style, voices=voices, wild=wild, name=name, progress=progress
        )
    make_folder(out.parent)
    write_kit(kit, out)
    _show(kit, machine)
    console.print(f"{out}: play it with ndm humanize BEAT.mid --kit {out} --out loop.wav")


@app.command()
def show(file: KitFile, model: Model = None) -> None:
    """Show a kit: its voices, their notes, chokes, mix and values."""
    machine, kit = load(model), read_kit(file)
    kit.check_model(machine)
    _show(kit, machine)


@app.command()
def vary(
    file: KitFile,
    out: _Out = None,
    seed: _Seed = 1,
    amount: Annotated[
        float, typer.Option(min=0, max=MOST, help="How far voices move; 0 changes nothing.")
    ] = DEFAULT_AMOUNT,
    model: Model = None,
    force: Force = False,
) -> None:
    """Make a kit like another one. Voices that are locked stay.

    Example: ndm kit vary dark.ndkit --seed 3 --out dark-2.ndkit
    """
    machine, kit = load(model), read_kit(file)
    _write(vary_kit(machine, kit, seed, amount), file, out, force)


@app.command()
def swap(
    file: KitFile,
    voice: _Voice,
    out: _Out = None,
    seed: _Seed = 1,
    wild: _Wild = DEFAULT_WILD,
    model: Model = None,
    force: Force = False,
) -> None:
    """Draw a voice again; it keeps its values. Hats are drawn together, and so are toms.

    Example: ndm kit swap dark.ndkit snare --seed 12
    """
    machine, kit = load(model), read_kit(file)
    _write(swap_voice(machine, kit, voice, seed, wild), file, out, force)


@app.command()
def put(
    file: KitFile,
    voice: _Voice,
    sound: Annotated[
        Path, typer.Argument(help="A sound that this program wrote, or a sample of your own.")
    ],
    out: _Out = None,
    model: Model = None,
    force: Force = False,
) -> None:
    """Put a sound in a voice's place: one that you kept, or a sample of your own.

    Example: ndm kit put dark.ndkit clap my-clap.wav
    """
    machine, kit = load(model), read_kit(file)
    _write(
        put_sound(machine, kit, voice, sound_of_file(machine, sound, kit[voice].category)),
        file,
        out,
        force,
    )


@app.command()
def lock(
    file: KitFile,
    voices: Annotated[list[str], typer.Argument(help="Voices by their names.")],
    out: _Out = None,
    force: Force = False,
) -> None:
    """Keep voices as they are when the kit is varied."""
    _write(lock_voices(read_kit(file), voices), file, out, force)


@app.command()
def unlock(
    file: KitFile,
    voices: Annotated[list[str], typer.Argument(help="Voices by their names.")],
    out: _Out = None,
    force: Force = False,
) -> None:
    """Let voices change again when the kit is varied."""
    _write(lock_voices(read_kit(file), voices, locked=False), file, out, force)


@app.command("set")
def set_values(
    file: KitFile,
    voice: _Voice,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    note: Annotated[int | None, typer.Option(help="The MIDI note that plays it.")] = None,
    level: Annotated[float | None, typer.Option(help="Level in dB, -60 to 24.")] = None,
    pan: Annotated[float | None, typer.Option(help="-1 (left) to 1 (right).")] = None,
    pitch: Annotated[float | None, typer.Option(help="Semitones, -24 to 24.")] = None,
    choke: Annotated[int | None, typer.Option(help="Choke group, 0 for none.")] = None,
    choke_ms: Annotated[
        float | None, typer.Option(help="How long the voices that it ends take to fall silent.")
    ] = None,
    out: _Out = None,
    force: Force = False,
) -> None:
    """Set the name, the note, the mix or the choke group of a voice.

    Example: ndm kit set dark.ndkit "open hat" --level -9 --pan 0.3
    """
    given: dict[str, Any] = {
        "name": name, "note": note, "level_db": level, "pan": pan, "pitch": pitch, "choke": choke,
        "choke_ms": choke_ms,
    }  # fmt: skip
    kit = read_kit(file)
    old = kit[voice]
    changed = dataclasses.replace(
        old, **{key: value for key, value in given.items() if value is not None}
    )
    voices = tuple(changed if each is old else each for each in kit.voices)
    _write(dataclasses.replace(kit, voices=voices), file, out, force)


def _write(kit: Kit, file: Path, out: Path | None, force: bool) -> None:
    """Write a changed kit over its own file, or to another one."""
    if out is not None and out != file:
        check_targets([out], force)
        make_folder(out.parent)
    write_kit(kit, out or file)
    console.print(f"{out or file}: {len(kit.voices)} voices")


def _show(kit: Kit, machine: DrumMachine) -> None:
    console.print(f"{kit.name}: {len(kit.voices)} voices")
    for each in kit:
        values = machine.describe(each.sound(machine))
        facts = [
            f"{each.note:3d}  {each.name:14s}",
            f"{each.level_db:+6.1f} dB  pan {each.pan:+.2f}",
            f"decay {values['decay']:.2f} s  brightness {values['brightness']:5.0f} Hz",
            f"choke {each.choke} ({each.choke_ms:g} ms)" if each.choke else "",
            "locked" if each.locked else "",
        ]
        console.print("  ".join(each for each in facts if each))
