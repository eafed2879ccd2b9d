"""What the folder of a prepared dataset contains.

========================  ==============================================================
``dataset.json``          format version, audio spec, counts; bytes and SHA-256 of the rest
``index.csv``             one line for each sound: category, split, kit, origin, provenance
``waves.npy``             int16 ``(n, n_samples)``, the cores: full scale 32767, peak-normalised
``full.npy``              int16 ``(total,)``, the sounds at 44.1 kHz, one after the other; the index
                          says where each begins
``mels.npy``              float16 ``(n, n_mels, n_frames)``, mel magnitudes of the cores
``attack.npy``            float16 ``(n, 5, 40)``, the fine attack: natural logarithms of levels
``air.npy``               float16 ``(n, 8, n_frames)``, the air: natural logarithms of levels
``log_mel_mean.npy``      float32 ``(n_mels, n_frames)``, over the training sounds
``log_mel_std.npy``       likewise; every category has the same weight
``attack_mean.npy``       likewise ``(5, 40)``; and ``attack_std.npy``
``air_mean.npy``          likewise ``(8, n_frames)``; and ``air_std.npy``
``rejected.csv``          files that were left out, with the reason
``unsure.csv``            sounds without a certain category, for the user to label
``NOTICE``                the authors and licences of the recordings
``REPORT.md``             the report, for people
========================  ==============================================================
"""

import json
from pathlib import Path
from typing import Any, Final

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.files import sha256_of
from neural_drum_machine.regular_files import read_regular
from neural_drum_machine.signal.spec import AudioSpec

FORMAT: Final = "neural-drum-machine dataset"
FORMAT_VERSION: Final = 3
META: Final = "dataset.json"
FILES: Final = frozenset(
    {
        "NOTICE",
        "REPORT.md",
        "air.npy",
        "air_mean.npy",
        "air_std.npy",
        "attack.npy",
        "attack_mean.npy",
        "attack_std.npy",
        "full.npy",
        "index.csv",
        "log_mel_mean.npy",
        "log_mel_std.npy",
        "mels.npy",
        "rejected.csv",
        "unsure.csv",
        "waves.npy",
    }
)


def write_meta(folder: Path, spec: AudioSpec, n: int, extra: dict[str, Any]) -> None:
    """Write ``dataset.json`` with size and checksum of every other file in the folder."""
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(folder.iterdir())
        if path.name != META
    }
    meta = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "spec": spec.to_dict(),
        "categories": list(CATEGORIES),
        "sounds": n,
        **extra,
        "files": files,
    }
    (folder / META).write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")


def is_dataset(folder: Path) -> bool:
    """Return whether a folder is empty, or contains a dataset of ours and nothing else."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    names = {path.name for path in folder.iterdir()}
    if not names <= FILES | {META}:
        return False
    try:
        return not names or json.loads(read_regular(folder / META))["format"] == FORMAT
    except (OSError, LookupError, RecursionError, TypeError, ValueError):
        return False


def check_files(folder: Path, files: dict[str, Any], *, verify: bool, again: str) -> None:
    """Compare a dataset's files with the sizes, and if `verify` the checksums, that it states.

    Raises
    ------
    DatasetError
        If one is missing, truncated or altered; `again` is the way out that it names.
    """
    for name, facts in files.items():
        part = folder / name
        size = part.stat().st_size if part.is_file() else -1
        if size != facts["bytes"]:
            raise DatasetError(
                f"{part}: {'missing' if size < 0 else f'{size} bytes'}, should be "
                f"{facts['bytes']} bytes; {again}"
            )
        if verify and sha256_of(part) != facts["sha256"]:
            raise DatasetError(f"{part}: altered since it was prepared (checksum); {again}")
