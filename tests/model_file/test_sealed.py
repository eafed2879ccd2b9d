"""Headers whose checksum is right, and whose content is anything: people send each other models."""

import contextlib
import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.models import TINY_HEADER, altered, seal, tensors_of
from tests.support.specified import read_by_specification

from neural_drum_machine.errors import BundleError
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.writing import write_bundle

TENSORS = tensors_of(TINY_HEADER)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The header of a whole model, its bytes after the header, and a path to write to."""
    path = tmp_path_factory.mktemp("sealed") / "sealed.ndm"
    write_bundle(path, TINY_HEADER, TENSORS)
    data = path.read_bytes()
    header, _ = read_by_specification(data)
    return header, data[56 + int.from_bytes(data[16:24], "little") :], path


def refused(written, header, message=""):
    _, body, path = written
    path.write_bytes(seal(header, body))
    with pytest.raises(BundleError, match=rf"sealed\.ndm: (?s:.*){message}") as error:
        Bundle.open(path)
    text = str(error.value)
    assert text.isprintable()
    assert len(text) < 700
    return text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = ("spec", "categories", "latent_dim", "format", "parts", "generator", "mcnn", "controls",
        "name", "licence", "exemplars")  # fmt: skip
INSIDE = [(part, key) for part in ("spec", "generator", "mcnn") for key in TINY_HEADER[part]]


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(KEYS), json_values, min_size=1),
    st.sampled_from(INSIDE),
    st.sampled_from(sorted(TENSORS)),
    st.sampled_from(("dtype", "shape", "offset", "bytes", "sha256")),
    json_values,
)
def test_any_sealed_header_is_refused_by_name_or_read(written, changes, inside, name, fact, value):
    header, body, path = written
    many = [{**header, **changes}]
    for where in (inside, ("parts", name)):
        one = copy.deepcopy(header)
        one[where[0]][where[1]] = value
        many.append(one)
    one = copy.deepcopy(header)
    one["parts"][name][fact] = value
    for each in (*many, one):
        path.write_bytes(seal(each, body))
        # What is read in spite of a change computes what it did: a name may be another.
        with contextlib.suppress(BundleError):
            bundle = Bundle.open(path)
            assert bundle.spec.to_dict() == TINY_HEADER["spec"]
            assert bundle.generator.channels == (3, 4)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_refused_by_name(tmp_path_factory, data, with_magic):
    path = tmp_path_factory.getbasetemp() / "fuzz.ndm"
    path.write_bytes(b"NDMODEL\n" * with_magic + data)
    with pytest.raises(BundleError, match=r"fuzz\.ndm"):
        Bundle.open(path)


NO_SIZES = (10**9, 10**30, 1e400, float("nan"), -1, True, 2.5, "8", None, [], [8])


@pytest.mark.parametrize(("part", "key"), INSIDE)
def test_a_size_that_makes_no_sense_is_refused(written, part, key):
    for value in (*NO_SIZES, [10**9, 10**9], [True, True], [0, 0], [], ["8"], [8] * 1000):
        header = copy.deepcopy(written[0])
        if header[part][key] != value:
            header[part][key] = value
            refused(written, header)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"network": "wavenet"}, "generator 'wavenet'; there are paper, frames, hits"),
        ({"network": "frames"}, "a generator 'frames' with"),
        ({"network": "paper"}, "makes no sense"),
        ({"air_bands": 7}, "a generator 'hits' with"),
        ({"attack_steps": 41}, "a generator 'hits' with"),
        ({"kernel_size": 4}, "kernel_size 4 is even"),
        ({"encoder_blocks": 65536}, "more than 64 blocks"),
        ({"channels": [65536] * 16}, "a layer of [0-9]+ values; there may be"),
        ({"n_frames": 64}, "of the generator"),
        ({"latent_dim": 4}, "of the generator"),
    ],
)
def test_generators_that_cannot_be_are_refused(written, changes, message):
    header = copy.deepcopy(written[0])
    header["generator"].update(changes)
    refused(written, header, message)


PAPER = {
    "network": "paper", "n_mels": 8, "n_frames": 32, "num_categories": 2, "latent_dim": 3,
    "channels": [2], "hidden": [4], "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1],
}  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"padding": [65536, 65536]},
        {"padding": [3, 3]},
        {"kernel_size": [60, 3], "padding": [1, 1]},
        {"channels": [2, 2, 2, 2, 2, 2, 2, 2], "kernel_size": [5, 5], "padding": [0, 0]},
        {"stride": [2]},
        {"stride": [0, 1]},
        {"hidden": []},
    ],
)
def test_convolutions_that_cannot_be_are_refused(written, changes):
    refused(written, {**written[0], "generator": {**PAPER, **changes}})


def test_each_network_may_be_the_generator(tmp_path):
    frames = {k: v for k, v in TINY_HEADER["generator"].items() if "a" not in k[:1]}
    for generator in (PAPER, {**frames, "network": "frames"}):
        header = {**TINY_HEADER, "generator": generator}
        tensors = tensors_of(header)
        assert "air.mean" not in tensors
        write_bundle(tmp_path / "x.ndm", header, tensors)
        assert Bundle.open(tmp_path / "x.ndm").generator.n_mels == 8
        altered(Bundle.open(tmp_path / "x.ndm"), tmp_path / "y.ndm", exemplars={})
        with pytest.raises(BundleError, match="exemplars of a generator without air"):
            Bundle.open(tmp_path / "y.ndm")


@pytest.mark.parametrize(
    "changes",
    [
        {"channels": [3, 2, 2, 3]},
        {"channels": [3, 2, 2]},
        {"kernel_size": 4},
        {"kernel_size": 1},
        {"heads": 0},
        {"n_mels": 9},
    ],
)
def test_an_mcnn_that_cannot_be_is_refused(written, changes):
    refused(written, {**written[0], "mcnn": {**TINY_HEADER["mcnn"], **changes}}, "makes no sense")


BAD_TEXTS = ["a\x1b[2J", "line\nline", "\ud800", "x" * 100_000, "\u202egnp", 7, None, ["a"]]


@pytest.mark.parametrize("text", BAD_TEXTS, ids=range(len(BAD_TEXTS)))
def test_texts_that_cannot_be_shown_are_refused(written, text):
    for key in ("name", "licence"):
        refused(written, {**written[0], key: text}, f"makes no sense.*{key}")
    three = {"axis_names": {"kick": ["a", text, "c"]}}
    refused(written, {**written[0], "controls": three}, "makes no sense.*axis_names")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parts": {}}, "bytes of parts, the header names 0"),
        ({"parts": []}, "makes no sense"),
        ({"latent_dim": float("inf")}, "latent_dim inf"),
        ({"latent_dim": 0}, "latent_dim 0"),
        ({"latent_dim": True}, "latent_dim True"),
        ({"format": "else"}, "format 'else'"),
        ({"categories": []}, "makes no sense.*categories"),
        ({"categories": ["kick", "kick"]}, "makes no sense.*categories"),
        ({"categories": ["kick", "\x1b[2J"]}, "update the program"),
        ({"categories": ["kick", "\ud800" * 100_000]}, "update the program"),
        ({"controls": {"axis_names": {"kick": ["only one"]}}}, "axis_names of 'kick'"),
        ({"exemplars": {"format": 1}}, "no tensor named 'exemplars"),
    ],
)
def test_contradicting_headers_are_refused(written, changes, message):
    refused(written, {**written[0], **changes}, message)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"offset": -64}, "at -64"),
        ({"offset": 1}, "at 1"),
        ({"offset": 10**30}, "makes no sense"),
        ({"bytes": -4}, "-4 bytes"),
        ({"bytes": 10**12}, "of shape"),
        ({"bytes": 4 * 10**12, "shape": [10**12]}, "truncated inside part"),
        ({"shape": [2, True]}, "of shape"),
        ({"shape": [1] * 9}, "of shape"),
        ({"shape": [-2, -3]}, "of shape"),
        ({"dtype": "object"}, "makes no sense"),
        ({"dtype": ["float32"]}, "makes no sense"),
        ({"sha256": "00"}, "altered .checksum of part"),
    ],
)
def test_parts_that_cannot_be_are_refused(written, changes, message):
    header = copy.deepcopy(written[0])
    first = min(header["parts"], key=lambda name: header["parts"][name]["offset"])
    last = max(header["parts"], key=lambda name: header["parts"][name]["offset"])
    name = last if "10" in message or "truncated" in message else first
    header["parts"][name].update(changes)
    refused(written, header, message)
