"""Which stroke a note plays: the layer of its velocity, and the next hit of that layer."""

from typing import Final

from .writer import Canvas, Node

HITS: Final = 5
"""Hits of each layer, with Humanise: the sound itself, which takes no turn as it is in every set,
and four of its own."""
FRESH_MS: Final = 4000
"""New hits are asked for at most this often: the server needs half a second or more for them."""
SETS: Final = (2, 3)
"""Numbers of the two pairs of tables that load sets of hits in turn, so that a note that is playing
goes on."""


def humanise() -> Canvas:
    """Return the subpatch that loads sets of hits, and asks for new ones."""
    canvas = Canvas("humanise", (760, 420))
    for i, number in enumerate(SETS):
        for k, end in enumerate(("", "-r")):
            canvas.obj(480 + 130 * k, 20 + 30 * i, f"table $0-set{number}{end}")
    path = canvas.obj(20, 50, "t s b")
    canvas.connect(canvas.obj(20, 20, "r $0-set-path"), path)
    side = canvas.obj(120, 80, f"f {SETS[1]}")
    both = canvas.obj(120, 130, "t f f")
    canvas.connect(path, 1, side)
    canvas.connect(side, canvas.obj(120, 105, f"expr {sum(SETS)} - $f1"), both)
    canvas.connect(both, 1, 1, side)
    # No array set here: a set is long, and Pd makes no sound while it copies one.
    read = canvas.obj(20, 220, "list prepend read -resize")
    filer = canvas.obj(20, 300, "soundfiler")
    for i, number in enumerate(SETS):
        gate = canvas.obj(20 + 160 * i, 195, "spigot 0")
        chosen = canvas.obj(120 + 160 * i, 165, f"== {number}")
        canvas.connect(both, chosen)
        canvas.connect(chosen, 0, 1, gate)
        canvas.connect(path, gate)
        if i:
            read = canvas.obj(180, 220, "list prepend read -resize")
        canvas.connect(gate, read, canvas.obj(20 + 160 * i, 245, f"list append $0-set{number} "
                                              f"$0-set{number}-r"),
                       canvas.obj(20 + 160 * i, 270, "list trim"), filer)  # fmt: skip
    there = canvas.obj(20, 330, "sel 0")
    canvas.connect(filer, there)
    number = canvas.obj(60, 360, "f")
    canvas.connect(both, 0, 1, number)
    canvas.connect(there, 1, canvas.obj(60, 345, "t b"), number)
    canvas.connect(number, canvas.obj(60, 385, "s $0-loaded"))
    # All hits of a layer have had their turn.
    through = canvas.obj(480, 150, f"sel {HITS - 1}")
    canvas.connect(canvas.obj(480, 120, "r $0-hit"), through)
    gate = canvas.obj(480, 230, "spigot 1")
    canvas.connect(through, gate)
    canvas.connect(gate, canvas.obj(480, 260, "s $0-ask-layers"))
    asked = canvas.obj(580, 150, "t b b")
    canvas.connect(canvas.obj(580, 120, "r $0-ask-layers"), asked)
    canvas.connect(asked, 1, canvas.msg(640, 200, "0"), 0, 1, gate)
    canvas.connect(
        asked, canvas.obj(580, 175, f"del {FRESH_MS}"), canvas.msg(580, 200, "1"), 0, 1, gate
    )
    return canvas


def stroke(canvas: Canvas, note: Node) -> tuple[Node, Node]:
    """Add what finds the stroke of a note, and its level.

    The layer is 0 for the sound itself, or 1, 2 and 3 for velocities 96, 64 and 32; it is 0 while
    the stride is 0. A file of one hit begins at velocity 96. One of several hits begins at 127,
    with the hits of each layer one after another (docs/protocol.md, ``/ndm/layers``).

    Returns
    -------
    number : Node
        Three outlets with the stroke's place in the file, from 1, or 0 for the sound itself.
    gain : Node
        The level.
    """
    velocity = canvas.obj(700, 50, "t f f")
    canvas.connect(note, 1, velocity)
    nearest = canvas.obj(760, 80, "expr if($f2 > 0, min(3, int((143 - $f1) / 32)), 0)")
    canvas.connect(velocity, 1, nearest)
    canvas.connect(canvas.obj(1000, 50, "r $0-stride"), 0, 1, nearest)
    layer = canvas.obj(760, 110, "t f f f")
    canvas.connect(nearest, layer)
    # The level of the velocity over that of the layer: the square root of it is a straight line.
    gain = canvas.obj(
        700, 140, "expr pow((0.1 + 0.9 * ($f1 - 1) / 126) / "
        "(0.1 + 0.9 * if($f2 > 0, 127 - 32 * $f2, 126) / 126), 2)",
    )  # fmt: skip
    canvas.connect(layer, 2, 1, gain)
    canvas.connect(velocity, gain)
    hits = canvas.obj(1300, 50, "r $0-hits")
    place = canvas.obj(1300, 230, "expr $f1 * $f2 + $f3 + if($f2 > 1, 1, 0)")
    canvas.connect(hits, 0, 1, place)
    # The turns of each layer.
    mine = canvas.obj(1300, 80, "sel 0 1 2 3")
    canvas.connect(layer, 1, mine)
    told = canvas.obj(1300, 190, "t f f")
    canvas.connect(told, 1, canvas.obj(1400, 200, "s $0-hit"))
    canvas.connect(told, 0, 2, place)
    for i in range(4):
        last = canvas.obj(1300 + 90 * i, 110, "f 0")
        following = canvas.obj(
            1300 + 90 * i, 140, "expr if($f2 > 1, if($f1 < $f2 - 1, $f1 + 1, 1), 0)"
        )
        canvas.connect(mine, i, last)
        canvas.connect(last, following)
        canvas.connect(hits, 0, 1, following)
        canvas.connect(following, 0, 1, last)
        canvas.connect(following, told)
    canvas.connect(layer, place)
    number = canvas.obj(1300, 260, "t f f f")
    canvas.connect(place, number)
    return number, gain


def choke(canvas: Canvas, note: Node, envelope: Node) -> None:
    """Let each note tell its group to the other copies, and fade out when one of them tells it.

    A copy is deaf while it speaks, so a note does not end itself.
    """
    steps = canvas.obj(1300, 420, "t b b b")
    canvas.connect(note, 1, steps)
    deaf = canvas.obj(1500, 480, "spigot 1")
    canvas.connect(canvas.obj(1500, 420, "r ndm-choke"), deaf)
    canvas.connect(steps, 2, canvas.msg(1400, 450, "0"), 0, 1, deaf)
    own = canvas.obj(1300, 460, "f 0")
    group = canvas.obj(1600, 420, "r $0-choke")
    canvas.connect(group, 0, 1, own)
    none = canvas.obj(1300, 490, "sel 0")
    canvas.connect(steps, 1, own)
    canvas.connect(own, none)
    canvas.connect(none, 1, canvas.obj(1340, 520, "s ndm-choke"))
    canvas.connect(steps, canvas.msg(1440, 450, "1"), 0, 1, deaf)
    same = canvas.obj(1500, 510, "expr if($f1 == $f2 && $f1 > 0, 1, 0)")
    canvas.connect(deaf, same)
    canvas.connect(group, 0, 1, same)
    canvas.connect(same, canvas.obj(1500, 540, "sel 1"), canvas.msg(1500, 570, "0 10"), envelope)
