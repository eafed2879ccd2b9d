"""``ndm humanize``."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from neural_drum_machine.cli.common import (
    ComputedBy,
    Force,
    Model,
    check_targets,
)
from neural_drum_machine.cli.groove import Channel, Track
from neural_drum_machine.cli.printing import console, progress_bar
from neural_drum_machine.files import files_together
from neural_drum_machine.grooves.gm import substituted, without_missing
from neural_drum_machine.grooves.loop import play_groove, played_voices
from neural_drum_machine.grooves.loop_file import (
    at_rate,
    check_file,
    engine_rate,
    stem_paths,
)
from neural_drum_machine.grooves.midi_file import read_beat
from neural_drum_machine.kits.hand import MOST
from neural_drum_machine.kits.kit_file import ENDING, read_kit
from neural_drum_machine.machine import load
from neural_drum_machine.signal.sound_file import FORMATS, Bits, sound_file_bytes


def humanize(
    beat: Annotated[Path, typer.Argument(help="A groove (.ndgroove) or a MIDI file (.mid).")],
    kit: Annotated[Path, typer.Option("--kit", help=f"A kit ({ENDING}).")],
    out: Annotated[Path, typer.Option("--out", help="The loop: .wav or .flac.")],
    amount: Annotated[
        float,
        typer.Option(
            min=0,
            max=MOST,
            help="0: every stroke the same, on the grid. 1: as recorded drums differ, with a "
            "drummer's drift.",
        ),
    ] = 0.5,
    bars: Annotated[
        int | None, typer.Option(min=1, help="Play so many bars. Default: the groove once.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed gives another performance.")] = 1,
    stems: Annotated[
        Path | None, typer.Option(help="A folder for one file a voice, each as long as the loop.")
    ] = None,
    rate: Annotated[int, typer.Option(help="44100, 48000 or 96000 Hz.")] = 44100,
    bits: Annotated[Bits, typer.Option(help="16, 24 or float.")] = "24",
    missing: Annotated[
        Literal["error", "substitute", "skip"],
        typer.Option(
            help="Strokes that the kit has no voice for: an error; played by the nearest voice; "
            "or left out."
        ),
    ] = "error",
    channel: Channel = None,
    track: Track = None,
    model: Model = None,
    computed_by: ComputedBy = "auto",
    force: Force = False,
) -> None:
    """Play a groove with a kit as a hand plays it: a loop that repeats without a seam.

    Each hit is a sound of its own, near the drum. The same seed and options give the same files.
    Loop and stems are all written, or none of them.

    Example: ndm humanize beat.mid --kit dark.ndkit --amount 0.3 --bars 8 --out loop.wav --stems
    stems --rate 48000
    """
    check_file(out, rate, bits)
    drums = read_kit(kit)
    groove = read_beat(beat, channel, track)
    groove = groove if bars is None else groove.with_bars(bars)
    if missing != "error":
        groove = (substituted if missing == "substitute" else without_missing)(drums, groove)
    played = [each.name for each in played_voices(drums, groove)]
    paths = stem_paths(stems, played, out.suffix) if stems else []
    check_targets([out, *paths], force)
    machine = load(model, sr=engine_rate(rate), engine=computed_by)
    with progress_bar("hits") as progress:
        loop = play_groove(
            machine,
            drums,
            groove,
            amount=amount,
            seed=seed,
            stems=bool(stems),
            progress=progress,
        )
    kind = FORMATS[out.suffix.lower()]
    with files_together() as write:
        for path, samples in zip((out, *paths), (loop.mix, *loop.stems.values()), strict=True):
            at = at_rate(samples, loop.sr, rate)
            write(path, sound_file_bytes(at, rate, format=kind, name=str(path), bits=bits))
    if stems:
        console.print(f"{len(paths)} stems in {stems}/")
    seconds = loop.mix.shape[1] / loop.sr
    console.print(f"{out}: {groove.bars} bars, {loop.hits} hits, {seconds:.3f} s")
