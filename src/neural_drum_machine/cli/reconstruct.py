"""``ndm reconstruct``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from neural_drum_machine.audio import read_hit
from neural_drum_machine.cli.common import Model, Out, console, make_folder, open_machine
from neural_drum_machine.data.labels import category_from_text
from neural_drum_machine.errors import AudioError


def reconstruct(
    files: Annotated[list[Path], typer.Argument(help="Sounds: WAV, FLAC, OGG, AIFF; any rate.")],
    out: Out,
    category: Annotated[
        str | None, typer.Option(help="What to hear them as; else by name, else by trying all.")
    ] = None,
    model: Model = None,
) -> None:
    """Encode sounds and make them anew: one WAV file of the same name for each."""
    machine = open_machine(model)
    make_folder(out)
    failed: list[str] = []
    used: set[str] = set()
    for path in files:
        try:
            hit = read_hit(path, machine.spec)
        except AudioError as error:
            failed.append(str(error))
            continue
        known = category or category_from_text(path.stem)
        sound = machine.reconstruct(hit, known)
        how = "as asked" if category else "by its name" if known else "by trying all"
        name, number = f"{path.stem}.wav", 1
        while name in used:  # files of one name from several folders all stay
            number += 1
            name = f"{path.stem}-{number}.wav"
        used.add(name)
        if (out / name).resolve() == path.resolve():
            raise AudioError(f"{path}: would be overwritten; choose another --out")
        sound.write(out / name)
        console.print(f"{escape(str(path))} → {escape(str(out / name))}: {sound.category} ({how})")
    if failed:
        raise AudioError("; ".join(failed))
