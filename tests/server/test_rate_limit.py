from neural_drum_machine.server.rate_limit import RateLimit


def allowed(limit, n):
    return sum(limit.allow() for _ in range(n))


def test_a_burst_is_allowed_and_tokens_come_back_at_the_rate(clock):
    limit = RateLimit(2, burst=5, clock=clock)
    assert allowed(limit, 10) == 5
    clock.now += 0.4
    assert allowed(limit, 10) == 0
    clock.now += 1.1
    assert allowed(limit, 10) == 3
    clock.now += 1000
    assert allowed(limit, 10) == 5


def test_without_a_burst_a_seconds_worth_is_allowed_at_once(clock):
    assert allowed(RateLimit(3, clock=clock), 10) == 3
