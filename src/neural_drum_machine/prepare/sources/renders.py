"""Which hits of a sound font are taken, and how they become files."""

import io
from typing import Final

import numpy as np
import soundfile

from neural_drum_machine.prepare.soundfont.font import DrumHit, SoundFont
from neural_drum_machine.prepare.sources.catalogue import Label, Source
from neural_drum_machine.signal.audio_file import SILENCE_PEAK

PEAK: Final = 10 ** (-1 / 20)
"""Peak of rendered hits: −1 dB of full scale."""
_SECONDS: Final = 3.0


def chosen_hits(font: SoundFont, source: Source) -> list[tuple[DrumHit, Label]]:
    """Return the hits of a sound font that sound new.

    Presets share samples, and layers often differ in loudness only: of hits with the same
    category, key and samples, the loudest of the first preset is taken.
    """
    chosen: dict[tuple[str, int, str], tuple[DrumHit, Label]] = {}
    for hit in font.drum_hits(range(128)):
        label = source.classify_hit(hit.preset, hit.key, hit.sample)
        if label:
            what = (label.category, hit.key, hit.sample)
            first, _ = chosen.setdefault(what, (hit, label))
            if first.program == hit.program and first.high_velocity < hit.high_velocity:
                chosen[what] = (hit, label)
    return list(chosen.values())


def flac(font: SoundFont, hit: DrumHit) -> bytes | None:
    """Render a hit as a 16-bit FLAC file; None if it is silent."""
    samples, sr = font.render(hit, seconds=_SECONDS)
    peak = float(np.abs(samples).max(initial=0.0))
    if peak < SILENCE_PEAK:
        return None
    pcm = np.round(samples * (PEAK / peak * 32767)).astype(np.int16)
    file = io.BytesIO()
    soundfile.write(file, pcm, sr, format="FLAC", subtype="PCM_16")
    return file.getvalue()
