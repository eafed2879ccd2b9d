"""Velocity layers and round robins, read from the names of sampled instruments.

Samplers play another recording of a drum for each strength of a stroke (a velocity layer) and, for
repeated strokes of one strength, several in turn (a round robin). Their names tell which is which:
``snare_vl3_rr2``, ``Kick_v127_r1``, ``tom_l0_r1``, ``bdrum_ff_3``; DrumGizmo's kits number the
strokes of an instrument from the softest to the loudest: ``Snare/12-Snare``.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

_LAYER: Final = re.compile(
    r"(?<![a-z])(?:vl|dl|vel|velo|velocity|layer|lyr|dyn)[ _.-]?(\d{1,3})(?![0-9a-z])"
)
_ROUND_ROBIN: Final = re.compile(r"(?<![a-z])(?:rr|rnd|robin)[ _.-]?(\d{1,3})(?![0-9a-z])")
# Single letters count together ("l2_r0", "v3_rr1"), at the beginning, or where an instrument has
# one with a leading zero ("V08", "V14"). Alone, "Kick v2" is a version, "Tom L 2" the left one.
_SHORT_LAYER: Final = re.compile(r"(?<![a-z0-9])[vl](\d{1,3})(?![0-9a-z])")
_SHORT_ROUND_ROBIN: Final = re.compile(r"(?<![a-z0-9])r(\d{1,3})(?![0-9a-z])")
_DYNAMICS: Final = {
    **{word: i for i, word in enumerate(("ppp", "pp", "p", "mp", "mf", "f", "ff", "fff"))},
    **{word: i for i, word in enumerate(("softest", "soft", "medium", "hard", "hardest"))},
}
_DYNAMIC: Final = re.compile(rf"(?<![a-z])({'|'.join(_DYNAMICS)})(?![a-z])")
_TRAILING: Final = re.compile(r"(?<=[a-z]_)(\d{2,3})$")
_BETWEEN: Final = re.compile(r"[ _.-]+")
_NUMBERED: Final = re.compile(r"^(\d{1,3})-(.*[a-z].*)$")
_SPOKEN: Final = "~"
"""Begins the name of an instrument whose layers are words (soft, hard)."""
_FULL: Final = 127  # MIDI's loudest velocity


@dataclass(frozen=True, slots=True)
class Layer:
    """What a name tells about the stroke that was recorded.

    Attributes
    ----------
    instrument : str
        The path without layer and round robin, in small letters: the same for all recordings of
        one instrument.
    number : int or None
        Number of the velocity layer: a higher one is louder. None where the name has none.
    round_robin : int or None
        Number of the recording among those of equal strength.
    certain : bool
        Whether the number is a layer in any case; one such file of an instrument suffices.
    """

    instrument: str
    number: int | None
    round_robin: int | None
    certain: bool = True


def read_layer(path: PurePath) -> Layer:
    """Return the velocity layer and the round robin that a file's name tells.

    Parameters
    ----------
    path : PurePath
        For example ``Samples/oh_mic/se_vl2_rr1.wav``.

    Returns
    -------
    Layer
        Of any path. A number that only may be a velocity (``kick_127``, ``3-Kick``) is no layer
        here; :func:`velocities` knows more, because it sees all files of an instrument.
    """
    name = path.stem.lower()
    number = round_robin = None
    spoken = ""
    short = _SHORT_LAYER.search(name)
    if match := _ROUND_ROBIN.search(name) or (short and _SHORT_ROUND_ROBIN.search(name)):
        round_robin = int(match[1])
        name = name[: match.start()] + name[match.end() :]
    certain = True
    if match := _LAYER.search(name):
        number = int(match[1])
    elif match := _SHORT_LAYER.search(name):
        number = int(match[1])
        certain = round_robin is not None or match.start() == 0 or match[1][0] == "0"
    elif match := _DYNAMIC.search(name):
        number, spoken = _DYNAMICS[match[1]], _SPOKEN
    if match:
        name = f"{name[: match.start()]}*{name[match.end() :]}"
    name = _BETWEEN.sub("_", name).strip("_")
    return Layer(f"{spoken}{path.parent.as_posix()}/{name}".lower(), number, round_robin, certain)


def read_layers(paths: Iterable[PurePath]) -> list[Layer]:
    """Return the layer of each file, also where only the other files of an instrument tell it.

    Parameters
    ----------
    paths : iterable of PurePath
        All files of a source, or at least all of each instrument.
    """
    paths = list(paths)
    layers = [read_layer(path) for path in paths]
    return _with_midi_velocities(_with_numbered(paths, layers))


def velocities(paths: Iterable[PurePath]) -> list[tuple[float | None, int | None]]:
    """Return for each file how hard was struck, and its round robin, as far as names tell.

    Parameters
    ----------
    paths : iterable of PurePath
        All files of a source, or at least all of each instrument.

    Returns
    -------
    list of (float or None, int or None)
        The layer's place from 0 (softest) to 1 (loudest): of numbers from the first layer (1, or
        0 where there is one) to the loudest one known, of words evenly among those known. None
        where the name tells no layer, or only one of the instrument is known. Then the round
        robin.
    """
    layers = read_layers(paths)
    layered = {layer.instrument for layer in layers if layer.certain}
    known: dict[str, set[int]] = {}
    for layer in layers:
        if layer.number is not None and layer.instrument in layered:
            known.setdefault(layer.instrument, set()).add(layer.number)
    places = {
        instrument: _places(sorted(found), instrument.startswith(_SPOKEN))
        for instrument, found in known.items()
        if len(found) > 1
    }
    return [
        (
            None if each.number is None else places.get(each.instrument, {}).get(each.number),
            each.round_robin,
        )
        for each in layers
    ]


def _places(numbers: Sequence[int], spoken: bool) -> dict[int, float]:
    if spoken:
        return {number: i / (len(numbers) - 1) for i, number in enumerate(numbers)}
    # Where only the layers 5 to 7 are there, the fifth is still no soft one.
    first, last = min(1, numbers[0]), numbers[-1]
    return {number: (number - first) / (last - first) for number in numbers}


def _with_numbered(paths: Sequence[PurePath], layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers with those of DrumGizmo's kits: all files of a folder are ``N-Name``."""
    folders: dict[PurePath, list[re.Match[str] | None]] = {}
    for path in paths:
        match = _NUMBERED.match(path.stem.lower())
        folders.setdefault(path.parent, []).append(match)
    numbered = {
        folder
        for folder, matches in folders.items()
        if len(matches) > 1 and all(matches) and len({match[2] for match in matches if match}) == 1
    }
    out = []
    for path, layer in zip(paths, layers, strict=True):
        match = _NUMBERED.match(path.stem.lower()) if path.parent in numbered else None
        if match and layer.number is None:
            layer = Layer(f"{path.parent.as_posix()}/{match[2]}", int(match[1]), layer.round_robin)
        out.append(layer)
    return out


def _with_midi_velocities(layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers with those told by a last number up to 127: ``kick_064``, ``kick_127``."""
    ends: dict[str, set[int]] = {}
    found: list[tuple[str, int] | None] = []
    for layer in layers:
        match = None if layer.number is not None else _TRAILING.search(layer.instrument)
        end = (layer.instrument[: match.start()], int(match[1])) if match else None
        found.append(end)
        if end:
            ends.setdefault(end[0], set()).add(end[1])
    # A run 1, 2, 3 … 127 numbers files; a few numbers of which the last is 127 are velocities.
    velocity = {
        name for name, numbers in ends.items() if max(numbers) == _FULL and len(numbers) <= 64
    }
    return [
        Layer(end[0], end[1], layer.round_robin) if end and end[0] in velocity else layer
        for layer, end in zip(layers, found, strict=True)
    ]
