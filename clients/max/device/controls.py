"""The device's parameters: names, ranges, and the pages of a controller."""

from typing import Final

from .parameters import (
    BLOB,
    ENUM,
    FILE,
    HIDDEN,
    INT,
    MILLISECONDS,
    PLAIN,
    STORED,
    Parameter,
)

CATEGORIES: Final = (
    "kick", "clap", "snare", "open_hihat", "closed_hihat", "tambourine", "conga", "bongo",
    "shaker", "snap", "tom",
)  # fmt: skip
"""Of the model in the package; a test compares."""


def _button(name: str, hint: str, visible: int = 0, on: int = 0) -> Parameter:
    return Parameter(name, name, 0, 1, on, ENUM, PLAIN, visible, ("off", "on"), hint)


PARAMETERS: Final[tuple[Parameter, ...]] = (
    Parameter("Category", "Category", 0, len(CATEGORIES) - 1, 0, ENUM, PLAIN, words=CATEGORIES,
              hint="The kind of drum."),
    Parameter("P1", "P1", -1, 1, 0, hint="The pad's horizontal axis: -1 to 1, 0 is typical."),
    Parameter("P2", "P2", -1, 1, 0, hint="The pad's vertical axis: -1 to 1, 0 is typical."),
    Parameter("Fine", "Fine", -1, 1, 0, hint="The third axis: -1 to 1, 0 is typical."),
    Parameter("Range", "Range", 0, 3, 1, ENUM, PLAIN, words=("0.5", "1", "2", "4"),
              hint="How far pad and Fine reach. 1 is the comfortable range."),
    Parameter("Wild", "Wild", 0, 2, 1, hint="How far Random may go from the typical drum."),
    Parameter("Take", "Take", 0, 63, 0, INT, PLAIN,
              hint="Another hit of the same drum: other noise, all else the same."),
    _button("Random", "A new drum of this category."),
    _button("Typical", "The category's mean, the pad in its middle."),
    Parameter("Amount", "Amount", 0, 2, 0.3, hint="How far variations lie from the sound."),
    _button("Variation", "Another drum near this one."),
    _button("Play", "Play the sound."),
    Parameter("Start", "Start", 0, 1000, 0, style=MILLISECONDS,
              hint="Where playback starts. Drag in the waveform to trim."),
    Parameter("End", "End", 0, 1000, 1000, style=MILLISECONDS, hint="Where playback ends."),
    Parameter("Attack", "Attack", 0, 200, 0, style=MILLISECONDS, hint="Fade-in of playback."),
    Parameter("Decay", "Decay", 10, 2000, 2000, style=MILLISECONDS,
              hint="Held for half of this time, then faded out. At 2 s nothing is faded."),
    _button("Audition", "Play each new sound as it comes.", on=1),
    _button("Note to pitch", "Notes transpose the sound; C3 is its own pitch."),
    # Kept with the set, not in Live's lists.
    Parameter("Port", "Port", 1024, 65535, 9710, style=PLAIN, visible=STORED,
              hint="The server's UDP port, as ndm play says it."),
    Parameter("Sample", "Sample", type=FILE, visible=STORED,
              hint="Drop a sound here: the model's version of it, heard as the category."),
    Parameter("Recall", "Recall", type=BLOB, visible=STORED,
              hint="What gets the very same sound again."),
    _button("Save", "Write the sound to a file.", HIDDEN),
)  # fmt: skip
BY_NAME: Final = {parameter.name: parameter for parameter in PARAMETERS}

PAGES: Final[dict[str, tuple[str, ...]]] = {
    "Sound": ("Category", "P1", "P2", "Fine", "Range", "Wild", "Random", "Variation"),
    "Playback": ("Start", "End", "Attack", "Decay", "Note to pitch", "Audition", "Play", "Take"),
    "More": ("Amount", "Typical"),
}
"""Of a controller, such as Push."""
