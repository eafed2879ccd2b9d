"""Tensors and one JSON value in a safetensors file, with a checksum over both.

Reading such a file executes no code. The checksum finds what safetensors cannot see: a changed bit
in a weight. Files that earlier versions wrote have none, and are read without.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open

from neural_drum_machine.files import atomic_file
from neural_drum_machine.regular_files import open_regular

CHECKSUM: Final = "sha256"
_MAX_JSON: Final = 2**26
"""Most characters of the JSON value: 64 Mi."""


def write_tensors(tensors: Mapping[str, torch.Tensor], key: str, value: Any, path: Path) -> int:
    """Write a file, complete or not at all, and make its folder.

    Parameters
    ----------
    tensors : mapping of str to torch.Tensor
        Contiguous, no two sharing memory.
    key : str
        The name of the value in the file.
    value : Any
        What JSON can hold.
    path : Path
        The file.

    Returns
    -------
    int
        Its bytes.
    """
    text = json.dumps(value)
    metadata = {key: text, CHECKSUM: _checksum(tensors, text)}
    data = safetensors.torch.save(dict(tensors), metadata=metadata)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as file:
        file.write(data)
    return len(data)


def read_tensors(path: Path, key: str) -> tuple[dict[str, torch.Tensor], Any]:
    """Read a file that :func:`write_tensors` wrote.

    Returns
    -------
    tensors : dict
        Tensors by name, on the CPU.
    value : Any
        The JSON value.

    Raises
    ------
    OSError
        If the file is missing, no regular file, or cannot be read.
    ValueError
        If it is truncated, altered, or of another program.
    """
    # Opened first, because safetensors would wait for a pipe.
    open_regular(path).close()
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if key not in metadata:
                raise ValueError(f"its metadata have no {key!r}")
            text = metadata[key]
            if len(text) > _MAX_JSON:
                raise ValueError(f"its metadata have {len(text)} characters")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if metadata.get(CHECKSUM, "") not in ("", _checksum(tensors, text)):
            raise ValueError("altered since it was written: its checksum is wrong")
        return tensors, json.loads(text)
    except SafetensorError as error:
        raise ValueError(str(error)) from error
    except RecursionError:
        raise ValueError("its metadata are nested too deep") from None


def _checksum(tensors: Mapping[str, torch.Tensor], text: str) -> str:
    digest = hashlib.sha256(text.encode())
    for name in sorted(tensors):
        tensor = tensors[name].detach()
        digest.update(f"\n{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        # As bytes: NumPy has no bfloat16.
        data: Any = tensor.reshape(-1).view(torch.uint8).numpy()
        digest.update(data)
    return digest.hexdigest()
