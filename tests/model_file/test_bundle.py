import hashlib
import json
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.small import SMALL_SPEC

from neural_drum_machine.errors import BundleError
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.writing import write_bundle

HEADER = {
    "spec": SMALL_SPEC.to_dict(),
    "categories": ["kick", "tom"],
    "latent_dim": 3,
    "name": "tést",
}
GRAPHS = {"decoder": b"d" * 100, "encoder": b"e", "mcnn": b"m" * 64}
TENSORS = {
    "standardisation.mean": np.zeros((64, 64), np.float16),
    "standardisation.std": np.ones((64, 64), np.float16),
    "controls.axes": np.eye(3, dtype=np.float32),
    "codes.mean": np.arange(6, dtype=np.float32).reshape(2, 3),
    "codes.covariance": np.stack([np.eye(3, dtype=np.float32)] * 2),
}


@pytest.fixture
def path(tmp_path):
    target = tmp_path / "x.ndm"
    write_bundle(target, HEADER, GRAPHS, TENSORS)
    return target


def read_by_specification(data: bytes) -> tuple[dict, dict[str, bytes]]:
    """A reader written from docs/bundle-format.md alone."""
    assert data[:8] == b"NDMODEL\n"
    version, reserved, length = struct.unpack("<IIQ", data[8:24])
    assert (version, reserved) == (1, 0)
    text = data[56 : 56 + length]
    assert hashlib.sha256(text).digest() == data[24:56]
    header = json.loads(text.decode("utf-8"))
    body = data[56 + length :]
    parts = {}
    for name, facts in header["parts"].items():
        part = body[facts["offset"] : facts["offset"] + facts["bytes"]]
        assert hashlib.sha256(part).hexdigest() == facts["sha256"]
        assert (56 + length + facts["offset"]) % 64 == 0
        parts[name] = part
    return header, parts


def test_layout_is_the_specified_one(path):
    header, parts = read_by_specification(path.read_bytes())
    assert header["name"] == "tést"
    assert parts["decoder"] == GRAPHS["decoder"]
    assert np.frombuffer(parts["codes.mean"], "<f4").tolist() == [0, 1, 2, 3, 4, 5]
    assert header["parts"]["codes.mean"]["shape"] == [2, 3]
    assert np.frombuffer(parts["standardisation.std"], "<f2").tolist() == [1.0] * 4096


def test_round_trip_and_name(path, tmp_path):
    bundle = Bundle.open(path)
    assert bundle.spec == SMALL_SPEC
    assert bundle.categories == ("kick", "tom")
    assert bundle.graph("mcnn") == GRAPHS["mcnn"]
    np.testing.assert_array_equal(bundle.tensor("codes.mean"), TENSORS["codes.mean"])
    assert bundle.tensor("standardisation.std").dtype == np.float32
    write_bundle(tmp_path / "same.ndm", HEADER, GRAPHS, TENSORS)
    assert Bundle.open(tmp_path / "same.ndm").hash == bundle.hash
    write_bundle(tmp_path / "other.ndm", HEADER, {**GRAPHS, "encoder": b"f"}, TENSORS)
    assert Bundle.open(tmp_path / "other.ndm").hash != bundle.hash


def test_every_truncation_is_refused(path):
    data = path.read_bytes()
    for end in [*range(2500), *range(2500, len(data), 61), len(data) - 1]:
        path.write_bytes(data[:end])
        with pytest.raises(BundleError):
            Bundle.open(path)
    path.write_bytes(data + b"\0")
    with pytest.raises(BundleError, match="bytes of parts"):
        Bundle.open(path)


def test_every_altered_byte_is_refused_padding_included(path):
    data = path.read_bytes()
    for i in [*range(2500), *range(2500, len(data), 61), *range(len(data) - 200, len(data))]:
        altered = bytearray(data)
        altered[i] ^= 0x40
        path.write_bytes(altered)
        with pytest.raises(BundleError):
            Bundle.open(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = ("spec", "categories", "latent_dim", "format", "parts")


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(KEYS), json_values),
    st.sampled_from(sorted(TENSORS)),
    json_values,
)
def test_any_sealed_header_is_refused_by_name(tmp_path_factory, changes, part_name, part):
    """A header whose checksum is right, but whose content is anything."""
    path = tmp_path_factory.getbasetemp() / "sealed.ndm"
    write_bundle(path, HEADER, GRAPHS, TENSORS)
    header, _ = read_by_specification(path.read_bytes())
    length = struct.unpack("<Q", path.read_bytes()[16:24])[0]
    body = path.read_bytes()[56 + length :]
    for change in (changes, {"parts": {**header["parts"], part_name: part}}):
        altered = {**header, **change}
        if altered == header:
            continue
        path.write_bytes(seal(altered, body))
        with pytest.raises(BundleError, match=r"sealed\.ndm"):
            Bundle.open(path)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_refused_by_name(tmp_path_factory, data, with_magic):
    path = tmp_path_factory.getbasetemp() / "fuzz.ndm"
    path.write_bytes(b"NDMODEL\n" * with_magic + data)
    with pytest.raises(BundleError, match=r"fuzz\.ndm"):
        Bundle.open(path)


def seal(header: dict, body: bytes = b"", version: int = 1) -> bytes:
    if isinstance(header, dict):
        header = {"format": "neural-drum-machine model", **header}
    text = json.dumps(header).encode()
    digest = hashlib.sha256(text).digest()
    return struct.pack("<8sIIQ32s", b"NDMODEL\n", version, 0, len(text), digest) + text + body


def part(data: bytes, **change) -> dict:
    return {
        "kind": "onnx",
        "offset": 0,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        **change,
    }


deep = b"[" * 100_000
deep = struct.pack("<8sIIQ32s", b"NDMODEL\n", 1, 0, 100_000, hashlib.sha256(deep).digest()) + deep


@pytest.mark.parametrize(
    ("tensor", "values"),
    [
        ("codes.mean", np.zeros(6)),
        ("codes.mean", np.full((2, 3), np.nan)),
        ("standardisation.std", np.zeros((64, 64))),
        ("standardisation.mean", np.zeros((64, 63))),
        ("controls.axes", np.zeros((2, 3))),
        ("controls.axes", np.zeros((3, 3, 3))),
        ("texture.weights", np.zeros((2, 3, 8 * 16))),
        ("texture.weights", np.full((2, 4, 8 * 16), np.inf)),
        ("partials.weights", np.zeros((2, 4, 4))),
        ("partials.weights", np.full((2, 4, 5), np.nan)),
    ],
)
def test_tensors_must_fit_the_header(path, tensor, values):
    write_bundle(path, HEADER, GRAPHS, {**TENSORS, tensor: values.astype(np.float32)})
    with pytest.raises(BundleError, match="makes no sense"):
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
        write_bundle(path, HEADER, GRAPHS, {**TENSORS, **mixture(k)})
        for found, given_ in zip(Bundle.open(path).mixture(), mixture(k).values(), strict=True):
            np.testing.assert_array_equal(found, given_)
    parts = mixture()
    del parts["mixture.centres"]
    write_bundle(path, HEADER, GRAPHS, {**TENSORS, **parts})
    with pytest.raises(BundleError, match="all or none"):
        Bundle.open(path)
    write_bundle(
        path, HEADER, GRAPHS, {**TENSORS, **mixture(), "mixture.shares": np.ones((2, 3), "f4")}
    )
    with pytest.raises(BundleError, match="makes no sense"):
        Bundle.open(path)


def test_axes_may_be_each_categorys_own(path):
    bundle = Bundle.open(path)
    np.testing.assert_array_equal(bundle.axes(), np.stack([np.eye(3)] * 2))
    own = np.stack([np.eye(3), np.eye(3)[::-1]]).astype(np.float32)
    write_bundle(path, HEADER, GRAPHS, {**TENSORS, "controls.axes": own})
    np.testing.assert_array_equal(Bundle.open(path).axes(), own)


def test_what_a_model_may_do_without(path):
    assert Bundle.open(path).optional_tensor("texture.weights") is None
    weights = np.ones((2, 4, 8 * 16), np.float16)
    write_bundle(path, HEADER, GRAPHS, {**TENSORS, "texture.weights": weights})
    np.testing.assert_array_equal(Bundle.open(path).optional_tensor("texture.weights"), weights)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"RIFF....WAVE", "not a Neural Drum Machine model"),
        (b"PK\x03\x04" + b"\0" * 99, "not a Neural Drum Machine model"),
        (b"NDMO", "truncated, only 4 bytes"),
        (b"", "truncated, only 0 bytes"),
        (seal(HEADER, version=2), "model format 2, this program reads up to 1; install a newer"),
        (seal({"spec": {}}), "makes no sense"),
        (seal([]), "makes no sense"),
        (seal({**HEADER, "parts": {}}), "no onnx named 'decoder'"),
        (seal({**HEADER, "parts": {"x": part(b"", offset=-64)}}), "makes no sense.*at -64"),
        (seal({**HEADER, "parts": {"x": part(b"", offset=1)}}), "makes no sense.*at 1"),
        (seal({**HEADER, "parts": {"x": part(b"abc")}}), "truncated inside part 'x'"),
        (
            seal({**HEADER, "parts": {"x": part(b"", kind="tensor", dtype="float32", shape=[9])}}),
            "makes no sense|no onnx",
        ),
        (
            seal({**HEADER, "parts": {"x": part(b"", kind="tensor", dtype="object", shape=[0])}}),
            "makes no sense|no onnx",
        ),
        (seal({**HEADER, "parts": []}), "makes no sense"),
        (seal({**HEADER, "latent_dim": float("inf"), "parts": {}}), "latent_dim inf"),
        (seal({**HEADER, "latent_dim": 0, "parts": {}}), "latent_dim 0"),
        (seal({**HEADER, "format": "else", "parts": {}}), "format 'else'"),
        (seal({**HEADER, "categories": [], "parts": {}}), "makes no sense.*categories"),
        (seal({**HEADER, "categories": ["kick", "kick"], "parts": {}}), "categories"),
        (deep, "makes no sense"),
    ],
)
def test_foreign_new_and_contradicting_files(tmp_path, data, message):
    path = tmp_path / "x.ndm"
    path.write_bytes(data)
    with pytest.raises(BundleError, match=message) as error:
        Bundle.open(path)
    assert str(path) in str(error.value)


def test_unknown_categories_ask_for_an_update(tmp_path):
    path = tmp_path / "x.ndm"
    write_bundle(path, {**HEADER, "categories": ["kick", "cowbell"]}, GRAPHS, TENSORS)
    with pytest.raises(BundleError, match=r"cowbell.*update"):
        Bundle.open(path)


def test_absent_file_and_absent_parts_are_named(tmp_path, path):
    with pytest.raises(BundleError, match=r"absent\.ndm: not readable"):
        Bundle.open(tmp_path / "absent.ndm")
    bundle = Bundle.open(path)
    with pytest.raises(BundleError, match="no tensor named 'c'"):
        bundle.tensor("c")
    with pytest.raises(BundleError, match=r"no onnx named 'codes.mean'"):
        bundle.graph("codes.mean")
    with pytest.raises(BundleError, match="type int64"):
        write_bundle(path, HEADER, GRAPHS, {"a": np.arange(3)})
