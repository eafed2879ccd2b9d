import numpy as np
import pytest

from neural_drum_machine.evaluation.measures.mask import mask_accuracy


def test_mask_accuracy_counts_samples():
    logits = np.where(np.arange(1000) < 400, 3.0, -3.0)
    assert mask_accuracy(logits, 400) == 1
    assert mask_accuracy(-logits, 400) == 0
    assert mask_accuracy(logits, 300) == pytest.approx(0.9)
    rng = np.random.default_rng(0)
    values = [mask_accuracy(logits + s * rng.standard_normal(1000), 400) for s in (0.1, 3, 9)]
    assert values == sorted(values, reverse=True)
    # Noise is correct for half of the samples.
    assert mask_accuracy(rng.standard_normal(100_000), 40_000) == pytest.approx(0.5, abs=0.01)
