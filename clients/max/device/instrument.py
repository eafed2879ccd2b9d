"""The instrument: its boxes and cords, and the patcher that holds them."""

from typing import Any, Final

from .container import amxd_type
from .controls import BY_NAME, PAGES
from .layout import CONTROLS, FRAMES, HEIGHT, LABELS, WIDTH, WORDS
from .parameters import banks
from .patch import Box, Patch

SCRIPTS: Final = ("ndm_client.js", "ndm_sample.js", "ndm_pad.js")
PLAY: Final = "60 100"
"""The note of the play button: C3, mezzo forte."""
ROUTES: Final = (
    "listen", "to", "replace", "upload", "sample", "store", "p1", "p2", "p3", "place", "axes",
    "status", "error", "info",
)  # fmt: skip
"""What ndm_client.js says to the patch."""


def _theme(**colours: str) -> dict[str, Any]:
    return {name: {"expression": f"themecolor.live_{colour}"} for name, colour in colours.items()}


def _control(patch: Patch, name: str, kind: str, at: tuple[float, float], **keys: Any) -> Box:
    return patch.add(kind, at, shown=CONTROLS[name], parameter=BY_NAME[name], **keys)


def _button(patch: Patch, name: str, at: tuple[float, float], **keys: Any) -> Box:
    return _control(patch, name, "live.text", at, text=name, texton=name, **keys)


def instrument() -> Patch:
    """Return the whole patch."""
    patch = Patch()
    for frame in FRAMES:
        patch.add("panel", (900, 900), shown=frame, background=1, rounded=4, border=0,
                  bgfillcolor_type="color", saved_attribute_attributes=_theme(
                      bgfillcolor="surface_frame"))  # fmt: skip
    for shown, text in LABELS.values():
        patch.add("live.comment", (900, 940), shown=shown, text=text)
    client = patch.add("js ndm_client.js", (300, 420))
    wave = _playback(patch)
    _network(patch, client, wave)
    _sound_controls(patch, client)
    return patch


def _sound_controls(patch: Patch, client: Box) -> None:
    """Join what the user sets to the client, and the client's places to what shows them."""
    route = next(box for box in patch.boxes if box.name == "route" and "listen" in box.text)

    def said(word: str) -> int:
        return ROUTES.index(word)

    menu = _control(patch, "Category", "live.menu", (20, 20))
    patch.join(menu, 1, patch.add("prepend category", (20, 60)), client)
    pad = patch.add("jsui", (160, 20), shown=CONTROLS["Pad"], filename="ndm_pad.js",
                    border=0, ignoreclick=0)  # fmt: skip
    split = patch.add("unpack 0. 0.", (160, 200))
    patch.join(pad, split)
    for outlet, (name, kind) in enumerate(
        (("P1", "live.numbox"), ("P2", "live.numbox"), ("Fine", "live.dial"))
    ):
        word = f"p{outlet + 1}"
        box = _control(patch, name, kind, (160 + 90 * outlet, 240))
        if name != "Fine":
            patch.join(split, outlet, box)
        patch.join(box, patch.add(f"prepend {word}", (160 + 90 * outlet, 300)), client)
        # `set` shows a value and sends nothing on, so that nothing goes round in circles.
        patch.join(route, said(word), patch.add("prepend set", (160 + 90 * outlet, 200)), box)
    for word in ("place", "axes"):
        patch.join(route, said(word), patch.add(f"prepend {word}", (20, 380)), pad)
    for x, (name, kind) in enumerate(
        (("Range", "live.tab"), ("Wild", "live.dial"), ("Take", "live.numbox"),
         ("Amount", "live.dial"))
    ):  # fmt: skip
        box = _control(
            patch,
            name,
            kind,
            (440 + 110 * x, 20),
            **(
                {"num_lines_patching": 1, "num_lines_presentation": 1} if kind == "live.tab" else {}
            ),
        )
        patch.join(box, patch.add(f"prepend {name.lower()}", (440 + 110 * x, 90)), client)
    for x, name in enumerate(("Random", "Typical", "Variation")):
        button = _button(patch, name, (440 + 110 * x, 130), mode=0)
        patch.join(button, patch.message(name.lower(), (440 + 110 * x, 170)), client)
    drop = _control(patch, "Sample", "live.drop", (880, 20), decodemode=0)
    patch.join(drop, patch.add("prepend drop", (880, 90)), client)
    stored = patch.add("pattr Recall", (880, 200), parameter=BY_NAME["Recall"],
                       saved_object_attributes={"parameter_enable": 1, "parameter_mappable": 0},
                       restore=[0])  # fmt: skip
    patch.join(stored, patch.add("prepend recall", (880, 240)), client)
    patch.join(route, said("store"), stored)


def _network(patch: Patch, client: Box, wave: Box) -> None:
    """Join client and server, and let the client speak."""
    loaded = patch.add("live.thisdevice", (300, 330))
    patch.join(loaded, patch.message("start", (300, 370)), client)
    send = patch.add("udpsend 127.0.0.1 9710", (300, 480))
    receive = patch.add("udpreceive 9711 @defer 1", (460, 380))
    patch.join(client, send)
    patch.join(receive, client)
    port = _control(patch, "Port", "live.numbox", (620, 330))
    patch.join(port, patch.add("prepend port", (620, 370)), client)
    route = patch.add("route " + " ".join(ROUTES), (300, 540))
    patch.join(client, 1, route)
    for word, target in (("listen", receive), ("to", send)):
        patch.join(route, ROUTES.index(word), patch.add("prepend port", (300, 580)), target)
    for word in ("status", "error", "info"):
        shown = patch.add("live.comment", (620, 620), shown=WORDS[word],
                          text="start the server: make play" if word == "error" else word,
                          textjustification=0)  # fmt: skip
        patch.join(route, ROUTES.index(word), patch.add("prepend set", (620, 580)), shown)
    # The sound: a file's name into the buffer~, which says when it is there.
    sound = next(box for box in patch.boxes if box.text == "buffer~ ---ndm 1000")
    patch.join(route, ROUTES.index("replace"), patch.add("prepend replace", (20, 480)), sound)
    # A dropped sample: loaded here, its samples sent; no server ever opens a path of ours.
    sample = patch.add("buffer~ ---ndmdrop 10", (800, 480))
    patch.join(route, ROUTES.index("sample"), patch.add("prepend replace", (800, 440)), sample)
    sender = patch.add("js ndm_sample.js ---ndmdrop", (800, 580))
    patch.join(sample, 1, patch.message("loaded", (900, 530)), sender)
    patch.join(route, ROUTES.index("upload"), patch.add("prepend upload", (800, 540)), sender)
    patch.join(sender, send)
    patch.join(sender, 1, route)
    patch.join(loaded, patch.message("set ---ndm", (20, 560)), wave)


def _playback(patch: Patch) -> Box:
    """From a note to sound: positions in milliseconds, so that the pitch is right at any rate."""
    sound = patch.add("buffer~ ---ndm 1000", (20, 520))
    wave = patch.add(
        "waveform~", (20, 620), shown=CONTROLS["Wave"], buffername="---ndm", setmode=1, ruler=0,
        grid=0, vticks=0, saved_attribute_attributes=_theme(
            bgcolor="lcd_bg", waveformcolor="lcd_control_fg", selectioncolor="control_selection"),
    )  # fmt: skip
    note = patch.add("unpack 0 0", (20, 900))
    play = patch.message(PLAY, (200, 860))
    patch.join(play, note)
    patch.join(_button(patch, "Play", (200, 820), mode=0), play)
    patch.join(
        _button(patch, "Save", (320, 480), mode=0), patch.message("write", (320, 510)), sound
    )
    # A new sound: drawn first, then played if that is wanted.
    come = patch.add("t b b", (120, 560))
    patch.join(sound, 1, come)
    patch.join(come, 1, patch.message("set ---ndm", (160, 590)), wave)
    gate = patch.add("gate", (120, 820))
    patch.join(_button(patch, "Audition", (120, 780), mode=1), gate)
    patch.join(come, 0, 1, gate)
    patch.join(gate, play)
    # Notes: stripnote leaves out note-offs; pack puts velocity and pitch together.
    notes = patch.add("stripnote", (20, 820))
    midi = patch.add("notein", (20, 780))
    patch.join(midi, notes)
    patch.join(midi, 1, 1, notes)
    both = patch.add("pack 0 0", (20, 860))
    patch.join(notes, both)
    patch.join(notes, 1, 1, both)
    patch.join(both, note)
    # Velocity to level, with attack and decay. It comes first, for unpack works from the right.
    level = patch.add("pack 0. 0. 1000.", (300, 980))
    patch.join(note, 1, patch.add("/ 127.", (300, 940)), level)
    patch.join(_control(patch, "Attack", "live.dial", (400, 900)), 0, 1, level)
    half = patch.add("* 0.5", (500, 960))
    patch.join(_control(patch, "Decay", "live.dial", (500, 900)), half)
    patch.join(half, 0, 2, level)
    envelope = patch.add("line~", (300, 1060))
    patch.join(level, patch.message("0., $1 $2 $1 $3 0. $3", (300, 1020)), envelope)
    # Pitch to duration: what lies between start and end takes so many milliseconds.
    start = _control(patch, "Start", "live.numbox", (20, 720))
    end = _control(patch, "End", "live.numbox", (120, 720))
    for number, box in ((2, start), (3, end)):
        patch.join(wave, number, box)
        fresh = patch.add("change 0.", (20 + 100 * (number - 2), 680))
        patch.join(box, fresh)
        patch.join(fresh, 0, number, wave)
    duration = patch.add(
        "expr ($f3 - $f2) / pow(2.\\, ($f1 - 60.) * $f4 / 12.)", (20, 980)
    )  # fmt: skip
    patch.join(note, duration)
    patch.join(start, 0, 1, duration)
    patch.join(end, 0, 2, duration)
    follow = _control(patch, "Note to pitch", "live.text", (160, 940), mode=1,
                      text="Note to pitch", texton="Note to pitch")  # fmt: skip
    patch.join(follow, 0, 3, duration)
    way = patch.add("pack 0. 0. 1000.", (20, 1020))
    patch.join(duration, way)
    patch.join(start, 0, 1, way)
    patch.join(end, 0, 2, way)
    position = patch.add("line~", (20, 1100))
    patch.join(way, patch.message("$2, $3 $1", (20, 1060)), position)
    shaped = patch.add("*~", (20, 1180))
    patch.join(position, patch.add("play~ ---ndm", (20, 1140)), shaped)
    patch.join(envelope, 0, 1, shaped)
    out = patch.add("plugout~ 1 2", (20, 1220))
    patch.join(shaped, out)
    patch.join(shaped, 0, 1, out)
    return wave


def patcher() -> dict[str, Any]:
    """Return what the device file holds as JSON."""
    made = instrument().json()
    made["parameters"] |= {"parameterbanks": banks(PAGES), "inherited_shortname": 1}
    return {
        "patcher": {
            "fileversion": 1,
            "appversion": {
                "major": 8, "minor": 6, "revision": 0, "architecture": "x64", "modernui": 1,
            },
            "classnamespace": "box",
            "rect": [60.0, 100.0, 1200.0, 800.0],
            "openinpresentation": 1,
            "default_fontsize": 10.0,
            "default_fontname": "Ableton Sans Medium",
            "gridsize": [10.0, 10.0],
            "devicewidth": float(WIDTH),
            "openrect": [0.0, 0.0, float(WIDTH), float(HEIGHT)],
            "description": "Neural Drum Machine: move the pad, hear a new drum.",
            "digest": "Drum sounds by a neural network",
            **made,
            "dependency_cache": [
                {"name": name, "bootpath": ".", "patcherrelativepath": ".", "type": "TEXT",
                 "implicit": 1}
                for name in SCRIPTS
            ],
            "latency": 0,
            "is_mpe": 0,
            "autosave": 0,
            "project": {
                "version": 1,
                "creationdate": 0,
                "modificationdate": 0,
                "viewrect": [0.0, 0.0, 300.0, 500.0],
                "autoorganize": 1,
                "hideprojectwindow": 1,
                "showdependencies": 1,
                "autolocalize": 0,
                "contents": {"patchers": {}, "code": {name: {"kind": "javascript"}
                                                       for name in SCRIPTS}},
                "layout": {},
                "searchpath": {},
                "detailsvisible": 0,
                "amxdtype": amxd_type("instrument"),
                "readonly": 0,
                "devpathtype": 0,
                "devpath": ".",
                "sortmode": 0,
                "viewmode": 0,
            },
        }
    }  # fmt: skip
