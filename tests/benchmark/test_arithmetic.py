import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from tests.support.small import SMALL_SPEC

from neural_drum_machine.benchmark.arithmetic import MatrixProduct, count_networks
from neural_drum_machine.inference.frames import FrameSizes
from neural_drum_machine.inference.mcnn import McnnSizes
from neural_drum_machine.inference.paper import PaperSizes
from neural_drum_machine.machine import default_model_path
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.networks import cwae, frames, hits, mcnn

SMALL = {"n_mels": 64, "n_frames": 64, "latent_dim": 8}
LAYERS = (torch.nn.Linear, torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.ConvTranspose1d,
          torch.nn.ConvTranspose2d)  # fmt: skip


def multiply_adds(network, *inputs):
    """Multiply-adds of the layers that a run of a network goes through, counted by PyTorch."""
    found = []

    def count(layer, given, result):
        weights, x = layer.weight, given[0]
        if isinstance(layer, torch.nn.Linear):
            found.append(x.numel() * len(weights))
        elif "Transpose" in type(layer).__name__:
            found.append(x.numel() * weights[0].numel())
        else:
            found.append(result.numel() * weights[0].numel())

    for layer in network.modules():
        if isinstance(layer, LAYERS):
            layer.register_forward_hook(count)
    with torch.inference_mode():
        network.eval()(*inputs)
    return sum(found)


def sizes(kind, config, **others):
    given = {**dataclasses.asdict(config), "n_mels": config.n_mels}
    known = {field.name for field in dataclasses.fields(kind)}
    return kind(**{name: value for name, value in given.items() if name in known})


@pytest.mark.parametrize("name", ["paper", "frames", "hits"])
def test_multiply_adds_are_those_that_pytorch_does(name):
    config = {
        "paper": lambda: cwae.CwaeConfig(**SMALL, channels=(4, 8), hidden=(32,)),
        "frames": lambda: frames.FrameConfig(**SMALL, channels=(16, 12, 8), hidden=32),
        "hits": lambda: hits.HitConfig(**SMALL, channels=(16, 12), hidden=32, attack_hidden=9),
    }[name]()
    decoder = {"paper": cwae.Decoder, "frames": frames.FrameDecoder, "hits": hits.HitDecoder}[name]
    inverter = mcnn.McnnConfig(n_mels=64, heads=2, channels=(8, 8, 4, 4, 2, 2), kernel_size=5)
    bundle = SimpleNamespace(
        generator=sizes(PaperSizes if name == "paper" else FrameSizes, config),
        mcnn=sizes(McnnSizes, inverter),
        spec=SMALL_SPEC,
    )
    code, category = torch.zeros(1, 8), torch.zeros(1, dtype=torch.int64)
    assert count_networks(bundle) == (
        multiply_adds(decoder(config), code, category),
        multiply_adds(mcnn.Mcnn(inverter), torch.ones(1, 64, 64)),
    )
    bundle.mcnn = None
    assert count_networks(bundle)[1] == 0


def test_multiply_adds_of_the_shipped_model():
    decoder, mcnn = count_networks(Bundle.open(default_model_path()))
    assert mcnn == pytest.approx(1.31e9, rel=0.05)
    assert 0.03e9 < decoder < 0.3e9


def test_the_matrix_product_is_one_and_is_repeated_for_long_work(monkeypatch):
    product = MatrixProduct(48)
    assert product.run().shape == (48, 48)
    assert product.run().dtype == np.float32
    assert product.multiply_adds == 48**3
    calls = []
    monkeypatch.setattr(product, "run", lambda: calls.append(1))
    assert product.seconds(5 * 48**3 + 100) > 0
    assert len(calls) == 5
    product.seconds(1)
    assert len(calls) == 6
