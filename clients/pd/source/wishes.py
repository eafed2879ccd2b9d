"""Values that are asked of the sound: a list of names and values, appended to every request."""

from typing import Final

from .writer import Canvas

QUALITIES: Final = (
    "pitch", "sweep", "decay", "attack", "brightness", "noisiness", "body", "air", "loudness",
)  # fmt: skip
"""The names of the protocol's wishes; a test compares them."""
EXAMPLES: Final = (
    "wish pitch 49",
    "wish decay 0.6",
    "wish brightness 2000",
    "clear pitch",
    "clear",
)


def wishes() -> Canvas:
    """Return the subpatch that keeps the wishes."""
    canvas = Canvas("wishes", (1530, 430))
    canvas.text(
        20,
        10,
        "Click a message, or change it first. Units: pitch and brightness Hz, sweep octaves, "
        "decay and attack s, noisiness 0 to 1, body and air dB, loudness LUFS. New requests ask "
        "for these values.",
        90,
    )
    to_inlet = canvas.obj(20, 90, "s $0-in")
    for i, text in enumerate(EXAMPLES):
        canvas.connect(canvas.msg(20 + 170 * i, 60, text), to_inlet)
    names = " ".join(QUALITIES)
    asked = canvas.obj(20, 160, f"route {names}")
    canvas.connect(canvas.obj(20, 130, "r $0-wish"), asked)
    cleared = canvas.obj(700, 130, f"route bang {names}")
    canvas.connect(canvas.obj(700, 100, "r $0-clear"), cleared)
    changed = canvas.obj(20, 370, "t b b")
    # Each keeps a name and its value, or nothing, and appends it to what comes from the left.
    before = changed
    kept = []
    for i, name in enumerate(QUALITIES):
        x = 20 + 165 * i
        pair = canvas.obj(x, 310, "list append")
        canvas.connect(before, 1 if before is changed else 0, 0, pair)
        kept.append(pair)
        before = pair
        steps = canvas.obj(x, 265, "t b a")
        value = canvas.obj(x, 200, "route float")
        canvas.connect(asked, i, value)
        canvas.connect(value, canvas.obj(x, 230, f"list prepend {name}"), steps)
        canvas.connect(cleared, i + 1, steps)
        canvas.connect(steps, 1, 1, pair)
        canvas.connect(steps, changed)
    canvas.connect(before, canvas.obj(1340, 370, "s $0-wishes"))
    canvas.connect(changed, canvas.obj(20, 395, "s $0-go"))
    all_of_them = canvas.obj(1340, 130, "t b b")
    canvas.connect(cleared, all_of_them)
    for pair in kept:
        canvas.connect(all_of_them, 1, 1, pair)
    canvas.connect(all_of_them, changed)
    return canvas
