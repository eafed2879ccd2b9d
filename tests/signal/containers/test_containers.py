import io
import os
import struct

import numpy as np
import pytest
from tests.support.audio_formats import HIT, LENGTHS_TOLD, encoded

from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.audio_file import read_audio, read_stream
from neural_drum_machine.signal.containers import why_incomplete

LONG = np.tile(HIT, 3)


def whole(format, subtype, **options):  # noqa: A002
    return encoded(format, subtype, LONG, sr=48_000 if subtype == "OPUS" else 44_100, **options)


@pytest.mark.parametrize(("format", "subtype"), LENGTHS_TOLD)
def test_a_whole_file_is_read_and_a_cut_one_refused(format, subtype):  # noqa: A002
    data = whole(format, subtype)
    assert why_incomplete(io.BytesIO(data)) == ""
    assert read_stream(io.BytesIO(data)).channels.shape[1] >= len(LONG)
    for share in (0.9, 0.5, 0.2):
        with pytest.raises(AudioError, match="kick") as error:
            read_stream(io.BytesIO(data[: int(share * len(data))]), "kick")
        assert "copy the file again" in str(error.value) or "use a complete" in str(error.value)


@pytest.mark.parametrize(
    ("format", "subtype"),
    [each for each in LENGTHS_TOLD if each[0] not in ("FLAC", "SDS")],  # libsndfile notices these
)
def test_the_reason_is_told_for_two_channels_too(format, subtype):  # noqa: A002
    data = whole(format, subtype, n_channels=1 if format == "SVX" else 2)
    assert why_incomplete(io.BytesIO(data)) == ""
    assert why_incomplete(io.BytesIO(data[: len(data) // 2])).startswith("cut short: its ")


def patched(data, at, new):
    return data[:at] + new + data[at + len(new) :]


def at(data, tag, offset=4):
    return data.index(tag) + offset


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0x7FFFFFDB])
def test_files_written_to_a_pipe_announce_no_length(length):
    wav = whole("WAV", "PCM_16")
    little, big = struct.pack("<I", length), struct.pack(">I", length)
    for data in (
        patched(patched(wav, 4, little), at(wav, b"data"), little),
        patched(whole("AU", "PCM_16"), 8, big),
    ):
        assert read_stream(io.BytesIO(data)).channels.shape == (1, len(LONG))
        assert read_stream(io.BytesIO(data[: len(data) // 2])).channels.shape[1] > len(LONG) / 3


def test_a_caf_file_may_last_to_the_end():
    data = whole("CAF", "PCM_16")
    data = patched(data, at(data, b"data"), b"\xff" * 8)
    np.testing.assert_allclose(read_stream(io.BytesIO(data)).mono(), LONG, atol=1e-4)


def test_a_flac_file_need_not_tell_its_length():
    data = whole("FLAC", "PCM_16")
    data = patched(data, 21, bytes([data[21] & 0xF0, 0, 0, 0, 0]))
    read = read_stream(io.BytesIO(data)).mono()
    assert len(read) >= len(LONG) - 1  # libsndfile fails at the very last sample
    np.testing.assert_allclose(read, LONG[: len(read)], atol=1e-4)


def test_an_mp3_file_of_varying_bit_rate_is_read_to_its_end_without_a_header():
    # A quiet beginning has a low bit rate, from which a decoder guesses too few frames.
    x = np.concatenate([1e-3 * LONG, np.random.default_rng(1).uniform(-0.5, 0.5, 60_000)])
    data = encoded("MP3", "MPEG_LAYER_III", x.astype(np.float32))
    tag = max(data.find(b"Xing"), data.find(b"Info"))
    data = data[data.index(data[:2], tag) :]
    assert read_stream(io.BytesIO(data)).channels.shape[1] >= len(x)


@pytest.mark.parametrize("extra", [8, 44])
def test_a_header_that_counts_itself_as_sound_is_no_damage(extra):
    data = whole("WAV", "PCM_16")
    length = struct.pack("<I", 2 * len(LONG) + extra)
    data = patched(data, at(data, b"data"), length)
    assert read_stream(io.BytesIO(data)).channels.shape == (1, len(LONG))


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_damaged_pages_of_ogg_are_noticed(subtype):
    data = whole("OGG", subtype)
    pages = [i for i in range(len(data)) if data.startswith(b"OggS", i)]
    middle = (pages[-1] + len(data)) // 2
    flipped = patched(data, middle, bytes([data[middle] ^ 1]))
    with pytest.raises(AudioError, match="damaged: the checksum of a page is wrong"):
        read_stream(io.BytesIO(flipped))
    without_a_page = data[: pages[1]] + data[pages[2] :]
    with pytest.raises(AudioError, match="damaged: a page is missing"):
        read_stream(io.BytesIO(without_a_page))
    with pytest.raises(AudioError, match="cut short: its last page is missing"):
        read_stream(io.BytesIO(data[: pages[-1]]))


def test_a_flac_file_with_a_wrong_byte_is_refused():
    data = whole("FLAC", "PCM_16")
    middle = len(data) // 2
    with pytest.raises(AudioError, match="not readable as audio"):
        read_stream(io.BytesIO(patched(data, middle, bytes([data[middle] ^ 255]))))


def test_random_bytes_after_a_magic_never_raise():
    random = np.random.default_rng(3)
    magics = (
        b"RIFF....WAVE", b"RF64....WAVE", b"FORM....AIFF", b"caff\0\1\0\0", b".snd", b"OggS",
        bytes.fromhex("726966662e91cf11a5d628db04c10000"), b"NIST_1A\n   1024\n", b"2BIT",
        b"Creative Voice File\x1a\x1a\0", b"\x01\x04", b"\xff\xfb\x90\x64", b"\xff\xf1\x50\x80",
        b"....ftyp", b"wvpk", bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
        bytes.fromhex("1a45dfa3"), b"ID3\4\0\0\0\0\0\n",
    )  # fmt: skip
    for magic in magics:
        for n in (0, 1, 7, 30, 300):
            why_incomplete(io.BytesIO(magic + random.bytes(n)))


def test_an_ogg_file_of_gigabytes_is_refused_without_a_search(tmp_path):
    path = tmp_path / "kick.ogg"
    path.write_bytes(whole("OGG", "VORBIS"))
    os.truncate(path, 3 * 10**9)
    with pytest.raises(AudioError, match="larger than 64 MiB, which is the most for Ogg"):
        read_audio(path)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data[:-127], "cut short: its header announces"),
        (lambda data: patched(data, 21 + 127, b"\0"), "a packet does not begin as packets do"),
        (lambda data: patched(data, 6, b"\x63"), "its header states no number of bits"),
    ],
)
def test_damaged_sample_dumps_are_refused_and_nothing_is_printed(change, why, capfd):
    data = whole("SDS", "PCM_16")
    read_stream(io.BytesIO(data))
    with pytest.raises(AudioError, match=why):
        read_stream(io.BytesIO(change(data)), "kick")
    out, _ = capfd.readouterr()
    assert out == ""
