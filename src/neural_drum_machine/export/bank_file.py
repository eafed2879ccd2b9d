"""A bank of exemplars as a file, from which an export puts it into a model file."""

import json
from pathlib import Path
from typing import Final

import safetensors.numpy
from safetensors import SafetensorError, safe_open

from neural_drum_machine.errors import ExemplarError, OutputError, SpecError
from neural_drum_machine.exemplars.bank import Bank
from neural_drum_machine.files import advice, atomic_file
from neural_drum_machine.signal.spec import AudioSpec

_KEY: Final = "neural-drum-machine exemplars"


def write_bank(bank: Bank, path: Path) -> int:
    """Write a bank as a safetensors file, complete or not at all, and return its bytes.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    tensors, description = bank.to_tensors()
    text = json.dumps({"spec": bank.spec.to_dict(), "bank": description}, ensure_ascii=False)
    data = safetensors.numpy.save(tensors, metadata={_KEY: text})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as file:
            file.write(data)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror}); {advice(error)}"
        ) from error
    return len(data)


def read_bank(path: Path) -> Bank:
    """Read a bank.

    Raises
    ------
    ExemplarError
        If the file is missing, truncated, or holds no bank.
    """
    try:
        with safe_open(path, "np") as file:
            told = json.loads((file.metadata() or {})[_KEY])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return Bank.from_tensors(tensors, told["bank"], AudioSpec.from_dict(told["spec"]))
    except (
        AttributeError, LookupError, OSError, SafetensorError, SpecError, TypeError, ValueError,
    ) as error:  # fmt: skip
        raise ExemplarError(
            f"{path}: no bank of exemplars ({error}); make one with scripts/make_exemplars"
        ) from error
