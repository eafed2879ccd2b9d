"""The file: its layout, what a model may do without, and what no reader may accept."""

import copy
import os

import numpy as np
import pytest
from tests.support.models import TINY_HEADER, TINY_SPEC, seal, sealed_text, tensors_of
from tests.support.specified import read_by_specification

from neural_drum_machine.errors import BundleError
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.layout import MAX_FILE
from neural_drum_machine.model_file.writing import write_bundle

TENSORS = tensors_of(TINY_HEADER)


@pytest.fixture
def path(tmp_path):
    target = tmp_path / "x.ndm"
    write_bundle(target, TINY_HEADER, TENSORS)
    return target


def test_layout_is_the_specified_one(path):
    half = {**TENSORS, "standardisation.std": np.ones((8, 32), np.float16)}
    write_bundle(path, TINY_HEADER, half)
    header, tensors = read_by_specification(path.read_bytes())
    assert header["name"] == "tést"
    assert tensors.keys() == TENSORS.keys()
    for name, values in tensors.items():
        np.testing.assert_array_equal(values, half[name])
        assert values.dtype == half[name].dtype


def test_round_trip_and_name(path, tmp_path):
    bundle = Bundle.open(path)
    assert bundle.spec == TINY_SPEC
    assert bundle.categories == ("kick", "tom")
    assert bundle.generator.channels == (3, 4)
    assert bundle.mcnn.heads == 2
    assert bundle.bank() is None
    np.testing.assert_array_equal(bundle.tensor("codes.mean"), TENSORS["codes.mean"])
    assert bundle.weights("mcnn.").keys() == bundle.mcnn.shapes().keys()
    assert bundle.weights("mcnn.")["mcnn.head_weights"].flags.writeable
    write_bundle(tmp_path / "same.ndm", TINY_HEADER, TENSORS)
    assert Bundle.open(tmp_path / "same.ndm").hash == bundle.hash
    other = {**TENSORS, "codes.mean": TENSORS["codes.mean"] + 1}
    write_bundle(tmp_path / "other.ndm", TINY_HEADER, other)
    assert Bundle.open(tmp_path / "other.ndm").hash != bundle.hash


def ends(path):
    """The end of the header and of each part, and where each part's padding ends."""
    header, _ = read_by_specification(path.read_bytes())
    start = int.from_bytes(path.read_bytes()[16:24], "little") + 56
    for facts in header["parts"].values():
        yield start + facts["offset"]
        yield start + facts["offset"] + facts["bytes"]
        yield start + facts["offset"] + -(-facts["bytes"] // 64) * 64


def test_every_truncation_is_refused(path):
    data = path.read_bytes()
    near = {end + i for end in ends(path) for i in (-1, 0, 1)}
    for end in sorted({*range(60), *range(60, len(data), 397), *near, len(data) - 1}):
        if end < len(data):
            path.write_bytes(data[:end])
            with pytest.raises(BundleError, match=r"x\.ndm"):
                Bundle.open(path)
    path.write_bytes(data + b"\0")
    with pytest.raises(BundleError, match="bytes of parts"):
        Bundle.open(path)


def test_every_altered_byte_is_refused_padding_included(path):
    data = path.read_bytes()
    near = {end + i for end in ends(path) for i in (-1, 0)}
    for i in sorted({*range(60), *range(60, len(data), 397), *near, len(data) - 1}):
        if i < len(data):
            altered = bytearray(data)
            altered[i] ^= 0x40
            path.write_bytes(altered)
            with pytest.raises(BundleError, match=r"x\.ndm"):
                Bundle.open(path)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"RIFF....WAVE", "not a Neural Drum Machine model"),
        (b"PK\x03\x04" + b"\0" * 99, "not a Neural Drum Machine model"),
        (b"NDMO", "truncated, only 4 bytes"),
        (b"", "truncated, only 0 bytes"),
        (seal(TINY_HEADER, version=3), "model format 3, this program reads 2; install a newer"),
        (seal({}, version=1), r"model format 1, .* reads 2; export .* \(ndm export\), or play"),
        (seal({}, version=0), "impossible first bytes"),
        (seal({}) + b" " * 64, "makes no sense"),
        (seal([]), "makes no sense"),
        (sealed_text(b"[" * 100_000), "makes no sense"),
        (sealed_text(b"\xff\xfe"), "makes no sense"),
        (sealed_text(b'{"latent_dim": 1' + b"0" * 5000 + b"}"), "makes no sense"),
    ],
)
def test_foreign_old_new_and_senseless_files(tmp_path, data, message):
    path = tmp_path / "x.ndm"
    path.write_bytes(data)
    with pytest.raises(BundleError, match=message) as error:
        Bundle.open(path)
    assert str(path) in str(error.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_and_a_folder_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.ndm")
    for path in (tmp_path / "pipe.ndm", tmp_path):
        with pytest.raises(BundleError, match="not readable"):
            Bundle.open(path)


def test_a_huge_file_is_refused_before_it_is_read(path):
    for size in (MAX_FILE + 100, 3 * 2**30):
        os.truncate(path, size)  # sparse: it takes no space
        with pytest.raises(BundleError, match=r"x\.ndm"):
            Bundle.open(path)


@pytest.mark.parametrize(
    ("tensor", "values"),
    [
        ("codes.mean", np.zeros(6)),
        ("codes.mean", np.full((2, 3), np.nan)),
        ("standardisation.std", np.zeros((8, 32))),
        ("standardisation.mean", np.zeros((8, 31))),
        ("air.std", np.zeros((8, 32))),
        ("attack.std", -np.ones((5, 40))),
        ("attack.mean", np.full((5, 40), -np.inf)),
        ("controls.axes", np.zeros((2, 3))),
        ("controls.axes", np.zeros((3, 3, 3))),
        ("controls.map", np.zeros((2, 2, 4, 5))),
        ("texture.weights", np.zeros((2, 3, 1 * 4))),
        ("texture.weights", np.full((2, 4, 1 * 4), np.inf)),
        ("partials.weights", np.zeros((2, 4, 4))),
        ("partials.weights", np.full((2, 4, 5), np.nan)),
        ("decoder.leave.weight", np.zeros((8, 3))),
        ("encoder.hidden.bias", np.full(5, np.nan)),
        ("mcnn.layers.0.weight", np.zeros((6, 8, 3))),
    ],
)
def test_tensors_must_fit_the_header(path, tensor, values):
    write_bundle(path, TINY_HEADER, {**TENSORS, tensor: values.astype(np.float32)})
    with pytest.raises(BundleError, match=f"makes no sense.*{tensor}"):
        Bundle.open(path)


@pytest.mark.parametrize("name", sorted(TENSORS))
def test_no_tensor_may_be_absent(path, name):
    write_bundle(path, TINY_HEADER, {k: v for k, v in TENSORS.items() if k != name})
    with pytest.raises(BundleError, match=f"no tensor named '{name}'"):
        Bundle.open(path)


def mixture(k=4):
    return {
        "mixture.shares": np.full((2, k), 1 / k, np.float32),
        "mixture.centres": np.zeros((2, k, 3), np.float32),
        "mixture.covariance": np.stack([np.eye(3, dtype=np.float32)] * 2),
    }


def test_mixtures_are_whole_or_absent(path):
    assert Bundle.open(path).mixture() is None
    for k in (1, 4):
        write_bundle(path, TINY_HEADER, {**TENSORS, **mixture(k)})
        for found, given in zip(Bundle.open(path).mixture(), mixture(k).values(), strict=True):
            np.testing.assert_array_equal(found, given)
    parts = mixture()
    del parts["mixture.centres"]
    write_bundle(path, TINY_HEADER, {**TENSORS, **parts})
    with pytest.raises(BundleError, match="all or none"):
        Bundle.open(path)
    uneven = {**mixture(), "mixture.shares": np.ones((2, 3), np.float32)}
    write_bundle(path, TINY_HEADER, {**TENSORS, **uneven})
    with pytest.raises(BundleError, match="makes no sense"):
        Bundle.open(path)


def test_axes_may_be_each_categorys_own(path):
    bundle = Bundle.open(path)
    own = np.stack([np.eye(3), np.eye(3)[::-1]]).astype(np.float32)
    write_bundle(path, TINY_HEADER, {**TENSORS, "controls.axes": own})
    np.testing.assert_array_equal(Bundle.open(path).axes(), own)
    write_bundle(path, TINY_HEADER, {**TENSORS, "controls.axes": own[0]})
    np.testing.assert_array_equal(Bundle.open(path).axes(), own[[0, 0]])
    assert bundle.axes().shape == (2, 3, 3)


def test_what_a_model_may_do_without(path):
    assert Bundle.open(path).optional_tensor("texture.weights") is None
    weights = np.ones((2, 4, 1 * 4), np.float16)
    write_bundle(path, TINY_HEADER, {**TENSORS, "texture.weights": weights})
    np.testing.assert_array_equal(Bundle.open(path).optional_tensor("texture.weights"), weights)
    without = copy.deepcopy(TINY_HEADER)
    del without["mcnn"]
    kept = {k: v for k, v in TENSORS.items() if not k.startswith("mcnn.")}
    write_bundle(path, without, kept)
    assert Bundle.open(path).mcnn is None
    # A part that nobody knows of does no harm: a later version may add some.
    write_bundle(path, TINY_HEADER, {**TENSORS, "later": np.zeros(3, np.uint8)})
    assert Bundle.open(path).raw("later").tolist() == [0, 0, 0]


def test_unknown_categories_ask_for_an_update(path):
    write_bundle(path, {**TINY_HEADER, "categories": ["kick", "cowbell"]}, TENSORS)
    with pytest.raises(BundleError, match=r"cowbell.*update"):
        Bundle.open(path)


def test_absent_file_and_absent_parts_are_named(tmp_path, path):
    with pytest.raises(BundleError, match=r"absent\.ndm: not readable"):
        Bundle.open(tmp_path / "absent.ndm")
    bundle = Bundle.open(path)
    with pytest.raises(BundleError, match="no tensor named 'c'"):
        bundle.tensor("c")
    before = bundle.tensor("codes.mean")
    bundle.release()
    np.testing.assert_array_equal(bundle.tensor("codes.mean"), before)
    assert bundle.file_bytes() == path.read_bytes()
    # Its file is open, and may be replaced. One whose bytes are others is refused.
    path.rename(tmp_path / "moved")
    write_bundle(path, {**TINY_HEADER, "name": "another"}, TENSORS)
    np.testing.assert_array_equal(bundle.tensor("codes.mean"), before)
    (tmp_path / "moved").write_bytes(path.read_bytes())
    for read in (lambda: bundle.tensor("codes.mean"), lambda: bundle.weights("decoder.")):
        with pytest.raises(BundleError, match="was replaced since it was opened; start again"):
            read()
    with pytest.raises(BundleError, match="type int64"):
        write_bundle(path, TINY_HEADER, {"a": np.arange(3)})
