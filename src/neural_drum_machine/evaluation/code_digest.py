"""A digest of the code that computes a result, so that results of older code are not used."""

import ast
import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import neural_drum_machine

PACKAGE = "neural_drum_machine"


@lru_cache(maxsize=8)
def code_digest(module: str, *, lazy: bool = True) -> str:
    """Return a digest of a module and of all modules of this package that it imports.

    Parameters
    ----------
    module : str
        Full name, usually ``__name__``.
    lazy : bool
        Whether imports inside functions count too. Without them a digest is narrower: use it
        only if the result never depends on such an import.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for name, path in sorted(imported_modules(module, lazy=lazy).items()):
        digest.update(name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def imported_modules(module: str, *, lazy: bool = True) -> dict[str, Path]:
    """Return the modules of this package that a module needs, itself included, with their files.

    Parameters
    ----------
    module, lazy
        As for :func:`code_digest`.

    Raises
    ------
    ModuleNotFoundError
        If there is no such module.
    """
    found: dict[str, Path] = {}
    if _file(module) is None:
        raise ModuleNotFoundError(f"{module}: no such module in {PACKAGE}")
    queue = [module]
    while queue:
        parts = queue.pop().split(".")
        # Importing a.b.c also runs a and a.b.
        for name in (".".join(parts[:n]) for n in range(1, len(parts) + 1)):
            path = _file(name)
            if path is not None and name not in found:
                found[name] = path
                queue += _imports(path, lazy)
    return found


def _file(name: str) -> Path | None:
    """Return the file of a module; None if the name is that of a function or a class."""
    root = Path(neural_drum_machine.__file__).parent
    path = root.joinpath(*name.split(".")[1:])
    for candidate in (path / "__init__.py", path.with_suffix(".py")):
        if candidate.is_file():
            return candidate
    return None


def _imports(path: Path, lazy: bool) -> list[str]:
    """Return the full names that a file of this package imports from this package."""
    names = []
    for node in _nodes(ast.parse(path.read_bytes()), lazy):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name.split(".")[0] == PACKAGE]


def _nodes(node: ast.AST, lazy: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if lazy or not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
            yield from _nodes(child, lazy)
