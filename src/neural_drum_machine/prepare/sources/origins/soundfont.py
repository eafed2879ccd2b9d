"""Which hits of a sound font become files, and how."""

import io
from collections.abc import Iterator
from typing import Final

import numpy as np
import soundfile

from neural_drum_machine.prepare.soundfont.font import DrumHit, SoundFont
from neural_drum_machine.prepare.sources.parts import Part
from neural_drum_machine.prepare.sources.source import Debian, Label, Source
from neural_drum_machine.signal.audio_file import SILENCE_PEAK

PEAK: Final = 10 ** (-1 / 20)
"""Peak of rendered hits: −1 dB of full scale."""
_SECONDS: Final = 3.0


def soundfont_parts(font: SoundFont, source: Source, debian: Debian) -> Iterator[Part]:
    """Yield the hits of a sound font as files."""
    for hit, label in chosen_hits(font, source):
        if (data := flac(font, hit)) is not None:
            where = f"{hit.program}/{hit.key}/{hit.high_velocity}"
            preset, sample = (
                name.replace("/", "-").strip() for name in (hit.preset, hit.sample.split(" + ")[0])
            )
            yield Part(
                f"{preset}/{hit.key:03d} {sample} {hit.high_velocity:03d}.flac",
                data,
                label,
                debian.upstream(f"{source.soundfont}#{where}"),
            )


def chosen_hits(font: SoundFont, source: Source) -> list[tuple[DrumHit, Label]]:
    """Return the hits of a sound font that sound different.

    Presets share samples, and layers often differ in loudness only. Of hits with the same
    category, key and samples, the loudest of the first preset is used.
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
