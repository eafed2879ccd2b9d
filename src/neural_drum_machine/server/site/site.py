"""Writing the page as a static folder that any web server can serve, at any path."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from neural_drum_machine.errors import OutputError
from neural_drum_machine.grooves.groove_file import content_of as groove_content
from neural_drum_machine.grooves.styles import new_groove
from neural_drum_machine.kits.kit_file import content_of as kit_content
from neural_drum_machine.kits.new_kit import new_kit
from neural_drum_machine.kits.style import STYLES
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.new_folder import check_new_folder, new_folder
from neural_drum_machine.regular_files import read_regular
from neural_drum_machine.server.site.facts import facts_of, plain_facts
from neural_drum_machine.server.site.packed_model import packed_encoder, packed_model
from neural_drum_machine.server.web.assets import INDEX, read_assets
from neural_drum_machine.server.web.guard import POLICY
from neural_drum_machine.text import shown

MARK: Final = "data/facts.json"
"""Every page has this file."""
KIT_SEEDS: Final = (1, 2)
"""Kits of each style that lie ready."""
_FIRST_SEED, _FIRST_STYLE, _FIRST_GROOVE = 12, "tight", "house"
_MOST_ENGINE: Final = 10_000_000
_MOST_SCRIPT: Final = 1_000_000
_LATER: Final = frozenset({"data/encoder.bin"})
"""What the service worker keeps once it was asked for: most visitors never do."""
_LISTED: Final = re.compile(r"^const (?:FILES|LATER) = (\[.*\]);$", re.MULTILINE)
"""The service worker lists the files of its page."""
_BACKGROUND: Final = "#16171a"


@dataclass(frozen=True, slots=True)
class Site:
    """A page that was written.

    Attributes
    ----------
    folder : Path
        Where it is.
    sizes : dict of str to int
        Bytes of each file by its path.
    """

    folder: Path
    sizes: dict[str, int]


def engine_path() -> Path:
    """Return where ``scripts/build_wasm`` puts the engine for browsers."""
    return Path(str(resources.files("neural_drum_machine"))) / "native" / "engine.wasm"


def write_site(
    out: str | Path,
    machine: DrumMachine,
    model: str | Path,
    engine: str | Path | None = None,
    *,
    force: bool = False,
) -> Site:
    """Write the page with the engine and a model as a folder.

    Parameters
    ----------
    out : str or Path
        The folder. It gets its name once all is written.
    machine : DrumMachine
        The model, open.
    model : str or Path
        Its file.
    engine : str or Path, optional
        The engine as WebAssembly; that of :func:`engine_path` if absent.
    force : bool
        Whether a page that was written before is replaced.

    Raises
    ------
    OutputError
        If the folder exists and may not be replaced (it has files that are no part of such a page),
        or cannot be written, or there is no engine.
    BundleError
        If the model cannot be read.
    ServerError
        If the model has no maps of its controls.
    """
    target = Path(out)
    check_new_folder(target, force=force, check_replaceable=_check_replaceable)
    wasm = _engine(Path(engine) if engine else engine_path())
    first = new_kit(machine, _FIRST_SEED, style=_FIRST_STYLE, name=_FIRST_STYLE)
    facts, sounds = facts_of(machine, first)
    kits = ready_kits(machine)
    files = {path: each.data for path, each in read_assets(alone=True).items()}
    files[INDEX] = _index(files[INDEX])
    files["manifest.webmanifest"] = json.dumps(_MANIFEST, indent=1).encode()
    bundle = Bundle.open(model)
    packed, facts["model_bytes"] = packed_model(bundle)
    encoder = packed_encoder(bundle)
    data = {"engine.wasm": wasm, "model.bin": packed, "encoder.bin": encoder, **sounds}
    data["facts.json"] = _json(facts)
    data["kits.json"] = _json(kits)
    files |= {f"data/{name}": content for name, content in data.items()}
    groove = groove_content(new_groove(_FIRST_GROOVE))
    files["starter.json"] = _json({"kit": kit_content(first), "groove": groove})
    files["sw.js"] = _service_worker(files)
    _write(target, files)
    return Site(target, {path: len(content) for path, content in files.items()})


def engine_files(
    machine: DrumMachine,
    model: str | Path,
    engine: str | Path | None = None,
    styles: Sequence[str] = tuple(STYLES),
) -> dict[str, bytes]:
    """Return what a program needs to play without a server, by the names of its files.

    Parameters
    ----------
    machine, model, engine
        As for :func:`write_site`.
    styles : sequence of str
        Those of :data:`~neural_drum_machine.kits.style.STYLES` that kits lie ready of.

    Raises
    ------
    OutputError
        If there is no engine.
    BundleError
        If the model cannot be read.
    ServerError
        If the model has no maps of its controls.
    """
    wasm = _engine(Path(engine) if engine else engine_path())
    bundle = Bundle.open(model)
    packed, length = packed_model(bundle)
    return {
        "engine.wasm": wasm,
        "model.bin": packed,
        "encoder.bin": packed_encoder(bundle),
        "facts.json": _json(plain_facts(machine) | {"model_bytes": length}),
        "kits.json": _json(ready_kits(machine, styles)),
    }


def ready_kits(machine: DrumMachine, styles: Sequence[str] = tuple(STYLES)) -> list[dict[str, Any]]:
    """Return kits of styles, as the engine in the browser has them ready.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    styles : sequence of str
        Some of :data:`~neural_drum_machine.kits.style.STYLES`.
    """
    return [
        {
            "style": style,
            "kit": kit_content(new_kit(machine, seed, style=style, name=f"{style} {seed}")),
        }
        for style in styles
        for seed in KIT_SEEDS
    ]


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _engine(path: Path) -> bytes:
    try:
        data = read_regular(path, _MOST_ENGINE)
    except OSError as error:
        raise OutputError(
            f"{path}: the engine for browsers cannot be read ({error.strerror}); "
            "scripts/build_wasm builds it, with the package ziglang"
        ) from error
    if not data.startswith(b"\0asm"):
        raise OutputError(f"{path}: is no WebAssembly; scripts/build_wasm builds it")
    return data


def policy() -> str:
    """Return the Content-Security-Policy of the page: the server's, with WebAssembly and workers.

    A page cannot forbid frames around itself, so that part is left out.
    """
    parts = [each for each in POLICY.split("; ") if not each.startswith("frame-ancestors")]
    place = parts.index("script-src 'self'")
    parts[place] = "script-src 'self' 'wasm-unsafe-eval'"
    return "; ".join([*parts, "worker-src 'self'", "trusted-types ndm"])


def _index(page: bytes) -> bytes:
    """Return the page with relative addresses, and what it needs without a server."""
    html = page.decode().replace('="/', '="./')
    head = "\n".join(
        (
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy()}">',
            '<meta name="referrer" content="no-referrer">',
            '<meta name="ndm-way" content="worker">',
            f'<meta name="theme-color" content="{_BACKGROUND}">',
            '<link rel="manifest" href="./manifest.webmanifest">',
        )
    )
    return html.replace('<meta charset="utf-8">', head, 1).encode()


_MANIFEST: Final = {
    "name": "Neural Drum Machine",
    "short_name": "Drum Machine",
    "description": "Move a point, hear a new drum.",
    "start_url": "./",
    "scope": "./",
    "display": "standalone",
    "background_color": _BACKGROUND,
    "theme_color": _BACKGROUND,
    "icons": [{"src": "./icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
}


def _service_worker(files: dict[str, bytes]) -> bytes:
    text = resources.files("neural_drum_machine.server.site") / "service-worker.js"
    told = hashlib.sha256()
    for path, content in sorted(files.items()):
        told.update(path.encode() + hashlib.sha256(content).digest())
    at_once = [f"./{path}" for path in sorted(files) if path != INDEX and path not in _LATER]
    later = [f"./{path}" for path in sorted(_LATER)]
    script = text.read_text(encoding="utf-8").replace("@VERSION@", told.hexdigest()[:16])
    script = script.replace("/*FILES*/ []", json.dumps(["./", *at_once]))
    return script.replace("/*LATER*/ []", json.dumps(later)).encode()


def _check_replaceable(out: Path) -> None:
    """Check that a folder holds a page that was written before, and nothing that would be lost."""
    script = _text(out / "sw.js")
    found = _LISTED.findall(script)
    if not found or not (out / MARK).is_file():
        raise OutputError(f"{out}: holds something else than a page; choose another folder")
    listed = [each for files in found for each in json.loads(files)]
    written = {each.removeprefix("./") for each in listed} | {INDEX, "sw.js"}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if path.is_file() and name not in written and not path.name.startswith("."):
            raise OutputError(
                f"{out}: holds {shown(name)!r}, which ndm site did not write; move it away, or "
                "choose another folder"
            )


def _text(path: Path) -> str:
    try:
        return read_regular(path, _MOST_SCRIPT).decode(errors="replace")
    except FileNotFoundError:
        return ""


def _write(out: Path, files: dict[str, bytes]) -> None:
    with new_folder(out) as folder:
        for path, content in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
