"""What the commands share: options, and checks of output paths."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from neural_drum_machine.errors import OutputError
from neural_drum_machine.files import advice
from neural_drum_machine.inverters import InverterName
from neural_drum_machine.machine import EngineName
from neural_drum_machine.wishes.velocity import LOUDEST, SOFTEST

Model = Annotated[
    Path | None,
    typer.Option("--model", help="Model file (.ndm). Default: the model in the package."),
]
Inverter = Annotated[
    InverterName,
    typer.Option("--inverter", help="Method that turns a mel spectrogram into sound."),
]
ComputedBy = Annotated[
    EngineName,
    typer.Option(
        "--engine",
        help="What computes: native (the engine in C), reference (NumPy), or auto (native where it "
        "is built).",
    ),
]
Rate = Annotated[int, typer.Option("--rate", help="Sample rate in Hz: 22050, 44100 or 48000.")]
Width = Annotated[
    float,
    typer.Option("--width", help="0 gives mono, up to 1 stereo whose mean is the mono sound."),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        help="Part to leave out: exemplars (draws come from the generator alone), attack, air, "
        "body or detail. May be given several times.",
    ),
]
Velocity = Annotated[
    int,
    typer.Option(
        "--velocity",
        min=SOFTEST,
        max=LOUDEST,
        help="How hard the drum is struck; 127 is the sound as it is.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace files that exist.")]
Out = Annotated[
    Path, typer.Option("--out", help="Folder for the results. It is created if needed.")
]


def make_folder(path: Path) -> Path:
    """Create a folder for results unless it exists.

    Raises
    ------
    OutputError
        If the folder cannot be created.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise OutputError(f"{path}: is a file, not a folder; choose another folder") from error
    except OSError as error:
        raise OutputError(
            f"{path}: this folder cannot be created ({error.strerror}); {advice(error)}"
        ) from error
    return path


def check_targets(targets: Iterable[Path], force: bool) -> None:
    """Check that no result would replace a file, unless ``--force`` is given, or a folder.

    Raises
    ------
    OutputError
        For the first path that is taken.
    """
    for path in targets:
        if path.is_dir():
            raise OutputError(f"{path}: is a folder; choose another path")
        if path.exists() and not force:
            raise OutputError(f"{path}: exists; use --force to replace it, or another path")
