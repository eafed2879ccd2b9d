"""The encoder of a model, without the rest of it."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from neural_drum_machine.machine import default_model_path, load
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.signal.levels import Levels, LevelScale
from neural_drum_machine.signal.spec import AudioSpec


@dataclass(frozen=True, slots=True)
class Encoder:
    """What is needed of a model to encode; the rest of a drum machine would fill memory."""

    spec: AudioSpec
    categories: tuple[str, ...]
    scale: LevelScale
    networks: Networks


@cache
def encoder_of(model: str | None) -> Encoder:
    """Return the encoder of a model file; of the package's model if it is None."""
    machine = load(model, engine="reference")
    encoder = Encoder(machine.spec, machine.categories, machine.scale, machine.networks)
    # The weights are read at the first use, and then nothing else of the file is needed.
    scale = machine.scale
    blank = Levels(
        np.zeros_like(scale.mel.mean)[None],
        None if scale.air is None else np.zeros_like(scale.air[0])[None],
        None if scale.attack is None else np.zeros_like(scale.attack[0])[None],
    )
    encoder.networks.encode(blank, np.zeros(1, np.int64))
    machine.bundle.release()
    return encoder


@cache
def hash_of(model: str | None) -> str:
    """Return the hash of a model file, which is checked, without keeping it in memory."""
    return Bundle.open(model or default_model_path()).hash
