import numpy as np
import pytest

from neural_drum_machine.evaluation.measures.intervals import Interval, bootstrap_mean, wilson_share


def test_an_interval_reads_as_value_and_bounds():
    interval = Interval(0.3512, 0.3678, 0.3861)
    assert str(interval) == "0.368 [0.351, 0.386]"
    assert interval.format(1) == "0.4 [0.4, 0.4]"


def coverage(draw, truth, times=150):
    """Share of simulated samples whose interval holds the truth."""
    hits = 0
    for i in range(times):
        values, strata = draw(np.random.default_rng(i))
        interval = bootstrap_mean(values, strata, n=200, seed=i)
        hits += interval.low <= truth <= interval.high
    return hits / times


def test_it_holds_the_mean_about_95_times_in_100():
    assert 0.88 <= coverage(lambda rng: (rng.exponential(3.0, 60), None), 3.0) <= 0.99


def test_it_holds_the_mean_of_unequal_strata_about_95_times_in_100():
    sizes, means = (60, 15, 25), (1.0, 5.0, 9.0)
    strata = np.repeat(["a", "b", "c"], sizes)
    centre = np.repeat(means, sizes)
    share = coverage(lambda rng: (rng.normal(centre, 2.0), strata), np.mean(means))
    assert 0.88 <= share <= 0.99


def test_each_stratum_weighs_the_same():
    values = np.repeat([1.0, 3.0], [90, 10])
    strata = np.repeat(["many", "few"], [90, 10])
    assert bootstrap_mean(values, strata) == Interval(2.0, 2.0, 2.0)
    assert bootstrap_mean(values).value == pytest.approx(1.2)


def test_more_values_and_lower_levels_make_it_narrower():
    x = np.random.default_rng(0).standard_normal(400)

    def width(interval):
        return interval.high - interval.low

    assert width(bootstrap_mean(x)) < 0.7 * width(bootstrap_mean(x[:100]))
    assert width(bootstrap_mean(x, level=0.5)) < 0.5 * width(bootstrap_mean(x))
    # The normal approximation's width, 2 × 1.96 standard errors.
    assert width(bootstrap_mean(x)) == pytest.approx(3.92 * x.std() / 20, rel=0.1)


def test_it_is_the_same_every_time():
    x = np.random.default_rng(0).standard_normal(50)
    assert bootstrap_mean(x, seed=3) == bootstrap_mean(x, seed=3)
    assert bootstrap_mean(x, seed=3) != bootstrap_mean(x, seed=4)


def test_what_was_not_measured_is_left_out():
    values = np.array([1.0, 2.0, np.nan, 3.0, np.nan])
    strata = np.array([0, 0, 0, 1, 2])
    assert bootstrap_mean(values).value == pytest.approx(2.0)
    assert bootstrap_mean(values, strata).value == pytest.approx((1.5 + 3.0) / 2)
    assert bootstrap_mean(values) == bootstrap_mean(values[~np.isnan(values)])


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([],), {}, "no values"),
        (([np.nan],), {}, "no values"),
        (([1.0, np.inf],), {}, "infinities"),
        (([1.0], [0, 1]), {}, "one shape"),
        (([[1.0]],), {}, "one shape"),
        (([1.0],), {"n": 0}, "n must be at least 1, got 0"),
        (([1.0],), {"level": 95}, "level must lie between 0 and 1, got 95"),
    ],
)
def test_bad_input_is_named(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        bootstrap_mean(*arguments, **options)


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    # Newcombe 1998, table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_published_intervals(successes, total, low, high):
    interval = wilson_share(successes, total)
    assert interval.value == successes / total
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=6e-5)


def test_wilsons_interval_mirrors_and_stays_a_share():
    for successes, total in ((0, 1), (1, 1), (0, 7), (7, 7), (3, 7)):
        a, b = wilson_share(successes, total), wilson_share(total - successes, total)
        assert 0 <= a.low <= a.value <= a.high <= 1
        assert (a.low, a.high) == pytest.approx((1 - b.high, 1 - b.low))
        assert a.high > a.low


@pytest.mark.parametrize(("successes", "total"), [(0, 0), (3, 2), (-1, 2)])
def test_impossible_shares_are_refused(successes, total):
    with pytest.raises(ValueError, match=r"[kn] .*must "):
        wilson_share(successes, total)


def test_sounds_of_a_kit_count_as_one():
    rng = np.random.default_rng(0)
    # Twelve kits whose sounds are nearly alike: 120 values, 12 of them news.
    kits = np.repeat(np.arange(12), 10)
    values = rng.standard_normal(12)[kits] + 0.01 * rng.standard_normal(120)
    alone, whole = bootstrap_mean(values), bootstrap_mean(values, clusters=kits)
    assert alone.value == pytest.approx(whole.value)
    assert whole.high - whole.low > 2.5 * (alone.high - alone.low)
    by_hand = 2 * 1.96 * np.std(values) / np.sqrt(12)
    assert whole.high - whole.low == pytest.approx(by_hand, rel=0.2)
    # One kit cannot be drawn from: its sounds are.
    single = bootstrap_mean(values, clusters=np.zeros(120))
    assert single.high - single.low == pytest.approx(alone.high - alone.low, rel=0.1)
    with pytest.raises(ValueError, match="one shape"):
        bootstrap_mean(values, clusters=kits[1:])
