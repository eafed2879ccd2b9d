"""The bank of exemplars: kept as arrays and JSON, and checked when it comes back."""

import json

import numpy as np
import pytest
from tests.support.exemplars import SPEC, bank, exemplar

from neural_drum_machine.errors import ControlError, ExemplarError
from neural_drum_machine.exemplars.bank import CODES, ENDS, RESIDUALS, TENSORS, Bank
from neural_drum_machine.signal.spec import DEFAULT_SPEC


def test_a_bank_comes_back_from_its_arrays_and_json():
    tensors, description = bank().to_tensors()
    back = Bank.from_tensors(tensors, json.loads(json.dumps(description)), SPEC)
    assert set(tensors) == set(TENSORS)
    assert back.generator == "no network"
    for mine, its in zip(bank().exemplars, back.exemplars, strict=True):
        assert mine.credit() == its.credit()
        assert (mine.category, mine.kit, mine.residual) == (its.category, its.kit, its.residual)
        np.testing.assert_array_equal(mine.code, its.code)


def test_a_bank_knows_the_kits_of_a_category():
    assert bank().kits("kick") == [[0, 1, 2], [3], [4]]
    with pytest.raises(ControlError, match=r"'clap'.*kick, snare"):
        bank().kits("clap")
    for number in (-1, len(bank())):
        with pytest.raises(ControlError, match="no exemplar"):
            bank().code(number)


def test_whose_recording_it_is_can_be_told():
    credit = bank().exemplars[0].credit()
    assert set(credit) == {"name", "source", "licence", "attribution"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"licence": "CC-BY-4.0"}, "licence 'CC-BY-4.0'.*duties"),
        ({"name": 7}, "its name is no text"),
        ({"attribution": "x" * 3000}, "attribution"),
        ({"name": "a\x1b[2J"}, "its name is no text of up to 2000 printed characters"),
        ({"source": "\ud800"}, "its source is no text"),
        ({"code": np.zeros(3, np.float16)}, "its code is"),
        ({"code": np.full(6, np.inf, np.float16)}, "not finite"),
        ({"residual": b"nothing of the kind"}, "not a residual"),
    ],
)
def test_an_exemplar_that_is_not_sound_is_refused(changes, words):
    with pytest.raises(ExemplarError, match=words):
        Bank(SPEC, "", [exemplar(0), exemplar(1, **changes)])


def test_an_unknown_category_is_refused():
    tensors, description = bank().to_tensors()
    description["exemplars"][2]["category"] = "cowbell"
    with pytest.raises(ExemplarError, match=r"exemplar 2.*unknown category 'cowbell'"):
        Bank.from_tensors(tensors, description, SPEC)


def test_an_empty_bank_and_one_of_another_format_are_refused():
    with pytest.raises(ExemplarError, match="not 0"):
        Bank(SPEC, "", [])
    tensors, description = bank().to_tensors()
    with pytest.raises(ExemplarError, match="bands and frames"):
        Bank.from_tensors(tensors, description, DEFAULT_SPEC)


@pytest.mark.parametrize(
    ("tensor", "change", "words"),
    [
        (CODES, lambda x: x.astype(np.float32), "must be float16"),
        (CODES, lambda x: x[:-1], "names 6 exemplars, and has 5"),
        (RESIDUALS, lambda x: x[:-1], "do not follow"),
        (ENDS, lambda x: x[::-1].copy(), "do not follow"),
        (ENDS, lambda x: x - 10_000_000, "do not follow"),
        (RESIDUALS, lambda x: None, "is nothing"),
        (RESIDUALS, lambda x: np.zeros(33_000_000, np.uint8), "more than"),
    ],
)
def test_arrays_that_contradict_each_other_are_refused(tensor, change, words):
    tensors, description = bank().to_tensors()
    tensors[tensor] = change(tensors[tensor])
    with pytest.raises(ExemplarError, match=words):
        Bank.from_tensors(tensors, description, SPEC)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 2}, "format 2.*update"),
        ({"exemplars": "many"}, "without a list"),
        ({"exemplars": []}, "names 0"),
        ({"exemplars": [{"name": "x"}] * 6}, "not described"),
        ({"generator": None}, "without"),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(change, words):
    tensors, description = bank().to_tensors()
    with pytest.raises(ExemplarError, match=words):
        Bank.from_tensors(tensors, {**description, **change}, SPEC)
