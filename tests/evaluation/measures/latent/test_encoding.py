from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from neural_drum_machine.errors import ControlError, DatasetError
from neural_drum_machine.evaluation.measures.latent.encoding import encode_rows


def test_rows_are_encoded_like_sounds_one_by_one(small_machine, small_data):
    rows = np.concatenate([small_data.rows("validation")[::-3], small_data.rows("train")])
    seen = []
    codes = encode_rows(small_machine, small_data, rows, lambda done, n: seen.append((done, n)))
    assert seen[-1] == (len(rows), len(rows))
    for code, row in zip(codes[:12], rows[:12], strict=True):
        entry = small_data.entries[row]
        index = small_machine.index(entry.category)
        levels = small_data.levels(np.array([row])).of(0)
        alone = small_machine.encode_levels(levels, index, steps=0)
        np.testing.assert_allclose(code, alone, atol=1e-3)
        assert np.abs(code - alone).max() < 0.2 * np.abs(codes - alone).max()
    assert encode_rows(small_machine, small_data, []).shape == (0, 8)


def test_foreign_sounds_are_refused(small_machine, small_data):
    other = SimpleNamespace(spec=replace(small_data.spec, log_eps=0.1), folder="x")
    with pytest.raises(DatasetError, match="another audio spec"):
        encode_rows(small_machine, other, [0])
    narrow = SimpleNamespace(
        spec=small_data.spec,
        scale=small_machine.scale,
        bundle=small_machine.bundle,
        index=lambda category: (_ for _ in ()).throw(ControlError(f"no {category!r}")),
    )
    with pytest.raises(ControlError, match="no 'kick'"):
        encode_rows(narrow, small_data, small_data.rows("train", "kick")[:1])
