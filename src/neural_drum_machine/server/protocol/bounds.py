"""Limits of the values in messages."""

from typing import Final

PROTOCOL_VERSION: Final = 1
RANGES: Final = (0.5, 1.0, 2.0, 4.0)
"""Values of `range` that a client should offer; any value within the limits works."""
MAX_INT: Final = 2**31 - 1
"""The largest whole number: OSC's ``i`` holds no larger one, and Max reads nothing else."""
MAX_STRING: Final = 256
"""Characters of a string."""
MAX_AUDIO_BYTES: Final = 16 * 2**20
"""Size of an uploaded file. Half a minute of stereo at 48 kHz and 32 bits takes 11 MiB."""
MIN_RATE_HZ: Final = 8_000
MAX_RATE_HZ: Final = 192_000
MAX_UPLOAD_SECONDS: Final = 10
CHANNELS: Final = 2
"""Most channels of a sound."""
MAX_PART: Final = 1024
"""Samples in one message of an upload in parts."""
MIN_ARRAY: Final = 16
"""As many samples of a message as this may be checked at once, as an array."""
MIN_LENGTH_MS: Final = 20.0
MAX_LENGTH_MS: Final = 2000.0
MAX_AMOUNT: Final = 2.0
MAX_HITS: Final = 8
"""Hits of one velocity that a client may ask for at once."""
MAX_CODE: Final = 1000.0
"""Magnitude of a latent vector's numbers; real ones are a few units."""
MAX_WAITING: Final = 8
"""Requests of one client that may wait, besides its newest drag."""
RECENT_SOUNDS: Final = 64
"""Sounds of a client that variations and encodings may name by their ids."""
ROUNDING: Final = 2.0**-22
"""How far a number may lie beyond its limits, as a share of the larger one: two steps of single
precision. OSC's ``f`` is that, so a client that computes a limit may send the next number to it."""
FIRST_OWN: Final = 65_536
"""Numbers of exemplars from here on are own sounds that the server was given."""
LAST_OWN: Final = FIRST_OWN + 2**23 - 1
MAX_FORM_BYTES: Final = 40_000
"""Size of an own sound's compact form."""
UNREADABLE_ID: Final = -1
"""The id in an error about a request whose own could not be read."""
MAX_EXAMPLES: Final = 24
"""Sounds of each kind that teach an axis: together fewer than are remembered."""
MAX_NEAR: Final = 200
"""Sounds of the library that an answer names as like one."""
MAX_MIDI_BYTES: Final = 2**20
"""Size of a MIDI file: its events are objects of Python, which take much memory."""
MAX_BARS: Final = 1024
"""Bars of a loop."""
MAX_LOOP_HITS: Final = 8192
"""Strokes of a loop: some minutes of work."""
MAX_LOOP_FRAMES: Final = 2**24
"""Samples of a loop and its stems together, in each of two channels: 128 MiB as single floats."""
MAX_EXPORT_SOUNDS: Final = 1024
"""Sounds of an export: 16 voices with 16 layers of 4 round robins."""
