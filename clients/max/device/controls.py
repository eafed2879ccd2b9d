"""The device's parameters: names, ranges, and the banks of a controller."""

from typing import Final

from .parameters import (
    BLOB,
    DECIBELS,
    DECIMAL,
    ENUM,
    FILE,
    HERTZ,
    HIDDEN,
    INT,
    MILLISECONDS,
    PERCENT,
    PLAIN,
    STORED,
    Parameter,
)

CATEGORIES: Final = (
    "kick", "clap", "snare", "open_hihat", "closed_hihat", "tambourine", "conga", "bongo",
    "shaker", "snap", "tom",
)  # fmt: skip
"""The categories of the model in the package; a test compares them."""
LONGEST: Final = 3000
"""Milliseconds that hold every sound of the model, and what is sent of a sample."""


WISHES: Final = {
    "Pitch": (20, 2000, 50, HERTZ, "Frequency of the body, in Hz."),
    "Sweep": (-2, 4, 1, DECIMAL, "Octaves by which a kick's or tom's low end falls."),
    "Decay": (3, 3000, 400, MILLISECONDS, "Time until 20 dB less energy is left."),
    "Attack": (2, 300, 8, MILLISECONDS, "Time in which the level rises."),
    "Brightness": (30, 20_000, 1000, HERTZ, "Mean frequency of the sound, in Hz."),
    "Noisiness": (0, 100, 50, PERCENT, "From a pure tone to noise."),
    "Body": (-80, 80, 10, DECIBELS, "What lies under 200 Hz, over the rest."),
    "Air": (-80, 80, -10, DECIBELS, "What lies over 11 kHz, over the rest."),
    "Loudness": (-60, 0, -18, DECIBELS, "Loudness in LUFS."),
}
"""What can be asked of the sound: lowest, highest and first value, unit, hint."""


def wish_name(quality: str) -> str:
    """Return the name of the parameter with a value that is asked for."""
    return f"Wish {quality.lower()}"


def asked_name(quality: str) -> str:
    """Return the name of the parameter that says whether it is asked for."""
    return f"Ask {quality.lower()}"


def _button(name: str, hint: str, visible: int = 0, on: int = 0) -> Parameter:
    return Parameter(name, name, 0, 1, on, ENUM, PLAIN, visible, ("off", "on"), hint)


PARAMETERS: Final[tuple[Parameter, ...]] = (
    Parameter("Category", "Category", 0, len(CATEGORIES) - 1, 0, ENUM, PLAIN, words=CATEGORIES,
              hint="The kind of drum."),
    Parameter("P1", "P1", -1, 1, 0, hint="Horizontal axis of the XY pad, -1 to 1. 0 is typical."),
    Parameter("P2", "P2", -1, 1, 0, hint="Vertical axis of the XY pad, -1 to 1. 0 is typical."),
    Parameter("Fine", "Fine", -1, 1, 0, hint="Third axis, -1 to 1. 0 is typical."),
    Parameter("Range", "Range", 0, 3, 1, ENUM, PLAIN, words=("0.5", "1", "2", "4"),
              hint="How far the XY pad and Fine reach. 1 is the usual range."),
    Parameter("Wild", "Wild", 0, 2, 1,
              hint="How unusual random drums may be: 0 typical, 2 extreme."),
    Parameter("Take", "Take", 0, 63, 0, INT, PLAIN,
              hint="Number of the take: another hit of the same drum."),
    _button("Random", "A new drum of this category."),
    _button("Typical", "The typical drum of the category; the XY pad goes to its middle."),
    Parameter("Amount", "Amount", 0, 2, 0.3, hint="How much a variation differs from the sound."),
    _button("Variation", "A new drum similar to this one."),
    Parameter("Toward", "Toward", 0, len(CATEGORIES) - 1, 0, ENUM, PLAIN, words=CATEGORIES,
              hint="For a dropped sample: the kind of drum that Turn turns it into."),
    Parameter("Turn", "Turn", 0, 100, 0, style=PERCENT,
              hint="How far a dropped sample is turned into the drum of Toward, 0 to 100 %."),
    Parameter("Blend", "Blend", 0, 100, 0, style=PERCENT,
              hint="For a dropped sample: 0 % keeps it, 100 % is the model's version alone."),
    _button("Play", "Play the sound."),
    Parameter("Start", "Start", 0, LONGEST, 0, style=MILLISECONDS,
              hint="Where playback starts. You can also drag in the waveform."),
    Parameter("End", "End", 0, LONGEST, LONGEST, style=MILLISECONDS, hint="Where playback ends."),
    Parameter("Attack", "Attack", 0, 200, 0, style=MILLISECONDS, hint="Fade-in of playback."),
    Parameter("Decay", "Decay", 10, 2000, 2000, style=MILLISECONDS,
              hint="The level holds for half of this time, then fades. At 2 s there is no fade."),
    Parameter("Humanise", "Humanise", 0, 100, 0, style=PERCENT,
              hint="How much notes differ. 0 % plays equal hits, 100 % differs as recordings do."),
    _button("Audition", "Play each new sound when it arrives.", on=1),
    _button("Note to pitch", "Notes transpose the sound; C3 is its own pitch."),
    *(Parameter(wish_name(name), name, low, high, first, style=style, hint=hint)
      for name, (low, high, first, style, hint) in WISHES.items()),
    *(_button(asked_name(name), f"Ask the sound for this {name.lower()}.") for name in WISHES),
    # Stored with the set, but not in Live's lists.
    Parameter("Choke", "Choke", 0, 16, 0, INT, PLAIN, visible=STORED,
              hint="Choke group, 1 to 16: a note ends the notes of its other devices. 0 is none."),
    Parameter("Engine", "Engine", 0, 1, 0, ENUM, PLAIN, STORED, ("Device", "Server"),
              hint="What makes the sounds: the engine in the device, or ndm play."),
    Parameter("Port", "Port", 1024, 65535, 9710, style=PLAIN, visible=STORED,
              hint="The server's UDP port, as printed by ndm play."),
    Parameter("Sample", "Sample", type=FILE, visible=STORED,
              hint="Drop a sound here: it stays as it is until a control bends it."),
    Parameter("Recall", "Recall", type=BLOB, visible=STORED,
              hint="Everything needed to restore exactly the same sound."),
    _button("Save", "Write the sound to a file.", HIDDEN),
    _button("Kit", "Make a kit of 16 drums: a Drum Rack on a new track, or files.", HIDDEN),
)  # fmt: skip
BY_NAME: Final = {parameter.name: parameter for parameter in PARAMETERS}

BANKS: Final[dict[str, tuple[str, ...]]] = {
    "Sound": ("Category", "P1", "P2", "Fine", "Range", "Wild", "Random", "Variation"),
    "Playback": ("Start", "End", "Attack", "Decay", "Note to pitch", "Audition", "Play", "Take"),
    "More": (
        "Amount",
        "Typical",
        "Toward",
        "Turn",
        "Blend",
        wish_name("Sweep"),
        asked_name("Sweep"),
        "Humanise",
    ),
    "Wishes": tuple(wish_name(each) for each in WISHES if each != "Sweep"),
    "Wishes on": tuple(asked_name(each) for each in WISHES if each != "Sweep"),
}
"""Banks of a controller such as Push, of eight at most."""
