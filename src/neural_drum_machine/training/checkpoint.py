"""Checkpoints without pickle: safetensors files with the rest of the state as JSON metadata."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch
from lightning.fabric.plugins.io.checkpoint_io import CheckpointIO

from neural_drum_machine.errors import TrainingError
from neural_drum_machine.training.tensor_file import read_tensors, write_tensors

SUFFIX: Final = ".safetensors"
MAX_DEPTH: Final = 64
"""How deep dictionaries, lists and tuples may be nested; those of Lightning are six deep."""
_KEY: Final = "ndm"


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
        For any other type, because nothing is pickled, and for a deeper tree than `MAX_DEPTH`.
    """
    tensors: dict[str, torch.Tensor] = {}

    def walk(node: Any, name: str, depth: int = 0) -> Any:
        if depth > MAX_DEPTH:
            raise TrainingError(f"cannot store {name[:80]}…: it is nested {MAX_DEPTH} deep")

        def below(key: Any, value: Any) -> Any:
            return walk(value, f"{name}/{key}", depth + 1)

        if isinstance(node, torch.Tensor):
            tensors[name] = node.detach().cpu().clone().contiguous()
            return {"tensor": name}
        if isinstance(node, dict):
            return {"map": [[key, below(key, value)] for key, value in node.items()]}
        if isinstance(node, tuple):
            return {"tuple": [below(i, value) for i, value in enumerate(node)]}
        if isinstance(node, list):
            return [below(i, value) for i, value in enumerate(node)]
        if isinstance(node, os.PathLike):
            return os.fspath(node)
        if node is None or isinstance(node, str | int | float | bool):
            return node
        raise TrainingError(f"cannot store {name} of type {type(node).__name__} in a checkpoint")

    return tensors, walk(tree, "")


def unpack(tensors: dict[str, torch.Tensor], tree: Any, depth: int = 0) -> Any:
    """Return the state that :func:`pack` has split.

    Raises
    ------
    ValueError
        If the tree is none of those, names a tensor that is not there, or is nested too deep.
    """
    if depth > MAX_DEPTH:
        raise ValueError(f"its state is nested more than {MAX_DEPTH} deep")
    if isinstance(tree, list):
        return [unpack(tensors, item, depth + 1) for item in tree]
    if not isinstance(tree, dict):
        return tree
    match tree:
        case {"tensor": str(name)} if name in tensors:
            return tensors[name]
        case {"tensor": name}:
            raise ValueError(f"it has no tensor {str(name)[:80]!r}")
        case {"tuple": list(items)}:
            return tuple(unpack(tensors, item, depth + 1) for item in items)
        case {"map": list(pairs)} if all(_is_pair(pair) for pair in pairs):
            return {key: unpack(tensors, value, depth + 1) for key, value in pairs}
    raise ValueError(f"its state has a part of an unknown kind ({', '.join(tree)[:80]})")


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and not isinstance(pair[0], dict | list)


def save(state: dict[str, Any], path: Path) -> None:
    """Write a checkpoint, complete or not at all."""
    tensors, tree = pack(state)
    write_tensors(tensors, _KEY, tree, path)


def load(path: Path, needs: Sequence[str] = ()) -> dict[str, Any]:
    """Read a checkpoint.

    Parameters
    ----------
    path : Path
        The file.
    needs : sequence of str
        Keys that its state must have.

    Raises
    ------
    TrainingError
        If the file is missing, truncated, altered, not a checkpoint of this program, or lacks one
        of the keys.
    """
    try:
        state = unpack(*read_tensors(path, _KEY))
        if not isinstance(state, dict):
            raise ValueError("its state is no dictionary")
        if missing := [key for key in needs if key not in state]:
            raise ValueError(f"its state has no {', '.join(missing)}")
        return state
    except FileNotFoundError:
        raise TrainingError(f"{path}: no such checkpoint; train one with ndm train") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise TrainingError(
            f"{path}: not a complete checkpoint of this program ({why}); "
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
