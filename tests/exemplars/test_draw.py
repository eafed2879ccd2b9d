"""Draws that begin at an exemplar."""

import numpy as np
import pytest
from tests.support.exemplars import DIM, SPEC, SPREAD, bank, decode, recording

from neural_drum_machine.errors import ControlError
from neural_drum_machine.exemplars.draw import MOVE, choose, draw, moved
from neural_drum_machine.exemplars.morph import morphed
from neural_drum_machine.signal.levels import Levels


def drawn(category="kick", wild=1.0, seed=0):
    return draw(bank(), decode, SPREAD, category, wild, seed)


def levels_of(one) -> Levels:
    return Levels(one.mel, one.air, one.attack)


def test_the_same_seed_gives_the_same_draw_and_another_seed_another():
    for mine, its in zip(levels_of(drawn()), levels_of(drawn()), strict=True):
        np.testing.assert_array_equal(mine, its)
    assert not np.array_equal(drawn().code, drawn(seed=1).code)


def test_without_a_move_the_draw_is_the_exemplar():
    one = drawn(wild=0)
    assert not one.move.any()
    has = recording(one.exemplar, bank().code(one.exemplar))
    for got, its in zip(levels_of(one), has, strict=True):
        loud = its > its.max() - 4
        assert np.abs(got - its)[loud].max() <= 0.0626


def test_a_small_move_is_a_small_change():
    near, rest = drawn(wild=1e-5), drawn(wild=0)
    assert near.exemplar == rest.exemplar
    for got, its in zip(levels_of(near), levels_of(rest), strict=True):
        np.testing.assert_allclose(got, its, atol=1e-3)


def test_moves_have_the_categorys_covariance_times_wild():
    moves = np.stack(
        [choose(bank().kits("kick"), SPREAD[0], "kick", 2.0, seed)[1] for seed in range(300)]
    )
    np.testing.assert_allclose(np.cov(moves.T), 4 * MOVE**2 * np.eye(DIM), atol=1.2)
    np.testing.assert_allclose(drawn(wild=1, seed=9).move * 2, drawn(wild=2, seed=9).move)


def test_kits_are_drawn_alike_however_many_exemplars_they_have():
    chosen = np.bincount(
        [choose(bank().kits("kick"), SPREAD[0], "kick", 1.0, seed)[0] for seed in range(300)],
        minlength=5,
    )
    assert chosen[:3].sum() == pytest.approx(100, abs=25)
    assert chosen[3] == pytest.approx(100, abs=25)
    assert chosen[4] == pytest.approx(100, abs=25)
    assert chosen.all()


def test_morphing_begins_at_one_exemplar_and_ends_at_the_other():
    for t, number in ((0.0, 0), (1.0, 5)):
        code, levels = morphed(bank(), decode, 0, 5, t)
        np.testing.assert_array_equal(code, bank().code(number))
        category = bank().exemplars[number].category
        rest = moved(
            decode, category, code, bank().residual(number), np.zeros(DIM, np.float32), SPEC
        )
        for got, its in zip(levels, rest, strict=True):
            np.testing.assert_allclose(got, its, atol=1e-5)


def test_halfway_the_speckle_is_as_strong_as_at_the_ends():
    def rough(levels):
        return float(np.diff(levels.mel[100:400, :20], axis=0).std())

    ends = [rough(morphed(bank(), decode, 0, 1, t)[1]) for t in (0.0, 1.0)]
    # A plain mean of two independent speckles has 0.71 of their strength.
    assert rough(morphed(bank(), decode, 0, 1, 0.5)[1]) > 0.8 * np.mean(ends)


@pytest.mark.parametrize("wild", [-0.1, 2.1, "much", float("nan")])
def test_a_wild_out_of_range_is_refused(wild):
    with pytest.raises(ControlError, match="wild"):
        drawn(wild=wild)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, True])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(ControlError, match="seed"):
        drawn(seed=seed)


def test_a_category_without_exemplars_and_a_share_out_of_range_are_refused():
    with pytest.raises(ControlError, match="no exemplars of 'clap'"):
        drawn("clap")
    with pytest.raises(ControlError, match="between 0 and 1"):
        morphed(bank(), decode, 0, 1, 1.5)
