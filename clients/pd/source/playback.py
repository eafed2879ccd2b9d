"""From a WAV file to what is heard: at its own pitch whatever the rate of Pd's audio."""

from .writer import Canvas


def loading() -> Canvas:
    """Return the subpatch that loads a sound: a silent point before it, three after it.

    ``tabread4~`` reads neither the first point nor the last two.
    """
    canvas = Canvas("loading", (640, 480))
    canvas.obj(400, 20, "table $0-file")
    split = canvas.obj(20, 50, "t b s")
    canvas.join(canvas.obj(20, 20, "r $0-path"), split)
    read = canvas.obj(120, 110, "list append $0-file")
    canvas.join(split, 1, canvas.obj(120, 80, "list prepend read -resize"), read)
    filer = canvas.obj(120, 170, "soundfiler")
    canvas.join(read, canvas.obj(120, 140, "list trim"), filer)
    count = canvas.obj(120, 200, "t b f f")
    canvas.join(filer, count)
    canvas.join(count, 2, canvas.obj(260, 230, "+ 4"), canvas.obj(260, 260, "array size $0-sound"))
    rest = canvas.obj(200, 320, "array set $0-sound")
    after = canvas.obj(200, 260, "t b f")
    canvas.join(count, 1, canvas.obj(200, 230, "+ 1"), after)
    canvas.join(after, 1, 1, rest)
    canvas.join(after, canvas.msg(200, 290, "0 0 0"), rest)
    canvas.join(count, canvas.obj(120, 350, "array get $0-file"),
                canvas.obj(120, 380, "array set $0-sound 1"))  # fmt: skip
    # All of the sound's message has been heard by now: pad, words, and its first hearing.
    canvas.join(split, canvas.obj(20, 420, "s $0-new"))
    return canvas


def playing() -> Canvas:
    """Return the subpatch that plays: notes in, signal out."""
    canvas = Canvas("playing", (900, 620))
    notes = canvas.obj(20, 20, "r $0-note")
    split = canvas.obj(20, 50, "unpack f f")
    canvas.join(notes, split)
    steps = canvas.obj(20, 80, "t b b b f")
    canvas.join(split, steps)
    # ratio: 1, or what the note says; step: file samples per sample of Pd.
    ratio = canvas.obj(250, 140, "expr pow(2, ($f1 - 60) * $f2 / 12)")
    canvas.join(steps, 3, ratio)
    canvas.join(canvas.obj(460, 110, "r $0-follow"), 0, 1, ratio)
    both = canvas.obj(250, 170, "t f f")
    canvas.join(ratio, both)
    rate = canvas.obj(560, 170, "samplerate~")
    canvas.join(steps, 2, rate)
    step = canvas.obj(250, 230, "expr $f1 * $f2 / $f3")
    file = canvas.obj(400, 170, "r $0-sr")
    canvas.join(file, 0, 1, step)
    canvas.join(rate, 0, 2, step)
    forward = canvas.obj(400, 260, "f")
    canvas.join(both, 1, 0, forward)
    keep = canvas.obj(250, 200, "f 1")
    canvas.join(both, 0, 1, keep)
    # Position: counted in steps from the start on. rpole~ begins with one step, which is taken off.
    begin = canvas.obj(130, 200, "t b b b")
    canvas.join(steps, 1, begin)
    canvas.join(begin, 2, keep)
    canvas.join(keep, step)
    signal = canvas.obj(250, 300, "sig~ 1")
    counter = canvas.obj(250, 330, "rpole~ 1")
    canvas.join(step, canvas.obj(250, 270, "t f f"), signal)
    canvas.join(signal, counter)
    canvas.join(begin, 1, canvas.msg(130, 300, "clear"), counter)
    less = canvas.obj(250, 360, "-~")
    canvas.join(counter, less)
    canvas.join(signal, 0, 1, less)
    offset = canvas.obj(420, 330, "expr $f1 * $f2 / 1000 + 1")
    start = canvas.obj(420, 300, "r $0-start")
    keep_start = canvas.obj(480, 270, "f 0")
    canvas.join(start, 0, 1, keep_start)
    canvas.join(begin, 0, keep_start)
    canvas.join(keep_start, offset)
    canvas.join(file, 0, 1, offset)
    place = canvas.obj(250, 390, "+~ 1")
    canvas.join(less, place)
    canvas.join(offset, 0, 1, place)
    sound = canvas.obj(250, 420, "tabread4~ $0-sound")
    canvas.join(place, sound)
    # Level: velocity after attack, held for half the decay or until the end, then to nothing.
    hold = canvas.obj(20, 330, "expr min($f4 / 2, ($f2 - $f1) / $f3)")
    fall = canvas.obj(20, 300, "expr if($f4 / 2 < ($f2 - $f1) / $f3, $f4 / 2, 2)")
    for target in (hold, fall):
        canvas.join(canvas.obj(640, 270, "r $0-end"), 0, 1, target)
        canvas.join(both, 1, 2, target)
        canvas.join(canvas.obj(720, 270, "r $0-decay"), 0, 3, target)
    first = canvas.obj(20, 230, "f 0")
    canvas.join(canvas.obj(60, 180, "r $0-start"), 0, 1, first)
    canvas.join(steps, 0, first)
    order = canvas.obj(20, 260, "t f f")
    canvas.join(first, order)
    canvas.join(order, 1, fall)
    canvas.join(order, 0, hold)
    shape = canvas.obj(20, 390, "pack f f f f")  # hold level attack fall
    canvas.join(hold, shape)
    canvas.join(fall, 0, 3, shape)
    canvas.join(split, 1, canvas.obj(60, 110, "/ 127"), 0, 1, shape)
    canvas.join(canvas.obj(130, 360, "r $0-attack"), 0, 2, shape)
    envelope = canvas.obj(20, 450, "vline~")
    canvas.join(shape, canvas.msg(20, 420, "$2 $3, 0 $4 $1"), envelope)
    out = canvas.obj(250, 480, "*~")
    canvas.join(sound, out)
    canvas.join(envelope, 0, 1, out)
    heard = canvas.obj(330, 520, "dac~ 1 2")
    canvas.join(out, heard)
    canvas.join(out, 0, 1, heard)
    canvas.join(out, canvas.obj(250, 520, "outlet~"))
    return canvas
