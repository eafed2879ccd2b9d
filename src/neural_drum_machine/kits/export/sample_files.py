"""The WAV files of an export: their names, and the recipe inside each."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from neural_drum_machine.kits.export.job import Job
from neural_drum_machine.kits.export.names import LONGEST, safe_names
from neural_drum_machine.kits.rendered import RenderedKit, RenderedVoice
from neural_drum_machine.signal.sound_file import sound_file_bytes

SAMPLES: Final = "samples"
"""The folder of the WAV files, where a format does not want them beside its own file."""
Files = tuple[tuple[tuple[str, ...], ...], ...]
"""The name of each file: by voice, layer and take."""


def file_names(voices: Sequence[RenderedVoice]) -> Files:
    """Return a name for the file of each take.

    ``Snare.wav`` is the only file of its voice. ``Snare v096 rr2.wav`` is the second round robin of
    the layer that was made for velocity 96.
    """
    # Room for the velocity and the number of the round robin.
    stems = safe_names((each.name for each in voices), LONGEST - 10)
    return tuple(
        tuple(
            tuple(_name(stem, voice, layer, take) for take in range(len(voice.layers[layer].takes)))
            for layer in range(len(voice.layers))
        )
        for stem, voice in zip(stems, voices, strict=True)
    )


def _name(stem: str, voice: RenderedVoice, layer: int, take: int) -> str:
    strength = f" v{voice.layers[layer].velocity:03d}" if len(voice.layers) > 1 else ""
    several = max(len(each.takes) for each in voice.layers) > 1
    return f"{stem}{strength}{f' rr{take + 1}' if several else ''}.wav"


def write_samples(kit: RenderedKit, folder: Path, job: Job) -> Files:
    """Write the WAV file of each take into a folder, which is made.

    Each holds its recipe in its comment, and the compact forms of own sounds in a chunk beside it,
    so that :meth:`~neural_drum_machine.machine.DrumMachine.recall` brings the drum back.

    Parameters
    ----------
    kit : RenderedKit
        Its samples are written as they are.
    folder : Path
        The folder.
    job : Job
        Tells how the files store samples.

    Returns
    -------
    tuple
        The names of the files, by voice, layer and take.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = file_names(kit.voices)
    total = sum(len(takes) for layers in names for takes in layers)
    done = 0
    for voice, by_layer in zip(kit.voices, names, strict=True):
        for layer, by_take in zip(voice.layers, by_layer, strict=True):
            for number, name in enumerate(by_take):
                data = sound_file_bytes(
                    layer.takes[number],
                    kit.sr,
                    layer.comments[number],
                    name=name,
                    block=layer.blocks[number],
                    bits=job.options.bits,
                )
                (folder / name).write_bytes(data)
                done += 1
                job.told(done, total)
    return names
