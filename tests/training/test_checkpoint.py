import os

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save_file

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


def altered(path, key="ndm", **changes):
    """Write a checkpoint's tensors again with other metadata."""
    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = {**file.metadata(), **changes}
    save_file(tensors, path, metadata=metadata)


def test_a_changed_weight_is_noticed(tmp_path):
    path = tmp_path / "a.safetensors"
    checkpoint.save({"w": torch.zeros(100), "half": torch.ones(3, dtype=torch.bfloat16)}, path)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(TrainingError, match="altered since it was written: its checksum is wrong"):
        checkpoint.load(path)
    # Earlier versions wrote no checksum.
    altered(path, sha256="")
    assert set(checkpoint.load(path)) == {"w", "half"}


@pytest.mark.parametrize(
    ("tree", "why"),
    [
        ("[" * 2000 + "]" * 2000, "nested too deep|more than 64 deep"),
        ("[" * 70 + "]" * 70, "nested more than 64 deep"),
        ('{"tensor": "b"}', "it has no tensor 'b'"),
        ('{"tensor": ["a"]}', "it has no tensor"),
        ('{"map": [["k", {"tuple": 3}]]}', "a part of an unknown kind"),
        ('{"map": [["k"]]}', "a part of an unknown kind"),
        ('{"map": [[["k"], 1]]}', "a part of an unknown kind"),
        ('{"other": 1}', r"a part of an unknown kind \(other\)"),
        ("[1, 2]", "its state is no dictionary"),
        ("{", "not a complete checkpoint"),
        ('{"map": [["global_step", 3]]}', "its state has no state_dict"),
    ],
)
def test_a_state_of_another_form_is_named(tree, why, tmp_path):
    path = tmp_path / "a.safetensors"
    checkpoint.save({"w": torch.zeros(1)}, path)
    altered(path, ndm=tree, sha256="")
    with pytest.raises(TrainingError, match=why) as caught:
        checkpoint.load(path, ("global_step", "state_dict"))
    assert "use another one, or train again" in str(caught.value)


def test_a_tree_that_is_too_deep_is_not_written():
    deep = leaf = []
    for _ in range(100):
        leaf.append([])
        leaf = leaf[0]
    with pytest.raises(TrainingError, match="nested 64 deep"):
        checkpoint.pack({"deep": deep})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_no_checkpoint(tmp_path):
    os.mkfifo(tmp_path / "last.safetensors")
    with pytest.raises(TrainingError, match="it is a pipe, and only files are read"):
        checkpoint.load(tmp_path / "last.safetensors")
