"""``ndm reconstruct``."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from neural_drum_machine.anchors.own_sound import noted
from neural_drum_machine.cli.common import (
    Force,
    Inverter,
    Model,
    Out,
    Rate,
    Width,
    Without,
    check_targets,
    make_folder,
)
from neural_drum_machine.cli.printing import console
from neural_drum_machine.errors import AudioError, OutputError
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.machine import load
from neural_drum_machine.prepare.labelling.path_names import label_from_text
from neural_drum_machine.signal.audio_file import read_audio
from neural_drum_machine.signal.distance import distance
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.hit import Hit, clip_hit, make_hit
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.sound import Sound


def reconstruct(
    files: Annotated[
        list[Path],
        typer.Argument(help="Sound files: WAV, FLAC, OGG, MP3, AIFF and more; any sample rate."),
    ],
    out: Out,
    how: Annotated[
        Literal["exact", "model"],
        typer.Option(
            "--as",
            help="exact: the sound itself, which `ndm bend` and the page can move. model: the "
            "generator's version of it, without synthetic detail.",
        ),
    ] = "exact",
    category: Annotated[
        str | None,
        typer.Option(
            help="Category of all files. Default: from the file's name, or else the closest one."
        ),
    ] = None,
    model: Model = None,
    inverter: Inverter = DEFAULT_INVERTER,
    rate: Rate = FULL_SR,
    width: Width = 0.0,
    without: Without = None,
    force: Force = False,
) -> None:
    """Take sounds of your own into the machine: one WAV file of the same name for each file.

    Each file holds the sound and what recalls it. The distance printed is the spectral convergence:
    0 is the same sound, 1 is silence.

    Example: ndm reconstruct my-snare.wav --as model --out reconstructed
    """
    left_out = [*(without or ()), *(["detail"] if how == "model" else [])]
    machine = load(model, inverter=inverter, sr=rate, width=width, without=left_out)
    if category:
        machine.index(category)
    targets = _targets(files, out)
    sources = {path.resolve() for path in files}
    for target in targets:
        if target.resolve() in sources:
            raise OutputError(f"{target}: is one of the files to read; choose another --out")
    check_targets(targets, force)
    failed: list[str] = []
    for path, target in zip(files, targets, strict=True):
        try:
            if path.is_dir():
                raise AudioError(f"{path}: is a folder; name the sound files in it")
            clip = read_audio(path)
            hit = clip_hit(clip if how == "model" else noted(clip), machine.spec, str(path))
            known = category or label_from_text(path.stem).category
            if how == "model":
                sound = machine.reconstruct(hit, known)
            else:
                sound = machine.bend(machine.anchor(clip, known, name=path.name))
            make_folder(out)
            sound.write(target)
        except (AudioError, OutputError) as error:
            failed.append(str(error))
            continue
        why = "as given" if category else "from its name" if known else "the closest category"
        away = _distance(hit, sound, machine.spec)
        console.print(f"{path} -> {target}: {sound.category} ({why}), distance {away:.2f}")
        for note in hit.notes:
            console.print(f"  {note}")
        if hit.left_out and how == "model":
            console.print(f"  only its first {machine.spec.seconds:.3g} s were used")
    if failed:
        raise AudioError("; ".join(failed))


def _distance(hit: Hit, sound: Sound, spec: AudioSpec) -> float:
    """Return the distance of two sounds as the model hears them."""
    try:
        return distance(hit.samples, make_hit(sound.mono, sound.sr, spec).samples, spec)
    except AudioError:  # silence
        return 1.0


def _targets(files: list[Path], out: Path) -> list[Path]:
    """Return a path for each file; files of the same name from several folders are numbered."""
    names: list[str] = []
    for path in files:
        name, number = f"{path.stem}.wav", 1
        while name in names:
            number += 1
            name = f"{path.stem}-{number}.wav"
        names.append(name)
    return [out / name for name in names]
