"""Akai MPC: a drum program .xpm, as MPC 2 writes it and MPC 3 reads it, beside the samples.

The form is that of programs in public: one element for each of 128 pads, four layers a pad.
"""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Final

from neural_drum_machine.kits.export.job import Job
from neural_drum_machine.kits.export.names import safe_name
from neural_drum_machine.kits.export.sample_files import write_samples
from neural_drum_machine.kits.export.xml_text import Value, document, element
from neural_drum_machine.kits.rendered import Layer, RenderedKit, RenderedVoice

PADS: Final = 128
MOST_LAYERS: Final = 4
_CYCLE, _BY_VELOCITY = 0, 1
_LEVEL: Final = "0.707946"
"""The level that the MPC gives to new pads."""


def write(kit: RenderedKit, job: Job) -> list[str]:
    """Write the samples and the program; return what is not carried."""
    files = write_samples(kit, job.folder, job)
    root = ET.Element("MPCVObject")
    version = element(root, "Version")
    for tag, value in (
        ("File_Version", "2.1"),
        ("Application", "MPC-V"),
        ("Application_Version", "2.9.1.2"),
        ("Platform", "Linux"),
    ):
        element(version, tag, value)
    program = element(root, "Program", type="Drum")
    element(program, "ProgramName", kit.name)
    element(program, "ProgramPads", json.dumps({"ProgramPads": {"Type": {"value0": 5}}}))
    for tag, value in (("Volume", _LEVEL), ("Mute", "False"), ("Pan", "0.500000")):
        element(program, tag, value)
    instruments = element(program, "Instruments")
    for pad in range(PADS):
        voice = kit.voices[pad] if pad < len(kit.voices) else None
        _instrument(instruments, pad + 1, voice, files[pad] if voice else ())
    notes_of_pads = element(program, "PadNoteMap")
    for pad, note in enumerate(_pad_notes(kit), 1):
        element(element(notes_of_pads, "PadNote", number=pad), "Note", note)
    groups = element(program, "PadGroupMap")
    for pad in range(1, PADS + 1):
        element(element(groups, "PadGroup", number=pad), "Group", 0)
    (job.folder / f"{safe_name(kit.name)}.xpm").write_bytes(document(root))
    return []


def that_fits(kit: RenderedKit) -> tuple[RenderedKit, list[str]]:
    """Return a kit of at most four samples a pad: layers, or round robins where there is one."""
    most_layers = max(len(each.layers) for each in kit.voices)
    most_takes = max(len(layer.takes) for each in kit.voices for layer in each.layers)
    notes = []
    if most_layers > 1 and most_takes > 1:
        notes.append(
            "A pad of the MPC has velocity layers or round robins, not both. The first round robin "
            "of each layer is there; a kit of one layer has its round robins."
        )
    elif most_takes > MOST_LAYERS:
        notes.append(
            f"A pad of the MPC has {MOST_LAYERS} samples: the first round robins are there."
        )
    if most_layers > MOST_LAYERS:
        notes.append(f"A pad of the MPC has {MOST_LAYERS} layers: the others are left out.")
    voices = tuple(replace(each, layers=_layers(each.layers)) for each in kit.voices)
    return replace(kit, voices=voices), notes


def _layers(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    if len(layers) == 1:
        return (replace(layers[0], takes=layers[0].takes[:MOST_LAYERS]),)
    count = min(len(layers), MOST_LAYERS)
    # The loudest stays, and those that are left out give their velocities to the next louder one.
    kept = [layers[(place + 1) * len(layers) // count - 1] for place in range(count)]
    lows = [1, *(each.high + 1 for each in kept[:-1])]
    return tuple(
        replace(each, low=low, takes=each.takes[:1]) for each, low in zip(kept, lows, strict=True)
    )


def _pad_notes(kit: RenderedKit) -> list[int]:
    """Return the note of each pad: those of the voices, then the notes that are left."""
    notes = [voice.note for voice in kit.voices]
    return notes + [note for note in range(PADS) if note not in notes]


def _instrument(
    parent: ET.Element,
    number: int,
    voice: RenderedVoice | None,
    by_layer: tuple[tuple[str, ...], ...],
) -> None:
    samples: list[tuple[Layer, int, str]] = []
    if voice:
        samples = [
            (layer, take, file)
            for layer, files in zip(voice.layers, by_layer, strict=True)
            for take, file in enumerate(files)
        ]
    layered = voice is not None and len(voice.layers) > 1
    semitones, cents = _tuning(voice.pitch if voice else 0.0)
    made = element(parent, "Instrument", number=number)
    values: tuple[tuple[str, Value], ...] = (
        ("Volume", _LEVEL),
        ("Mute", "False"),
        ("Pan", f"{(voice.pan if voice else 0.0) / 2 + 0.5:.6f}"),
        ("TuneCoarse", semitones),
        ("TuneFine", cents),
        ("Mono", "False"),
        ("Polyphony", 4),
        ("LowNote", 0),
        ("HighNote", 127),
        ("IgnoreBaseNote", "True"),
        ("ZonePlay", _CYCLE if samples and not layered else _BY_VELOCITY),
        ("MuteGroup", voice.choke if voice else 0),
        *((f"MuteTarget{each}", 0) for each in range(1, 5)),
        *((f"SimultTarget{each}", 0) for each in range(1, 5)),
        ("OneShot", "True"),
        ("TriggerMode", 0),
        ("FilterType", 0),
        ("Cutoff", "1.000000"),
        ("Resonance", "0.000000"),
        ("VolumeHold", "0.000000"),
        ("VolumeAttack", "0.000000"),
        ("VolumeDecay", "0.000000"),
        ("VolumeSustain", "1.000000"),
        ("VolumeRelease", "0.000000"),
        # Samples of layers have the level of their velocity already.
        ("VelocitySensitivity", "0.000000" if layered else "1.000000"),
        ("VelocityToPan", "0.000000"),
        ("VelocityToPitch", "0.000000"),
    )
    for tag, value in values:
        element(made, tag, value)
    layers = element(made, "Layers")
    for place in range(MOST_LAYERS):
        _layer(layers, place + 1, samples[place] if place < len(samples) else None)


def _layer(parent: ET.Element, number: int, sample: tuple[Layer, int, str] | None) -> None:
    layer, take, file = sample or (None, 0, "")
    frames = layer.takes[take].shape[-1] if layer else 0
    low, high = (layer.low if layer.low > 1 else 0, layer.high) if layer else (0, 127)
    made = element(parent, "Layer", number=number)
    values: tuple[tuple[str, Value], ...] = (
        ("Active", "True" if layer else "False"),
        ("Volume", "1.000000"),
        ("Pan", "0.500000"),
        ("Pitch", "0.000000"),
        ("TuneCoarse", 0),
        ("TuneFine", 0),
        ("VelStart", low),
        ("VelEnd", high),
        ("SampleStart", 0),
        ("SampleEnd", 0),
        ("Loop", "False"),
        ("LoopStart", 0),
        ("LoopEnd", 0),
        ("LoopTune", 0),
        ("Mute", "False"),
        ("RootNote", 0),
        ("KeyTrack", "False"),
        # The MPC looks for a file of this name, without its ending, beside the program.
        ("SampleName", file.removesuffix(".wav")),
        ("SampleFile", ""),
        ("SliceIndex", 128),
        ("Direction", 0),
        ("Offset", 0),
        ("SliceStart", 0),
        ("SliceEnd", frames),
        ("SliceLoopStart", 0),
        ("SliceLoop", 0),
    )
    for tag, value in values:
        element(made, tag, value)


def _tuning(pitch: float) -> tuple[int, int]:
    """Return semitones and cents, -50 to 50."""
    semitones = round(pitch)
    return semitones, round(100 * (pitch - semitones))
