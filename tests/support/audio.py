"""16-bit samples and sound files."""

import io

import soundfile

from neural_drum_machine.signal.pcm import to_pcm


def pcm(samples):
    """What a 16-bit file holds of samples with full scale 1."""
    return to_pcm(samples)


def read_pcm(path):
    """The 16-bit samples of a file."""
    return soundfile.read(path, dtype="int16")[0]


def wav_file(samples, sr=22050):
    """A WAV file of 32-bit floats, as bytes."""
    out = io.BytesIO()
    soundfile.write(out, samples, sr, format="WAV", subtype="FLOAT")
    return out.getvalue()
