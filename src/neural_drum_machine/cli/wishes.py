"""The options of wishes: values that sounds are to have."""

from typing import Annotated, Any

import numpy as np
import typer

from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.sound import Sound
from neural_drum_machine.wishes.finish import missed
from neural_drum_machine.wishes.qualities import BY_NAME
from neural_drum_machine.wishes.wish import told


def _option(text: str) -> Any:
    return typer.Option(help=text, rich_help_panel="Values that the sound is to have")


Pitch = Annotated[str | None, _option("Hz, or a note such as G1, F#2, Bb1.")]
Sweep = Annotated[str | None, _option("Octaves by which a kick's or tom's low end falls: 1.2.")]
Decay = Annotated[str | None, _option("Seconds until 20 dB less energy is left: 0.6, 600ms.")]
Attack = Annotated[str | None, _option("Seconds in which the level rises: 0.008, 8ms.")]
Brightness = Annotated[str | None, _option("Mean frequency: 2500, 2.5kHz.")]
Noisiness = Annotated[str | None, _option("0 (a pure tone) to 1 (noise).")]
Body = Annotated[str | None, _option("dB of what lies under 200 Hz, over the rest.")]
Air = Annotated[str | None, _option("dB of what lies over 11 kHz, over the rest.")]
Loudness = Annotated[str | None, _option("LUFS. No peak passes full scale.")]


def given_wish(
    pitch: str | None,
    sweep: str | None,
    decay: str | None,
    attack: str | None,
    brightness: str | None,
    noisiness: str | None,
    body: str | None,
    air: str | None,
    loudness: str | None,
) -> dict[str, str]:
    """Return the options that were given, by the names of the qualities."""
    values = (pitch, sweep, decay, attack, brightness, noisiness, body, air, loudness)
    return {name: value for name, value in zip(BY_NAME, values, strict=True) if value is not None}


def told_misses(machine: DrumMachine, sound: Sound, name: str) -> list[str]:
    """Return a sentence for each value that a sound was asked for and does not have.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    sound : Sound
        The sound.
    name : str
        How the sentences call it.
    """
    if not sound.wish:
        return []
    ranges, out = machine.ranges(sound.category), []
    for quality, (asked, has) in missed(sound.wish, machine.describe(sound)).items():
        if quality == "pitch" and not np.isfinite(has):
            out.append(
                f"{name}: has no steady pitch; its loudest partial was set to "
                f"{told(quality, asked)}."
            )
            continue
        low, high = ranges[quality].low, ranges[quality].high
        out.append(
            f"{name}: {quality} {told(quality, asked)} is out of reach; it has "
            f"{told(quality, has)}. Recordings of {sound.category} have {told(quality, low)} "
            f"to {told(quality, high)}."
        )
    return out
