"""The main window: the controls, and the subpatches that work behind them."""

from typing import Final

from . import writer
from .bending import bending
from .network import network
from .playback import loading, playing, softer
from .requests import BENT, requests
from .sample import sample
from .strokes import humanise
from .wishes import wishes
from .writer import Canvas

CATEGORIES: Final = (
    "kick", "clap", "snare", "open_hihat", "closed_hihat", "tambourine", "conga", "bongo",
    "shaker", "snap", "tom",
)  # fmt: skip
"""The categories of the model in the package; a test compares them."""
LONGEST: Final = 3000
"""Milliseconds that hold every sound of the model, and what is sent of a sample."""
RANGES: Final = (0.5, 1.0, 2.0, 4.0)
HELP: Final = (
    "1) In a terminal: make play.  2) Turn DSP on.  3) Choose a category.  4) Move P1 and P2: "
    "each position is another drum.  5) Press Random, then Vary until you like it, then Save. "
    "Your sample stays as it is until you move P1, P2, Fine, Turn (toward another drum) or Blend "
    "(the model's own version). MIDI notes play the sound, soft notes soft strokes. Start and End "
    "trim it. Humanise makes notes differ. A note ends those of copies with its Choke number. "
    "You can open several copies of this patch. More: pd help and docs/pure-data.md."
)
XY_PAD: Final = (214, 76, 169)
"""Left, top and size of the XY pad. The size is odd, so that the middle, 0, is a whole pixel."""
INLET_MESSAGES: Final = (
    "category", "p1", "p2", "p3", "range", "wild", "take", "amount", "random", "variation",
    "typical", "note", "port", "start", "end", "attack", "decay", "follow", "audition", "sample",
    "wish", "clear", "toward", "turn", "blend", "humanise", "choke",
)  # fmt: skip
"""The messages of the inlet, if the patch is used as an abstraction."""
_DIRECT: Final = ("note", "sample", "wish", "clear")


def patch() -> str:
    """Return the text of the patch file."""
    top = Canvas(size=(900, 590))
    top.text(20, 14, "Neural Drum Machine: move the controls, hear a new drum", 60)
    _controls(top)
    subs = (
        network(), requests(CATEGORIES, RANGES), loading(), softer(), humanise(), sample(),
        bending(CATEGORIES), _interface(), _help(), wishes(),
    )  # fmt: skip
    x, y = 20, 525
    for each in subs:
        top.sub(x, y, each)
        x += 7 * len(f"pd {each.name}") + 14
        if x > 500:
            x, y = 20, 555
    play = top.sub(640, 525, playing())
    for channel in (0, 1):
        top.connect(play, channel, top.obj(640 + 60 * channel, 555, "outlet~"))
    top.connect(top.obj(770, 525, "inlet"), top.obj(770, 555, "s $0-in"))
    top.connect(top.obj(830, 525, "r $0-say"), top.obj(830, 555, "outlet"))
    return top.file()


def _controls(top: Canvas) -> None:
    """Add the controls; each sends to a name of its own in this copy of the patch."""
    top.obj(20, 66, writer.radio("vradio", len(CATEGORIES), 0, "$0-category", "Category"))
    for i, name in enumerate(CATEGORIES):
        top.text(46, 66 + 20 * i, name)
    top.obj(146, 66, writer.radio("vradio", len(CATEGORIES), 0, "$0-toward", "Toward"))
    left, up, size = XY_PAD
    top.obj(left, up, f"cnv 10 {size} {size} empty empty empty 0 0 0 12 #d8d8d8 #000000 0")
    top.obj(left + size // 2 - 6, up + size // 2 - 6,
            "cnv 12 12 12 $0-nothing $0-dot empty 0 0 0 12 #d06000 #000000 0")  # fmt: skip
    top.obj(left - 24, up + 2, writer.slider("vsl", -1, 1, 0, "$0-p2", "P2", size - 4))
    top.obj(left + 2, up + size + 22, writer.slider("hsl", -1, 1, 0, "$0-p1", "P1", size - 4))
    top.obj(left + 2, up + size + 62, writer.slider("hsl", -1, 1, 0, "$0-p3", "Fine", size - 4))
    top.obj(410, 76, writer.radio("hradio", 4, 1, "$0-range", "Range", 30))
    for i, value in enumerate(RANGES):
        top.text(410 + 30 * i, 108, f"{value:g}")
    top.obj(410, 152, writer.number("$0-wild", "Wild", 0, 2, 1, 4))
    top.obj(480, 152, writer.number("$0-take", "Take", 0, 63, 0, 4))
    top.obj(410, 196, writer.number("$0-amount", "Amount", 0, 2, 0.3, 4))
    top.obj(480, 195, writer.button("$0-variation", "Vary"))
    for i, (name, words) in enumerate(
        (("random", "Random"), ("typical", "Typical"), ("choose", "Your sample"))
    ):
        top.obj(410, 236 + 28 * i, writer.button(f"$0-{name}", words))
    for i, (name, words) in enumerate((("turn", "Turn 0-1"), ("blend", "Blend 0-1"))):
        top.obj(410 + 70 * i, 336, writer.number(f"$0-{name}", words, 0, 1, 0, 4))
    top.graph(560, 66, 320, 150, "$0-sound")
    for i, (name, words, low, high, start) in enumerate(
        (("start", "Start ms", 0, LONGEST, 0), ("end", "End ms", 0, LONGEST, LONGEST),
         ("attack", "Attack ms", 0, 200, 0), ("decay", "Decay ms", 10, 2000, 2000))
    ):  # fmt: skip
        top.obj(560 + 82 * i, 246, writer.number(f"$0-{name}", words, low, high, start))
    top.obj(560, 336, writer.number("$0-humanise", "Humanise 0-1", 0, 1, 0, 4))
    top.obj(680, 336, writer.number("$0-choke", "Choke", 0, 16, 0, 4))
    top.obj(560, 286, writer.button("$0-play", "Play", 26))
    top.obj(642, 289, writer.button("$0-save", "Save"))
    top.obj(714, 289, writer.toggle("$0-audition", "Audition", 1))
    top.obj(808, 289, writer.toggle("$0-follow", "Pitch", 0))
    top.obj(20, 376, writer.number("$0-port", "Port", 1024, 65535, 9710, 6))
    for x, y, width, name, words in (
        (110, 372, 360, "status", "looking for a server"), (480, 372, 180, "model", "no model"),
        (670, 372, 210, "info", "no sound yet"), (20, 408, 860, "error", "no error"),
    ):  # fmt: skip
        top.obj(x, y, writer.label(f"$0-{name}-label", width, 26, words))
    top.text(20, 442, HELP, 118)


def _interface() -> Canvas:
    """Return the subpatch for buttons, texts, MIDI, inlet and outlet."""
    canvas = Canvas("interface", (1000, 620))
    # Values without a control; the controls send their values when the patch is loaded.
    start = canvas.obj(20, 20, "loadbang")
    for i, (name, value) in enumerate((("sr", 44100), ("mode", 0))):
        canvas.connect(start, canvas.msg(20 + 110 * i, 50, str(value)),
                    canvas.obj(20 + 110 * i, 75, f"s $0-{name}"))  # fmt: skip
    _dot(canvas)
    # Notes: from MIDI, the Play button, and new sounds if Audition is on.
    note = canvas.obj(20, 290, "s $0-note")
    strip = canvas.obj(20, 220, "stripnote")
    midi = canvas.obj(20, 190, "notein")
    canvas.connect(midi, strip)
    canvas.connect(midi, 1, 1, strip)
    both = canvas.obj(20, 250, "pack f f")
    canvas.connect(strip, both)
    canvas.connect(strip, 1, 1, both)
    canvas.connect(both, note)
    play = canvas.msg(120, 250, "60 127")
    canvas.connect(canvas.obj(120, 190, "r $0-play"), play)
    canvas.connect(play, note)
    new = canvas.obj(220, 190, "r $0-new")
    steps = canvas.obj(220, 215, "t b b b")
    canvas.connect(new, steps)
    gate = canvas.obj(220, 240, "spigot 1")
    canvas.connect(steps, gate)
    canvas.connect(canvas.obj(290, 190, "r $0-audition"), 0, 1, gate)
    canvas.connect(gate, play)
    # Texts.
    said = canvas.obj(20, 330, "r $0-say")
    words = canvas.obj(20, 355, "route status model error info")
    canvas.connect(said, words)
    for i, name in enumerate(("status", "model", "error", "info")):
        canvas.connect(words, i, canvas.obj(80 + 130 * i, 385, "list"),
                    canvas.msg(20 + 130 * i, 385, "label $1"),
                    canvas.obj(20 + 130 * i, 410, f"s $0-{name}-label"))  # fmt: skip
    # The name of the sound.
    what = canvas.obj(420, 190, "symbol")
    canvas.connect(canvas.obj(420, 165, "r $0-what"), 0, 1, what)
    canvas.connect(steps, 1, what)
    canvas.connect(what, canvas.msg(420, 240, "info $1"), canvas.obj(420, 265, "s $0-say"))
    # A random sound and a variation move the sliders without sending a request again. Positions
    # count in units of range 1, and a slider ends at 1.
    # Those of a sample that is bent stay where they are.
    free = canvas.obj(900, 130, f"!= {BENT}")
    canvas.connect(canvas.obj(900, 105, "r $0-mode"), free)
    for i in (1, 2, 3):
        x = 500 + 150 * i
        scaled = canvas.obj(x, 215, "expr min(1, max(-1, $f1 / $f2))")
        gate = canvas.obj(x, 202, "spigot 1")
        canvas.connect(canvas.obj(x, 190, f"r $0-at{i}"), gate, scaled)
        canvas.connect(free, 0, 1, gate)
        canvas.connect(canvas.obj(x + 70, 190, "r $0-factor"), 0, 1, scaled)
        shown = canvas.obj(x, 240, "t f f")
        canvas.connect(
            scaled, shown, canvas.msg(x, 265, "set $1"), canvas.obj(x, 290, f"s $0-p{i}-in")
        )
        canvas.connect(shown, 1, canvas.obj(x + 70, 265, f"s $0-shown{i}"))
    # Save a copy of the file that the server wrote.
    panel = canvas.obj(620, 350, "savepanel")
    canvas.connect(
        canvas.obj(620, 325, "r $0-save"),
        panel,
        canvas.obj(620, 325, "list prepend write"),
        canvas.obj(620, 350, "list append $0-file $0-file-r"),
        canvas.obj(620, 375, "list trim"),
        canvas.obj(620, 400, "soundfiler"),
    )
    # As an abstraction: the same controls by name.
    inlet = canvas.obj(20, 450, "r $0-in")
    route = canvas.obj(20, 475, "route " + " ".join(INLET_MESSAGES))
    canvas.connect(inlet, route)
    for i, name in enumerate(INLET_MESSAGES):
        target = name if name in _DIRECT else f"{name}-in"
        canvas.connect(
            route, i, canvas.obj(20 + 95 * (i % 10), 505 + 25 * (i // 10), f"s $0-{target}")
        )
    return canvas


def _dot(canvas: Canvas) -> None:
    """Move the point in the XY pad to the sliders' values, or to the position of the sound."""
    left, up, size = XY_PAD
    place = canvas.obj(220, 130, "pack f f")
    reach, middle = (size - 12) / 2, size // 2 - 6
    for x, name, centre, factor in (
        (220, "1", left + middle, reach), (560, "2", up + middle, -reach)
    ):  # fmt: skip
        where = canvas.obj(x, 85, f"expr {centre} + {factor:g} * min(1, max(-1, $f1))")
        for i, source in enumerate((f"p{name}", f"shown{name}")):
            canvas.connect(canvas.obj(x + 90 * i, 55, f"r $0-{source}"), where)
        if name == "1":
            canvas.connect(where, place)
        else:
            again = canvas.obj(x, 110, "t b f")
            canvas.connect(where, again)
            canvas.connect(again, 1, 1, place)
            canvas.connect(again, place)
    canvas.connect(place, canvas.msg(220, 155, "pos $1 $2"), canvas.obj(320, 155, "s $0-dot"))


def _help() -> Canvas:
    canvas = Canvas("help", (620, 300))
    canvas.text(20, 20, "As an abstraction, [neural-drum-machine] accepts at its inlet: "
                + ", ".join(INLET_MESSAGES) + ", each with its value (category and range by "
                "number; note pitch velocity; sample path; wish decay 0.6, and clear decay). Its "
                "first two outlets are the signals, left and right; the third one sends status, "
                "model, error and info.",
                80)  # fmt: skip
    canvas.text(20, 140, "No server? make play prints OSC: UDP 127.0.0.1:9710; enter that port in "
                "Port. ndm doctor finds problems. See docs/pure-data.md.", 80)  # fmt: skip
    return canvas
