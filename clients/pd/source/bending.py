"""The sample that is bent: when it comes and goes, and what it is turned into."""

from typing import Final

from .requests import BENT, GENERATE
from .writer import Canvas

PATIENCE_MS: Final = 15_000
"""A sample without an answer counts as lost after this time."""


def bending(categories: tuple[str, ...]) -> Canvas:
    """Return the subpatch of the sample.

    `$0-uploading` is the id of a sample on its way, or -1; changes of controls wait for it. When
    its answer comes, the sliders go to their middle, and from then on they bend it. Random, Typical
    and another category leave it.
    """
    canvas = Canvas("bending", (1240, 520))
    canvas.text(
        20, 10, "A sample is sent: wait. It has come: bend it. Random and others: leave it.", 80
    )
    on_its_way = canvas.obj(20, 60, "r $0-uploading")
    none = canvas.msg(20, 440, "-1")
    canvas.connect(none, canvas.obj(20, 470, "s $0-uploading"))
    start = canvas.obj(120, 410, "loadbang")
    canvas.connect(start, none)
    lost = canvas.obj(120, 440, f"del {PATIENCE_MS}")
    canvas.connect(lost, none)
    waiting = canvas.obj(120, 60, "expr if($f1 < 0, 0, 1)")
    which = canvas.obj(120, 90, "sel 0 1")
    canvas.connect(on_its_way, waiting, which)
    canvas.connect(which, canvas.msg(200, 410, "stop"), lost)
    canvas.connect(which, 1, lost)
    # A sound or an error with its id.
    here = canvas.obj(20, 150, "expr if($f1 == $f2, 1, 0)")
    canvas.connect(canvas.obj(20, 120, "r $0-last"), here)
    refused = canvas.obj(320, 150, "expr if($f1 == $f2, 1, 0)")
    canvas.connect(canvas.obj(320, 120, "r $0-error-id"), refused)
    for each in (here, refused):
        canvas.connect(on_its_way, 0, 1, each)
    canvas.connect(refused, canvas.obj(320, 180, "sel 1"), none)
    came = canvas.obj(20, 180, "sel 1")
    canvas.connect(here, came)
    steps = canvas.obj(20, 210, "t b b b b b")
    canvas.connect(came, steps)
    number = canvas.obj(160, 240, "f")
    canvas.connect(on_its_way, 0, 1, number)
    canvas.connect(steps, 4, number, canvas.obj(160, 270, "s $0-of"))
    mode = canvas.obj(240, 330, "s $0-mode")
    canvas.connect(steps, 3, canvas.msg(240, 300, str(BENT)), mode)
    canvas.connect(steps, 2, canvas.obj(100, 300, "s $0-middle"))
    canvas.connect(steps, 1, none)
    # A sample that is to have some values is bent at once.
    wished = canvas.obj(20, 330, "spigot 0")
    canvas.connect(
        canvas.obj(60, 270, "r $0-wishes"), canvas.obj(60, 300, "list length"), 0, 1, wished
    )
    canvas.connect(steps, wished)
    canvas.connect(wished, canvas.obj(20, 360, "s $0-go"))
    # Leaving: no sample is waited for, and none is bent.
    leave = canvas.obj(480, 60, "r $0-leave")
    left = canvas.obj(480, 90, "t b b")
    canvas.connect(leave, left)
    canvas.connect(left, 1, none)
    kept = canvas.obj(480, 120, f"f {GENERATE}")
    canvas.connect(canvas.obj(560, 90, "r $0-mode"), 0, 1, kept)
    canvas.connect(left, kept)
    was = canvas.obj(480, 150, f"sel {BENT}")
    canvas.connect(kept, was)
    canvas.connect(was, canvas.msg(480, 180, str(GENERATE)), canvas.obj(480, 210, "s $0-mode"))
    # The server has forgotten it.
    unknown = canvas.obj(480, 260, "sel unknown-sound")
    canvas.connect(canvas.obj(480, 235, "r $0-error-code"), unknown)
    still = canvas.obj(480, 290, f"f {GENERATE}")
    canvas.connect(canvas.obj(620, 260, "r $0-mode"), 0, 1, still)
    is_bent = canvas.obj(480, 320, f"sel {BENT}")
    canvas.connect(unknown, still, is_bent)
    both = canvas.obj(480, 350, "t b b")
    canvas.connect(is_bent, both)
    canvas.connect(both, 1, canvas.obj(560, 380, "s $0-leave"))
    canvas.connect(
        both,
        canvas.msg(
            480, 410, "error the\\ server\\ has\\ forgotten\\ the\\ sample:\\ choose\\ it\\ again"
        ),
        canvas.obj(480, 440, "s $0-say"),
    )
    _turning(canvas, categories)
    return canvas


def _turning(canvas: Canvas, categories: tuple[str, ...]) -> None:
    """Turn Toward, Turn and Blend into parts of the request."""
    pair = canvas.obj(820, 240, "pack f symbol")
    chosen = canvas.obj(820, 60, "r $0-toward")
    which = canvas.obj(820, 90, "sel " + " ".join(map(str, range(len(categories)))))
    canvas.connect(chosen, which)
    name = canvas.obj(820, 205, "t b b s")
    for i, word in enumerate(categories):
        canvas.connect(
            which, i, canvas.msg(820 + 100 * (i % 4), 120 + 20 * (i // 4), f"symbol {word}"), name
        )
    turn = canvas.obj(700, 205, "t b f")
    canvas.connect(canvas.obj(700, 180, "r $0-turn"), turn)
    canvas.connect(name, 2, 1, pair)
    canvas.connect(name, 1, pair)
    canvas.connect(turn, 1, pair)
    none = canvas.obj(820, 270, "route 0")
    canvas.connect(pair, none)
    out = canvas.obj(820, 350, "s $0-turned")
    canvas.connect(none, canvas.obj(740, 300, "b"), out)
    canvas.connect(none, 1, canvas.msg(820, 300, "list to $2 t $1"), out)
    # They act on a sample alone.
    blend = canvas.obj(1060, 205, "t b")
    canvas.connect(canvas.obj(1060, 180, "r $0-blend"), blend)
    gate = canvas.obj(960, 300, f"f {GENERATE}")
    canvas.connect(canvas.obj(1040, 270, "r $0-mode"), 0, 1, gate)
    for each in (name, turn, blend):
        canvas.connect(each, gate)
    which = canvas.obj(960, 330, f"sel {BENT}")
    canvas.connect(gate, which)
    canvas.connect(which, canvas.obj(960, 360, "s $0-go"))
    ready = canvas.obj(1040, 360, "spigot 0")
    canvas.connect(which, 1, ready)
    canvas.connect(canvas.obj(1120, 330, "r $0-here"), 0, 1, ready)
    canvas.connect(
        ready,
        canvas.msg(960, 390, "error Toward\\ Turn\\ and\\ Blend\\ act\\ on\\ a\\ sample"),
        canvas.obj(960, 420, "s $0-say"),
    )
    # A new sample is neither turned nor blended.
    middle = canvas.obj(700, 380, "r $0-middle")
    both = canvas.obj(700, 405, "t b b")
    canvas.connect(middle, both)
    zero = canvas.msg(700, 435, "0")
    canvas.connect(both, zero)
    canvas.connect(zero, pair)
    quiet = canvas.msg(780, 435, "set 0")
    canvas.connect(both, 1, quiet)
    for i, control in enumerate(("turn", "blend")):
        canvas.connect(quiet, canvas.obj(780 + 100 * i, 465, f"s $0-{control}-in"))
    canvas.connect(zero, canvas.obj(700, 490, "s $0-blended"))
