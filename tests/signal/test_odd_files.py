"""Files of every format, codec, width, rate and number of channels, read back."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.support.audio_formats import HIT, SR, encoded

from neural_drum_machine.errors import AudioError
from neural_drum_machine.extras import pip_install
from neural_drum_machine.signal import ffmpeg_reader, formats
from neural_drum_machine.signal.audio_file import read_audio, read_stream
from neural_drum_machine.signal.ffmpeg_child import HEAD
from neural_drum_machine.signal.ffmpeg_reader import read_with_ffmpeg

FILES = Path(__file__).parents[1] / "support" / "formats"
FINDINGS = Path(__file__).parents[1] / "fuzz" / "findings"
NOT_READ = {
    "RAW": "has no header",
    "MAT4": "matrices, no sound files",
    "MAT5": "matrices, no sound files",
    "HTK": "features of speech recognisers",
    "WVE": "8,000 Hz speech of Psion organisers",
    "SD2": "keeps its rate in a resource fork, which only Macintosh disks have",
}
LOSSY_DB = {
    "MPEG_LAYER_III": -25, "VORBIS": -25, "OPUS": -25, "ALAW": -30, "ULAW": -30, "PCM_S8": -28,
    "PCM_U8": -28, "IMA_ADPCM": -30, "MS_ADPCM": -30, "GSM610": -15, "G721_32": -25,
    "G723_24": -15, "G723_40": -25, "NMS_ADPCM_16": -10, "NMS_ADPCM_24": -15, "NMS_ADPCM_32": -20,
    "DPCM_8": -28,
}  # fmt: skip
"""Error against the sound that a codec is allowed; the others get −70 dB."""
WRITTEN = [
    (each, subtype)
    for each in soundfile.available_formats()
    if each not in NOT_READ
    for subtype in soundfile.available_subtypes(each)
]


def rate(format, subtype):  # noqa: A002
    fixed = {"OPUS": 48_000, "GSM610": 8000, "G721_32": 8000, "G723_24": 8000, "G723_40": 8000}
    if subtype.startswith("NMS"):
        return 8000
    return fixed.get(subtype, SR)


def same(read, x, limit_db):
    """Whether a sound is another, but for a delay of a codec and padding at the end."""
    n = 8192
    spectrum = np.fft.rfft(read, 4 * len(x)) * np.conj(np.fft.rfft(x, 4 * len(x)))
    delay = int(np.argmax(np.fft.irfft(spectrum)[:n]))
    found = np.pad(read[delay:], (0, len(x)))[: len(x)]
    error = np.sum((found - x) ** 2) / np.sum(x**2)
    assert 10 * np.log10(error + 1e-12) < limit_db
    assert len(x) <= len(read) <= len(x) + delay + 5000


@pytest.mark.parametrize(("format", "subtype"), WRITTEN)
def test_all_that_libsndfile_writes_is_read(format, subtype):  # noqa: A002
    sr = rate(format, subtype)
    try:
        data = encoded(format, subtype, sr=sr)
    except soundfile.SoundFileError:
        pytest.skip("libsndfile does not write this")
    if subtype.startswith("DWVW"):  # of one old sampler; libsndfile cannot seek in it
        with pytest.raises(AudioError, match="not readable as audio"):
            read_stream(io.BytesIO(data))
        return
    clip = read_stream(io.BytesIO(data))
    rounded = {("SDS", SR): 44_101, ("VOC", SR): 45_454 if subtype == "PCM_U8" else SR}
    assert clip.sr == rounded.get((format, sr), sr)
    assert (len(clip.channels), clip.notes) == (1, ())
    same(clip.mono(), HIT, -50 if format == "SDS" else LOSSY_DB.get(subtype, -70))


@pytest.mark.parametrize("sr", [1000, 4000, 11_025, 16_726, 44_056, 96_000, 384_000])
@pytest.mark.parametrize("n_channels", [1, 2, 3, 8, 64])
def test_rates_and_channels(sr, n_channels):
    clip = read_stream(io.BytesIO(encoded("WAV", "FLOAT", HIT[:999], n_channels=n_channels, sr=sr)))
    assert (clip.sr, clip.channels.shape) == (sr, (n_channels, 999))
    np.testing.assert_array_equal(
        clip.channels[-1], HIT[:999] * np.float32(0.5 ** (n_channels - 1))
    )


def test_too_many_channels_are_damage():
    with pytest.raises(AudioError, match="claims 44100 Hz and 65 channels"):
        read_stream(io.BytesIO(encoded("WAV", "PCM_16", HIT[:99], n_channels=65)))


@pytest.mark.parametrize(
    ("name", "limit_db"),
    [
        ("alac.caf", -70), ("hit.aac", -14), ("hit.ac3", -20), ("hit.mka", -70),
        ("hit.spx", -3), ("hit.tta", -70), ("hit.wma", -20), ("hit.wv", -70),
    ],
)  # fmt: skip
def test_what_only_ffmpeg_reads(name, limit_db):
    clip = read_audio(FILES / name)
    if name == "hit.spx":  # Speex keeps the level and the pitch, not the phase
        assert (clip.sr, len(clip.channels)) == (32_000, 2)
        assert np.abs(clip.channels[0]).max() == pytest.approx(0.5, abs=0.15)
        return
    assert clip.sr == SR
    for channel, x in zip(clip.channels, (HIT, HIT / 2), strict=True):
        same(channel, x, limit_db)


@pytest.mark.parametrize(("codec", "limit_db"), [("Aac", -25), ("Alac", -70)])
def test_m4a(codec, limit_db, tmp_path):
    codecpod = pytest.importorskip("codecpod")
    codecpod.save(tmp_path / "x.m4a", HIT, SR, getattr(codecpod, codec)())
    clip = read_audio(tmp_path / "x.m4a")
    assert (clip.sr, len(clip.channels)) == (SR, 1)
    same(clip.mono(), HIT, limit_db)
    data = (tmp_path / "x.m4a").read_bytes()
    with pytest.raises(AudioError, match="cut short: its header announces"):
        read_stream(io.BytesIO(data[: len(data) // 2]))


@pytest.mark.parametrize("seconds", [5, 29, 30, 45, 100])
def test_a_hit_that_comes_late_is_found_with_ffmpeg_too(seconds, tmp_path):
    codecpod = pytest.importorskip("codecpod")
    x = np.concatenate([np.zeros(seconds * 8000, np.float32), HIT, np.zeros(40_000, np.float32)])
    codecpod.save(tmp_path / "x.m4a", x, 8000, codecpod.Alac())
    clip = read_audio(tmp_path / "x.m4a")
    read = clip.mono()
    start = int(np.argmax(np.abs(read) > 1e-3)) - 1
    np.testing.assert_allclose(read[start : start + len(HIT)], HIT, atol=1e-4)
    assert (clip.notes != ()) == (seconds > 15)
    assert 3990 <= start <= 15.5 * 8000  # what precedes its attack is there, and what follows


@pytest.mark.parametrize("name", ["hit.aac", "hit.mka", "hit.spx", "hit.tta", "hit.wma", "hit.wv"])
def test_cut_files_of_ffmpeg_are_refused(name):
    data = (FILES / name).read_bytes()
    with pytest.raises(AudioError, match=r"cut short|damaged"):
        read_stream(io.BytesIO(data[: len(data) * 6 // 10]))


def test_a_file_that_crashes_a_decoder_of_ffmpeg_is_damaged():
    pytest.importorskip("codecpod")
    data = (FINDINGS / "ffmpeg-segmentation-fault.bin").read_bytes()
    told = (
        r"kick\.m4a: not readable as audio \(FFmpeg failed to decode its \w.*: it crashed .*\); "
        "use a complete WAV, FLAC, OGG, MP3 or AIFF file"
    )
    with pytest.raises(AudioError, match=told):
        read_stream(io.BytesIO(data), "kick.m4a")


def test_a_file_that_takes_ffmpeg_too_long_is_told():
    pytest.importorskip("codecpod")
    with pytest.raises(ValueError, match=r"WavPack: it took longer than 0\.001 s"):
        read_with_ffmpeg(io.BytesIO((FILES / "hit.wv").read_bytes()), "WavPack", seconds=0.001)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        HEAD.pack(True, False, 44_100, 2, 10, 0) + bytes(79),
        HEAD.pack(True, False, 44_100, 2, -10, 0) + bytes(80),
        HEAD.pack(True, False, 44_100, 1, 20, -1) + bytes(80),
        HEAD.pack(True, False, 44_100, 1, 20, 2**40) + bytes(80),
    ],
)
def test_an_answer_of_a_damaged_process_is_not_believed(monkeypatch, answer):
    pytest.importorskip("codecpod")
    monkeypatch.setattr(ffmpeg_reader, "answer_of", lambda *_: answer)
    with pytest.raises(AudioError, match="FFmpeg failed to decode its WavPack"):
        read_audio(FILES / "hit.wv")


def test_the_name_does_not_choose_the_reader(tmp_path):
    for name in ("kick.wav", "kick"):
        (tmp_path / name).write_bytes((FILES / "hit.wv").read_bytes())
        same(read_audio(tmp_path / name).channels[0], HIT, -70)


def test_a_format_that_nothing_reads_is_named(tmp_path):
    (tmp_path / "kick.sd2").write_bytes(bytes(range(256)) * 4)
    with pytest.raises(AudioError, match=r"kick\.sd2: \.sd2 files \(Sound Designer II\) are not"):
        read_audio(tmp_path / "kick.sd2")


def test_a_playlist_is_no_sound():
    with pytest.raises(AudioError, match="not readable as audio"):
        read_stream(io.BytesIO(b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/kick.aac\n"))


def test_without_the_extra_the_format_and_the_way_out_are_named(monkeypatch):
    for module in (formats, ffmpeg_reader):
        monkeypatch.setattr(module, "is_installed", lambda name: False)
    with pytest.raises(AudioError) as error:
        read_audio(FILES / "hit.wv")
    command = pip_install("neural-drum-machine[formats]")
    assert f"hit.wv: WavPack files are read once an extra is installed: {command}" in str(
        error.value
    )
