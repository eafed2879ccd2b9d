"""Turns the controls into requests: at most one in 20 ms, with the newest values."""

from typing import Final

from .strokes import HITS
from .writer import Canvas, Node

GENERATE, SEEDED, RANDOM, BENT = range(4)
"""Modes of a request: a position, a position and a seed, the position that a seed draws, or a
sample that is bent."""
FORMATS: Final = (
    ("list $1 $2 $3 $4 $5 range $6 take $7 channels 2", "isfffsfsisi", "generate"),
    (
        "list $1 $2 $3 $4 $5 range $6 take $7 channels 2 seed $8 wild $9",
        "isfffsfsisisisf",
        "generate",
    ),
    ("list $1 $2 seed $8 wild $9 take $7 channels 2", "issisfsisi", "random"),
    ("list $1 $11 $3 $4 $5 range $6 take $7 channels 2 blend $10", "iifffsfsisisf", "bend"),
)
"""For each mode the message, the types of its arguments, and its address."""


def requests(categories: tuple[str, ...], ranges: tuple[float, ...]) -> Canvas:
    """Return the subpatch that composes requests."""
    canvas = Canvas("requests", (1460, 770))
    canvas.text(
        20, 10, "Each change sets a flag. Every 20 ms, if it is set, all values are sent.", 70
    )
    # id category p1 p2 p3 range take seed wild blend of
    values = canvas.obj(20, 300, "pack f symbol f f f f f f f f f")
    change = canvas.obj(700, 60, "s $0-go")
    for inlet, name in ((2, "p1"), (3, "p2"), (4, "p3"), (6, "take"), (8, "wild")):
        value = canvas.obj(120 * inlet - 100, 40, f"r $0-{name}")
        split = canvas.obj(120 * inlet - 100, 70, "t b b f" if name[0] == "p" else "t b f")
        if name[0] == "p":  # the middle of a slider is not exactly 0
            exact = canvas.obj(120 * inlet - 100, 55, "expr rint($f1 * 10000) / 10000")
            canvas.connect(value, exact, split)
        else:
            canvas.connect(value, split)
        canvas.connect(split, 2 if name[0] == "p" else 1, inlet, values)
        canvas.connect(split, change)
        if name[0] == "p":  # after Random the sliders move that drum: its seed is kept
            canvas.connect(split, 1, canvas.obj(120 * inlet - 60, 100, "s $0-moved"))
    _choices(canvas, values, change, categories, ranges)
    _modes(canvas, values)
    _clock(canvas, values)
    _variation(canvas)
    _layers(canvas)
    return canvas


def _choices(
    canvas: Canvas,
    values: Node,
    change: Node,
    categories: tuple[str, ...],
    ranges: tuple[float, ...],
) -> None:
    """Turn the numbers of the two selectors into a category and a range."""
    for x, name, inlet, words, kind in (
        (20, "category", 1, [f"symbol {c}" for c in categories], "symbol"),
        (420, "range", 5, [f"{r:g}" for r in ranges], "f"),
    ):
        chosen = canvas.obj(x, 130, f"r $0-{name}")
        which = canvas.obj(x, 160, "sel " + " ".join(map(str, range(len(words)))))
        canvas.connect(chosen, which)
        split = canvas.obj(x, 250, "t b s s b" if kind == "symbol" else "t b f")
        for i, word in enumerate(words):
            canvas.connect(which, i, canvas.msg(x + 90 * (i % 4), 190 + 18 * (i // 4), word), split)
        canvas.connect(split, 1, inlet, values)
        canvas.connect(split, change)
        if kind == "symbol":  # ndm/upload needs it too
            canvas.connect(split, 2, canvas.obj(x + 90, 250, "s $0-name"))
            canvas.connect(split, 3, canvas.obj(x + 180, 250, "s $0-leave"))
        else:
            canvas.connect(split, 1, canvas.obj(x + 90, 250, "s $0-factor"))


def _modes(canvas: Canvas, values: Node) -> None:
    """Keep the mode of the next request: Random draws a seed, Typical drops it."""
    mode = canvas.obj(700, 200, "r $0-mode")
    kept = canvas.obj(700, 260, f"f {GENERATE}")
    canvas.connect(mode, 0, 1, kept)
    canvas.connect(canvas.obj(780, 200, "r $0-moved"), kept)
    was = canvas.obj(700, 290, f"sel {RANDOM}")
    canvas.connect(kept, was)
    canvas.connect(was, canvas.msg(700, 320, str(SEEDED)), canvas.obj(700, 350, "s $0-mode"))
    random = canvas.obj(700, 390, "r $0-random")
    steps = canvas.obj(700, 420, "t b b b b")
    canvas.connect(random, steps)
    # Pd's random repeats at each start, so the time of the button press seeds it. Seeds have 24
    # bits: a Pd number holds no more.
    time = canvas.obj(860, 450, "timer")
    canvas.connect(canvas.obj(860, 390, "loadbang"), time)
    canvas.connect(steps, 3, 1, time)
    canvas.connect(steps, 3, canvas.obj(940, 420, "s $0-leave"))
    draw = canvas.obj(800, 510, "random 1.67772e+07")
    canvas.connect(time, canvas.obj(860, 480, "* 997"), canvas.msg(880, 510, "seed $1"), draw)
    canvas.connect(steps, 2, draw)
    canvas.connect(draw, canvas.obj(800, 540, "s $0-seed"))
    canvas.connect(steps, 1, canvas.msg(740, 450, str(RANDOM)), canvas.obj(740, 480, "s $0-mode"))
    canvas.connect(steps, canvas.obj(700, 480, "s $0-go"))
    canvas.connect(canvas.obj(560, 260, "r $0-seed"), 0, 7, values)
    typical = canvas.obj(560, 390, "r $0-typical")
    still = canvas.obj(560, 420, "t b b b b")
    canvas.connect(typical, still)
    canvas.connect(still, 3, canvas.obj(500, 450, "s $0-leave"))
    canvas.connect(still, 2, canvas.msg(640, 450, str(GENERATE)), canvas.obj(640, 480, "s $0-mode"))
    middle = canvas.obj(500, 480, "r $0-middle")
    canvas.connect(still, 1, canvas.obj(560, 450, "s $0-middle"))
    zero = canvas.msg(600, 510, "set 0")
    canvas.connect(middle, zero)
    for i, name in enumerate(("p1", "p2", "p3")):
        canvas.connect(zero, canvas.obj(560 + 90 * i, 540, f"s $0-{name}-in"))
    centre = canvas.msg(430, 480, "0")
    canvas.connect(middle, centre)
    for inlet in (2, 3, 4):
        canvas.connect(centre, 0, inlet, values)
    for i in (1, 2):
        canvas.connect(centre, canvas.obj(330 + 90 * i, 510, f"s $0-shown{i}"))
    canvas.connect(still, canvas.obj(560, 480, "s $0-go"))


def _clock(canvas: Canvas, values: Node) -> None:
    """Send the values if one has changed and a server is there."""
    tick = canvas.obj(20, 350, "metro 20")
    canvas.connect(canvas.obj(20, 325, "loadbang"), canvas.msg(90, 325, "1"), tick)
    changed = canvas.obj(20, 380, "f")
    canvas.connect(tick, changed)
    canvas.connect(canvas.obj(120, 350, "r $0-go"), canvas.msg(190, 350, "1"), 0, 1, changed)
    due = canvas.obj(20, 410, "sel 1")
    canvas.connect(changed, due)
    gate = canvas.obj(20, 440, "spigot 0")
    # While a sample is being sent, changes wait for it.
    free = canvas.obj(20, 425, "spigot 1")
    canvas.connect(due, free, gate)
    canvas.connect(canvas.obj(200, 410, "r $0-uploading"), canvas.obj(200, 430, "< 0"), 0, 1, free)
    canvas.connect(canvas.obj(120, 410, "r $0-here"), 0, 1, gate)
    steps = canvas.obj(20, 470, "t b b b")
    canvas.connect(gate, steps)
    canvas.connect(steps, 2, canvas.obj(160, 470, "s $0-asking"))
    canvas.connect(steps, 1, canvas.msg(90, 470, "0"), 0, 1, changed)
    number = canvas.obj(20, 500, "v $0-id")
    plus = canvas.obj(20, 525, "+ 1")
    split = canvas.obj(20, 550, "t f f f")
    canvas.connect(steps, number, plus, split)
    canvas.connect(split, 2, canvas.obj(150, 550, "v $0-id"))
    canvas.connect(split, 1, canvas.obj(90, 575, "s $0-base"))
    canvas.connect(split, values)
    mode = canvas.obj(250, 330, f"list prepend {GENERATE}")
    canvas.connect(values, mode)
    canvas.connect(canvas.obj(420, 300, "r $0-mode"), 0, 1, mode)
    which = canvas.obj(250, 360, f"route {GENERATE} {SEEDED} {RANDOM} {BENT}")
    for inlet, name in ((9, "blend"), (9, "blended"), (10, "of")):
        canvas.connect(canvas.obj(20 + 20 * inlet, 280, f"r $0-{name}"), 0, inlet, values)
    canvas.connect(mode, which)
    for i, (message, types, name) in enumerate(FORMATS):
        whole = canvas.connect(
            which, i,
            canvas.msg(250, 400 + 60 * i, message), _wished(canvas, 250, 418 + 60 * i),
        )  # fmt: skip
        if i == BENT:
            turned = canvas.obj(250, 616, "list append")
            canvas.connect(canvas.obj(400, 616, "r $0-turned"), 0, 1, turned)
            whole = canvas.connect(whole, turned)
        canvas.connect(
            whole,
            canvas.obj(250, 636 if i == BENT else 436 + 60 * i, f"oscformat -f {types} ndm {name}"),
            canvas.obj(250 + 20, 660, "s $0-osc"),
        )


def _wished(canvas: Canvas, x: int, y: int) -> Node:
    """Append the wishes to a request."""
    whole = canvas.obj(x, y, "list append")
    canvas.connect(canvas.obj(x + 150, y, "r $0-wishes"), 0, 1, whole)
    return whole


def _variation(canvas: Canvas) -> None:
    """Request a variation of the last sound that was requested."""
    pressed = canvas.obj(860, 40, "r $0-variation")
    gate = canvas.obj(860, 65, "spigot 0")
    canvas.connect(pressed, gate)
    canvas.connect(canvas.obj(940, 65, "r $0-here"), 0, 1, gate)
    steps = canvas.obj(860, 90, "t b b b")
    canvas.connect(gate, steps)
    canvas.connect(steps, 2, canvas.obj(960, 90, "s $0-asking"))
    near = canvas.obj(860, 180, "pack f f f f")  # id of amount seed
    draw = canvas.obj(960, 120, "random 1.67772e+07")
    canvas.connect(steps, 1, draw)
    canvas.connect(draw, 0, 3, near)
    canvas.connect(canvas.obj(960, 150, "r $0-amount"), 0, 2, near)
    canvas.connect(canvas.obj(900, 150, "r $0-base"), 0, 1, near)
    plus = canvas.obj(860, 140, "+ 1")
    split = canvas.obj(860, 160, "t f f")
    canvas.connect(steps, canvas.obj(860, 115, "v $0-id"), plus, split)
    canvas.connect(split, 1, canvas.obj(920, 205, "v $0-id"))
    canvas.connect(split, near)
    canvas.connect(
        near,
        canvas.msg(860, 230, "list $1 $2 $3 seed $4 channels 2"),
        _wished(canvas, 860, 248),
        canvas.obj(860, 266, "oscformat -f iifsisi ndm variation"),
        canvas.obj(860, 280, "s $0-osc"),
    )


def _layers(canvas: Canvas) -> None:
    """Request the softer strokes of the last sound, or hits that differ."""
    ask = canvas.obj(860, 580, "r $0-ask-layers")
    pair = canvas.obj(860, 660, "pack f f f f")  # id of amount seed
    canvas.connect(canvas.obj(960, 630, "r $0-last"), 0, 1, pair)
    number = canvas.obj(860, 600, "v $0-id")
    split = canvas.obj(860, 640, "t f b f f")
    canvas.connect(ask, number, canvas.obj(860, 620, "+ 1"), split)
    canvas.connect(split, 3, canvas.obj(960, 655, "v $0-id"))
    canvas.connect(split, 2, canvas.obj(1030, 655, "s $0-layers-id"))
    canvas.connect(split, 1, canvas.obj(960, 605, "random 1.67772e+07"), 0, 3, pair)
    amount = canvas.obj(1030, 580, "r $0-humanise")
    canvas.connect(amount, 0, 2, pair)
    canvas.connect(split, pair)
    for i, (start, test, words, types) in enumerate(
        (
            (1, "expr if($f1 > 0, 0, 1)", "list $1 $2 channels 2", "iisi"),
            (
                0,
                "expr if($f1 > 0, 1, 0)",
                f"list $1 $2 hits {HITS} amount $3 seed $4 channels 2",
                "iisisfsisi",
            ),
        )
    ):
        gate = canvas.obj(860 + 330 * i, 680, f"spigot {start}")
        canvas.connect(amount, canvas.obj(1100 + 160 * i, 605, test), 0, 1, gate)
        canvas.connect(
            pair,
            gate,
            canvas.msg(860 + 330 * i, 700, words),
            canvas.obj(860 + 330 * i, 720, f"oscformat -f {types} ndm layers"),
            canvas.obj(860 + 330 * i, 740, "s $0-osc"),
        )
