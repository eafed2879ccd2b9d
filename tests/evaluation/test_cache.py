import numpy as np
import pytest

from neural_drum_machine.evaluation.cache import Cache


def counted(value):
    calls = []

    def make():
        calls.append(1)
        return value

    return make, calls


def test_a_result_is_made_once_for_each_key(tmp_path):
    make, calls = counted({"sc": 0.5, "rows": [1, 2]})
    cache = Cache(tmp_path / "new")
    for _ in range(2):
        assert cache.json("a", {"model": "x"}, make) == {"sc": 0.5, "rows": [1, 2]}
    assert len(calls) == 1
    cache.json("a", {"model": "y"}, make)
    cache.json("b", {"model": "x"}, make)
    assert len(calls) == 3
    Cache(tmp_path / "new").json("a", {"model": "x"}, make)
    assert len(calls) == 3


def test_first_and_later_results_are_the_same_values(tmp_path):
    make, _ = counted({"pair": (1, 2.5), 3: None})
    cache = Cache(tmp_path)
    assert cache.json("a", 1, make) == cache.json("a", 1, make) == {"pair": [1, 2.5], "3": None}


def test_arrays_come_back_bit_by_bit(tmp_path):
    x = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    make, calls = counted({"x": x, "n": np.arange(4)})
    cache = Cache(tmp_path)
    for _ in range(2):
        out = cache.arrays("a", "key", make)
        assert out["x"].tobytes() == x.tobytes()
        assert out["x"].dtype == np.float32
        assert out["n"].tolist() == [0, 1, 2, 3]
    assert len(calls) == 1


def test_a_skipped_part_is_tried_again(tmp_path):
    cache = Cache(tmp_path)
    for value in ({"skipped": "no cdpam"}, {"parts": [{"kad": 1}, {"skipped": "no aisfx"}]}):
        make, calls = counted(value)
        assert cache.json("a", 0, make) == value
        assert cache.json("a", 0, make) == value
        assert len(calls) == 2
    make, calls = counted({"kad": 1.0})
    assert cache.json("a", 0, make) == cache.json("a", 0, make)
    assert len(calls) == 1
    with pytest.raises(ValueError, match="JSON"):
        cache.json("b", 0, lambda: {"sc": float("nan")})


def test_a_part_that_cannot_be_measured_is_skipped_once_for_each_reason(tmp_path):
    cache = Cache(tmp_path)
    skipped, calls = counted({"kad": {"skipped": "no aisfx"}})
    for _ in range(2):
        assert cache.json("a", 0, skipped, "no aisfx") == {"kad": {"skipped": "no aisfx"}}
    assert len(calls) == 1
    cache.json("a", 0, skipped, "no torch")
    assert len(calls) == 2
    # The package is installed: the part is measured, and this result stays from then on.
    make, calls = counted({"kad": 1.0})
    assert cache.json("a", 0, make) == {"kad": 1.0}
    assert cache.json("a", 0, skipped, "no aisfx") == {"kad": 1.0}
    assert len(calls) == 1


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not a zip", b"{", b"\x80\x04pickle"])
def test_damaged_files_are_made_anew(tmp_path, damage):
    cache = Cache(tmp_path)
    make, calls = counted({"x": np.ones(3)})
    make_json, json_calls = counted([1])
    for _ in range(2):
        cache.arrays("a", 0, make)
        cache.json("j", 0, make_json)
        for path in tmp_path.iterdir():
            path.write_bytes(damage)
    assert len(calls) == len(json_calls) == 2
