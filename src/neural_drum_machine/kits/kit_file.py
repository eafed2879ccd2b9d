"""The file of a kit, ``.ndkit``: JSON in UTF-8, at most 16 MB.

======================= ==========================================================================
key                     value
======================= ==========================================================================
neural_drum_machine_kit 1, the version of this form
name                    text
model                   hash of the model, 64 hex digits
style                   quality to share of its range, 0 to 1; see :class:`.kit.Kit`
voices                  list; each has the keys of :class:`.kit.KitVoice`, and
own                     in place of ``block``: the compact form of each own sound, Base64
======================= ==========================================================================

Keys of a voice that are absent have their defaults. A key that is not known is an error: a newer
program wrote it.
"""

import base64
import json
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from neural_drum_machine.errors import KitError, OutputError
from neural_drum_machine.files import write_whole
from neural_drum_machine.kits.kit import Kit, KitVoice
from neural_drum_machine.regular_files import read_regular
from neural_drum_machine.sound import block_of, forms_of

ENDING: Final = ".ndkit"
VERSION: Final = 1
LARGEST: Final = 16_000_000
"""Bytes of a file: 128 voices that are each anchored to two own sounds need 14 MB."""
_KEY: Final = "neural_drum_machine_kit"
_VOICE_KEYS: Final = {each.name for each in fields(KitVoice)} - {"block"} | {"own"}


def content_of(kit: Kit) -> dict[str, Any]:
    """Return what a kit's file holds, as JSON values."""
    voices = []
    for voice in kit:
        values = {name: getattr(voice, name) for name in sorted(_VOICE_KEYS - {"own"})}
        values["own"] = [base64.b64encode(form).decode() for form in forms_of(voice.block)]
        voices.append(values)
    return {
        _KEY: VERSION,
        "name": kit.name,
        "model": kit.model,
        "style": dict(kit.style),
        "voices": voices,
    }


def kit_text(kit: Kit) -> str:
    """Return the text of a kit's file."""
    return json.dumps(content_of(kit), indent=1, ensure_ascii=False) + "\n"


def check_ending(path: Path) -> Path:
    """Return a path that a kit can be written to.

    Raises
    ------
    OutputError
        If its name does not end in ``.ndkit``.
    """
    if path.suffix.lower() != ENDING:
        raise OutputError(f"{path}: the file of a kit ends in {ENDING}; choose another name")
    return path


def write_kit(kit: Kit, path: str | Path) -> None:
    """Write a kit's file.

    Raises
    ------
    OutputError
        If the name does not end in ``.ndkit``, or the file cannot be written.
    """
    path = check_ending(Path(path))
    write_whole(path, kit_text(kit).encode())


def read_kit(path: str | Path) -> Kit:
    """Read a kit's file.

    Raises
    ------
    KitError
        If it cannot be read, is no kit, is damaged, or a newer program wrote it.
    """
    path = Path(path)
    try:
        data = read_regular(path, LARGEST)
    except OSError as error:
        raise KitError(f"{path}: cannot be read ({error.strerror}); name a .ndkit file") from error
    return kit_of(data, str(path))


def kit_of(data: bytes, name: str) -> Kit:
    """Return the kit of a file's bytes.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        What errors call it.

    Raises
    ------
    KitError
        If it is no kit, is damaged, or a newer program wrote it.
    """
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        content = None
    return kit_from(content, name)


def kit_from(content: Any, name: str) -> Kit:
    """Return the kit of what its file holds; parameters and errors as for :func:`kit_of`."""
    if not isinstance(content, dict) or _KEY not in content:
        raise KitError(f"{name}: is no kit; `ndm kit new --out {Path(name).stem}.ndkit` makes one")
    if content[_KEY] != VERSION:
        raise KitError(f"{name}: is a kit of another version; update the program")
    try:
        return Kit(
            content["name"],
            _text(content["model"]),
            tuple(_voice(each) for each in content["voices"]),
            _style(content.get("style", {})),
        )
    except KitError as error:
        raise KitError(f"{name}: {error}") from error
    except (LookupError, TypeError, ValueError) as error:
        raise KitError(f"{name}: is damaged ({error!r:.100}); make the kit anew") from error


def _voice(values: dict[str, Any]) -> KitVoice:
    unknown = sorted(values.keys() - _VOICE_KEYS)
    if unknown:
        raise KitError(f"a voice has an unknown key {unknown[0]!r:.60}; update the program")
    forms = [base64.b64decode(each, validate=True) for each in values.get("own", [])]
    given = {name: value for name, value in values.items() if name != "own"}
    recipe = values["recipe"]
    if not isinstance(recipe, dict) or not isinstance(recipe["category"], str):
        raise TypeError("a voice without a recipe")
    if not isinstance(values.get("locked", False), bool):
        raise TypeError("a lock that is neither true nor false")
    _text(values.get("family", ""))
    return KitVoice(block=block_of(forms), **given)


def _style(values: dict[str, Any]) -> dict[str, float]:
    out = {_text(name): float(value) for name, value in values.items()}
    outside = [value for value in out.values() if not 0 <= value <= 1]
    if outside:
        raise KitError(f"a style's values lie between 0 and 1, got {outside[0]:g}")
    return out


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value
