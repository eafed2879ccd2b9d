"""A file of the user's, sent to the server in parts; the server never hears its path."""

from .writer import Canvas, Thing

PART = 512
"""Samples in a message."""


def sample() -> Canvas:
    """Return the subpatch that uploads a sample (docs/protocol.md, ``/ndm/upload``)."""
    canvas = Canvas("sample", (820, 560))
    canvas.obj(400, 20, "table $0-drop")
    chosen = canvas.obj(20, 50, "openpanel")
    canvas.join(canvas.obj(20, 20, "r $0-encode"), chosen)
    path = canvas.obj(120, 50, "r $0-sample")
    # A second of stereo is read as its first channel; more than 3 seconds are not heard.
    read = canvas.obj(20, 110, "list append $0-drop")
    ask = canvas.obj(20, 80, "list prepend read -resize -maxsize 600000")
    canvas.join(chosen, ask)
    canvas.join(path, ask)
    filer = canvas.obj(20, 170, "soundfiler")
    canvas.join(ask, read, canvas.obj(20, 140, "list trim"), filer)
    # soundfiler says rate, header, channels … at its right outlet, then how many samples.
    rate = canvas.obj(120, 200, "unpack f f f")
    canvas.join(filer, 1, rate)
    total = canvas.obj(20, 230, "sel 0")
    canvas.join(filer, total)
    canvas.join(
        total,
        canvas.msg(20, 260, "error this\\ file\\ could\\ not\\ be\\ read\\ as\\ a\\ sound"),
        canvas.obj(20, 290, "s $0-say"),
    )
    least = canvas.obj(200, 230, "expr min($f1, 3 * $f2)")
    canvas.join(total, 1, least)
    canvas.join(rate, 0, 1, least)
    go = canvas.obj(200, 260, "t b f f")
    canvas.join(least, go)
    number = canvas.obj(200, 290, "v $0-id")
    plus = canvas.obj(200, 315, "+ 1")
    split = canvas.obj(200, 340, "t f f f f")
    canvas.join(go, number, plus, split)
    canvas.join(split, 3, canvas.obj(420, 370, "v $0-id"))
    canvas.join(split, 2, canvas.obj(340, 370, "s $0-base"))
    head = canvas.obj(200, 400, "pack f f f symbol")
    canvas.join(split, 1, head)
    canvas.join(go, 1, 1, head)
    canvas.join(rate, 0, 2, head)
    canvas.join(canvas.obj(480, 340, "r $0-name"), 0, 3, head)
    canvas.join(
        head,
        canvas.msg(200, 430, "list $1 $2 $3 category $4"),
        canvas.obj(200, 455, "oscformat -f iiiss ndm upload"),
        canvas.obj(200, 520, "s $0-osc"),
    )
    _parts(canvas, split, go)
    return canvas


def _parts(canvas: Canvas, begin: Thing, go: Thing) -> None:
    """Send a part every 5 ms: 512 samples, or those that are left."""
    clock = canvas.obj(560, 120, "metro 5")
    offset = canvas.obj(560, 180, "f 0")
    canvas.join(begin, canvas.obj(700, 60, "s $0-upload"))
    start = canvas.obj(560, 80, "t b f")
    canvas.join(canvas.obj(560, 55, "r $0-upload"), start)
    steps = canvas.obj(620, 90, "t b b")
    canvas.join(start, steps)
    canvas.join(steps, 1, canvas.msg(700, 120, "0"), 0, 1, offset)
    canvas.join(steps, canvas.msg(620, 120, "1"), clock)
    canvas.join(clock, canvas.obj(560, 150, "t b"), offset)
    size = canvas.obj(640, 210, f"expr min({PART}, $f2 - $f1)")
    order = canvas.obj(560, 195, "t f f f")
    canvas.join(offset, order)
    canvas.join(go, 2, 1, size)
    after = canvas.obj(700, 150, f"+ {PART}")
    last = canvas.obj(700, 180, "t f f")
    canvas.join(order, 2, after)
    canvas.join(after, last)
    canvas.join(last, 1, 1, offset)
    done = canvas.obj(700, 240, "expr if($f1 >= $f2, 1, 0)")
    canvas.join(last, 0, done)
    canvas.join(go, 2, 1, done)
    canvas.join(done, canvas.obj(700, 270, "sel 1"), canvas.msg(700, 300, "0"), clock)
    part = canvas.obj(560, 300, "array get $0-drop")
    canvas.join(order, 1, size)
    canvas.join(size, 0, 1, part)
    canvas.join(order, 0, part)
    where = canvas.obj(560, 340, "list prepend 0")
    canvas.join(order, 1, 1, where)
    which = canvas.obj(560, 370, "list prepend 0")
    canvas.join(start, 1, 1, which)
    canvas.join(part, where, which, canvas.obj(560, 400, "oscformat ndm samples"),
                canvas.obj(560, 430, "s $0-osc"))  # fmt: skip
