"""The socket: hello and heartbeat, requests, answers, and status texts."""

from typing import Final

from .writer import Canvas, Node

ANSWERS: Final = (
    "sound", "error", "hello", "categories", "pong", "superseded", "format", "ranges",
    "inverters", "axes", "status",
    "values", "layers",
)  # fmt: skip
"""The messages of the server."""
SOUND: Final = "unpack f symbol f f f f f symbol f f f f symbol f f"
"""id path ms peak samples sr length category seed p1 p2 p3 inverter wild take."""


def network() -> Canvas:
    """Return the subpatch that talks to the server."""
    canvas = Canvas("network", (1000, 700))
    canvas.text(
        20,
        10,
        "Every second: connect if needed, then send hello, or ping if a server is there.",
        70,
    )
    socket = canvas.obj(20, 300, "netsend -u -b")
    tick = canvas.obj(20, 70, "metro 1000")
    canvas.connect(canvas.obj(20, 40, "loadbang"), canvas.obj(90, 40, "del 100"),
                canvas.msg(160, 40, "1"), tick)  # fmt: skip
    steps = canvas.obj(20, 100, "t b b")
    canvas.connect(tick, steps)
    state = canvas.obj(120, 130, "f 0")
    canvas.connect(socket, 0, 1, state)
    canvas.connect(steps, 1, state)
    port = canvas.obj(120, 190, "f 9710")
    canvas.connect(state, canvas.obj(120, 160, "sel 0"), port)
    canvas.connect(port, canvas.msg(120, 220, "connect 127.0.0.1 $1"), socket)
    new_port = canvas.obj(300, 100, "r $0-port")
    canvas.connect(new_port, 0, 1, port)
    fresh = canvas.obj(300, 130, "t b b")
    canvas.connect(new_port, fresh)
    leave = canvas.msg(300, 240, "disconnect")
    canvas.connect(fresh, 1, leave)
    canvas.connect(leave, socket)
    canvas.connect(fresh, canvas.msg(360, 160, "0"), canvas.obj(360, 190, "s $0-here"))
    here = canvas.obj(20, 160, "f 0")
    canvas.connect(steps, here)
    connected = canvas.obj(60, 130, "r $0-here")
    canvas.connect(connected, 0, 1, here)
    which = canvas.obj(20, 190, "sel 0")
    canvas.connect(here, which)
    hello = canvas.obj(20, 220, "oscformat ndm hello")
    out = canvas.obj(20, 270, "list prepend send")
    canvas.connect(which, canvas.msg(20, 205, "list"), hello, out)
    canvas.connect(
        which, 1, canvas.msg(70, 205, "1"), canvas.obj(70, 245, "oscformat -f i ndm ping"), out
    )
    canvas.connect(out, canvas.obj(20, 285, "list trim"), socket)
    canvas.connect(canvas.obj(200, 250, "r $0-osc"), out)
    _answers(canvas, socket, leave)
    return canvas


def _answers(canvas: Canvas, socket: Node, leave: Node) -> None:
    """Route the answers; after three seconds without one the server counts as gone."""
    parsed = canvas.obj(20, 330, "oscparse")
    canvas.connect(socket, 1, parsed)
    alive = canvas.obj(20, 380, "t a b")
    canvas.connect(
        parsed, canvas.obj(20, 355, "list trim"), canvas.obj(90, 355, "route ndm"), alive
    )
    lost = canvas.obj(400, 350, "del 3000")
    canvas.connect(canvas.obj(400, 320, "loadbang"), lost)
    canvas.connect(alive, 1, lost)
    gone = canvas.obj(400, 380, "t b b b b")
    canvas.connect(lost, gone)
    canvas.connect(gone, 3, leave)
    canvas.connect(gone, 2, canvas.msg(520, 410, "0"), canvas.obj(520, 440, "s $0-here"))
    say = canvas.obj(400, 470, "s $0-say")
    canvas.connect(
        gone,
        1,
        canvas.msg(400, 410, "status no\\ server\\ at\\ this\\ port:\\ run\\ make\\ play"),
        say,
    )
    canvas.connect(gone, 0, lost)
    route = canvas.obj(20, 410, "route " + " ".join(ANSWERS))
    canvas.connect(alive, route)
    # Its id comes first: a sample that was sent changes the meaning of the controls. The softer
    # strokes are those of the sound before.
    both = canvas.obj(20, 440, "t a a b")
    canvas.connect(route, both)
    canvas.connect(both, 2, canvas.msg(240, 440, "0"), canvas.obj(290, 440, "s $0-stride"))
    canvas.connect(both, 2, canvas.msg(240, 415, "1"), canvas.obj(290, 415, "s $0-hits"))
    canvas.connect(both, 1, canvas.obj(120, 440, "list split 1"), canvas.obj(120, 465, "s $0-last"))
    sound = canvas.obj(20, 460, SOUND)
    canvas.connect(both, sound)
    canvas.connect(route, len(ANSWERS) - 1, canvas.obj(700, 440, "s $0-layers"))
    for outlet, name in ((11, "at3"), (10, "at2"), (9, "at1"), (6, "length"), (5, "sr"),
                         (7, "what"), (2, "ms"), (1, "path")):  # fmt: skip
        canvas.connect(sound, outlet, canvas.obj(20 + 85 * (outlet - 1), 500, f"s $0-{name}"))
    # id code sentence; users see the sentence.
    # Without softer strokes, notes play the sound itself: an error about them is not shown.
    about = canvas.obj(20, 525, "t a a")
    canvas.connect(route, 1, about)
    other = canvas.obj(90, 560, "expr $f1 != $f2")
    canvas.connect(canvas.obj(190, 525, "r $0-layers-id"), 0, 1, other)
    canvas.connect(about, 1, canvas.obj(90, 540, "list split 1"), other)
    shown = canvas.obj(20, 580, "spigot 1")
    canvas.connect(other, 0, 1, shown)
    canvas.connect(about, shown)
    error = canvas.obj(20, 600, "unpack f s s")
    canvas.connect(shown, error)
    canvas.connect(error, 2, canvas.msg(20, 625, "error $1"), say)
    canvas.connect(error, 1, canvas.obj(90, 625, "s $0-error-code"))
    canvas.connect(error, canvas.obj(20, 650, "s $0-error-id"))
    # hello: protocol program model hash. categories is the last message of the answer.
    hello = canvas.obj(220, 540, "unpack f s s s")
    canvas.connect(route, 2, hello)
    for outlet, text in ((2, "model\\ %s"), (1, "server\\ %s")):
        word = "status" if outlet == 1 else "model"
        canvas.connect(
            hello,
            outlet,
            canvas.obj(160 + 120 * outlet, 575, f"makefilename {text}"),
            canvas.msg(160 + 120 * outlet, 597, f"{word} $1"),
            say,
        )
    new = canvas.obj(560, 380, "t b b")
    before = canvas.obj(560, 490, "f 0")
    canvas.connect(route, 3, new)
    canvas.connect(canvas.obj(640, 460, "r $0-here"), 0, 1, before)
    first = canvas.obj(560, 515, "sel 0")
    canvas.connect(new, before, first)
    begin = canvas.obj(560, 540, "t b b b")
    canvas.connect(first, begin)
    canvas.connect(begin, 2, canvas.msg(660, 565, "error no\\ error"), say)
    canvas.connect(begin, 1, canvas.msg(610, 565, "1"), canvas.obj(610, 590, "s $0-here"))
    canvas.connect(begin, canvas.obj(560, 590, "s $0-go"))
