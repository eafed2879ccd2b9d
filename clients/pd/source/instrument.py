"""The patch: what one sees, and the subpatches that do the work."""

from typing import Final

from . import writer
from .network import network
from .playback import loading, playing
from .requests import requests
from .sample import sample
from .writer import Canvas

CATEGORIES: Final = (
    "kick", "clap", "snare", "open_hihat", "closed_hihat", "tambourine", "conga", "bongo",
    "shaker", "snap", "tom",
)  # fmt: skip
"""Of the model in the package; a test compares."""
RANGES: Final = (0.5, 1.0, 2.0, 4.0)
HELP: Final = (
    "1) In a terminal: make play.  2) Turn DSP on.  3) Choose a category.  4) Move P1 and P2: "
    "every place is another drum.  5) Random, then Variation, until you like it, and Save. "
    "MIDI notes play the sound, their velocity is its level. Start and End trim it. It keeps its "
    "pitch at any sample rate of Pd. Several copies of this patch may be open. More: pd help, and "
    "docs/pure-data.md."
)
PAD: Final = (214, 76, 169)
"""Left, top and size of the square: odd, for a slider has its middle, 0, at a whole pixel only."""
TAKES: Final = (
    "category", "p1", "p2", "p3", "range", "wild", "take", "amount", "random", "variation",
    "typical", "note", "port", "start", "end", "attack", "decay", "follow", "audition", "sample",
)  # fmt: skip
"""What the inlet understands, if the patch is used as an abstraction."""
_DIRECT: Final = ("note", "sample")


def patch() -> str:
    """Return the text of the patch file."""
    top = Canvas(size=(900, 590))
    top.text(20, 14, "Neural Drum Machine: move the controls, hear a new drum", 60)
    _faces(top)
    subs = (network(), requests(CATEGORIES, RANGES), loading(), sample(), _interface(), _help())
    for x, each in enumerate(subs):
        top.sub(20 + 92 * x, 545, each)
    play = top.sub(600, 520, playing())
    top.join(play, top.obj(600, 545, "outlet~"))
    top.join(top.obj(730, 520, "inlet"), top.obj(730, 545, "s $0-in"))
    top.join(top.obj(820, 520, "r $0-say"), top.obj(820, 545, "outlet"))
    return top.file()


def _faces(top: Canvas) -> None:
    """Place the controls: each sends to a name of its own in this copy of the patch."""
    top.obj(20, 66, writer.radio("vradio", len(CATEGORIES), 0, "$0-category", "Category"))
    for i, name in enumerate(CATEGORIES):
        top.text(46, 66 + 20 * i, name)
    left, up, size = PAD
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
        (("random", "Random"), ("typical", "Typical"), ("encode", "Encode a file"))
    ):
        top.obj(410, 236 + 28 * i, writer.button(f"$0-{name}", words))
    top.graph(560, 66, 320, 150, "$0-sound")
    for i, (name, words, low, high, start) in enumerate(
        (("start", "Start ms", 0, 1000, 0), ("end", "End ms", 0, 1000, 1000),
         ("attack", "Attack ms", 0, 200, 0), ("decay", "Decay ms", 10, 2000, 2000))
    ):  # fmt: skip
        top.obj(560 + 82 * i, 246, writer.number(f"$0-{name}", words, low, high, start))
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
    top.text(20, 448, HELP, 118)


def _interface() -> Canvas:
    """Return the subpatch of buttons, words, MIDI, and what comes in and goes out."""
    canvas = Canvas("interface", (1000, 620))
    # What has no face; the controls say their values when the patch is loaded.
    start = canvas.obj(20, 20, "loadbang")
    for i, (name, value) in enumerate((("sr", 22050), ("mode", 0))):
        canvas.join(start, canvas.msg(20 + 110 * i, 50, str(value)),
                    canvas.obj(20 + 110 * i, 75, f"s $0-{name}"))  # fmt: skip
    _dot(canvas)
    # Notes: from MIDI, the button, and new sounds if they shall be heard.
    note = canvas.obj(20, 290, "s $0-note")
    strip = canvas.obj(20, 220, "stripnote")
    midi = canvas.obj(20, 190, "notein")
    canvas.join(midi, strip)
    canvas.join(midi, 1, 1, strip)
    both = canvas.obj(20, 250, "pack f f")
    canvas.join(strip, both)
    canvas.join(strip, 1, 1, both)
    canvas.join(both, note)
    play = canvas.msg(120, 250, "60 127")
    canvas.join(canvas.obj(120, 190, "r $0-play"), play)
    canvas.join(play, note)
    new = canvas.obj(220, 190, "r $0-new")
    steps = canvas.obj(220, 215, "t b b b")
    canvas.join(new, steps)
    gate = canvas.obj(220, 240, "spigot 1")
    canvas.join(steps, gate)
    canvas.join(canvas.obj(290, 190, "r $0-audition"), 0, 1, gate)
    canvas.join(gate, play)
    # Words.
    said = canvas.obj(20, 330, "r $0-say")
    words = canvas.obj(20, 355, "route status model error info")
    canvas.join(said, words)
    for i, name in enumerate(("status", "model", "error", "info")):
        canvas.join(words, i, canvas.obj(80 + 130 * i, 385, "list"),
                    canvas.msg(20 + 130 * i, 385, "label $1"),
                    canvas.obj(20 + 130 * i, 410, f"s $0-{name}-label"))  # fmt: skip
    # The sound's own words: its name and length.
    what = canvas.obj(420, 190, "symbol")
    canvas.join(canvas.obj(420, 165, "r $0-what"), 0, 1, what)
    canvas.join(steps, 1, what)
    canvas.join(what, canvas.msg(420, 240, "info $1"), canvas.obj(420, 265, "s $0-say"))
    # A random sound and a variation take the sliders along: shown, not sent again. Places are in
    # units of range 1, and a slider ends at 1.
    for i in (1, 2, 3):
        x = 500 + 150 * i
        scaled = canvas.obj(x, 215, "expr min(1, max(-1, $f1 / $f2))")
        canvas.join(canvas.obj(x, 190, f"r $0-at{i}"), scaled)
        canvas.join(canvas.obj(x + 70, 190, "r $0-factor"), 0, 1, scaled)
        shown = canvas.obj(x, 240, "t f f")
        canvas.join(
            scaled, shown, canvas.msg(x, 265, "set $1"), canvas.obj(x, 290, f"s $0-p{i}-in")
        )
        canvas.join(shown, 1, canvas.obj(x + 70, 265, f"s $0-shown{i}"))
    # Save, as the file that the server wrote.
    panel = canvas.obj(620, 350, "savepanel")
    canvas.join(
        canvas.obj(620, 325, "r $0-save"),
        panel,
        canvas.obj(620, 325, "list prepend write"),
        canvas.obj(620, 350, "list append $0-file"),
        canvas.obj(620, 375, "list trim"),
        canvas.obj(620, 400, "soundfiler"),
    )
    # Used as an abstraction: the same controls by name.
    inlet = canvas.obj(20, 450, "r $0-in")
    route = canvas.obj(20, 475, "route " + " ".join(TAKES))
    canvas.join(inlet, route)
    for i, name in enumerate(TAKES):
        target = name if name in _DIRECT else f"{name}-in"
        canvas.join(
            route, i, canvas.obj(20 + 95 * (i % 10), 505 + 25 * (i // 10), f"s $0-{target}")
        )
    return canvas


def _dot(canvas: Canvas) -> None:
    """Move the point in the square: by hand the sliders' values, else the sound's place."""
    left, up, size = PAD
    place = canvas.obj(220, 130, "pack f f")
    reach, middle = (size - 12) / 2, size // 2 - 6
    for x, name, centre, factor in (
        (220, "1", left + middle, reach), (560, "2", up + middle, -reach)
    ):  # fmt: skip
        where = canvas.obj(x, 85, f"expr {centre} + {factor:g} * min(1, max(-1, $f1))")
        for i, source in enumerate((f"p{name}", f"shown{name}")):
            canvas.join(canvas.obj(x + 90 * i, 55, f"r $0-{source}"), where)
        if name == "1":
            canvas.join(where, place)
        else:
            again = canvas.obj(x, 110, "t b f")
            canvas.join(where, again)
            canvas.join(again, 1, 1, place)
            canvas.join(again, place)
    canvas.join(place, canvas.msg(220, 155, "pos $1 $2"), canvas.obj(320, 155, "s $0-dot"))


def _help() -> Canvas:
    canvas = Canvas("help", (620, 300))
    canvas.text(20, 20, "As an abstraction, [neural-drum-machine] takes in its left inlet: "
                + ", ".join(TAKES) + ", each with its value (category and range by number; note "
                "pitch velocity; sample path), and says status, model, error and info at its "
                "right outlet. Its left outlet is the signal.", 80)  # fmt: skip
    canvas.text(20, 140, "No server? Its window must say OSC: UDP 127.0.0.1:9710; put its port "
                "into Port. ndm doctor says what is wrong. docs/pure-data.md.", 80)  # fmt: skip
    return canvas
