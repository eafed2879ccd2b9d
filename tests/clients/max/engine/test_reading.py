"""Sound files as the engine in the device reads them, beside libsndfile and the program."""

import base64
import json
import re
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.clients.max.conftest import MAX, needs_node
from tests.support.sounds import noise, tone

from neural_drum_machine.anchors.own_sound import at_full_rate

pytestmark = needs_node
SCRIPT = Path(__file__).parents[3] / "support" / "clients" / "read_files.mjs"
SR = 44100


def read(paths):
    """What the engine reads of files: ``(channels, n)``, or the code and sentence of a refusal."""
    done = subprocess.run(
        ["node", SCRIPT, *paths], capture_output=True, text=True, encoding="utf-8", check=True
    )
    for line in done.stdout.splitlines():
        told = json.loads(line)
        if "code" in told:
            yield told["code"], told["message"]
        else:
            sides = [np.frombuffer(base64.b64decode(each), "<f4") for each in told["channels"]]
            yield np.stack(sides)


def stereo():
    """A hit of two channels that use the whole range."""
    left = tone(180, 0.15, SR, decay=20)
    return np.stack([left, 0.4 * left + 0.4 * noise(0.15, SR, decay=25)], axis=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


def test_wav_aiff_and_flac_of_all_widths_are_read_sample_for_sample(folder):
    floats = ("FLOAT", "DOUBLE")
    formats = {
        ("WAV", "FILE"): ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", *floats),
        ("WAVEX", "FILE"): ("PCM_16", "PCM_24", "FLOAT"),
        ("AIFF", "FILE"): ("PCM_S8", "PCM_U8", "PCM_16", "PCM_24", "PCM_32", *floats),
        ("AIFF", "LITTLE"): ("PCM_16", "PCM_24", "PCM_32"),
        ("FLAC", "FILE"): ("PCM_S8", "PCM_16", "PCM_24"),
    }
    paths = []
    for (kind, endian), subtypes in formats.items():
        for subtype in subtypes:
            for channels in (1, 2, 5):
                sound = np.resize(stereo(), (channels, len(stereo()))).T
                path = folder / f"{kind} {endian} {subtype} {channels}"
                soundfile.write(path, sound, SR, subtype, endian, kind)
                paths.append(path)
    for path, found in zip(paths, read(paths), strict=True):
        want, _ = soundfile.read(path, dtype="float32", always_2d=True)
        assert isinstance(found, np.ndarray), (path, found)
        np.testing.assert_array_equal(found, want.T, err_msg=path.name)


def test_every_way_in_which_flac_stores_blocks_is_read(folder):
    """Silence, plain samples, equal channels, opposite ones, unused bits, long filters."""
    left, right = stereo().T
    sounds = {
        "silence": np.zeros((5000, 2)) + 1e-3,
        "noise": np.random.default_rng(1).uniform(-1, 1, (7000, 2)),
        "equal": np.stack([left, left], axis=1),
        "opposite": np.stack([left, -left], axis=1),
        "coarse": np.round(stereo() * 64) / 64,
        "far apart": np.stack([0.99 * np.ones(5000), -0.99 * np.ones(5000)], axis=1),
        "filters": np.stack([np.sin(np.arange(20_000) ** 1.5 / 500), right[:1].repeat(20_000)], 1),
    }
    paths = []
    for name, sound in sounds.items():
        for level in (0.0, 0.5, 1.0):
            for subtype in ("PCM_16", "PCM_24"):
                path = folder / f"{name} {level} {subtype}.flac"
                soundfile.write(path, sound, SR, subtype, compression_level=level)
                paths.append(path)
    tagged = folder / "tagged.flac"
    tagged.write_bytes(b"ID3\4\0\0\0\0\1\2" + bytes(130) + paths[0].read_bytes())
    for path, found in zip([*paths, tagged], read([*paths, tagged]), strict=True):
        want = soundfile.read(paths[0] if path == tagged else path, dtype="float32")[0]
        np.testing.assert_array_equal(found, want.T, err_msg=path.name)


def test_other_rates_come_as_the_program_resamples_them(folder):
    """As SoXR does: the two differ in the last samples of its precision alone."""
    most = {8000: -80, 11025: -100, 22050: -110, 48000: -95, 88200: -110, 96000: -95, 192000: -85}
    paths, wanted = [], []
    for sr in (*most, 44056):
        # Full scale, with all that the rate holds. It begins within a millisecond.
        rise = np.minimum(np.arange(int(0.2 * sr)) / (0.001 * sr), 1)
        sound = rise * (0.7 * tone(180, 0.2, sr) + 0.3 * noise(0.2, sr, decay=20))
        path = folder / f"{sr}.wav"
        soundfile.write(path, sound, sr, "FLOAT")
        paths.append(path)
        wanted.append(at_full_rate(np.float32(sound), sr))
    for path, found, want in zip(paths, read(paths), wanted, strict=True):
        assert found.shape == (1, len(want))
        away = 20 * np.log10(np.sqrt(np.square(found[0] - want, dtype=np.float64).mean()))
        assert away < most.get(int(path.stem), -100), path.name


def test_its_filter_is_that_of_the_engine_in_c():
    script = (MAX / "engine" / "audio" / "resample.js").read_text()
    packed = re.search(r"FIRST_STAGE = \[(.*?)\]\.join", script, re.DOTALL).group(1)
    source = (MAX.parents[1] / "engine" / "src" / "filter_48.h").read_text()
    want = np.float32(re.findall(r"(-?[\d.]+e[-+]\d+)f", source))
    letters = "".join(re.findall(r'"(.*)"', packed))
    np.testing.assert_array_equal(np.frombuffer(base64.b64decode(letters), "<f4"), want)


def test_a_sound_after_a_long_silence_is_found(folder):
    path = folder / "late.flac"
    late = np.concatenate([np.zeros((20 * SR, 2)), stereo()])
    soundfile.write(path, late, SR)
    (found,) = read([path])
    np.testing.assert_allclose(found[:, SR:], stereo().T, atol=1e-4)
    assert not found[:, :SR].any()


def test_damaged_and_foreign_files_are_refused_by_name_with_a_way_out(folder, subtests):
    soundfile.write(folder / "good.flac", stereo(), SR)
    soundfile.write(folder / "good.aiff", stereo(), SR)
    soundfile.write(folder / "good.wav", stereo(), SR)
    flac, aiff, wav = ((folder / f"good.{each}").read_bytes() for each in ("flac", "aiff", "wav"))
    torn = flac[:5000] + bytes([flac[5000] ^ 4]) + flac[5001:]
    nan = struct.pack("<f", np.nan)
    soundfile.write(folder / "nan.wav", np.float32([0.5, 0.1, 0.2] * 300), SR, "FLOAT")
    loud = (folder / "nan.wav").read_bytes()
    again = "export it again"
    files = {
        "empty.wav": (b"", "bad-audio", "is empty; export the sound again"),
        "cut.flac": (flac[: len(flac) // 2], "bad-audio", "cut short: its header", again),
        "head.flac": (flac[:30], "bad-audio", "cut short", again),
        "torn.flac": (torn, "bad-audio", "damaged", "copy the file again"),
        "cut.aif": (aiff[: len(aiff) // 2], "bad-audio", "cut short: its header", again),
        "head.aif": (aiff[:12], "bad-audio", "damaged", again),
        "cut.wav": (wav[: len(wav) // 2], "bad-audio", "cut short: its header", again),
        "none.wav": (wav[:44][:40] + bytes(4), "bad-audio", "holds no samples; export the sound"),
        "rate.wav": (wav[:24] + bytes(4) + wav[28:], "bad-audio", "claims 0 Hz", again),
        "not a number.wav": (loud[:-4] + nan, "bad-audio", "holds NaN or infinite samples"),
        "text.wav": (b"this is no sound at all", "unsupported", "no WAV, AIFF or FLAC file"),
        "é.mp3": (b"\xff\xfb\x90\x64" + bytes(500), "unsupported", "export it as WAV"),
        "law.wav": (wav[:20] + b"\6\0" + wav[22:], "unsupported", "export it as WAV"),
    }
    for name, (data, *_) in files.items():
        (folder / name).write_bytes(data)
    told = dict(zip(files, read([folder / name for name in files]), strict=True))
    for name, (_, code, *words) in files.items():
        with subtests.test(name):
            assert told[name][0] == code
            assert told[name][1].startswith(f"{name}: ")
            assert all(each in told[name][1] for each in words), told[name]


def test_no_damage_is_heard(folder):
    """Of a FLAC file whose bits were changed, the samples are right, or it is refused."""
    path, random = folder / "whole.flac", np.random.default_rng(3)
    soundfile.write(path, stereo(), SR)
    whole = path.read_bytes()
    want, _ = soundfile.read(path, dtype="float32")
    paths = []
    for number in range(60):
        data = bytearray(whole)
        data[random.integers(42, len(data))] ^= 1 << random.integers(8)
        paths.append(folder / f"{number}.flac")
        paths[-1].write_bytes(data)
    refused = 0
    for path, found in zip(paths, read(paths), strict=True):
        if isinstance(found, tuple):
            assert found[0] == "bad-audio"
            assert found[1].startswith(f"{path.name}: ")
            refused += 1
        else:
            np.testing.assert_array_equal(found, want.T)
    assert refused > 40


def test_what_is_no_file_or_too_large_is_refused(folder):
    large = folder / "large.wav"
    with large.open("wb") as file:
        file.truncate(65 * 2**20)
    gone, inside = folder / "gone.wav", large / "in a file.wav"
    (one, two, three, four) = read([gone, folder, large, inside])
    assert one == (
        "bad-audio",
        f"gone.wav: is no longer at {gone}; drop it again, or put it back there",
    )
    assert two == ("bad-audio", f"{folder.name}: is a folder or a device; drop a sound file")
    assert three == ("bad-audio", "large.wav: is over 64 MB; cut the hit out of it and drop that")
    assert four[1].startswith("in a file.wav: is no longer at")
