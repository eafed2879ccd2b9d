"""The engine opens what Bundle opens, and refuses what it refuses."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.models import TINY_HEADER, seal, sealed_text, tensors_of
from tests.support.playable import write_playable
from tests.support.specified import read_by_specification

from neural_drum_machine.errors import BundleError, EngineError
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.writing import write_bundle
from neural_drum_machine.native.engine import NativeEngine

TENSORS = tensors_of(TINY_HEADER)
NOT_PLAYED = "plays cores of 22050 Hz"
"""The tiny model is sound, but too short to play."""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    path = tmp_path_factory.mktemp("native") / "tiny.ndm"
    write_bundle(path, TINY_HEADER, TENSORS)
    return path


def outcome(path, data):
    """Whether Bundle and the engine read a file, which must be the same; the engine's sentence."""
    path.write_bytes(data)
    given, text = [], ""
    for opener in (Bundle.open, NativeEngine.open):
        try:
            opener(path)
            given.append(True)
        except (BundleError, EngineError) as error:
            # A model that the engine cannot play is a sound model all the same.
            given.append(isinstance(error, EngineError))
            text = str(error)
    assert given[0] == given[1], text
    assert text.isprintable()
    assert len(text) < 700
    return text


def test_a_sound_model_that_is_not_played_says_so(tiny):
    with pytest.raises(EngineError, match=rf"tiny\.ndm: .*{NOT_PLAYED}.*use the reference"):
        NativeEngine.open(tiny)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"RIFF....WAVE", "not a Neural Drum Machine model (.ndm) file"),
        (b"PK\x03\x04" + b"\0" * 99, "not a Neural Drum Machine model (.ndm) file"),
        (b"NDMO", "truncated, only 4 bytes"),
        (b"", "truncated, only 0 bytes"),
        (seal(TINY_HEADER, version=3), "model format 3, this program reads 2; install a newer"),
        (seal({}, version=1), "model format 1, this program reads 2; export the model again"),
        (seal({}, version=0), "altered (impossible first bytes)"),
        (seal({}) + b" " * 64, "makes no sense"),
        (seal([]), "makes no sense"),
        (sealed_text(b"[" * 100_000), "makes no sense"),
        (sealed_text(b"\xff\xfe"), "makes no sense"),
        (sealed_text(b'{"latent_dim": 1' + b"0" * 5000 + b"}"), "makes no sense"),
    ],
)
def test_foreign_old_new_and_senseless_files(tmp_path, data, sentence):
    path = tmp_path / "x.ndm"
    assert sentence in outcome(path, data)
    # The sentence is the reference's, but for the reason in brackets.
    with pytest.raises(BundleError) as error:
        Bundle.open(path)
    ours = outcome(path, data)
    assert str(error.value).partition(" (")[0] == ours.partition(" (")[0]


def ends(data):
    header, _ = read_by_specification(data)
    start = int.from_bytes(data[16:24], "little") + 56
    for facts in header["parts"].values():
        size = facts["bytes"]
        yield from (start + facts["offset"] + end for end in (0, size, -(-size // 64) * 64))


def test_every_truncation_and_every_altered_byte_is_refused(tiny, tmp_path):
    data = tiny.read_bytes()
    near = {end + i for end in ends(data) for i in (-1, 0, 1)}
    for place in sorted({*range(60), *range(60, len(data), 397), *near, len(data) - 1}):
        if place >= len(data):
            continue
        altered = bytearray(data)
        altered[place] ^= 0x40
        for each in (data[:place], bytes(altered)):
            with pytest.raises(BundleError):
                NativeEngine(each)
    with pytest.raises(BundleError, match="bytes of parts"):
        NativeEngine(data + b"\0")


# JSON has no NaN, and the engine knows only what Unicode has had for long; Python's reader differs.
text = st.text(st.characters(exclude_categories=("Cs", "Cn")), max_size=8)
# Nor does it read escapes in keys, which all but plain ASCII is written with.
key = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='"\\'))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(key, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
KEYS = ("spec", "categories", "latent_dim", "format", "parts", "generator", "mcnn", "controls",
        "name", "licence", "exemplars")  # fmt: skip
INSIDE = [(part, key) for part in ("spec", "generator", "mcnn") for key in TINY_HEADER[part]]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.dictionaries(st.sampled_from(KEYS), json_values, min_size=1),
    st.sampled_from(INSIDE),
    st.sampled_from(sorted(TENSORS)),
    st.sampled_from(("dtype", "shape", "offset", "bytes", "sha256")),
    json_values,
)
def test_any_sealed_header_is_read_as_the_reference_reads_it(
    tiny, changes, inside, name, fact, value
):
    data = tiny.read_bytes()
    header, _ = read_by_specification(data)
    body = data[56 + int.from_bytes(data[16:24], "little") :]
    many = [{**header, **changes}]
    for where in (inside, ("parts", name)):
        one = copy.deepcopy(header)
        one[where[0]][where[1]] = value
        many.append(one)
    one = copy.deepcopy(header)
    one["parts"][name][fact] = value
    for each in (*many, one):
        outcome(tiny.with_name("sealed.ndm"), seal(each, body))


PAPER = {
    "network": "paper", "n_mels": 8, "n_frames": 32, "num_categories": 2, "latent_dim": 3,
    "channels": [2, 3], "hidden": [4], "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 0],
}  # fmt: skip
FRAMES = {
    key: value
    for key, value in {**TINY_HEADER["generator"], "network": "frames"}.items()
    if not key.startswith(("air", "attack"))
}


@pytest.mark.parametrize("generator", [PAPER, FRAMES])
def test_models_of_other_generators_are_checked_but_not_played(tmp_path, generator):
    header = {**TINY_HEADER, "generator": generator}
    tensors = tensors_of(header)
    path = tmp_path / "other.ndm"
    write_bundle(path, header, tensors)
    assert "hits) only" in outcome(path, path.read_bytes())
    for name in tensors:
        write_bundle(path, header, {k: v for k, v in tensors.items() if k != name})
        assert f"no tensor named '{name}'" in outcome(path, path.read_bytes())
        write_bundle(path, header, {**tensors, name: np.full(tensors[name].shape, np.nan, "f4")})
        assert name in outcome(path, path.read_bytes())


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("licence", "CC-BY-4.0"),
        ("licence", None),
        ("name", "tab\t"),
        ("name", "x" * 2001),
        ("category", "snare"),
        ("category", "cowbell"),
        ("kit", 3),
    ],
)
def test_exemplars_are_checked_as_the_reference_does(tmp_path, playable, where, value):
    data = playable.read_bytes()
    header, _ = read_by_specification(data)
    body = data[56 + int.from_bytes(data[16:24], "little") :]
    path = tmp_path / "x.ndm"
    assert not outcome(path, seal(header, body))
    header["exemplars"]["exemplars"][1][where] = value
    assert "makes no sense" in outcome(path, seal(header, body))
    del header["exemplars"]["exemplars"][1][where]
    assert "makes no sense" in outcome(path, seal(header, body))


def test_a_damaged_residual_is_an_error_when_it_is_first_used(tmp_path):
    path = write_playable(tmp_path / "x.ndm")
    bundle = Bundle.open(path)
    header, tensors = read_by_specification(path.read_bytes())
    blob = tensors["exemplars.residuals"].copy()
    blob[40] ^= 0x55
    header = {k: v for k, v in header.items() if k not in ("parts", "format")}
    write_bundle(path, header, {**tensors, "exemplars.residuals": blob})
    engine = NativeEngine.open(path)
    code = bundle.bank().code(0)
    with pytest.raises(BundleError, match="residual"):
        engine.render(0, code, exemplars=((0, 1.0),))
    assert len(engine.render(0, code))
