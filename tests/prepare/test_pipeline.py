"""Preparing a dataset from end to end."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.prepare.conftest import FEW
from tests.support.library import assert_same_files, write_hits
from tests.support.small import SMALL_SPEC
from tests.support.sounds import noise, tone

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.pipeline import prepare


def test_derived_sounds_are_only_trained_on_and_come_with_their_recipe(prepared):
    data = prepared(**FEW)
    assert len(data) == 11 * 6
    assert {e.origin for e in data.entries if e.split == "validation"} == {"real"}
    names = {e.name: e for e in data.entries}
    kinds = set()
    for row, entry in enumerate(data.entries):
        kinds.add((entry.category in ("kick", "snare", "closed_hihat"), entry.origin))
        if entry.origin == "augmented":
            parents = [names[name] for name in json.loads(entry.parents)]
            assert all(p.split == "train" and p.category == entry.category for p in parents)
            assert ("layer_db" in json.loads(entry.parameters)) == (len(parents) == 2)
            assert entry.kit == parents[0].kit
        if entry.origin == "synthesised":
            assert "noise_seed" in json.loads(entry.parameters)
            assert entry.licence == "CC0-1.0"
        wave = data.wave(row)
        assert np.abs(wave).max() == pytest.approx(1, abs=1e-4)
        assert not wave[entry.length :].any()
    assert kinds == {
        (True, "real"),
        (True, "augmented"),
        (True, "synthesised"),
        (False, "synthesised"),
    }
    assert "No recordings** of clap" in (data.folder / "REPORT.md").read_text()


@pytest.mark.slow
def test_any_number_of_processes_gives_the_same_bytes(library, prepared, tmp_path):
    prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=2, **FEW)
    assert_same_files(prepared(**FEW).folder, tmp_path / "d")


def test_the_arrays_contain_the_sounds_and_not_only_their_shape(tmp_path):
    source = tmp_path / "src"
    for name, x in (("kick", tone(60, 0.15)), ("shaker", noise(0.15))):
        write_hits(source / name, {"1.wav": x})
    data = prepare([source], tmp_path / "out", spec=SMALL_SPEC, workers=1)
    centre = {
        e.category: float(
            (data.mels[i].astype(float).sum(1) @ np.arange(64)) / data.mels[i].astype(float).sum()
        )
        for i, e in enumerate(data.entries)
    }
    assert centre["shaker"] > centre["kick"] + 20


def test_nothing_usable_is_an_error_and_leaves_nothing(tmp_path):
    source = tmp_path / "src"
    source.mkdir()
    with pytest.raises(DatasetError, match="no audio files"):
        prepare([source], tmp_path / "out", workers=1)
    with pytest.raises(DatasetError, match="no such folder"):
        prepare([tmp_path / "absent"], tmp_path / "out")
    (source / "kick.wav").touch()
    with pytest.raises(DatasetError, match=r"none of 1 files.*kick\.wav"):
        prepare([source], tmp_path / "out", workers=1)
    with pytest.raises(DatasetError, match="--limit must be at least 1, got 0"):
        prepare([source], tmp_path / "out", limit=0)
    assert [p.name for p in tmp_path.iterdir()] == ["src"]


def test_out_may_be_named_in_any_way(library, tmp_path, monkeypatch):
    (tmp_path / "q").mkdir()
    for out in (Path(), Path("../q/../q"), Path("..") / "q"):
        monkeypatch.chdir(tmp_path / "q")
        data = prepare([library], out, spec=SMALL_SPEC, workers=1, limit=2, force=True)
        assert len(data) == 6
        assert [p.name for p in tmp_path.iterdir()] == ["q"]
