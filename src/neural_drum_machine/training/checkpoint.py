"""Checkpoints without pickle: safetensors files with the rest of the state as JSON metadata."""

import json
import os
from pathlib import Path
from typing import Any, cast

import safetensors.torch
import torch
from lightning.fabric.plugins.io.checkpoint_io import CheckpointIO
from safetensors import SafetensorError, safe_open

from neural_drum_machine.errors import TrainingError
from neural_drum_machine.files import atomic_file

SUFFIX = ".safetensors"
_KEY = "ndm"


def pack(tree: Any) -> tuple[dict[str, torch.Tensor], Any]:
    """Split a nested state into tensors by name and a JSON tree that refers to them.

    Parameters
    ----------
    tree : Any
        Dictionaries, lists, tuples, strings, numbers, None and tensors.

    Returns
    -------
    tensors : dict
        Tensors by name, contiguous, no two sharing memory.
    json_tree : Any
        Everything else. Dictionaries become ``{"map": [[key, value], …]}`` (their keys may be
        numbers), tensors ``{"tensor": name}``, tuples ``{"tuple": […]}``.

    Raises
    ------
    TrainingError
        For any other type, because nothing is pickled.
    """
    tensors: dict[str, torch.Tensor] = {}

    def walk(node: Any, name: str) -> Any:
        if isinstance(node, torch.Tensor):
            tensors[name] = node.detach().cpu().clone().contiguous()
            return {"tensor": name}
        if isinstance(node, dict):
            return {"map": [[key, walk(value, f"{name}/{key}")] for key, value in node.items()]}
        if isinstance(node, tuple):
            return {"tuple": [walk(value, f"{name}/{i}") for i, value in enumerate(node)]}
        if isinstance(node, list):
            return [walk(value, f"{name}/{i}") for i, value in enumerate(node)]
        if isinstance(node, os.PathLike):
            return os.fspath(node)
        if node is None or isinstance(node, str | int | float | bool):
            return node
        raise TrainingError(f"cannot store {name} of type {type(node).__name__} in a checkpoint")

    return tensors, walk(tree, "")


def unpack(tensors: dict[str, torch.Tensor], tree: Any) -> Any:
    """Return the state that :func:`pack` has split."""
    if isinstance(tree, list):
        return [unpack(tensors, item) for item in tree]
    if isinstance(tree, dict):
        if "tensor" in tree:
            return tensors[tree["tensor"]]
        if "tuple" in tree:
            return tuple(unpack(tensors, item) for item in tree["tuple"])
        return {key: unpack(tensors, value) for key, value in tree["map"]}
    return tree


def save(state: dict[str, Any], path: Path) -> None:
    """Write a checkpoint, complete or not at all."""
    tensors, tree = pack(state)
    data = safetensors.torch.save(tensors, metadata={_KEY: json.dumps(tree)})
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as file:
        file.write(data)


def load(path: Path) -> dict[str, Any]:
    """Read a checkpoint.

    Raises
    ------
    TrainingError
        If the file is missing, truncated, or not a checkpoint of this program.
    """
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return cast("dict[str, Any]", unpack(tensors, json.loads(metadata[_KEY])))
    except FileNotFoundError:
        raise TrainingError(f"{path}: no such checkpoint; train one with ndm train") from None
    except (SafetensorError, OSError, KeyError, ValueError, TypeError) as error:
        raise TrainingError(
            f"{path}: not a complete checkpoint of this program ({error}); "
            "use another one, or train again without --resume"
        ) from error


class SafetensorsCheckpointIO(CheckpointIO):
    """Makes Lightning save and load its checkpoints in this format."""

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: str | Path, *_: Any, **__: Any
    ) -> None:
        """Write a checkpoint."""
        save(checkpoint, Path(path))

    def load_checkpoint(self, path: str | Path, *_: Any, **__: Any) -> dict[str, Any]:
        """Read a checkpoint."""
        return load(Path(path))

    def remove_checkpoint(self, path: str | Path) -> None:
        """Remove a checkpoint."""
        Path(path).unlink(missing_ok=True)
