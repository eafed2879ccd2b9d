from neural_drum_machine.server import keyed_rate
from neural_drum_machine.server.keyed_rate import KeyedRate
from neural_drum_machine.server.rate_limit import RateLimit


def test_every_key_has_a_rate_of_its_own(clock):
    rate = KeyedRate(1, 2, clock)
    assert [rate.allow("a") for _ in range(4)] == [True, True, False, False]
    assert rate.allow("b")
    clock.now += 1
    assert [rate.allow("a") for _ in range(2)] == [True, False]


def test_so_many_keys_are_remembered(clock, monkeypatch):
    monkeypatch.setattr(keyed_rate, "MAX_KEYS", 2)
    rate = KeyedRate(1, 1, clock)
    assert all(rate.allow(key) for key in "abc")
    assert not rate.allow("c")
    assert rate.allow("a")  # forgotten, and new


def test_what_was_done_already_makes_wait(clock):
    rate = RateLimit(10, 20, clock)
    assert rate.spend(20) == 0
    assert rate.spend(5) == 0.5
    assert not rate.allow()
    clock.now += 0.5
    assert rate.spend(0) == 0
