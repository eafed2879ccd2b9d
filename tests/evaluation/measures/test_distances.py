"""Laws of the distances between sets."""

import numpy as np
import pytest
from neural_drum_machine.evaluation.measures.distances import (
    diversity,
    fad,
    kad,
    nearest,
    subsampled,
)
from scipy import linalg

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.measures.intervals import Interval


def gaussian(n: int, dim: int = 8, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, dim))


def test_fad_of_a_shift_is_its_square():
    x = gaussian(60)
    shift = np.linspace(-1, 2, 8)
    assert fad(x, x) == pytest.approx(0, abs=1e-12)
    assert fad(x, x + shift) == pytest.approx(np.square(shift).sum(), rel=1e-12)
    # A mean a million away costs no more digits than it must.
    assert fad(x + 1e6, x + 1e6 + shift) == pytest.approx(np.square(shift).sum(), rel=1e-8)


def test_fad_of_a_scaled_set():
    x = gaussian(60)
    x -= x.mean(axis=0)
    assert fad(x, 3 * x) == pytest.approx(4 * np.trace(np.cov(x.T)), rel=1e-12)


@pytest.mark.parametrize(("n", "m"), [(50, 40), (5, 50), (4, 6)])
def test_fad_is_the_textbook_one_even_with_fewer_sounds_than_dimensions(n, m):
    x, y = gaussian(n), gaussian(m, seed=1) @ gaussian(8, seed=2)
    a, b = np.cov(x.T), np.cov(y.T)
    # The textbook's root of a singular product, by a way that is not ours.
    half = linalg.sqrtm(a + 1e-13 * np.eye(8))
    root = np.sqrt(np.maximum(linalg.eigvalsh(half @ b @ half), 0)).sum()
    expected = np.square(x.mean(0) - y.mean(0)).sum() + np.trace(a) + np.trace(b) - 2 * root
    assert fad(x, y) == pytest.approx(expected, rel=1e-5)
    assert fad(x, y) == pytest.approx(fad(y, x), rel=1e-12)


def test_fad_of_small_sets_of_one_kind_is_larger():
    values = [
        np.mean([fad(gaussian(n, seed=s), gaussian(n, seed=99 + s)) for s in range(5)])
        for n in (10, 40, 160)
    ]
    assert values[0] > values[1] > values[2] > 0


def test_kad_is_the_sum_written_out():
    x, y, width = gaussian(4), gaussian(3, seed=1), 2.5

    def k(a, b):
        return np.exp(-np.square(a - b).sum() / (2 * width**2))

    within_x = np.mean([k(a, b) for i, a in enumerate(x) for j, b in enumerate(x) if i != j])
    within_y = np.mean([k(a, b) for i, a in enumerate(y) for j, b in enumerate(y) if i != j])
    between = np.mean([k(a, b) for a in x for b in y])
    expected = 100 * (within_x + within_y - 2 * between)
    assert kad(x, y, width) == pytest.approx(expected, rel=1e-12)


def test_kad_takes_its_bandwidth_from_the_reference():
    x, y = gaussian(5), 3 * gaussian(6, seed=1)
    pairs = [np.linalg.norm(x[i] - x[j]) for i in range(5) for j in range(i)]
    assert kad(x, y) == pytest.approx(kad(x, y, float(np.median(pairs))), rel=1e-12)
    # A ruler of the reference's: the unit of the embedding drops out.
    assert kad(1000 * x, 1000 * y) == pytest.approx(kad(x, y), rel=1e-9)


def test_kad_of_one_kind_is_zero_on_average_and_grows_with_a_shift():
    same = [kad(gaussian(40, seed=s), gaussian(40, seed=1000 + s)) for s in range(60)]
    assert min(same) < 0 < max(same)
    assert abs(np.mean(same)) < 3 * np.std(same) / np.sqrt(len(same))
    x, y = gaussian(40), gaussian(40, seed=1)
    far = [kad(x, y + shift) for shift in (0.5, 1, 2, 4)]
    assert far == sorted(far)
    assert far[0] > max(same)
    assert kad(x, y + 1e3) < 200


@pytest.mark.parametrize("distance", [fad, kad])
def test_order_of_sounds_does_not_matter(distance):
    x, y = gaussian(20), gaussian(30, seed=1)
    rng = np.random.default_rng(0)
    assert distance(rng.permutation(x), rng.permutation(y)) == pytest.approx(
        distance(x, y), rel=1e-9
    )
    assert diversity(rng.permutation(x)) == pytest.approx(diversity(x), rel=1e-12)


@pytest.mark.parametrize("distance", [fad, kad])
def test_float32_embeddings_are_measured_in_float64(distance):
    x = gaussian(20).astype(np.float32)
    y = (gaussian(20, seed=1) + 100).astype(np.float32)
    assert distance(x, y) == distance(x.astype(np.float64), y.astype(np.float64))


def test_interval_of_kad_is_that_of_drawing_every_part():
    x, y = gaussian(20), gaussian(30, seed=1) + 0.5
    pairs = [np.linalg.norm(x[i] - x[j]) for i in range(20) for j in range(i)]
    width = float(np.median(pairs))
    slow = subsampled(lambda a, b: kad(a, b, width), x, y, n=25)
    fast = subsampled(kad, x, y, n=25)
    for a, b in zip(
        (fast.low, fast.value, fast.high), (slow.low, slow.value, slow.high), strict=True
    ):
        assert a == pytest.approx(b, rel=1e-9)


def test_interval_has_its_seed_and_orders_its_numbers():
    x, y = gaussian(30), gaussian(30, seed=1) + 0.5
    first = subsampled(fad, x, y, n=30)
    assert isinstance(first, Interval)
    assert first.low < first.value < first.high
    assert first == subsampled(fad, x, y, n=30)
    assert first != subsampled(fad, x, y, n=30, seed=1)
    narrow = subsampled(fad, x, y, n=30, level=0.5)
    assert first.low < narrow.low < narrow.high < first.high


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_interval_is_as_wide_as_figures_of_fresh_sounds_spread(share):
    def means(a, b):
        return float(b.mean() - a.mean())

    fresh = [means(gaussian(80, 1, seed=s), gaussian(80, 1, seed=5000 + s)) for s in range(400)]
    low, high = np.quantile(fresh, [0.025, 0.975])
    made = [
        subsampled(means, gaussian(80, 1, seed=s), gaussian(80, 1, seed=5000 + s), share=share)
        for s in range(10)
    ]
    assert np.mean([i.high - i.low for i in made]) == pytest.approx(high - low, rel=0.12)


def test_diversity():
    assert diversity([[0, 0], [3, 4]]) == 5
    x = gaussian(30)
    assert diversity(2 * x + 7) == pytest.approx(2 * diversity(x))
    assert diversity(np.ones((4, 3))) == 0
    # Half of the sounds repeated: nearer to each other than the sounds they were.
    assert diversity(np.repeat(x[:15], 2, axis=0)) < diversity(x)


def test_nearest_of_a_copy_is_zero():
    reference = gaussian(700).astype(np.float32) + 100
    distance, index = nearest(reference[::-1], reference)
    assert (distance == 0).all()
    assert index.tolist() == list(range(700))[::-1]
    moved, index = nearest([reference[0] + [3, 4, 0, 0, 0, 0, 0, 0]], reference[:1])
    assert moved[0] == pytest.approx(5)
    assert index.tolist() == [0]


@pytest.mark.parametrize("function", [fad, kad, nearest])
def test_sets_that_do_not_compare(function):
    with pytest.raises(DatasetError, match="embeddings of 8 and of 7 numbers do not compare"):
        function(gaussian(5), gaussian(5, 7))
    with pytest.raises(DatasetError, match=r"finite embeddings of shape \(n, dim\), got shape"):
        function(gaussian(5), np.full((5, 8), np.nan))


def test_too_few_sounds():
    for function in (fad, kad):
        with pytest.raises(DatasetError, match=r"at least 2 finite.*got shape \(1, 8\)"):
            function(gaussian(5), gaussian(1))
    with pytest.raises(DatasetError, match="at least 2"):
        diversity(gaussian(1))
    with pytest.raises(DatasetError, match=r"a share of 0\.5 of 2 sounds is too few"):
        subsampled(fad, gaussian(2), gaussian(9))
    with pytest.raises(DatasetError, match=r"bandwidth must be positive, got 0\.0"):
        kad(np.ones((4, 8)), gaussian(4))
    with pytest.raises(ValueError, match=r"between 0 and 1: 200, 1\.5 and 0\.95"):
        subsampled(fad, gaussian(9), gaussian(9), share=1.5)
