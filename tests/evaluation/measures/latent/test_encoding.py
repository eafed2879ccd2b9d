from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from neural_drum_machine.errors import ControlError, DatasetError
from neural_drum_machine.evaluation.measures.latent.encoding import encode_rows
from neural_drum_machine.signal.hit import Hit


def test_rows_are_encoded_like_sounds_one_by_one(small_machine, small_data):
    rows = np.concatenate([small_data.rows("validation")[::-3], small_data.rows("train")])
    seen = []
    codes = encode_rows(small_machine, small_data, rows, lambda done, n: seen.append((done, n)))
    assert seen[-1] == (len(rows), len(rows))
    for code, row in zip(codes[:12], rows[:12], strict=True):
        entry = small_data.entries[row]
        alone = small_machine.encode(
            Hit(small_data.wave(row), entry.length), entry.category, steps=0
        )
        # The dataset's mels are half floats.
        np.testing.assert_allclose(code, alone, atol=0.02)
        assert np.abs(code - alone).max() < 0.2 * np.abs(codes - alone).max()
    assert encode_rows(small_machine, small_data, []).shape == (0, 8)


def test_foreign_sounds_are_refused(small_machine, small_data):
    other = SimpleNamespace(spec=replace(small_data.spec, log_eps=0.1), folder="x")
    with pytest.raises(DatasetError, match="another audio spec"):
        encode_rows(small_machine, other, [0])
    narrow = SimpleNamespace(
        spec=small_data.spec,
        standardisation=small_machine.standardisation,
        bundle=small_machine.bundle,
        index=lambda category: (_ for _ in ()).throw(ControlError(f"no {category!r}")),
    )
    with pytest.raises(ControlError, match="no 'kick'"):
        encode_rows(narrow, small_data, small_data.rows("train", "kick")[:1])
