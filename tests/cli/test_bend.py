import numpy as np
import pytest
import soundfile
from tests.support.sounds import noise, tone


@pytest.fixture
def sample(tmp_path):
    path = tmp_path / "my snare.wav"
    mono = 0.5 * tone(190, 0.3, 44_100) + 0.3 * noise(0.3, 44_100)
    soundfile.write(path, np.stack([mono, 0.5 * mono], axis=1), 44_100, subtype="PCM_16")
    return path


def test_at_rest_the_file_stays_and_a_move_changes_it(ndm, small_bundle, sample, tmp_path):
    model = ("--model", small_bundle)
    code, out, _ = ndm("bend", sample, "--out", tmp_path / "rest.wav", *model)
    assert (code, "snare, 0.30 s" in out) == (0, True)
    original = soundfile.read(sample, dtype="int16")[0]
    np.testing.assert_array_equal(soundfile.read(tmp_path / "rest.wav", dtype="int16")[0], original)
    moves = ("--p1", 2, "--toward", "kick", "--amount", 0.5, "--blend", 0.3)
    code, out, _ = ndm("bend", sample, "--out", tmp_path / "new" / "moved.flac", *moves, *model)
    assert (code, "snare, 50% kick" in out) == (0, True)
    moved = soundfile.read(tmp_path / "new" / "moved.flac", dtype="int16")[0]
    assert moved.ndim == 2
    n = min(len(moved), len(original))
    assert np.abs(moved[:n].astype(int) - original[:n]).max() > 100


def test_reconstruct_keeps_the_sound_or_gives_the_generators(ndm, small_bundle, sample, tmp_path):
    for how, same in (("exact", True), ("model", False)):
        code, out, _ = ndm(
            "reconstruct", sample, "--as", how, "--out", tmp_path / how, "--model", small_bundle
        )
        assert code == 0
        assert ("distance 0.00" in out) == same
        made = soundfile.read(tmp_path / how / sample.name, dtype="int16")[0]
        assert np.array_equal(made, soundfile.read(sample, dtype="int16")[0]) == same


def test_bad_requests_are_refused_before_anything_is_written(ndm, small_bundle, sample, tmp_path):
    before = sample.read_bytes()
    for arguments, message in (
        (("--out", sample, "--force"), "is the file to read"),
        (("--out", tmp_path / "a.mp3"), "ends in .wav or .flac"),
        (("--out", tmp_path / "a.wav", "--toward", "cowbell"), "cowbell"),
        (("--out", tmp_path / "a.wav", "--p1", "nan"), "three finite numbers"),
    ):
        code, _, err = ndm("bend", sample, *arguments, "--model", small_bundle)
        assert (code, message in err) == (1, True), (arguments, err)
    assert sample.read_bytes() == before
    assert not (tmp_path / "a.wav").exists()


def test_a_soft_stroke_is_quieter_and_other_velocities_are_refused(
    ndm, small_bundle, sample, tmp_path
):
    model = ("--model", small_bundle)
    assert ndm("bend", sample, "--out", tmp_path / "a.wav", "--velocity", 40, *model)[0] == 0
    soft, original = soundfile.read(tmp_path / "a.wav")[0], soundfile.read(sample)[0]
    assert np.abs(soft).max() < 0.3 * np.abs(original).max()
    code, _, err = ndm("bend", sample, "--out", tmp_path / "b.wav", "--velocity", 128, *model)
    assert (code, "--velocity" in err, "less than or equal to 127" in err) == (2, True, True)
    assert not (tmp_path / "b.wav").exists()
