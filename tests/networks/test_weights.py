import numpy as np
import pytest
import torch

from neural_drum_machine.model_file.layout import HALVED_FROM
from neural_drum_machine.networks.weights import MCNN, load_stored, stored_weights


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.large = torch.nn.Linear(64, HALVED_FROM // 64)
        self.norm = torch.nn.BatchNorm1d(4)


def test_large_weights_are_stored_in_half_precision_and_small_ones_whole():
    network = Network()
    stored = stored_weights(network)
    assert stored["large.weight"].dtype == np.float16
    assert stored["large.bias"].dtype == np.float32
    # Batches that were counted are no weights.
    assert stored.keys() == network.state_dict().keys() - {"norm.num_batches_tracked"}


def test_stored_weights_come_back():
    given, taken = Network(), Network()
    given.norm.running_mean += 2
    stored = stored_weights(given, MCNN)
    assert all(name.startswith(MCNN) for name in stored)
    # Weights of other networks in the same file are left alone.
    load_stored(taken, {**stored, "decoder.large.weight": np.zeros(3, np.float32)}, MCNN)
    for name, values in taken.state_dict().items():
        wanted = given.state_dict()[name]
        if wanted.numel() >= HALVED_FROM:
            wanted = wanted.half().float()
        torch.testing.assert_close(values, wanted, rtol=0, atol=0)
    # What is loaded is the network's own.
    stored[MCNN + "large.bias"][:] = 7
    assert not (taken.large.bias == 7).any()


@pytest.mark.parametrize("values", [None, np.zeros((3, 3), np.float32)])
def test_a_weight_that_is_missing_or_does_not_fit_is_named(values):
    stored = stored_weights(Network())
    del stored["large.weight"]
    if values is not None:
        stored["large.weight"] = values
    with pytest.raises(RuntimeError, match=r"large\.weight"):
        load_stored(Network(), stored)
