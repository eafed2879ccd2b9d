"""DecentSampler: a .dspreset, which is XML, beside the samples."""

import xml.etree.ElementTree as ET
from typing import Final

import numpy as np

from neural_drum_machine.kits.export.job import Job
from neural_drum_machine.kits.export.names import safe_name
from neural_drum_machine.kits.export.sample_files import SAMPLES, write_samples
from neural_drum_machine.kits.export.xml_text import Value, document, element
from neural_drum_machine.kits.rendered import Layer, RenderedKit, RenderedVoice
from neural_drum_machine.wishes.velocity import LOUDEST

_RELEASE_SECONDS: Final = 30.0
"""A drum sounds to its end, however short the note is: its release hardly falls before."""
_FIXED: Final[dict[str, Value]] = {"ampVelTrack": 1, "pitchKeyTrack": 0}
"""The volume follows the velocity, the pitch does not follow the note."""


def write(kit: RenderedKit, job: Job) -> list[str]:
    """Write the samples and the preset; return what is not carried."""
    files = write_samples(kit, job.folder / SAMPLES, job)
    root = ET.Element("DecentSampler", {"minVersion": "1.0.0"})
    groups = element(
        root,
        "groups",
        attack=0,
        decay=0,
        sustain=1,
        release=_RELEASE_SECONDS,
        releaseCurve=0,
    )
    for number, (voice, by_layer) in enumerate(zip(kit.voices, files, strict=True)):
        group = element(groups, "group", name=voice.name, **_FIXED, **_choke(kit, number))
        for layer, by_take in zip(voice.layers, by_layer, strict=True):
            for place, file in enumerate(by_take, 1):
                element(group, "sample", **_sample(voice, layer, place, file))
    (job.folder / f"{safe_name(kit.name)}.dspreset").write_bytes(document(root))
    return []


def _choke(kit: RenderedKit, number: int) -> dict[str, Value]:
    """Return the tags of a voice, and those of the voices that end it: all others of its group."""
    voice = kit.voices[number]
    others = [
        f"voice{place}"
        for place, each in enumerate(kit.voices)
        if voice.choke and each.choke == voice.choke and place != number
    ]
    if not others:
        return {}
    return {
        "tags": f"voice{number}",
        "silencedByTags": ",".join(others),
        "silencingMode": "fast",
        "silencingDecay": voice.choke_ms / 1000,
    }


def _sample(voice: RenderedVoice, layer: Layer, place: int, file: str) -> dict[str, Value]:
    # The volume follows the velocity in a straight line, full at 127. The samples have the level of
    # their own velocity already.
    level = voice.level_db + 20 * float(np.log10(LOUDEST / layer.velocity))
    values: dict[str, Value] = {
        "path": f"{SAMPLES}/{file}",
        "rootNote": voice.note,
        "loNote": voice.note,
        "hiNote": voice.note,
        "loVel": layer.low if layer.low > 1 else 0,
        "hiVel": layer.high,
        "volume": f"{level:.3f}dB",
        "pan": 100 * voice.pan,
        "tuning": voice.pitch,
    }
    if len(layer.takes) > 1:
        values |= {
            "seqMode": "round_robin",
            "seqLength": len(layer.takes),
            "seqPosition": place,
        }
    return values
