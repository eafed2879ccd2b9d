"""Hydrogen: a .h2drumkit, which is a tar archive of drumkit.xml and the samples."""

import gzip
import io
import tarfile
import tempfile
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Final

from neural_drum_machine.kits.export.job import Job
from neural_drum_machine.kits.export.mix import pan_gains
from neural_drum_machine.kits.export.names import safe_name
from neural_drum_machine.kits.export.sample_files import write_samples
from neural_drum_machine.kits.export.xml_text import Value, document, element
from neural_drum_machine.kits.rendered import Layer, RenderedKit, RenderedVoice
from neural_drum_machine.wishes.velocity import LOUDEST

MOST_SAMPLES: Final = 16
"""Hydrogen takes no more for one instrument, unless its preferences are changed."""
_NAMESPACE: Final = "http://www.hydrogen-music.org/drumkit"
_FRAMES_A_MS: Final = 44.1
_RELEASE: Final = 1000
"""Frames; Hydrogen's own choice."""


def write(kit: RenderedKit, job: Job) -> list[str]:
    """Write the archive; return what is not carried."""
    name = safe_name(kit.name)
    with tempfile.TemporaryDirectory(dir=job.folder) as inside:
        place = Path(inside)
        files = write_samples(kit, place, job)
        root = ET.Element("drumkit_info", {"xmlns": _NAMESPACE})
        _head(root, kit)
        instruments = element(root, "instrumentList")
        for number, voice in enumerate(kit.voices):
            made = _instrument(instruments, number, voice)
            for layer, by_take in zip(voice.layers, files[number], strict=True):
                for file in by_take:
                    _layer(made, layer, file)
        (place / "drumkit.xml").write_bytes(document(root))
        _pack(place, name, job.folder / f"{name}.h2drumkit")
    return []


def that_fits(kit: RenderedKit) -> tuple[RenderedKit, list[str]]:
    """Return a kit with fewer round robins where a voice has more samples than Hydrogen takes."""
    voices, fewer = [], []
    for voice in kit.voices:
        most = max(1, MOST_SAMPLES // len(voice.layers))
        if any(len(layer.takes) > most for layer in voice.layers):
            fewer.append(most)
        layers = tuple(replace(each, takes=each.takes[:most]) for each in voice.layers)
        voices.append(replace(voice, layers=layers))
    notes = [
        f"Hydrogen takes {MOST_SAMPLES} samples an instrument: each layer has its first "
        f"{min(fewer, default=0)} round robins."
    ]
    return replace(kit, voices=tuple(voices)), notes if fewer else []


def _head(root: ET.Element, kit: RenderedKit) -> None:
    element(root, "name", kit.name)
    element(root, "author", "Neural Drum Machine")
    element(root, "info", "Exported by Neural Drum Machine")
    element(root, "license", "The sounds are yours")
    element(root, "image")
    element(root, "imageLicense", "undefined license")
    component = element(element(root, "componentList"), "drumkitComponent")
    for tag, value in (("id", 0), ("name", "Main"), ("volume", 1)):
        element(component, tag, value)


def _instrument(parent: ET.Element, number: int, voice: RenderedVoice) -> ET.Element:
    """Add an instrument; return the element that takes its layers."""
    # Hydrogen leaves the nearer channel at 1, where we keep the power: the volume makes up for it.
    left, right = pan_gains(voice.pan)
    nearer = max(left, right)
    pan = 1 - left / right if right >= left else right / left - 1
    several = any(len(layer.takes) > 1 for layer in voice.layers)
    made = element(parent, "instrument")
    values: tuple[tuple[str, Value], ...] = (
        ("id", number),
        ("name", voice.name),
        ("volume", 10 ** (voice.level_db / 20) * nearer),
        ("isMuted", False),
        ("isSoloed", False),
        ("pan", float(pan)),
        ("pitchOffset", voice.pitch),
        ("randomPitchFactor", 0),
        ("gain", 1),
        ("applyVelocity", True),
        ("filterActive", False),
        ("filterCutoff", 1),
        ("filterResonance", 0),
        ("Attack", 0),
        ("Decay", 0),
        ("Sustain", 1),
        # Another voice of the mute group releases this one.
        ("Release", round(voice.choke_ms * _FRAMES_A_MS) if voice.choke else _RELEASE),
        ("muteGroup", voice.choke or -1),
        ("midiOutChannel", -1),
        ("midiOutNote", voice.note),
        ("isStopNote", False),
        ("sampleSelectionAlgo", "ROUND_ROBIN" if several else "VELOCITY"),
        ("isHihat", -1),
        ("lower_cc", 0),
        ("higher_cc", 127),
        *((f"FX{each}Level", 0) for each in range(1, 5)),
    )
    for tag, value in values:
        element(made, tag, value)
    component = element(made, "instrumentComponent")
    element(component, "component_id", 0)
    element(component, "gain", 1)
    return component


def _layer(parent: ET.Element, layer: Layer, file: str) -> None:
    made = element(parent, "layer")
    element(made, "filename", file)
    # Between the velocities of two layers, so that none falls between or into both.
    element(made, "min", 0 if layer.low <= 1 else (layer.low - 0.5) / LOUDEST)
    element(made, "max", 1 if layer.high >= LOUDEST else (layer.high + 0.5) / LOUDEST)
    # Hydrogen multiplies by the velocity. The samples have the level of their own already.
    element(made, "gain", LOUDEST / layer.velocity)
    element(made, "pitch", 0)


def _pack(folder: Path, name: str, path: Path) -> None:
    """Write a compressed archive with one folder; the same files give the same bytes."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=1, fileobj=raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for each in sorted(folder.iterdir()):
            data = each.read_bytes()
            info = tarfile.TarInfo(f"{name}/{each.name}")
            info.size = len(data)
            info.mode = 0o644
            archive.addfile(info, io.BytesIO(data))
