"""Writing a model file."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt

from neural_drum_machine.errors import BundleError, OutputError
from neural_drum_machine.files import advice, atomic_file
from neural_drum_machine.model_file.layout import (
    ALIGNMENT,
    DTYPES,
    FORMAT,
    FORMAT_VERSION,
    MAGIC,
    PREFIX,
    aligned,
)


def write_bundle(
    path: Path, header: Mapping[str, Any], tensors: Mapping[str, npt.NDArray[Any]]
) -> None:
    """Write a model file, complete or not at all.

    Parameters
    ----------
    path : Path
        The file.
    header : Mapping
        JSON values: ``spec``, ``categories``, ``latent_dim``, ``generator``, ``mcnn``, ``name``,
        ``licence``, ``controls``, ``training``, ``exemplars``. ``format`` and ``parts`` are added
        here.
    tensors : Mapping of str to numpy.ndarray
        Arrays of the types in ``DTYPES`` of :mod:`neural_drum_machine.model_file.layout`.

    Raises
    ------
    BundleError
        If a tensor has another type.
    OutputError
        If the file cannot be written.
    """
    blobs: list[tuple[str, bytes, dict[str, Any]]] = []
    for name, array in tensors.items():
        if array.dtype.name not in DTYPES:
            raise BundleError(
                f"tensor {name!r} has type {array.dtype}; use one of {', '.join(DTYPES)}"
            )
        facts = {"dtype": array.dtype.name, "shape": list(array.shape)}
        blobs.append((name, array.astype(DTYPES[array.dtype.name]).tobytes(), facts))
    parts: dict[str, Any] = {}
    offset = 0
    for name, data, facts in blobs:
        sha256 = hashlib.sha256(data).hexdigest()
        parts[name] = {**facts, "offset": offset, "bytes": len(data), "sha256": sha256}
        offset += aligned(len(data))
    text = json.dumps(
        {**header, "format": FORMAT, "parts": parts}, ensure_ascii=False, sort_keys=True
    ).encode()
    text += b" " * (-(PREFIX.size + len(text)) % ALIGNMENT)
    digest = hashlib.sha256(text).digest()
    try:
        with atomic_file(path) as file:
            file.write(PREFIX.pack(MAGIC, FORMAT_VERSION, 0, len(text), digest))
            file.write(text)
            for _, data, _ in blobs:
                file.write(data + b"\0" * (-len(data) % ALIGNMENT))
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror}); {advice(error)}"
        ) from error
