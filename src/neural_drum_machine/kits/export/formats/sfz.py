"""SFZ: a text file beside the samples, which sfizz, sforzando and many others play."""

import math

from neural_drum_machine.kits.export.dynamics import gain_db
from neural_drum_machine.kits.export.job import Job
from neural_drum_machine.kits.export.names import safe_name
from neural_drum_machine.kits.export.sample_files import SAMPLES, write_samples
from neural_drum_machine.kits.rendered import Layer, RenderedKit, RenderedVoice
from neural_drum_machine.text import clean

_POINTS = 6
"""Points of the loudness between a layer's softest and loudest stroke."""


def write(kit: RenderedKit, job: Job) -> list[str]:
    """Write the samples and the SFZ file; return what is not carried."""
    files = write_samples(kit, job.folder / SAMPLES, job)
    lines = [
        f"// {clean(kit.name)}",
        "// Exported by Neural Drum Machine",
        "",
        "<global> loop_mode=one_shot pitch_keytrack=0",
    ]
    for voice, by_layer in zip(kit.voices, files, strict=True):
        lines += ["", f"// {clean(voice.name)}"]
        for layer, by_take in zip(voice.layers, by_layer, strict=True):
            lines.append(_group(voice, layer))
            for number, name in enumerate(by_take, 1):
                turn = f"seq_position={number} " if len(by_take) > 1 else ""
                # The path comes last, because it may hold spaces.
                lines.append(f"<region> {turn}sample={SAMPLES}/{name}")
    path = job.folder / f"{safe_name(kit.name)}.sfz"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return []


def _group(voice: RenderedVoice, layer: Layer) -> str:
    """Return the line that the strokes of one layer share."""
    top = gain_db(layer, layer.high)
    words = [
        f"<group> key={voice.note} lovel={layer.low} hivel={layer.high}",
        f"volume={voice.level_db + top:.4g}",
        *_curve(layer, top),
    ]
    if voice.pan:
        words.append(f"pan={100 * voice.pan:.4g}")
    if voice.pitch:
        semitones = math.floor(voice.pitch + 0.5)
        words.append(f"transpose={semitones} tune={100 * (voice.pitch - semitones):.4g}")
    if voice.choke:
        seconds = voice.choke_ms / 1000
        words.append(f"group={voice.choke} off_by={voice.choke} off_mode=time off_time={seconds:g}")
    if len(layer.takes) > 1:
        words.append(f"seq_length={len(layer.takes)}")
    return " ".join(words)


def _curve(layer: Layer, top: float) -> list[str]:
    """Return the gain over velocity; the loudest stroke of the layer has 1."""
    span = layer.high - layer.low
    places = {layer.low + round(span * step / _POINTS) for step in range(_POINTS + 1)}
    return [
        f"amp_velcurve_{each}={10 ** ((gain_db(layer, each) - top) / 20):.5f}"
        for each in sorted(places | {layer.velocity})
    ]
