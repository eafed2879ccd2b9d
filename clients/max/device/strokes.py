"""Which stroke a note plays: the layer of its velocity, and the next hit of that layer."""

from dataclasses import dataclass

from .patch import Box, Patch


@dataclass(frozen=True)
class Strokes:
    """Boxes that find the stroke of a note.

    Attributes
    ----------
    number : Box
        Three outlets with the stroke's place in the file, from 1, or 0 for the sound itself.
    level : Box
        A list that begins with the level; attack and fade go into its other inlets.
    hit : Box
        The hit of its layer. 0 is the sound itself.
    length, hits : Box
        The length of a stroke in ms, 0 while there are none, and the hits of each layer: 1, or
        more if they take turns.
    """

    number: Box
    level: Box
    hit: Box
    length: Box
    hits: Box


def stroke(patch: Patch, note: Box) -> Strokes:
    """Add what finds the stroke of a note, and its level.

    The layer is 0 for the sound itself, or 1, 2 and 3 for velocities 96, 64 and 32; it is 0 while
    the length is 0. A file of one hit begins at velocity 96. One of several hits begins at 127,
    with the hits of each layer one after another (docs/protocol.md, ``/ndm/layers``).
    """
    velocity = patch.add("t i i", (300, 860))
    patch.connect(note, 1, velocity)
    length = patch.add("float 0.", (760, 900))
    hits = patch.add("float 1.", (900, 1000))
    nearest = patch.add("expr min(3\\, int((143 - $i1) / 32)) * ($f2 > 0.)", (560, 940))
    patch.connect(length, 0, 1, nearest)
    patch.connect(velocity, 1, nearest)
    layer = patch.add("t f i f", (560, 980))
    patch.connect(nearest, layer)
    # The level of the velocity over that of the layer: the square root of it is a straight line.
    gain = patch.add(
        "expr pow((0.1 + 0.9 * ($f1 - 1.) / 126.) / "
        "(0.1 + 0.9 * (126. - 32. * $f2 + ($f2 > 0.)) / 126.)\\, 2.)",
        (300, 940),
    )
    patch.connect(layer, 2, 1, gain)
    patch.connect(velocity, gain)
    level = patch.add("pack 0. 0. 1000.", (300, 980))
    patch.connect(gain, level)
    place = patch.add("expr $f1 * $f2 + $f3 + ($f2 > 1.)", (560, 1060))
    hit = _turns(patch, layer, hits)
    patch.connect(hit, 0, 2, place)
    patch.connect(hits, 0, 1, place)
    patch.connect(layer, place)
    number = patch.add("t f f i", (560, 1080))
    patch.connect(place, number)
    return Strokes(number, level, hit, length, hits)


def _turns(patch: Patch, layer: Box, hits: Box) -> Box:
    """Add the turns of each layer, and return the box that outputs the hit whose turn it is.

    The sound itself, hit 0, is in every set of hits, so it takes no turn where there are others.
    """
    hit = patch.add("f 0.", (900, 1200))
    rest, outlet = layer, 1
    for number in range(4):
        x = 900 + 110 * number
        last = patch.add("f 0.", (x, 1100))
        if number < 3:
            mine = patch.add(f"select {number}", (x, 1040))
            patch.connect(rest, outlet, mine)
            patch.connect(mine, last)
            rest, outlet = mine, 1
        else:
            patch.connect(rest, outlet, patch.add("t b", (x, 1040)), last)
        following = patch.add("expr ($f2 > 1.) * (1. + $f1 * ($f1 < $f2 - 1.))", (x, 1130))
        patch.connect(last, following)
        patch.connect(hits, 0, 1, following)
        patch.connect(following, 0, 1, last)
        patch.connect(following, hit)
    return hit
