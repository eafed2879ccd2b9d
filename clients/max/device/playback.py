"""Playback: from a note to the sound of the device."""

from dataclasses import dataclass
from typing import Final

from .boxes import button, control, theme
from .choke import choke
from .controls import LONGEST
from .layout import CONTROLS
from .patch import Box, Patch
from .strokes import stroke

PLAY: Final = "60 127"
"""Pitch and velocity of the Play button: C3, the sound as it is."""
BUFFER: Final = f"buffer~ ---ndm {LONGEST}"
"""The box that holds the sound."""


@dataclass(frozen=True)
class Playback:
    """Boxes of the playback that the client talks to.

    Attributes
    ----------
    wave : Box
        The waveform display.
    length, hits, buffer : Box
        Numbers that say what the strokes are: the length of each in ms, or 0 if notes play the
        sound itself; the hits of each layer; and the buffer, 1 or 2, that holds them.
    hit : Box
        Outputs the hit of its layer that a note plays.
    """

    wave: Box
    length: Box
    hits: Box
    buffer: Box
    hit: Box


def playback(patch: Patch) -> Playback:
    """Add playback.

    Positions are in milliseconds, so the pitch is right at any sample rate.
    """
    sound = patch.add(BUFFER, (20, 520))
    wave = patch.add(
        "waveform~", (20, 620), shown=CONTROLS["Wave"], buffername="---ndm", setmode=1, ruler=0,
        grid=0, vticks=0, saved_attribute_attributes=theme(
            bgcolor="lcd_bg", waveformcolor="lcd_control_fg", selectioncolor="control_selection"),
    )  # fmt: skip
    note = patch.add("unpack 0 0", (20, 900))
    play = patch.message(PLAY, (200, 860))
    patch.connect(play, note)
    patch.connect(button(patch, "Play", (200, 820), mode=0), play)
    patch.connect(
        button(patch, "Save", (320, 480), mode=0), patch.message("write", (320, 510)), sound
    )
    # A new sound is drawn first, then played if Audition is on.
    arrived = patch.add("t b b", (120, 560))
    patch.connect(sound, 1, arrived)
    patch.connect(arrived, 1, patch.message("set ---ndm", (160, 590)), wave)
    gate = patch.add("gate", (120, 820))
    patch.connect(button(patch, "Audition", (120, 780), mode=1), gate)
    patch.connect(arrived, 0, 1, gate)
    patch.connect(gate, play)
    # Notes: stripnote removes note-offs; pack joins pitch and velocity.
    notes = patch.add("stripnote", (20, 820))
    midi = patch.add("notein", (20, 780))
    patch.connect(midi, notes)
    patch.connect(midi, 1, 1, notes)
    both = patch.add("pack 0 0", (20, 860))
    patch.connect(notes, both)
    patch.connect(notes, 1, 1, both)
    patch.connect(both, note)
    # unpack outputs from right to left, so all is ready before the pitch starts playback.
    strokes = stroke(patch, note)
    level, length = strokes.level, strokes.length
    patch.connect(control(patch, "Attack", "live.dial", (400, 900)), 0, 1, level)
    half = patch.add("* 0.5", (500, 960))
    patch.connect(control(patch, "Decay", "live.dial", (500, 900)), half)
    patch.connect(half, 0, 2, level)
    envelope = patch.add("line~", (300, 1060))
    patch.connect(level, patch.message("0., $1 $2 $1 $3 0. $3", (300, 1020)), envelope)
    choke(patch, note, envelope)
    # The pitch sets the time in milliseconds from start to end.
    start = control(patch, "Start", "live.numbox", (20, 720))
    end = control(patch, "End", "live.numbox", (120, 720))
    for number, box in ((2, start), (3, end)):
        patch.connect(wave, number, box)
        fresh = patch.add("change 0.", (20 + 100 * (number - 2), 680))
        patch.connect(box, fresh)
        patch.connect(fresh, 0, number, wave)
    # In the file of the strokes, each begins after the ones before it, and ends in time.
    places = [
        patch.add("expr max(0.\\, $f1 - 1.) * $f2 + $f3", (560, 1100)),
        patch.add(
            "expr max(0.\\, $f1 - 1.) * $f2 + max($f3\\, min($f4\\, $f2 + ($f1 < 1.) * 1000000.))",
            (560, 1140),
        ),
    ]
    duration = patch.add(
        "expr ($f3 - $f2) / pow(2.\\, ($f1 - 60.) * $f4 / 12.)", (20, 980)
    )  # fmt: skip
    patch.connect(note, duration)
    ramp = patch.add("pack 0. 0. 1000.", (20, 1020))
    patch.connect(duration, ramp)
    for inlet, place in enumerate(places, 1):
        patch.connect(length, 0, 1, place)
        patch.connect(start, 0, 2, place)
        patch.connect(strokes.number, inlet - 1, place)
        patch.connect(place, 0, inlet, duration)
        patch.connect(place, 0, inlet, ramp)
    patch.connect(end, 0, 3, places[1])
    follow = control(patch, "Note to pitch", "live.text", (160, 940), mode=1,
                      text="Note to pitch", texton="Note to pitch")  # fmt: skip
    patch.connect(follow, 0, 3, duration)
    position = patch.add("line~", (20, 1100))
    patch.connect(ramp, patch.message("$2, $3 $1", (20, 1060)), position)
    player = patch.add("play~ ---ndm 2", (20, 1140))
    patch.connect(position, player)
    is_loud = patch.add("select 0", (200, 1060))
    patch.connect(strokes.number, 2, is_loud)
    patch.connect(is_loud, patch.message("set ---ndm", (200, 1100)), player)
    buffer = patch.add("f 1.", (280, 1080))
    patch.connect(is_loud, 1, patch.add("t b", (280, 1050)), buffer)
    which = patch.add("select 1", (280, 1130))
    patch.connect(buffer, patch.add("t i", (280, 1105)), which)
    for outlet, name in enumerate(("---ndmsoft", "---ndmsoft2")):
        patch.connect(
            which, outlet, patch.message(f"set {name}", (280 + 80 * outlet, 1160)), player
        )
        patch.add(f"buffer~ {name} 1500", (220 + 200 * outlet, 1340))
    out = patch.add("plugout~ 1 2", (20, 1220))
    for channel in (0, 1):
        shaped = patch.add("*~", (20 + 60 * channel, 1180))
        patch.connect(player, channel, shaped)
        patch.connect(envelope, 0, 1, shaped)
        patch.connect(shaped, 0, channel, out)
    return Playback(wave, length, strokes.hits, buffer, strokes.hit)
