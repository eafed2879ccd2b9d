"""The socket: hello and heartbeat, requests out, answers in, and words about it."""

from typing import Final

from .writer import Canvas, Thing

ANSWERS: Final = (
    "sound", "error", "hello", "categories", "pong", "superseded", "format", "ranges",
    "inverters", "axes", "status",
)  # fmt: skip
"""All that a server sends."""
SOUND: Final = "unpack f symbol f f f f f symbol f f f f symbol f f"
"""id path ms peak samples sr length category seed p1 p2 p3 inverter wild take."""


def network() -> Canvas:
    """Return the subpatch that talks to the server."""
    canvas = Canvas("network", (1000, 620))
    canvas.text(
        20, 10, "Every second: connect if need be, then hello, or ping if a server is here.", 70
    )
    socket = canvas.obj(20, 300, "netsend -u -b")
    tick = canvas.obj(20, 70, "metro 1000")
    canvas.join(canvas.obj(20, 40, "loadbang"), canvas.obj(90, 40, "del 100"),
                canvas.msg(160, 40, "1"), tick)  # fmt: skip
    steps = canvas.obj(20, 100, "t b b")
    canvas.join(tick, steps)
    state = canvas.obj(120, 130, "f 0")
    canvas.join(socket, 0, 1, state)
    canvas.join(steps, 1, state)
    port = canvas.obj(120, 190, "f 9710")
    canvas.join(state, canvas.obj(120, 160, "sel 0"), port)
    canvas.join(port, canvas.msg(120, 220, "connect 127.0.0.1 $1"), socket)
    told = canvas.obj(300, 100, "r $0-port")
    canvas.join(told, 0, 1, port)
    fresh = canvas.obj(300, 130, "t b b")
    canvas.join(told, fresh)
    leave = canvas.msg(300, 240, "disconnect")
    canvas.join(fresh, 1, leave)
    canvas.join(leave, socket)
    canvas.join(fresh, canvas.msg(360, 160, "0"), canvas.obj(360, 190, "s $0-here"))
    here = canvas.obj(20, 160, "f 0")
    canvas.join(steps, here)
    heard = canvas.obj(60, 130, "r $0-here")
    canvas.join(heard, 0, 1, here)
    which = canvas.obj(20, 190, "sel 0")
    canvas.join(here, which)
    hello = canvas.obj(20, 220, "oscformat ndm hello")
    out = canvas.obj(20, 270, "list prepend send")
    canvas.join(which, canvas.msg(20, 205, "list"), hello, out)
    canvas.join(
        which, 1, canvas.msg(70, 205, "1"), canvas.obj(70, 245, "oscformat -f i ndm ping"), out
    )
    canvas.join(out, canvas.obj(20, 285, "list trim"), socket)
    canvas.join(canvas.obj(200, 250, "r $0-osc"), out)
    _answers(canvas, socket, leave)
    return canvas


def _answers(canvas: Canvas, socket: Thing, leave: Thing) -> None:
    """Route what the server says; silence for three seconds means that it is gone."""
    parsed = canvas.obj(20, 330, "oscparse")
    canvas.join(socket, 1, parsed)
    alive = canvas.obj(20, 380, "t a b")
    canvas.join(parsed, canvas.obj(20, 355, "list trim"), canvas.obj(90, 355, "route ndm"), alive)
    lost = canvas.obj(400, 350, "del 3000")
    canvas.join(canvas.obj(400, 320, "loadbang"), lost)
    canvas.join(alive, 1, lost)
    gone = canvas.obj(400, 380, "t b b b b")
    canvas.join(lost, gone)
    canvas.join(gone, 3, leave)
    canvas.join(gone, 2, canvas.msg(520, 410, "0"), canvas.obj(520, 440, "s $0-here"))
    words = canvas.obj(400, 470, "s $0-say")
    canvas.join(
        gone,
        1,
        canvas.msg(400, 410, "status no\\ server\\ at\\ this\\ port:\\ run\\ make\\ play"),
        words,
    )
    canvas.join(gone, 0, lost)
    route = canvas.obj(20, 410, "route " + " ".join(ANSWERS))
    canvas.join(alive, route)
    sound = canvas.obj(20, 440, SOUND)
    canvas.join(route, sound)
    for outlet, name in ((11, "at3"), (10, "at2"), (9, "at1"), (6, "length"), (5, "sr"),
                         (7, "what"), (2, "ms"), (1, "path")):  # fmt: skip
        canvas.join(sound, outlet, canvas.obj(20 + 85 * (outlet - 1), 500, f"s $0-{name}"))
    # id code sentence: the sentence is for people.
    error = canvas.obj(20, 540, "unpack f s s")
    canvas.join(route, 1, error)
    canvas.join(error, 2, canvas.msg(20, 565, "error $1"), words)
    # hello: protocol program model hash. categories comes last.
    hello = canvas.obj(220, 540, "unpack f s s s")
    canvas.join(route, 2, hello)
    for outlet, text in ((2, "model\\ %s"), (1, "server\\ %s")):
        word = "status" if outlet == 1 else "model"
        canvas.join(
            hello,
            outlet,
            canvas.obj(160 + 120 * outlet, 575, f"makefilename {text}"),
            canvas.msg(160 + 120 * outlet, 597, f"{word} $1"),
            words,
        )
    new = canvas.obj(560, 380, "t b b")
    before = canvas.obj(560, 490, "f 0")
    canvas.join(route, 3, new)
    canvas.join(canvas.obj(640, 460, "r $0-here"), 0, 1, before)
    first = canvas.obj(560, 515, "sel 0")
    canvas.join(new, before, first)
    begin = canvas.obj(560, 540, "t b b b")
    canvas.join(first, begin)
    canvas.join(begin, 2, canvas.msg(660, 565, "error no\\ error"), words)
    canvas.join(begin, 1, canvas.msg(610, 565, "1"), canvas.obj(610, 590, "s $0-here"))
    canvas.join(begin, canvas.obj(560, 590, "s $0-go"))
