"""Loads a WAV file and plays it at the right pitch, whatever the sample rate of Pd."""

from .writer import Canvas


def loading() -> Canvas:
    """Return the subpatch that loads a sound with one zero before it and three after it.

    ``tabread4~`` cannot read the first point and the last two.
    """
    canvas = Canvas("loading", (640, 480))
    canvas.obj(400, 20, "table $0-file")
    split = canvas.obj(20, 50, "t b s")
    canvas.connect(canvas.obj(20, 20, "r $0-path"), split)
    read = canvas.obj(120, 110, "list append $0-file")
    canvas.connect(split, 1, canvas.obj(120, 80, "list prepend read -resize"), read)
    filer = canvas.obj(120, 170, "soundfiler")
    canvas.connect(read, canvas.obj(120, 140, "list trim"), filer)
    count = canvas.obj(120, 200, "t b f f")
    canvas.connect(filer, count)
    canvas.connect(
        count, 2, canvas.obj(260, 230, "+ 4"), canvas.obj(260, 260, "array size $0-sound")
    )
    rest = canvas.obj(200, 320, "array set $0-sound")
    after = canvas.obj(200, 260, "t b f")
    canvas.connect(count, 1, canvas.obj(200, 230, "+ 1"), after)
    canvas.connect(after, 1, 1, rest)
    canvas.connect(after, canvas.msg(200, 290, "0 0 0"), rest)
    canvas.connect(count, canvas.obj(120, 350, "array get $0-file"),
                canvas.obj(120, 380, "array set $0-sound 1"))  # fmt: skip
    # All values of the message have arrived by now: update the XY pad and texts, then play.
    canvas.connect(split, canvas.obj(20, 420, "s $0-new"))
    return canvas


def playing() -> Canvas:
    """Return the subpatch that plays: notes in, signal out."""
    canvas = Canvas("playing", (900, 620))
    notes = canvas.obj(20, 20, "r $0-note")
    split = canvas.obj(20, 50, "unpack f f")
    canvas.connect(notes, split)
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
    offset = canvas.obj(420, 330, "expr $f1 * $f2 / 1000 + 1")
    start = canvas.obj(420, 300, "r $0-start")
    keep_start = canvas.obj(480, 270, "f 0")
    canvas.connect(start, 0, 1, keep_start)
    canvas.connect(begin, 0, keep_start)
    canvas.connect(keep_start, offset)
    canvas.connect(file, 0, 1, offset)
    position = canvas.obj(250, 390, "+~ 1")
    canvas.connect(less, position)
    canvas.connect(offset, 0, 1, position)
    sound = canvas.obj(250, 420, "tabread4~ $0-sound")
    canvas.connect(position, sound)
    # Level: rises to the velocity, holds for half the decay or until the end, falls to zero.
    hold = canvas.obj(20, 330, "expr min($f4 / 2, ($f2 - $f1) / $f3)")
    fall = canvas.obj(20, 300, "expr if($f4 / 2 < ($f2 - $f1) / $f3, $f4 / 2, 2)")
    for target in (hold, fall):
        canvas.connect(canvas.obj(640, 270, "r $0-end"), 0, 1, target)
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
    canvas.connect(split, 1, canvas.obj(60, 110, "/ 127"), 0, 1, shape)
    canvas.connect(canvas.obj(130, 360, "r $0-attack"), 0, 2, shape)
    envelope = canvas.obj(20, 450, "vline~")
    canvas.connect(shape, canvas.msg(20, 420, "$2 $3, 0 $4 $1"), envelope)
    out = canvas.obj(250, 480, "*~")
    canvas.connect(sound, out)
    canvas.connect(envelope, 0, 1, out)
    output = canvas.obj(330, 520, "dac~ 1 2")
    canvas.connect(out, output)
    canvas.connect(out, 0, 1, output)
    canvas.connect(out, canvas.obj(250, 520, "outlet~"))
    return canvas
