import numpy as np
import pytest

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.study import sampler
from neural_drum_machine.signal.distance import best_gain_spectral_convergence
from neural_drum_machine.signal.mel import mel_spectrogram


def test_nearest_sound_is_the_one_with_the_least_error_at_its_best_gain(small_data: Dataset):
    rows = small_data.rows("train")
    targets = [int(row) for row in small_data.rows("validation")[:4]]
    mels = np.stack([mel_spectrogram(small_data.wave(row), small_data.spec) for row in targets])
    seen = []
    nearest, distance = sampler.nearest_sounds(
        mels, small_data, rows, lambda done, total: seen.append((done, total))
    )
    assert seen[-1] == (len(rows), len(rows))
    for mel, row, value in zip(mels, nearest, distance, strict=True):
        errors = {
            int(r): best_gain_spectral_convergence(mel, small_data.mels[r].astype(np.float32))
            for r in rows
        }
        assert value == pytest.approx(min(errors.values()), abs=1e-3)
        assert errors[int(row)] == pytest.approx(min(errors.values()), abs=1e-3)


def test_a_copy_at_another_level_is_found(small_data: Dataset, monkeypatch):
    monkeypatch.setattr(sampler, "_CHUNK", 3)
    rows = small_data.rows("train")
    mel = 0.1 * small_data.mels[rows[[7]]].astype(np.float32)
    nearest, distance = sampler.nearest_sounds(mel, small_data, rows)
    assert nearest.tolist() == [rows[7]]
    assert distance[0] < 0.01
    # Silence has no neighbour.
    assert sampler.nearest_sounds(0 * mel, small_data, rows)[1][0] == pytest.approx(1)
