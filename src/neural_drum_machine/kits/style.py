"""The style of a kit: where in the ranges of their categories its voices lie.

A style maps a quality, or a category and a quality with a dot between, to a share of the range that
recordings of a category have: 0 is the 5th percentile, 0.5 the median, 1 the 95th.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from neural_drum_machine.errors import AudioError, KitError
from neural_drum_machine.kits.kit_file import ENDING, read_kit
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.prepare.labelling.path_names import label_from_text
from neural_drum_machine.sound import Sound
from neural_drum_machine.wishes.qualities import BY_NAME
from neural_drum_machine.wishes.ranges import Range

STYLES: Final[Mapping[str, Mapping[str, float]]] = {
    "tight": {"brightness": 0.6, "decay": 0.12, "attack": 0.2},
    "dark": {"brightness": 0.12, "decay": 0.45},
    "bright": {"brightness": 0.88, "decay": 0.5},
    "808": {
        "brightness": 0.5,
        "decay": 0.5,
        "kick.brightness": 0.1,
        "kick.decay": 0.95,
        "kick.pitch": 0.12,
        "kick.noisiness": 0.05,
        "closed_hihat.decay": 0.35,
        "tom.decay": 0.6,
        "tom.noisiness": 0.1,
    },
    "room": {"brightness": 0.4, "decay": 0.8, "attack": 0.6},
    "soft": {"brightness": 0.25, "decay": 0.5, "attack": 0.8},
}
"""Named styles, of our own choice."""
_LIKE: Final = ("brightness", "decay", "noisiness")
"""The qualities that a style takes from a sound file."""
_NARROW: Final = (0.25, 0.75)
"""A kit without a style lies here."""


def value_at(quality: str, share: float, known: Range) -> float:
    """Return the value at a share of a range, in the quality's unit, within what may be wished."""
    scale = BY_NAME[quality]
    places = [scale.scale(each) for each in (known.low, known.middle, known.high)]
    value = scale.unscale(float(np.interp(share, (0.0, 0.5, 1.0), places)))
    low, high = scale.limits
    return min(max(value, low), high)


def share_of(quality: str, value: float, known: Range) -> float:
    """Return the share of a range at which a value lies, 0 to 1; NaN for NaN."""
    scale = BY_NAME[quality]
    places = [scale.scale(each) for each in (known.low, known.middle, known.high)]
    return float(np.interp(scale.scale(value), places, (0.0, 0.5, 1.0)))


def style_of(
    machine: DrumMachine, style: str | Path | Mapping[str, float] | None, seed: int
) -> dict[str, float]:
    """Return a style.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    style : str, Path or mapping, optional
        A style itself; or one of :data:`STYLES`; or a sound file, whose brightness, decay and
        noisiness the voices share; or a ``.ndkit`` file, whose style they have. Without it, the
        seed draws a style.
    seed : int
        Draws a style where none is named.

    Raises
    ------
    KitError
        If there is neither a style nor a file of this name.
    AudioError
        If the sound file cannot be used.
    """
    if style is None:
        random = np.random.RandomState(seed)
        return {name: float(random.uniform(*_NARROW)) for name in ("brightness", "decay")}
    if isinstance(style, Mapping):
        return dict(style)
    if str(style) in STYLES:
        return dict(STYLES[str(style)])
    path = Path(style)
    if not path.exists():
        raise KitError(
            f"there is no style and no file {str(style)!r:.200}; styles are {', '.join(STYLES)}"
        )
    if path.suffix.lower() == ENDING:
        return dict(read_kit(path).style)
    return style_like(machine, sound_of_file(machine, path))


def style_like(machine: DrumMachine, sound: Sound) -> dict[str, float]:
    """Return the style of drums that share the brightness, decay and noisiness of a sound."""
    values, known = machine.describe(sound), machine.ranges(sound.category)
    shares = {name: share_of(name, values[name], known[name]) for name in _LIKE if name in known}
    return {name: share for name, share in shares.items() if np.isfinite(share)}


def sound_of_file(machine: DrumMachine, path: Path, category: str | None = None) -> Sound:
    """Return the sound of a file: recalled from its recipe, or else as an own sound.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    path : Path
        A sound file.
    category : str, optional
        What an own sound is if its name does not tell; without it, the closest one.

    Raises
    ------
    AudioError
        If the file cannot be used.
    ControlError
        If its recipe is of another model.
    """
    try:
        return machine.recall(path)
    except AudioError:
        # It holds no recipe; or no audio, which is said again.
        known = label_from_text(path.stem).category or category
        return machine.bend(machine.anchor(path, known))


def wish_of(
    style: Mapping[str, float], category: str, known: Mapping[str, Range], deviation: float = 0.0
) -> dict[str, float]:
    """Return the values that a voice is to have.

    Parameters
    ----------
    style : mapping
        The kit's.
    category : str
        The voice's category.
    known : mapping
        The ranges of the category; see :meth:`DrumMachine.ranges`.
    deviation : float
        How far the voice differs from the kit, as a share of each range.
    """
    shares = {name: share for name, share in style.items() if "." not in name}
    for name, share in style.items():
        owner, _, quality = name.partition(".")
        if quality and owner == category:
            shares[quality] = share
    return {
        name: value_at(name, min(max(share + deviation, 0.0), 1.0), known[name])
        for name, share in shares.items()
        if name in known
    }
