"""Opening datasets, and the arrays in them."""

import json
import shutil

import numpy as np
import pytest
from tests.support.small import SMALL_SPEC

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.signal.mel import log_mel, mel_spectrogram
from neural_drum_machine.signal.spec import DEFAULT_SPEC


def test_labels_split_and_arrays_of_a_folder(small_data):
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
        assert np.abs(small_data.wave(i)).max() == pytest.approx(1, abs=1e-4)
        mel = mel_spectrogram(small_data.wave(i), SMALL_SPEC)
        np.testing.assert_allclose(small_data.mels[i], mel, atol=1e-3 * mel.max())


def test_statistics_weigh_all_categories_equally(small_data):
    logs = log_mel(small_data.mels, SMALL_SPEC)
    means = [
        logs[small_data.rows("train", c)].mean(axis=0) for c in ("kick", "snare", "closed_hihat")
    ]
    np.testing.assert_allclose(small_data.standardisation.mean, np.mean(means, axis=0), atol=1e-4)
    assert small_data.standardisation.std.min() >= np.float32(0.1)
    x = small_data.standardisation.forward(small_data.mels[3])
    mel = small_data.mels[3].astype(np.float32)
    np.testing.assert_allclose(small_data.standardisation.inverse(x), mel, atol=2e-4 * mel.max())


@pytest.fixture
def copy(small_data, tmp_path):
    return shutil.copytree(small_data.folder, tmp_path / "copy")


def test_a_dataset_opens(copy):
    assert len(Dataset.open(copy)) == 60


def test_a_folder_without_a_dataset_is_an_error(tmp_path):
    with pytest.raises(DatasetError, match="no dataset here"):
        Dataset.open(tmp_path)


@pytest.mark.parametrize("name", ["waves.npy", "mels.npy", "index.csv", "log_mel_std.npy"])
def test_an_altered_truncated_or_missing_file_is_an_error(copy, name):
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
        ({"format_version": 99}, "format 99, this program reads 3"),
        ({"format": "something else"}, "not a Neural Drum Machine dataset"),
        ({"categories": ["kick"]}, "other categories"),
        ({"files": {}}, "does not name the files"),
        ({"files": {"../../etc/hostname": {}}}, "does not name the files"),
        ({"spec": 3}, "contradicts itself"),
        ({"spec": DEFAULT_SPEC.to_dict()}, "contradicts itself.*waves.npy holds"),
    ],
)
def test_a_foreign_newer_or_contradictory_dataset_is_an_error(copy, change, message):
    path = copy / "dataset.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(DatasetError, match=message):
        Dataset.open(copy)
    path.write_text("{")
    with pytest.raises(DatasetError, match="not readable"):
        Dataset.open(copy)


def test_an_unknown_origin_in_the_index_is_an_error(copy):
    path = copy / "index.csv"
    text = path.read_text().replace(",real,", ",dreamt,", 1)
    meta = json.loads((copy / "dataset.json").read_text())
    path.write_text(text)
    meta["files"]["index.csv"]["bytes"] = len(text.encode())
    (copy / "dataset.json").write_text(json.dumps(meta))
    with pytest.raises(DatasetError, match=r"contradicts itself.*origin dreamt"):
        Dataset.open(copy, verify=False)
