import json
import threading

import numpy as np
import pytest
from tests.support.exemplars import SPEC, bank, decode, exemplar

from neural_drum_machine.errors import ControlError
from neural_drum_machine.exemplars.bank import Bank
from neural_drum_machine.exemplars.levels import decoded
from neural_drum_machine.exemplars.overlay import Overlay, between, checked


class Counted:
    """The generator, and the categories of every run of it."""

    def __init__(self):
        self.categories = []

    def __call__(self, codes, categories):
        self.categories += categories.tolist()
        return decode(codes, categories)


def level(code, category=0):
    return decoded(decode, code[None], [category])[0]


def assert_same(one, other):
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


def test_an_exemplar_over_its_own_code_is_its_recording():
    overlay = Overlay(bank(), decode)
    base = level(bank().code(2))
    recording = base.plus(bank().residual(2)).limited(SPEC)
    for part, wanted in zip(overlay(base, ((2, 1.0),)), recording, strict=True):
        np.testing.assert_allclose(part, wanted, atol=1e-4)


def test_the_cache_is_bounded_and_keeps_the_newest():
    counted = Counted()
    overlay = Overlay(Bank(SPEC, "none", [exemplar(0)] * 40), counted)
    new = level(overlay.bank.code(0))
    for number in range(40):
        overlay(new, ((number, 1.0),))
    assert len(counted.categories) == 40
    for number in range(39, 7, -1):
        overlay(new, ((number, 1.0),))
    assert len(counted.categories) == 40
    overlay(new, ((7, 1.0),))
    assert len(counted.categories) == 41


def test_threads_get_what_one_alone_gets():
    jobs = [((number, 1.0),) for number in range(6)] + [((0, 0.25), (3, 0.75))]
    new = level(bank().code(1))
    alone = [Overlay(bank(), decode)(new, job) for job in jobs]
    shared, found = Overlay(bank(), decode), {}

    def work(start):
        for i in range(len(jobs)):
            place = (start + i) % len(jobs)
            found[start, place] = shared(new, jobs[place])

    threads = [threading.Thread(target=work, args=(start,)) for start in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3 * len(jobs)
    for (_, place), levels in found.items():
        assert_same(levels, alone[place])


def test_categories_have_the_numbers_of_the_model():
    counted = Counted()
    overlay = Overlay(bank(), counted, ("tom", "snare", "kick"))
    overlay(level(bank().code(5)), ((5, 1.0),))
    overlay(level(bank().code(0)), ((0, 1.0),))
    assert counted.categories == [1, 2]


@pytest.mark.parametrize(
    ("exemplars", "message"),
    [
        (5, "exemplars are pairs"),
        (None, "exemplars are pairs"),
        ([5], "a number and a share, got 5"),
        ([(0,)], "a number and a share"),
        ([(0, 1.0, 2)], "a number and a share"),
        (["ab"], "a number and a share, got 'ab'"),
        ([(True, 1.0)], "a number and a share"),
        ([(0.0, 1.0)], "a number and a share"),
        ([("0", 1.0)], "a number and a share"),
        ([(0, "1")], "a number and a share"),
        ([(0, None)], "a number and a share"),
        ([(0, float("nan"))], "lies between 0 and 1, got nan"),
        ([(0, 0)], "lies between 0 and 1, got 0"),
        ([(0, 1.5)], "lies between 0 and 1, got 1.5"),
        ([(0, 0.5)], "must sum to 1"),
        ([(0, 0.2)] * 5, "at most 4 exemplars, got 5"),
    ],
)
def test_what_is_no_exemplar_is_refused(exemplars, message):
    with pytest.raises(ControlError, match=message):
        checked(exemplars)


def test_numbers_that_are_not_in_the_bank_are_refused():
    overlay = Overlay(bank(), decode)
    for number in (6, -1, 2**70):
        with pytest.raises(ControlError, match=f"no exemplar {number}; there are 0 to 5"):
            overlay(level(bank().code(0)), checked([(number, 1)]))


def test_json_values_give_the_same_exemplars_again():
    given = checked(((np.int64(3), np.float32(0.25)), (1, 0.75)))
    assert given == ((3, 0.25), (1, 0.75))
    assert checked(json.loads(json.dumps(given))) == given
    assert checked(()) == ()


def test_between_two_sounds_shares_go_over():
    first, second = ((1, 1.0),), ((0, 0.5), (1, 0.5))
    assert between(first, second, 0) == first
    assert between(first, second, 1) == second
    assert between(first, second, 0.5) == ((0, 0.25), (1, 0.75))
    for t in (1e-9, 0.3, 1 - 1e-9):
        assert checked(between(first, second, t))
        assert checked(between(((4, 1.0),), second, t))
    # The generator alone is one of the ends.
    assert between(first, (), 0.4) == first
    assert between((), second, 0.4) == second
    assert between(first, (), 1) == between((), second, 0) == ()


def test_of_more_than_four_exemplars_the_strongest_stay():
    first = ((0, 0.4), (1, 0.3), (2, 0.2), (3, 0.1))
    second = ((4, 0.7), (5, 0.3))
    for t in (1e-4, 0.3, 0.5, 1 - 1e-4):
        mixed = checked(between(first, second, t))
        assert len(mixed) == 4
        assert sum(share for _, share in mixed) == pytest.approx(1, abs=1e-5)
    assert [number for number, _ in between(first, second, 1e-4)] == [0, 1, 2, 3]
    assert {4, 5} <= {number for number, _ in between(first, second, 1 - 1e-4)}
