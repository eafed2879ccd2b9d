"""Programs that play exported kits: sfizz, FluidSynth, Polyphone, Hydrogen, DrumGizmo."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.support.hydrogen_song import hydrogen_song
from tests.support.midi_file import midi_file
from tests.support.patience import PATIENCE

SR = 44_100
Notes = Sequence[tuple[float, int, int]]
"""Start in seconds, note, velocity."""
_BLOCK = 8
"""Samples. sfizz glides to its delay of one sample within the first block of a note."""


def needed(*programs: str) -> None:
    """Skip the test if a program is not installed."""
    for each in programs:
        if shutil.which(each) is None:
            pytest.skip(f"{each} is not installed (scripts/system-packages)")


def ran(command: Sequence[str | Path], home: Path, *, fails: bool = False) -> str:
    """Run a program without a screen and with a home of its own; return what it says."""
    (home / "run").mkdir(mode=0o700, exist_ok=True)
    environment = os.environ | {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    done = subprocess.run(
        [str(each) for each in command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    said = done.stdout + done.stderr
    assert fails or done.returncode == 0, said
    return said


def played_by_sfizz(path: Path, notes: Notes, seconds: float) -> np.ndarray:
    """Two channels; notes are not let go."""
    synth = pytest.importorskip("pysfizz.synth").Synth(SR, _BLOCK)
    # Else a thread of its own reads the files while they are played, and samples are missing where
    # the computer is busy. The hint changes nothing but where the samples are.
    in_memory = path.with_name("in-memory.sfz")
    in_memory.write_text(
        "<control> hint_ram_based=1\n" + path.read_text(encoding="utf-8"), encoding="utf-8"
    )
    assert synth.load_sfz_file(in_memory)
    engine = synth._synth  # the package's own class plays one note at a time
    engine.set_sample_quality(10)
    engine.enable_freewheeling()
    waiting = sorted(notes)
    blocks = []
    for block in range(round(seconds * SR) // _BLOCK):
        while waiting and waiting[0][0] * SR < (block + 1) * _BLOCK:
            _, note, velocity = waiting.pop(0)
            engine.note_on(0, note, velocity)
        blocks.append(np.array(engine.render_block()))
    return np.concatenate(blocks, axis=1)


def played_by_fluidsynth(
    path: Path, notes: Notes, home: Path, *, channel: int = 9, program: int = 0
) -> np.ndarray:
    """Two channels, as FluidSynth renders a MIDI file, without reverb and chorus."""
    needed("fluidsynth")
    (home / "notes.mid").write_bytes(midi_file(notes, channel=channel, program=program))
    quiet = ("-ni", "-q", "-R", "0", "-C", "0", "-g", "1", "-r", str(SR))
    out = home / "out.wav"
    form = ("-O", "float", "-T", "wav", "-F", out)
    ran(["fluidsynth", *quiet, *form, path, home / "notes.mid"], home)
    return soundfile.read(out)[0].T


def soundfont_by_polyphone(path: Path, home: Path) -> Path:
    """The SoundFont that Polyphone makes of an SFZ file: bank 0, program 0."""
    needed("polyphone")
    out = home / "converted.sf2"
    out.unlink(missing_ok=True)
    ran(["polyphone", "-1", "-i", path, "-d", home, "-o", "converted"], home)
    return out


def played_by_drumgizmo(
    kit: Path, notes: Notes, seconds: float, home: Path, *choice: str
) -> np.ndarray:
    """Two channels, as the command line of DrumGizmo renders a MIDI file.

    `choice` is how it chooses samples; left alone, it plays neighbouring layers now and then.
    """
    needed("drumgizmo")
    (home / "notes.mid").write_bytes(midi_file(notes))
    # It plays files of this tempo at half their speed.
    given = f"file={home}/notes.mid,midimap={kit.parent}/midimap.xml,speed=2"
    form = ("-o", "wavfile", "-O", f"file={home}/out,srate={SR}", "-e", str(round(seconds * SR)))
    ran(["drumgizmo", "-i", "midifile", "-I", given, *form, *choice, kit], home)
    sides = [soundfile.read(home / f"out{side}.wav")[0] for side in ("Left-0", "Right-1")]
    return np.stack(sides)


def hydrogen_ran(arguments: Sequence[str | Path], home: Path, *, fails: bool = False) -> str:
    """Run the command line of Hydrogen without a sound card, for which it would wait a while."""
    needed("h2cli")
    settings = home / ".hydrogen" / "hydrogen.conf"
    if not settings.exists():
        settings.parent.mkdir(exist_ok=True)
        default = Path("/usr/share/hydrogen/data/hydrogen.default.conf").read_text()
        driver = "<audio_driver>{}</audio_driver>".format
        settings.write_text(default.replace(driver("Auto"), driver("Null")))
    return ran(["h2cli", *arguments], home, fails=fails)


def played_by_hydrogen(kit: Path, notes: Notes, home: Path) -> np.ndarray:
    """Two channels, as Hydrogen exports a song. Notes name instruments by their numbers."""
    hydrogen_ran(["-i", kit], home)
    (installed,) = (home / ".hydrogen" / "data" / "drumkits").glob("*/drumkit.xml")
    hydrogen_song(installed, notes, home / "notes.h2song")
    out = home / "song.wav"
    form = ("-r", str(SR), "-b", "32")
    hydrogen_ran(["-s", home / "notes.h2song", "-o", out, *form], home)
    return soundfile.read(out)[0].T


def likeness(played: np.ndarray, sample: np.ndarray) -> tuple[float, float, int]:
    """How much of a sound is a sample: correlation, gain in dB, and where it begins.

    Both have one channel; `played` is the longer one.
    """
    size = 1 << (len(played) + len(sample)).bit_length()
    spectrum = np.fft.rfft(played, size) * np.conj(np.fft.rfft(sample, size))
    lags = np.fft.irfft(spectrum, size)[: len(played) - len(sample) + 1]
    start = int(np.argmax(lags))
    part = played[start : start + len(sample)]
    energy = float(np.dot(sample, sample))
    gain = float(np.dot(part, sample)) / energy
    correlation = gain * np.sqrt(energy / max(float(np.dot(part, part)), 1e-30))
    return correlation, 20 * np.log10(max(gain, 1e-9)), start
