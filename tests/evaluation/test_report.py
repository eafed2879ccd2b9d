import json
import shutil

import numpy as np
import pytest

from neural_drum_machine.audio import Hit
from neural_drum_machine.data.prepare import prepare
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation import report
from neural_drum_machine.evaluation.metrics import spectral_convergence
from neural_drum_machine.mel import mel_spectrogram


def test_report_measures_what_it_says(small_machine, small_data, tmp_path):
    seen = []
    result = report.evaluate(
        small_machine,
        small_data,
        per_category=2,
        generated=3,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1] == (6 + 11, 6 + 11)
    table = result["reconstruction"]
    assert set(table) == {"kick", "snare", "closed_hihat", "mean"}
    rows = report.pick_rows(small_data, "kick", 2)
    by_hand = []
    for row in rows:
        mel = mel_spectrogram(small_data.wave(row), small_data.spec)
        made = mel_spectrogram(small_machine.invert(mel), small_data.spec)
        by_hand.append(spectral_convergence(mel, made))
    assert table["kick"]["mcnn_sc"] == pytest.approx(np.mean(by_hand))
    assert table["mean"]["mcnn_sc"] == pytest.approx(
        np.mean([table[c]["mcnn_sc"] for c in ("kick", "snare", "closed_hihat")])
    )
    # Griffin-Lim beats a network of twelve steps, and hats are brighter than kicks.
    assert table["mean"]["griffin_lim_sc"] < table["mean"]["mcnn_sc"]
    real = result["character"]["real"]
    assert real["closed_hihat"]["centroid_hz"] > 5 * real["kick"]["centroid_hz"]
    report.write_report(result, tmp_path)
    assert json.loads((tmp_path / "report.json").read_text()) == result
    text = (tmp_path / "report.md").read_text()
    assert f"| true mel | MCNN | {table['mean']['mcnn_sc']:.3f} |" in text
    assert "| clap | – |" in text
    assert "that neither network was trained on" in text


def test_sounds_of_another_dataset_are_not_called_held_out(small_machine, library, tmp_path):
    data = prepare([library], tmp_path / "a", spec=small_machine.spec, limit=5)
    result = report.evaluate(small_machine, data, per_category=1, generated=2)
    assert not result["held_out"]
    assert "is not known" in report.to_markdown(result)


def test_pairs_show_a_held_out_sound_beside_its_reconstruction(small_machine, small_data):
    shown = report.pairs(small_machine, small_data)
    assert [title for title, _ in shown[:2]] == ["kick: original", "kick: model"]
    assert len(shown) == 6
    row = int(small_data.rows("validation", "kick")[2])
    np.testing.assert_array_equal(shown[0][1], small_data.wave(row))
    hit = Hit(small_data.wave(row), small_data.entries[row].length)
    np.testing.assert_array_equal(shown[1][1], small_machine.reconstruct(hit, "kick").samples)


def test_rows_are_spread_and_capped(small_data):
    rows = small_data.rows("validation", "kick")
    assert report.pick_rows(small_data, "kick", 99).tolist() == rows.tolist()
    assert report.pick_rows(small_data, "kick", 2).tolist() == [rows[0], rows[-1]]


def test_foreign_and_unsplit_datasets_are_refused(small_machine, library, tmp_path):
    from dataclasses import replace

    other = replace(small_machine.spec, log_eps=0.1)
    data = prepare([library], tmp_path / "a", spec=other, limit=2)
    with pytest.raises(DatasetError, match="another audio spec"):
        report.evaluate(small_machine, data)
    shutil.copytree(library / "Kit 0", tmp_path / "src" / "Kit 0")
    data = prepare([tmp_path / "src"], tmp_path / "b", spec=small_machine.spec)
    with pytest.raises(DatasetError, match="no validation sounds"):
        report.evaluate(small_machine, data)
