import csv
import errno
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.support.small import SMALL_SPEC
from tests.support.sounds import noise, tone

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare import build as build_module
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.prepare.recordings.scan import scan
from neural_drum_machine.signal.mel import log_mel, mel_spectrogram
from neural_drum_machine.signal.spec import DEFAULT_SPEC


def test_folder_labels_split_and_arrays(small_data, library):
    assert len(small_data) == 60
    assert small_data.meta["rejected"] == 0
    for category in ("kick", "snare", "closed_hihat"):
        assert len(small_data.rows("train", category)) == 16
        assert len(small_data.rows("validation", category)) == 4
    kits = {
        s: {small_data.entries[i].kit for i in small_data.rows(s)} for s in ("train", "validation")
    }
    assert not kits["train"] & kits["validation"]
    assert small_data.waves.shape == (60, 4095)
    assert small_data.mels.shape == (60, 64, 64)
    for i in (0, 30, 59):
        assert np.abs(small_data.wave(i)).max() == 1.0
        mel = mel_spectrogram(small_data.wave(i), SMALL_SPEC)
        np.testing.assert_allclose(small_data.mels[i], mel, atol=1e-3 * mel.max())


def test_statistics_weigh_categories_alike(small_data):
    logs = log_mel(small_data.mels, SMALL_SPEC)
    means = [
        logs[small_data.rows("train", c)].mean(axis=0) for c in ("kick", "snare", "closed_hihat")
    ]
    np.testing.assert_allclose(small_data.standardisation.mean, np.mean(means, axis=0), atol=1e-4)
    assert small_data.standardisation.std.min() >= np.float32(0.1)
    x = small_data.standardisation.forward(small_data.mels[3])
    mel = small_data.mels[3].astype(np.float32)
    np.testing.assert_allclose(small_data.standardisation.inverse(x), mel, atol=2e-4 * mel.max())


def manifest(folder, rows, columns=("file", "category", "group")):
    with (folder / "manifest.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def test_manifest_decides_and_the_rest_of_the_folder_is_ignored(tmp_path):
    source = tmp_path / "src"
    source.mkdir()
    for name, frequency in (("a", 100), ("b", 120), ("c", 140)):
        soundfile.write(source / f"{name}.wav", tone(frequency, 0.15), 22050)
    manifest(source, [["a.wav", "tom", "k1"], ["b.wav", "tom", "k2"], ["gone.wav", "tom", "k3"]])
    data = prepare([source], tmp_path / "out", spec=SMALL_SPEC)
    assert [(e.category, e.group, e.name) for e in data.entries] == [
        ("tom", "k1", "src/a.wav"),
        ("tom", "k2", "src/b.wav"),
    ]
    rejected = (tmp_path / "out" / "rejected.csv").read_text()
    assert rejected == "name,reason\nsrc/gone.wav,no such file\n"


@pytest.mark.parametrize(
    ("rows", "columns", "message"),
    [
        ([["a.wav", "cowbell", "k"]], ("file", "category", "group"), "line 2.*'cowbell'"),
        ([["a.wav", "tom"]], ("file", "category"), "no column group"),
        ([["../a.wav", "tom", "k"]], ("file", "category", "group"), "leads outside"),
        ([["a.wav"]], ("file", "category", "group"), "too few columns"),
    ],
)
def test_bad_manifests_are_refused(tmp_path, rows, columns, message):
    source = tmp_path / "src"
    source.mkdir()
    manifest(source, rows, columns)
    with pytest.raises(DatasetError, match=message):
        list(scan(source))


def test_every_rejected_file_is_named_with_its_reason(tmp_path):
    source = tmp_path / "src" / "Kicks"
    source.mkdir(parents=True)
    soundfile.write(source / "good.wav", tone(60, 0.15), 22050)
    soundfile.write(source / "short.wav", tone(60, 0.02), 22050)
    soundfile.write(source / "silent.wav", np.zeros(9999), 22050)
    (source / "broken.flac").write_bytes(b"fLaC nonsense")
    (source / "empty.wav").touch()
    soundfile.write(tmp_path / "src" / "whatever.wav", tone(60, 0.15) + 0.9 * noise(0.15), 22050)
    data = prepare([tmp_path / "src"], tmp_path / "out", spec=SMALL_SPEC)
    assert [e.name for e in data.entries] == ["src/Kicks/good.wav"]
    with (tmp_path / "out" / "rejected.csv").open() as file:
        reasons = {r["name"].split("/")[-1]: r["reason"] for r in csv.DictReader(file)}
    assert set(reasons) == {"short.wav", "silent.wav", "broken.flac", "empty.wav", "whatever.wav"}
    assert "0.020 s" in reasons["short.wav"]
    assert "silent" in reasons["silent.wav"]
    assert "not readable" in reasons["broken.flac"]
    assert "category unknown" in reasons["whatever.wav"]
    report = (tmp_path / "out" / "REPORT.md").read_text()
    assert "1 sounds taken, 5 files left out" in report
    assert "No validation sounds** for kick" in report


def test_nothing_usable_is_an_error_and_leaves_nothing(tmp_path):
    source = tmp_path / "src"
    source.mkdir()
    with pytest.raises(DatasetError, match="no audio files"):
        prepare([source], tmp_path / "out")
    with pytest.raises(DatasetError, match="no such folder"):
        prepare([tmp_path / "absent"], tmp_path / "out")
    (source / "kick.wav").touch()
    with pytest.raises(DatasetError, match=r"none of 1 files.*kick\.wav"):
        prepare([source], tmp_path / "out")
    with pytest.raises(DatasetError, match="--limit must be at least 1, got 0"):
        prepare([source], tmp_path / "out", limit=0)
    assert [p.name for p in tmp_path.iterdir()] == ["src"]


def test_an_existing_folder_is_replaced_only_when_asked(tmp_path, library):
    out = tmp_path / "out"
    prepare([library], out, spec=SMALL_SPEC, limit=2)
    with pytest.raises(DatasetError, match="--force"):
        prepare([library], out, spec=SMALL_SPEC)
    assert len(prepare([library], out, spec=SMALL_SPEC, limit=5, force=True)) == 15
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "song.wav").touch()
    (precious / "dataset.json").write_text('{"format": "something else"}')
    for content in (None, "song.wav"):
        if content is None:
            (precious / "song.wav").unlink()
        else:
            (precious / content).touch()
        with pytest.raises(DatasetError, match="is no dataset; choose another"):
            prepare([library], precious, force=True)
        assert (precious / "dataset.json").exists()
    # Even a dataset of ours is not replaced once a foreign file lies in it.
    (out / "notes.txt").touch()
    with pytest.raises(DatasetError, match="is no dataset; choose another"):
        prepare([library], out, spec=SMALL_SPEC, force=True)


def test_a_sound_that_comes_twice_is_taken_once(tmp_path, library):
    source = tmp_path / "src"
    source.mkdir()
    for name in ("a", "b"):
        soundfile.write(source / f"{name}.wav", tone(100, 0.15), 22050)
    manifest(source, [["a.wav", "tom", "k1"], ["a.wav", "tom", "k2"], ["b.wav", "tom", "k3"]])
    data = prepare([source, source], tmp_path / "out", spec=SMALL_SPEC)
    assert [e.group for e in data.entries] == ["k1"]
    # A source that is named twice is searched once.
    assert (tmp_path / "out" / "rejected.csv").read_text().splitlines()[1:] == [
        "src/a.wav,the same file as src/a.wav",
        "src/b.wav,the same sound as src/a.wav",
    ]
    nested = prepare([library, library / "Kit 0"], tmp_path / "n", spec=SMALL_SPEC)
    assert len(nested) == 60


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("file,category,group\na.wav,tom,k\xe9\n".encode("latin-1"), "comma-separated UTF-8"),
        (b"file,category,group\na.wav,tom," + b"k" * 200_000, "not readable as CSV"),
    ],
)
def test_manifests_that_are_no_utf8_csv_are_named(tmp_path, data, message):
    (tmp_path / "manifest.csv").write_bytes(data)
    with pytest.raises(DatasetError, match=message):
        list(scan(tmp_path))


def test_manifest_of_a_spreadsheet_program_is_read(tmp_path):
    text = "file,category,group\r\na.wav,tom,k\r\n"
    (tmp_path / "manifest.csv").write_bytes(text.encode("utf-8-sig"))
    assert [c.category for c in scan(tmp_path)] == ["tom"]


def test_names_that_are_not_utf8_are_escaped(tmp_path):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/src/Kit\xff"))
    folder.mkdir(parents=True)
    soundfile.write(tmp_path / "kick.wav", tone(60, 0.15), 22050)
    (tmp_path / "kick.wav").rename(folder / "kick.wav")
    data = prepare([tmp_path / "src"], tmp_path / "out", spec=SMALL_SPEC)
    assert Dataset.open(tmp_path / "out").entries[0].name == "src/Kit\\xff/kick.wav"
    assert len(data) == 1


def test_limit_takes_from_every_kit(tmp_path, library):
    data = prepare([library], tmp_path / "out", spec=SMALL_SPEC, limit=5)
    assert {e.kit for e in data.entries if e.category == "kick"} == {
        f"{library.name}/Kit {i}" for i in range(5)
    }


def test_same_sources_and_seed_give_the_same_bytes(tmp_path, library):
    for name in ("a", "b"):
        prepare([library], tmp_path / name, spec=SMALL_SPEC, limit=3)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_full_disk_leaves_the_old_dataset(tmp_path, library, monkeypatch):
    out = tmp_path / "out"
    prepare([library], out, spec=SMALL_SPEC, limit=2)

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(build_module, "write_index", full)
        with pytest.raises(DatasetError, match=r"No space left.*goes on where it was"):
            prepare([library], out, spec=SMALL_SPEC, force=True)
    assert len(Dataset.open(out)) == 6
    # What is finished stays for the next run, and goes with it.
    assert sorted(p.name for p in tmp_path.iterdir()) == [".out.work", "out"]
    assert len(prepare([library], out, spec=SMALL_SPEC, force=True)) == 60
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


class TestOpening:
    @pytest.fixture
    def copy(self, small_data, tmp_path):
        return shutil.copytree(small_data.folder, tmp_path / "copy")

    def test_round_trip(self, copy):
        assert len(Dataset.open(copy)) == 60

    def test_nothing_there(self, tmp_path):
        with pytest.raises(DatasetError, match="no dataset here"):
            Dataset.open(tmp_path)

    @pytest.mark.parametrize("name", ["waves.npy", "mels.npy", "index.csv", "log_mel_std.npy"])
    def test_altered_truncated_missing(self, copy, name):
        path = copy / name
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        with pytest.raises(DatasetError, match=rf"{name}: altered"):
            Dataset.open(copy)
        path.write_bytes(data[:-1])
        with pytest.raises(DatasetError, match=rf"{name}: \d+ bytes, should be"):
            Dataset.open(copy, verify=False)
        path.unlink()
        with pytest.raises(DatasetError, match=rf"{name}: missing"):
            Dataset.open(copy, verify=False)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"format_version": 99}, "format 99, this program reads 2"),
            ({"format": "something else"}, "not a Neural Drum Machine dataset"),
            ({"categories": ["kick"]}, "other categories"),
            ({"files": {}}, "does not name the files"),
            ({"files": {"../../etc/hostname": {}}}, "does not name the files"),
            ({"spec": 3}, "contradicts itself"),
            ({"spec": DEFAULT_SPEC.to_dict()}, "contradicts itself.*waves.npy holds"),
        ],
    )
    def test_foreign_and_newer(self, copy, change, message):
        path = copy / "dataset.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
        with pytest.raises(DatasetError, match=message):
            Dataset.open(copy)
        path.write_text("{")
        with pytest.raises(DatasetError, match="not readable"):
            Dataset.open(copy)


def test_noise_and_tone_differ_in_the_store(tmp_path):
    """The store holds what was read, not something of the right shape."""
    source = tmp_path / "src"
    for name, x in (("kick", tone(60, 0.15)), ("shaker", noise(0.15))):
        (source / name).mkdir(parents=True)
        soundfile.write(source / name / "1.wav", x, 22050)
    data = prepare([source], tmp_path / "out", spec=SMALL_SPEC)
    centre = {
        e.category: float(
            (data.mels[i].astype(float).sum(1) @ np.arange(64)) / data.mels[i].astype(float).sum()
        )
        for i, e in enumerate(data.entries)
    }
    assert centre["shaker"] > centre["kick"] + 20
