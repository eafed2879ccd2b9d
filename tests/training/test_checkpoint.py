import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from neural_drum_machine.errors import TrainingError
from neural_drum_machine.training import checkpoint

leaves = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=4) | st.integers(0, 9), inner, max_size=3)
        | st.tuples(inner, inner)
    ),
    max_leaves=12,
)


@given(trees)
def test_any_state_comes_back_as_it_was(tree):
    tensors, packed = checkpoint.pack(tree)
    assert checkpoint.unpack(tensors, packed) == tree


def test_tensors_and_number_keys_survive_a_file(tmp_path):
    weight = torch.randn(3, 4)
    state = {
        "optimizer": {0: {"step": torch.tensor(3.0), "avg": weight.T}, 1: {}},
        "half": weight.bfloat16(),
        "shared": [weight, weight],
        "inf": float("inf"),
    }
    checkpoint.save(state, tmp_path / "a.safetensors")
    loaded = checkpoint.load(tmp_path / "a.safetensors")
    torch.testing.assert_close(loaded["optimizer"][0]["avg"], weight.T)
    assert loaded["half"].dtype == torch.bfloat16
    torch.testing.assert_close(loaded["shared"][1], weight)
    assert loaded["inf"] == float("inf")
    assert [p.name for p in tmp_path.iterdir()] == ["a.safetensors"]


def test_nothing_is_pickled():
    with pytest.raises(TrainingError, match=r"cannot store /model of type object"):
        checkpoint.pack({"model": object()})


def test_truncated_foreign_and_absent_files_are_refused(tmp_path):
    path = tmp_path / "a.safetensors"
    with pytest.raises(TrainingError, match="no such checkpoint"):
        checkpoint.load(path)
    checkpoint.save({"w": torch.zeros(100)}, path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(TrainingError, match="not a complete checkpoint"):
        checkpoint.load(path)
    path.write_bytes(b"\x80\x04pickle")
    with pytest.raises(TrainingError, match="not a complete checkpoint"):
        checkpoint.load(path)
    import safetensors.torch

    safetensors.torch.save_file({"w": torch.zeros(1)}, path)
    with pytest.raises(TrainingError, match="of this program"):
        checkpoint.load(path)
