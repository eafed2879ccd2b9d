"""The order of turns, with a clock that the test moves."""

from collections import Counter

import pytest

from neural_drum_machine.server import fairness
from neural_drum_machine.server.fairness import CROWD, ROUND, Fairness


@pytest.fixture
def fair(clock):
    return Fairness(clock)


def crowd(fair, clock, n, seconds=1.0, per_second=100, others=()):
    """Let n parties ask for a while; others, by key, at their own rates."""
    keys = [f"crowd {i}" for i in range(n)]
    for tick in range(round(seconds * per_second)):
        clock.now += 1 / per_second
        for key in keys:
            fair.see(key)
        for key, rate in others:
            if tick % round(per_second / rate) == 0:
                fair.see(key)
    return [fair.see(key) for key in keys]


def shares(fair, waiting, turns=600):
    """The share of the turns of each party if all of them always wait."""
    counts = Counter(fair.choose(waiting).key for _ in range(turns))
    return {key: n / turns for key, n in counts.items()}


def test_a_few_take_turns(fair, clock):
    waiting = [fair.see(key) for key in range(ROUND)]
    assert [fair.choose(waiting).key for _ in range(3 * ROUND)] == 3 * [*range(ROUND)]


@pytest.mark.parametrize(("n", "rate"), [(40, 2), (200, 100)])
def test_half_of_the_turns_are_for_who_was_here_before_the_crowd(fair, clock, n, rate):
    me = fair.see("me")
    clock.now += 5
    waiting = [me, *crowd(fair, clock, n, 3, rate, [("me", min(rate, 50))])]
    assert me.established
    assert shares(fair, waiting)["me"] >= 0.5


def test_two_who_were_here_before_share_their_half(fair, clock):
    us = [fair.see("me"), fair.see("you")]
    clock.now += 5
    got = shares(fair, [*us, *crowd(fair, clock, 200, others=[("me", 50), ("you", 50)])])
    assert got["me"] == pytest.approx(got["you"], abs=0.2)
    assert got["me"] >= 0.25
    assert got["you"] >= 0.25


def test_who_comes_into_a_crowd_has_a_turn_soon(fair, clock):
    waiting = crowd(fair, clock, 200)
    for _ in range(500):
        fair.choose(waiting)
    newcomer = fair.see("newcomer")
    assert newcomer in [fair.choose([*waiting, newcomer]) for _ in range(3)]


def test_who_asks_least_is_served_before_a_crowd_that_asks_much(fair, clock):
    calm = fair.see("calm")
    waiting = [*crowd(fair, clock, 200, others=[("calm", 5)])]
    assert not calm.established  # it came when the crowd came
    assert shares(fair, [calm, *waiting])["calm"] >= 0.3


def test_everybody_in_a_crowd_has_turns(fair, clock):
    waiting = crowd(fair, clock, 50)
    assert len(shares(fair, waiting, 6 * 50)) == 50


def test_who_came_with_the_crowd_was_not_here_before(fair, clock):
    assert not any(party.established for party in crowd(fair, clock, 40, 60, 10))


def test_a_crowd_ends(fair, clock):
    me = fair.see("me")
    clock.now += 5
    crowd(fair, clock, CROWD + 1, others=[("me", 50)])
    assert me.established
    assert fair.is_large
    for _ in range(40):
        clock.now += 1
        fair.see("me")
    assert not me.established
    assert not fair.is_large


def test_so_many_parties_are_remembered_and_the_established_ones_stay(fair, clock):
    me = fair.see("me")
    clock.now += 5
    crowd(fair, clock, 40, others=[("me", 50)])
    for i in range(2 * fairness.MAX_PARTIES):
        fair.see(i)
    assert fair.see("me") is me


def test_a_message_counts_half_after_a_second(fair, clock):
    party = fair.see("a")
    fair.see("a")
    assert party.weight_at(clock.now) == 2
    assert party.weight_at(clock.now + 1) == 1
    clock.now += 1
    assert fair.see("a").weight == 2
