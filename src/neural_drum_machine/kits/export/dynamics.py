"""How loud a stroke is within its velocity layer.

A layer's samples are as loud as a stroke of one velocity. A format that can makes the others of the
layer louder and softer, by the law by which all strokes are made.
"""

import math
from typing import Final

from neural_drum_machine.kits.rendered import Layer, RenderedKit
from neural_drum_machine.wishes.velocity import LOUDEST, level_db

_STEEPEST: Final = 1.75
"""The exponent that meets the law best over all velocities."""


def gain_db(layer: Layer, velocity: int) -> float:
    """Return by how many dB a stroke of a velocity is louder than the layer's samples."""
    return level_db(velocity) - level_db(layer.velocity)


def exponent(kit: RenderedKit) -> float:
    """Return a power of the velocity that a kit's loudness can follow within its layers.

    A player that makes strokes of velocity v louder by ``(v / 127) ** exponent`` plays all layers
    softer than they are. Samples that are louder by what is then missing still keep within full
    scale.
    """
    powers = [_STEEPEST]
    for voice in kit.voices:
        for layer in voice.layers:
            if layer.velocity < LOUDEST:
                softer = 20 * math.log10(LOUDEST / layer.velocity)
                powers.append(-level_db(layer.velocity) / softer)
    return min(powers)
