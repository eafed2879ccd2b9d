"""Playback: from a note to the sound of the device."""

from typing import Final

from .boxes import button, control, theme
from .controls import LONGEST
from .layout import CONTROLS
from .patch import Box, Patch

PLAY: Final = "60 100"
"""Pitch and velocity of the Play button: C3, mezzo forte."""
BUFFER: Final = f"buffer~ ---ndm {LONGEST}"
"""The box that holds the sound."""


def playback(patch: Patch) -> Box:
    """Add playback and return its waveform display.

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
    # Velocity sets the level, shaped by attack and decay. unpack outputs from right to left, so
    # the level is set before the pitch starts playback.
    level = patch.add("pack 0. 0. 1000.", (300, 980))
    patch.connect(note, 1, patch.add("/ 127.", (300, 940)), level)
    patch.connect(control(patch, "Attack", "live.dial", (400, 900)), 0, 1, level)
    half = patch.add("* 0.5", (500, 960))
    patch.connect(control(patch, "Decay", "live.dial", (500, 900)), half)
    patch.connect(half, 0, 2, level)
    envelope = patch.add("line~", (300, 1060))
    patch.connect(level, patch.message("0., $1 $2 $1 $3 0. $3", (300, 1020)), envelope)
    # The pitch sets the time in milliseconds from start to end.
    start = control(patch, "Start", "live.numbox", (20, 720))
    end = control(patch, "End", "live.numbox", (120, 720))
    for number, box in ((2, start), (3, end)):
        patch.connect(wave, number, box)
        fresh = patch.add("change 0.", (20 + 100 * (number - 2), 680))
        patch.connect(box, fresh)
        patch.connect(fresh, 0, number, wave)
    duration = patch.add(
        "expr ($f3 - $f2) / pow(2.\\, ($f1 - 60.) * $f4 / 12.)", (20, 980)
    )  # fmt: skip
    patch.connect(note, duration)
    patch.connect(start, 0, 1, duration)
    patch.connect(end, 0, 2, duration)
    follow = control(patch, "Note to pitch", "live.text", (160, 940), mode=1,
                      text="Note to pitch", texton="Note to pitch")  # fmt: skip
    patch.connect(follow, 0, 3, duration)
    ramp = patch.add("pack 0. 0. 1000.", (20, 1020))
    patch.connect(duration, ramp)
    patch.connect(start, 0, 1, ramp)
    patch.connect(end, 0, 2, ramp)
    position = patch.add("line~", (20, 1100))
    patch.connect(ramp, patch.message("$2, $3 $1", (20, 1060)), position)
    shaped = patch.add("*~", (20, 1180))
    patch.connect(position, patch.add("play~ ---ndm", (20, 1140)), shaped)
    patch.connect(envelope, 0, 1, shaped)
    out = patch.add("plugout~ 1 2", (20, 1220))
    patch.connect(shaped, out)
    patch.connect(shaped, 0, 1, out)
    return wave
