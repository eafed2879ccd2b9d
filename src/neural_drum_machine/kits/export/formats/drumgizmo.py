"""DrumGizmo: drumkit.xml, a file for each instrument, midimap.xml and the samples."""

import xml.etree.ElementTree as ET
from typing import Final

from neural_drum_machine.kits.export.job import Job
from neural_drum_machine.kits.export.names import safe_names
from neural_drum_machine.kits.export.sample_files import SAMPLES, write_samples
from neural_drum_machine.kits.export.xml_text import Value, document, element
from neural_drum_machine.kits.rendered import Layer, RenderedKit, RenderedVoice
from neural_drum_machine.wishes.velocity import LOUDEST

_CHANNELS: Final = ("Left", "Right")
_INSTRUMENTS: Final = "instruments"
_WIDTH: Final = 26
"""DrumGizmo's least number of steps between its softest and its loudest sample."""


def write(kit: RenderedKit, job: Job) -> list[str]:
    """Write the samples and the XML files; return what is not carried."""
    files = write_samples(kit, job.folder / SAMPLES, job)
    names = safe_names(voice.name for voice in kit.voices)
    root = ET.Element("drumkit", {"version": "2.0"})
    root.set("samplerate", str(kit.sr))
    metadata = element(root, "metadata")
    element(metadata, "title", kit.name)
    element(metadata, "version", "1.0")
    element(metadata, "description", "Exported by Neural Drum Machine")
    element(metadata, "defaultmidimap", "", src="midimap.xml")
    channels = element(root, "channels")
    for channel in _CHANNELS:
        element(channels, "channel", name=channel)
    instruments, midimap = element(root, "instruments"), ET.Element("midimap")
    (job.folder / _INSTRUMENTS).mkdir()
    for voice, name, by_layer in zip(kit.voices, names, files, strict=True):
        path = f"{_INSTRUMENTS}/{name}.xml"
        made = element(instruments, "instrument", name=name, file=path)
        for channel in _CHANNELS:
            mapped: dict[str, Value] = {"in": channel, "out": channel, "main": True}
            element(made, "channelmap", **mapped)
        _chokes(made, kit, voice, names)
        element(midimap, "map", note=voice.note, instr=name)
        (job.folder / path).write_bytes(document(_instrument(voice, name, by_layer)))
    (job.folder / "drumkit.xml").write_bytes(document(root))
    (job.folder / "midimap.xml").write_bytes(document(midimap))
    return []


def _chokes(parent: ET.Element, kit: RenderedKit, voice: RenderedVoice, names: list[str]) -> None:
    """Tell which voices this one ends, and how fast."""
    others = [
        (name, each.choke_ms)
        for each, name in zip(kit.voices, names, strict=True)
        if voice.choke and each.choke == voice.choke and each is not voice
    ]
    if others:
        chokes = element(parent, "chokes")
        for name, milliseconds in others:
            element(chokes, "choke", instrument=name, choketime=float(milliseconds))


def _instrument(
    voice: RenderedVoice, name: str, by_layer: tuple[tuple[str, ...], ...]
) -> ET.Element:
    root = ET.Element("instrument", {"version": "2.0", "name": name})
    samples = element(root, "samples")
    placed = [
        (power, layer, take, file)
        for layer, files in zip(voice.layers, by_layer, strict=True)
        for power in _powers(layer, voice)
        for take, file in zip(layer.takes, files, strict=True)
    ]
    for number, (power, _, take, file) in enumerate(placed, 1):
        made = element(samples, "sample", name=f"{name}-{number}", power=power)
        if len(voice.layers) == 1:
            # DrumGizmo then makes soft strokes softer.
            made.set("normalized", "true")
        for channel, side in zip(_CHANNELS, (1, take.ndim), strict=True):
            element(
                made, "audiofile", channel=channel, file=f"../{SAMPLES}/{file}", filechannel=side
            )
    return root


def _powers(layer: Layer, voice: RenderedVoice) -> tuple[float, ...]:
    """Return the places of a layer's samples between the softest (0) and the loudest stroke (1).

    DrumGizmo plays the sample that is nearest to the velocity. Each layer stands at its softest and
    at its loudest velocity, so that the nearest is always of the right layer.
    """
    if len(voice.layers) == 1:
        return (1.0,)
    return tuple(dict.fromkeys(_place(each, voice) for each in (layer.low, layer.high)))


def _place(velocity: int, voice: RenderedVoice) -> float:
    if velocity <= voice.layers[0].low:
        return 0.0
    if velocity >= voice.layers[-1].high:
        return 1.0
    takes = 2 * sum(len(each.takes) for each in voice.layers)
    step = 1 / max(takes, _WIDTH)
    return (velocity - 0.5) / LOUDEST * (1 - step) + step / 2
