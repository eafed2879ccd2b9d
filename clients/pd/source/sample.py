"""Sends a sample of the user to the server in parts; the server never gets its path."""

from .writer import Canvas, Node

PART = 512
"""Samples per message."""


def sample() -> Canvas:
    """Return the subpatch that uploads a sample (docs/protocol.md, ``/ndm/upload``)."""
    canvas = Canvas("sample", (1100, 560))
    for i, end in enumerate(("", "-r")):
        canvas.obj(400 + 160 * i, 20, f"table $0-drop{end}")
    chosen = canvas.obj(20, 50, "openpanel")
    canvas.connect(canvas.obj(20, 20, "r $0-choose"), chosen)
    path = canvas.obj(120, 50, "r $0-sample")
    # Only the first two channels are read, and 3 seconds are sent.
    read = canvas.obj(20, 110, "list append $0-drop $0-drop-r")
    ask = canvas.obj(20, 80, "list prepend read -resize -maxsize 600000")
    canvas.connect(chosen, ask)
    canvas.connect(path, ask)
    filer = canvas.obj(20, 170, "soundfiler")
    canvas.connect(ask, read, canvas.obj(20, 140, "list trim"), filer)
    # soundfiler outputs rate, header, channels … at the right, then the number of samples.
    rate = canvas.obj(120, 200, "unpack f f f")
    canvas.connect(filer, 1, rate)
    channels = canvas.obj(300, 200, "min 2")
    canvas.connect(rate, 2, channels)
    total = canvas.obj(20, 230, "sel 0")
    canvas.connect(filer, total)
    canvas.connect(
        total,
        canvas.msg(20, 260, "error this\\ file\\ could\\ not\\ be\\ read\\ as\\ a\\ sound"),
        canvas.obj(20, 290, "s $0-say"),
    )
    least = canvas.obj(200, 230, "expr min($f1, 3 * $f2)")
    canvas.connect(total, 1, least)
    canvas.connect(rate, 0, 1, least)
    whole = _one_table(canvas, least, channels)
    go = canvas.obj(200, 260, "t b f f")
    canvas.connect(whole, go)
    number = canvas.obj(200, 290, "v $0-id")
    plus = canvas.obj(200, 315, "+ 1")
    split = canvas.obj(200, 340, "t f f f f f")
    canvas.connect(go, number, plus, split)
    canvas.connect(split, 4, canvas.obj(480, 370, "s $0-uploading"))
    canvas.connect(split, 3, canvas.obj(420, 370, "v $0-id"))
    canvas.connect(split, 2, canvas.obj(340, 370, "s $0-base"))
    head = canvas.obj(200, 400, "pack f f f symbol f")
    canvas.connect(split, 1, head)
    canvas.connect(go, 1, 1, head)
    canvas.connect(rate, 0, 2, head)
    canvas.connect(canvas.obj(480, 340, "r $0-name"), 0, 3, head)
    canvas.connect(channels, 0, 4, head)
    canvas.connect(
        head,
        canvas.msg(200, 430, "list $1 $2 $3 category $4 channels 2 source_channels $5"),
        canvas.obj(200, 455, "oscformat -f iiisssisi ndm upload"),
        canvas.obj(200, 520, "s $0-osc"),
    )
    _parts(canvas, split, go)
    return canvas


def _parts(canvas: Canvas, begin: Node, go: Node) -> None:
    """Send a part every 5 ms: 512 samples, or the rest."""
    clock = canvas.obj(560, 120, "metro 5")
    offset = canvas.obj(560, 180, "f 0")
    canvas.connect(begin, canvas.obj(700, 60, "s $0-upload"))
    start = canvas.obj(560, 80, "t b f")
    canvas.connect(canvas.obj(560, 55, "r $0-upload"), start)
    steps = canvas.obj(620, 90, "t b b")
    canvas.connect(start, steps)
    canvas.connect(steps, 1, canvas.msg(700, 120, "0"), 0, 1, offset)
    canvas.connect(steps, canvas.msg(620, 120, "1"), clock)
    canvas.connect(clock, canvas.obj(560, 150, "t b"), offset)
    size = canvas.obj(640, 210, f"expr min({PART}, $f2 - $f1)")
    order = canvas.obj(560, 195, "t f f f")
    canvas.connect(offset, order)
    canvas.connect(go, 2, 1, size)
    after = canvas.obj(700, 150, f"+ {PART}")
    last = canvas.obj(700, 180, "t f f")
    canvas.connect(order, 2, after)
    canvas.connect(after, last)
    canvas.connect(last, 1, 1, offset)
    done = canvas.obj(700, 240, "expr if($f1 >= $f2, 1, 0)")
    canvas.connect(last, 0, done)
    canvas.connect(go, 2, 1, done)
    canvas.connect(done, canvas.obj(700, 270, "sel 1"), canvas.msg(700, 300, "0"), clock)
    part = canvas.obj(560, 300, "array get $0-drop")
    canvas.connect(order, 1, size)
    canvas.connect(size, 0, 1, part)
    canvas.connect(order, 0, part)
    where = canvas.obj(560, 340, "list prepend 0")
    canvas.connect(order, 1, 1, where)
    which = canvas.obj(560, 370, "list prepend 0")
    canvas.connect(start, 1, 1, which)
    canvas.connect(part, where, which, canvas.obj(560, 400, "oscformat ndm samples"),
                canvas.obj(560, 430, "s $0-osc"))  # fmt: skip


def _one_table(canvas: Canvas, length: Node, channels: Node) -> Node:
    """Put the right channel behind the left one, as they are sent; return the number of both."""
    steps = canvas.obj(820, 60, "t f f f")
    canvas.connect(length, steps)
    whole = canvas.obj(820, 260, "expr $f1 * $f2")
    size = canvas.obj(960, 90, "expr $f1 * $f2")
    for each in (whole, size):
        canvas.connect(channels, 0, 1, each)
    canvas.connect(steps, 2, size)
    canvas.connect(size, canvas.obj(960, 120, "array size $0-drop"))
    copy = canvas.obj(880, 150, "t b f f")
    canvas.connect(steps, 1, copy)
    right = canvas.obj(880, 200, "array get $0-drop-r")
    behind = canvas.obj(880, 230, "array set $0-drop")
    canvas.connect(copy, 2, 1, behind)
    canvas.connect(copy, 1, 1, right)
    is_stereo = canvas.obj(880, 175, "spigot 0")
    canvas.connect(channels, canvas.obj(980, 175, "== 2"), 0, 1, is_stereo)
    canvas.connect(copy, is_stereo)
    canvas.connect(is_stereo, right)
    canvas.connect(right, behind)
    canvas.connect(steps, whole)
    return whole
