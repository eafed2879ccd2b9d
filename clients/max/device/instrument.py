"""The instrument: the boxes and patch cords of the device."""

from typing import Final

from .boxes import button, control, theme
from .controls import BY_NAME, WISHES, asked_name, wish_name
from .engine_script import ENGINE
from .layout import CONTROLS, LABELS, PANELS, TEXTS
from .patch import Box, Patch
from .playback import BUFFER, Playback, playback

ROUTES: Final = (
    "listen", "to", "replace", "upload", "sample", "store", "p1", "p2", "p3", "place", "axes",
    "status", "error", "info", "loud", "hits", "stride", "soft", "soft2", "node", "kit",
)  # fmt: skip
"""The messages from ndm_client.js to the patch."""


def instrument() -> Patch:
    """Return the whole patch."""
    patch = Patch()
    for frame in PANELS:
        patch.add("panel", (900, 900), shown=frame, background=1, rounded=4, border=0,
                  bgfillcolor_type="color", saved_attribute_attributes=theme(
                      bgfillcolor="surface_frame"))  # fmt: skip
    for shown, text in LABELS.values():
        patch.add("live.comment", (900, 940), shown=shown, text=text)
    client = patch.add("js ndm_client.js", (300, 420))
    played = playback(patch)
    _network(patch, client, played.wave)
    _engine(patch, client)
    _strokes(patch, client, played)
    _sound_controls(patch, client)
    _wishes(patch, client)
    return patch


def _wishes(patch: Patch, client: Box) -> None:
    """Connect the values that are asked of the sound."""
    for i, name in enumerate(WISHES):
        at = 1040 + 20 * i
        for x, kind, box in (
            (at, "ask", control(patch, asked_name(name), "live.text", (at, 20),
                                text=name, texton=name)),
            (at + 300, "wish", control(patch, wish_name(name), "live.numbox", (at + 300, 20))),
        ):  # fmt: skip
            word = patch.add(f"prepend {kind} {name.lower()}", (x, 60 + 30 * i))
            patch.connect(box, word, client)


def _sound_controls(patch: Patch, client: Box) -> None:
    """Connect the controls to the client, and the client's answers to the controls."""
    route = next(box for box in patch.boxes if box.name == "route" and "listen" in box.text)

    def outlet_of(word: str) -> int:
        return ROUTES.index(word)

    menu = control(patch, "Category", "live.menu", (20, 20))
    patch.connect(menu, 1, patch.add("prepend category", (20, 60)), client)
    pad = patch.add("jsui", (160, 20), shown=CONTROLS["XY pad"], filename="ndm_xy_pad.js",
                    border=0, ignoreclick=0)  # fmt: skip
    split = patch.add("unpack 0. 0.", (160, 200))
    patch.connect(pad, split)
    for outlet, (name, kind) in enumerate(
        (("P1", "live.numbox"), ("P2", "live.numbox"), ("Fine", "live.dial"))
    ):
        word = f"p{outlet + 1}"
        box = control(patch, name, kind, (160 + 90 * outlet, 240))
        if name != "Fine":
            patch.connect(split, outlet, box)
        patch.connect(box, patch.add(f"prepend {word}", (160 + 90 * outlet, 300)), client)
        # `set` changes what a control shows without an output, so there is no loop.
        patch.connect(
            route, outlet_of(word), patch.add("prepend set", (160 + 90 * outlet, 200)), box
        )
    for word in ("place", "axes"):
        patch.connect(route, outlet_of(word), patch.add(f"prepend {word}", (20, 380)), pad)
    for x, (name, kind) in enumerate(
        (("Range", "live.tab"), ("Wild", "live.dial"), ("Take", "live.numbox"),
         ("Amount", "live.dial"))
    ):  # fmt: skip
        box = control(
            patch,
            name,
            kind,
            (440 + 110 * x, 20),
            **(
                {"num_lines_patching": 1, "num_lines_presentation": 1} if kind == "live.tab" else {}
            ),
        )
        patch.connect(box, patch.add(f"prepend {name.lower()}", (440 + 110 * x, 90)), client)
    toward = control(patch, "Toward", "live.menu", (1000, 20))
    patch.connect(toward, 1, patch.add("prepend toward", (1000, 90)), client)
    for x, name in enumerate(("Turn", "Blend")):
        box = control(patch, name, "live.dial", (1120 + 110 * x, 20))
        patch.connect(box, patch.add(f"prepend {name.lower()}", (1120 + 110 * x, 90)), client)
    for x, name in enumerate(("Random", "Typical", "Variation", "Kit")):
        box = button(patch, name, (440 + 110 * x, 130), mode=0)
        patch.connect(box, patch.message(name.lower(), (440 + 110 * x, 170)), client)
    drop = control(patch, "Sample", "live.drop", (880, 20), decodemode=0)
    patch.connect(drop, patch.add("prepend drop", (880, 90)), client)
    stored = patch.add("pattr Recall", (880, 200), parameter=BY_NAME["Recall"],
                       saved_object_attributes={"parameter_enable": 1, "parameter_mappable": 0},
                       restore=[0])  # fmt: skip
    patch.connect(stored, patch.add("prepend recall", (880, 240)), client)
    patch.connect(route, outlet_of("store"), stored)


def _strokes(patch: Patch, client: Box, played: Playback) -> None:
    """Connect the strokes of the sound: what they are is told when their file is loaded.

    Until then, and from the next sound on, their length is 0, and notes play the sound itself.
    """
    route = next(box for box in patch.boxes if box.name == "route" and "listen" in box.text)
    for number, word in ((1, "soft"), (2, "soft2")):
        buffer = next(box for box in patch.boxes if box.text == f"buffer~ ---ndm{word} 1500")
        x = 20 + 200 * number
        patch.connect(route, ROUTES.index(word), patch.add("prepend replace", (x, 1300)), buffer)
        there = patch.add("t b b b", (x, 1380))
        patch.connect(buffer, 1, there)
        patch.connect(there, 2, patch.message(str(number), (x, 1410)), 0, 1, played.buffer)
        patch.connect(there, 1, played.hits)
        patch.connect(there, played.length)
    loud = patch.add("t b b", (620, 1300))
    patch.connect(route, ROUTES.index("loud"), loud)
    for outlet, word, value, box in (
        (1, "hits", "1.", played.hits),
        (0, "stride", "0.", played.length),
    ):
        patch.connect(route, ROUTES.index(word), 1, box)
        patch.connect(loud, outlet, patch.message(value, (620 + 60 * outlet, 1340)), box)
    patch.connect(played.hit, patch.add("prepend hit", (700, 1240)), client)
    human = control(patch, "Humanise", "live.dial", (1340, 400))
    patch.connect(human, patch.add("prepend humanise", (1340, 460)), client)


def _network(patch: Patch, client: Box, wave: Box) -> None:
    """Connect the client to the server and to the text fields."""
    loaded = patch.add("live.thisdevice", (300, 330))
    patch.connect(loaded, patch.message("start", (300, 370)), client)
    send = patch.add("udpsend 127.0.0.1 9710", (300, 480))
    receive = patch.add("udpreceive 9711 @defer 1", (460, 380))
    patch.connect(client, send)
    patch.connect(receive, client)
    port = control(patch, "Port", "live.numbox", (620, 330))
    patch.connect(port, patch.add("prepend port", (620, 370)), client)
    route = patch.add("route " + " ".join(ROUTES), (300, 540))
    patch.connect(client, 1, route)
    for word, target in (("listen", receive), ("to", send)):
        patch.connect(route, ROUTES.index(word), patch.add("prepend port", (300, 580)), target)
    for word in ("status", "error", "info"):
        shown = patch.add("live.comment", (620, 620), shown=TEXTS[word],
                          text="opening" if word == "error" else word,
                          textjustification=0)  # fmt: skip
        patch.connect(route, ROUTES.index(word), patch.add("prepend set", (620, 580)), shown)
    # A new sound: the buffer~ loads the file and then outputs a bang.
    sound = next(box for box in patch.boxes if box.text == BUFFER)
    patch.connect(route, ROUTES.index("replace"), patch.add("prepend replace", (20, 480)), sound)
    # A dropped sample is loaded here and sent as samples: the server opens no file of the user.
    sample = patch.add("buffer~ ---ndmdrop 10", (800, 480))
    patch.connect(route, ROUTES.index("sample"), patch.add("prepend replace", (800, 440)), sample)
    sender = patch.add("js ndm_sample.js ---ndmdrop", (800, 580))
    patch.connect(sample, 1, patch.message("loaded", (900, 530)), sender)
    patch.connect(route, ROUTES.index("upload"), patch.add("prepend upload", (800, 540)), sender)
    patch.connect(sender, patch.add("prepend pass", (720, 620)), client)
    patch.connect(sender, 1, route)
    patch.connect(loaded, patch.message("set ---ndm", (20, 560)), wave)


def _engine(patch: Patch, client: Box) -> None:
    """Connect the client to the engine in the device, and the script that fills a Drum Rack."""
    route = next(box for box in patch.boxes if box.name == "route" and "listen" in box.text)
    way = control(patch, "Engine", "live.tab", (720, 330),
                  num_lines_patching=1, num_lines_presentation=1)  # fmt: skip
    patch.connect(way, patch.add("prepend way", (720, 370)), client)
    # The client starts it, so that no process runs where the server makes the sounds.
    node = patch.add(f"node.script {ENGINE} @autostart 0 @watch 0", (1000, 540))
    patch.connect(route, ROUTES.index("node"), node)
    patch.connect(node, patch.add("prepend engine", (1000, 580)), client)
    patch.connect(node, 1, patch.add("prepend lifecycle", (1120, 580)), client)
    rack = patch.add("js ndm_kit.js", (1200, 580))
    patch.connect(route, ROUTES.index("kit"), patch.add("prepend kit", (1200, 540)), rack)
    patch.connect(rack, route)
