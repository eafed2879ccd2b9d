"""Loads WAV files and plays them at the right pitch, whatever the sample rate of Pd."""

from typing import Final

from .strokes import choke, stroke
from .writer import Canvas

CHANNELS: Final = ("", "-r")
"""Endings of the names of the left and the right table."""


def loading() -> Canvas:
    """Return the subpatch that loads a sound: `$0-path` into `$0-sound`, then `$0-new`."""
    canvas = Canvas("loading", (940, 480))
    canvas.obj(800, 20, "table $0-sound-r")  # the left one is shown in the main window
    _load(canvas, "path", "file", "sound", "new")
    return canvas


def softer() -> Canvas:
    """Return the subpatch that loads softer strokes: `$0-soft-path` into `$0-soft`.

    The answer may bring a set of hits instead (``humanise``): its path is `$0-set-path`.
    """
    canvas = Canvas("softer", (1280, 480))
    _load(canvas, "soft-path", "soft-file", "soft", "soft-new")
    for i, end in enumerate(CHANNELS):
        canvas.obj(1000, 20 + 30 * i, f"table $0-soft{end}")
    # The answer: id of path samples sr velocities. It may be about a sound before the last one.
    answer = canvas.obj(1000, 130, "r $0-layers")
    both = canvas.obj(1000, 155, "t a a")
    canvas.connect(answer, both)
    same = canvas.obj(1100, 205, "expr $f1 == $f2")
    canvas.connect(canvas.obj(1180, 180, "r $0-last"), 0, 1, same)
    canvas.connect(both, 1, canvas.obj(1100, 180, "unpack f f"), 1, same)
    let = canvas.obj(1000, 210, "spigot 0")
    canvas.connect(same, 0, 1, let)
    canvas.connect(both, let)
    gate = canvas.obj(1000, 235, "t a a")
    canvas.connect(let, gate)
    parts = canvas.obj(1000, 265, "unpack f f symbol f")
    canvas.connect(gate, parts)
    length = canvas.obj(1060, 345, "f 0")
    canvas.connect(parts, 3, 1, length)
    # Velocities follow: of three layers, or of each hit of four layers.
    hits = canvas.obj(1120, 290, "expr if($f1 > 8, ($f1 - 5) / 4, 1)")
    kept = canvas.obj(1160, 345, "f 1")
    canvas.connect(gate, 1, canvas.obj(1120, 265, "list length"), hits)
    canvas.connect(hits, 0, 1, kept)
    whose = canvas.obj(1120, 315, "expr if($f1 > 1, 1, 0)")
    plain = canvas.obj(1220, 315, "expr if($f1 > 1, 0, 1)")
    for i, (name, chosen) in enumerate((("soft", plain), ("set", whose))):
        canvas.connect(hits, chosen)
        open_ = canvas.obj(1000 + 70 * i, 295, "spigot 0")
        canvas.connect(chosen, 0, 1, open_)
        canvas.connect(parts, 2, open_)
        canvas.connect(open_, canvas.obj(1000 + 100 * i, 310, f"s $0-{name}-path"))
    # Each stroke is so long, in samples. It is told when they are loaded, after the number of the
    # tables that hold them and the hits of each layer.
    there = canvas.obj(1060, 330, "t b b f")
    canvas.connect(canvas.obj(900, 320, "r $0-loaded"), there)
    canvas.connect(canvas.obj(900, 350, "r $0-soft-new"), canvas.msg(900, 375, "1"), there)
    canvas.connect(there, 2, canvas.obj(1200, 375, "s $0-source"))
    canvas.connect(there, 1, kept)
    canvas.connect(kept, canvas.obj(1160, 390, "s $0-hits"))
    canvas.connect(there, length)
    canvas.connect(length, canvas.obj(1060, 375, "s $0-stride"))
    # A sound that has not changed for 0.2 s gets its softer strokes.
    rest = canvas.obj(1000, 415, "del 200")
    canvas.connect(canvas.obj(1000, 390, "r $0-new"), rest)
    canvas.connect(canvas.obj(1100, 390, "r $0-asking"), canvas.msg(1100, 415, "stop"), rest)
    canvas.connect(rest, canvas.obj(1000, 440, "s $0-ask-layers"))
    # Another amount of Humanise, too, if there is a sound.
    is_there = canvas.obj(1180, 440, "spigot 0")
    canvas.connect(canvas.obj(1180, 390, "r $0-humanise"), is_there)
    canvas.connect(canvas.obj(1240, 390, "r $0-last"), canvas.msg(1240, 415, "1"), 0, 1, is_there)
    canvas.connect(is_there, canvas.obj(1180, 460, "t b"), rest)
    return canvas


def _load(canvas: Canvas, path: str, file: str, sound: str, loaded: str) -> None:
    """Add what loads both channels, with one zero before them and three after them.

    ``tabread4~`` cannot read the first point and the last two.
    """
    for i, end in enumerate(CHANNELS):
        canvas.obj(400 + 200 * i, 20, f"table $0-{file}{end}")
    split = canvas.obj(20, 50, "t b s")
    canvas.connect(canvas.obj(20, 20, f"r $0-{path}"), split)
    read = canvas.obj(120, 110, f"list append $0-{file} $0-{file}-r")
    canvas.connect(split, 1, canvas.obj(120, 80, "list prepend read -resize"), read)
    filer = canvas.obj(120, 170, "soundfiler")
    canvas.connect(read, canvas.obj(120, 140, "list trim"), filer)
    count = canvas.obj(120, 200, "t b f f")
    canvas.connect(filer, count)
    size, rest = canvas.obj(260, 230, "+ 4"), canvas.obj(200, 230, "+ 1")
    canvas.connect(count, 2, size)
    canvas.connect(count, 1, rest)
    for i, end in enumerate(CHANNELS):
        x = 260 + 320 * i
        canvas.connect(size, canvas.obj(x, 260, f"array size $0-{sound}{end}"))
        zeros = canvas.obj(x, 350, f"array set $0-{sound}{end}")
        after = canvas.obj(x, 290, "t b f")
        canvas.connect(rest, after)
        canvas.connect(after, 1, 1, zeros)
        canvas.connect(after, canvas.msg(x, 320, "0 0 0"), zeros)
        canvas.connect(count, canvas.obj(x, 390, f"array get $0-{file}{end}"),
                    canvas.obj(x, 420, f"array set $0-{sound}{end} 1"))  # fmt: skip
    # All values of the message have arrived by now: update the XY pad and texts, then play.
    canvas.connect(split, canvas.obj(20, 420, f"s $0-{loaded}"))


def playing() -> Canvas:
    """Return the subpatch that plays: notes in, two signals out."""
    canvas = Canvas("playing", (1720, 660))
    notes = canvas.obj(20, 20, "r $0-note")
    split = canvas.obj(20, 50, "unpack f f")
    canvas.connect(notes, split)
    number, gain = stroke(canvas, split)
    steps = canvas.obj(20, 80, "t b b b f")
    canvas.connect(split, steps)
    # ratio: 1, or from the pitch of the note; step: samples of the file per sample of Pd.
    ratio = canvas.obj(250, 140, "expr pow(2, ($f1 - 60) * $f2 / 12)")
    canvas.connect(steps, 3, ratio)
    canvas.connect(canvas.obj(460, 110, "r $0-follow"), 0, 1, ratio)
    both = canvas.obj(250, 170, "t f f")
    canvas.connect(ratio, both)
    rate = canvas.obj(560, 170, "samplerate~")
    canvas.connect(steps, 2, rate)
    step = canvas.obj(250, 230, "expr $f1 * $f2 / $f3")
    file = canvas.obj(400, 170, "r $0-sr")
    canvas.connect(file, 0, 1, step)
    canvas.connect(rate, 0, 2, step)
    forward = canvas.obj(400, 260, "f")
    canvas.connect(both, 1, 0, forward)
    keep = canvas.obj(250, 200, "f 1")
    canvas.connect(both, 0, 1, keep)
    # Position: counts in steps from Start. rpole~ begins with one step, which is subtracted.
    begin = canvas.obj(130, 200, "t b b b")
    canvas.connect(steps, 1, begin)
    canvas.connect(begin, 2, keep)
    canvas.connect(keep, step)
    signal = canvas.obj(250, 300, "sig~ 1")
    counter = canvas.obj(250, 330, "rpole~ 1")
    canvas.connect(step, canvas.obj(250, 270, "t f f"), signal)
    canvas.connect(signal, counter)
    canvas.connect(begin, 1, canvas.msg(130, 300, "clear"), counter)
    less = canvas.obj(250, 360, "-~")
    canvas.connect(counter, less)
    canvas.connect(signal, 0, 1, less)
    # The strokes lie one after another; each is as long as the stride says. A zero precedes them,
    # but not a set of hits.
    offset = canvas.obj(420, 330, "expr $f1 * $f2 / 1000 + max(0, $f3 - 1) * $f4 + "
                        "if($f3 > 0 && $f5 > 1, 0, 1)")  # fmt: skip
    start = canvas.obj(420, 300, "r $0-start")
    stride = canvas.obj(560, 300, "r $0-stride")
    keep_start = canvas.obj(480, 270, "f 0")
    canvas.connect(start, 0, 1, keep_start)
    canvas.connect(begin, 0, keep_start)
    canvas.connect(keep_start, offset)
    canvas.connect(file, 0, 1, offset)
    canvas.connect(number, 0, 2, offset)
    canvas.connect(canvas.obj(700, 300, "r $0-hits"), 0, 4, offset)
    canvas.connect(stride, 0, 3, offset)
    position = canvas.obj(250, 390, "+~ 1")
    canvas.connect(less, position)
    canvas.connect(offset, 0, 1, position)
    sounds = [canvas.obj(250 + 200 * i, 420, f"tabread4~ $0-sound{e}")
              for i, e in enumerate(CHANNELS)]  # fmt: skip
    is_soft = canvas.obj(900, 230, "sel 0")
    canvas.connect(number, 2, is_soft)
    source = canvas.obj(1000, 255, "f 1")
    canvas.connect(canvas.obj(1060, 230, "r $0-source"), 0, 1, source)
    canvas.connect(is_soft, 1, canvas.obj(1000, 230, "t b"), source)
    which = canvas.obj(1000, 280, "sel 1 2 3")
    canvas.connect(source, which)
    for i, (sound, end) in enumerate(zip(sounds, CHANNELS, strict=True)):
        canvas.connect(position, sound)
        table = canvas.msg(900 + 160 * i, 440, "set $1")
        canvas.connect(table, sound)
        for k, (chosen, outlet, name) in enumerate(
            ((is_soft, 0, "sound"), (which, 0, "soft"), (which, 1, "set2"), (which, 2, "set3"))
        ):
            canvas.connect(chosen, outlet, canvas.obj(900 + 160 * i, 310 + 30 * k,
                                                      f"symbol $0-{name}{end}"), table)  # fmt: skip
    # A stroke ends before the next one in its file: the fade below takes 2 ms.
    last = canvas.obj(
        640, 240, "expr if($f1 < 1, $f4, max($f3, min($f4, 1000 * $f2 / $f5 - 2)))"
    )  # fmt: skip
    canvas.connect(number, 1, last)
    for inlet, name in enumerate(("stride", "start", "end", "sr"), 1):
        canvas.connect(canvas.obj(640 + 80 * inlet, 205, f"r $0-{name}"), 0, inlet, last)
    # Level: rises to that of the velocity, holds for half the decay or until the end, then falls
    # to zero.
    hold = canvas.obj(20, 330, "expr min($f4 / 2, ($f2 - $f1) / $f3)")
    fall = canvas.obj(20, 300, "expr if($f4 / 2 < ($f2 - $f1) / $f3, $f4 / 2, 2)")
    for target in (hold, fall):
        canvas.connect(last, 0, 1, target)
        canvas.connect(both, 1, 2, target)
        canvas.connect(canvas.obj(720, 270, "r $0-decay"), 0, 3, target)
    first = canvas.obj(20, 230, "f 0")
    canvas.connect(canvas.obj(60, 180, "r $0-start"), 0, 1, first)
    canvas.connect(steps, 0, first)
    order = canvas.obj(20, 260, "t f f")
    canvas.connect(first, order)
    canvas.connect(order, 1, fall)
    canvas.connect(order, 0, hold)
    shape = canvas.obj(20, 390, "pack f f f f")  # hold level attack fall
    canvas.connect(hold, shape)
    canvas.connect(fall, 0, 3, shape)
    canvas.connect(gain, 0, 1, shape)
    canvas.connect(canvas.obj(130, 360, "r $0-attack"), 0, 2, shape)
    envelope = canvas.obj(20, 450, "vline~")
    canvas.connect(shape, canvas.msg(20, 420, "$2 $3, 0 $4 $1"), envelope)
    choke(canvas, split, envelope)
    output = canvas.obj(330, 560, "dac~ 1 2")
    for i, sound in enumerate(sounds):
        out = canvas.obj(250 + 200 * i, 480, "*~")
        canvas.connect(sound, out)
        canvas.connect(envelope, 0, 1, out)
        canvas.connect(out, 0, i, output)
        canvas.connect(out, canvas.obj(250 + 200 * i, 600, "outlet~"))
    return canvas
