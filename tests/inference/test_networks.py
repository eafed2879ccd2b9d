"""The networks in NumPy compute what the PyTorch networks compute."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_drum_machine.inference.frames import FrameDecoder, FrameEncoder, FrameSizes
from neural_drum_machine.inference.layers import Doubling, elu, gelu
from neural_drum_machine.inference.mcnn import Mcnn, McnnSizes
from neural_drum_machine.inference.paper import PaperDecoder, PaperEncoder, PaperSizes
from neural_drum_machine.networks import cwae, frames, hits, mcnn
from neural_drum_machine.signal.levels import Levels

CATEGORY = np.array([3, 0, 10])


def weights_of(network, prefix=""):
    """Return a network's weights by name, after they were made uneven."""
    torch.manual_seed(1)
    with torch.no_grad():
        for values in network.state_dict().values():
            if values.is_floating_point():
                # Variances stay positive.
                values.add_(0.1 * torch.rand_like(values))
    return {prefix + k: v.numpy() for k, v in network.state_dict().items() if v.ndim}


def sizes_of(kind, config, **others):
    known = {field.name for field in dataclasses.fields(kind)}
    return kind(**{k: v for k, v in dataclasses.asdict(config).items() if k in known}, **others)


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs.numpy(), atol=2e-5, rtol=1e-4)


@pytest.fixture(scope="module")
def rng():
    return np.random.default_rng(5)


@pytest.mark.parametrize("n_frames", [16, 21])
@pytest.mark.parametrize("kind", ["frames", "hits"])
def test_frame_rate_generators(kind, n_frames, rng):
    sizes = {"n_mels": 24, "n_frames": n_frames, "channels": (8, 12, 16), "hidden": 20}
    if kind == "hits":
        network = hits.HitCwae(hits.HitConfig(**sizes, attack_hidden=9)).eval()
    else:
        network = frames.FrameCwae(frames.FrameConfig(**sizes)).eval()
    weights = weights_of(network)
    ours = sizes_of(FrameSizes, network.config)
    assert {name: values.shape for name, values in weights.items()} == ours.shapes()
    code = rng.standard_normal((3, 64)).astype(np.float32)
    with torch.inference_mode():
        theirs = network.decoder(torch.from_numpy(code), torch.from_numpy(CATEGORY))
        again = network.encoder(theirs, torch.from_numpy(CATEGORY))
    decoded = FrameDecoder(weights, ours)(code, CATEGORY)
    if kind == "hits":
        for part, their_part in zip(decoded, (theirs.mel, theirs.air, theirs.attack), strict=True):
            close(part, their_part)
    else:
        close(decoded.mel, theirs)
        assert decoded.air is None
        assert decoded.attack is None
    close(FrameEncoder(weights, ours)(decoded, CATEGORY), again)


def test_the_papers_generator(rng):
    config = cwae.CwaeConfig(n_mels=64, n_frames=23, channels=(4, 6), hidden=(24, 20))
    network = cwae.Cwae(config).eval()
    weights = weights_of(network)
    ours = sizes_of(PaperSizes, config)
    assert {name: values.shape for name, values in weights.items()} == ours.shapes()
    code = rng.standard_normal((3, 64)).astype(np.float32)
    with torch.inference_mode():
        theirs = network.decoder(torch.from_numpy(code), torch.from_numpy(CATEGORY))
        again = network.encoder(theirs, torch.from_numpy(CATEGORY))
    decoded = PaperDecoder(weights, ours)(code, CATEGORY)
    close(decoded.mel, theirs)
    close(PaperEncoder(weights, ours)(Levels(decoded.mel), CATEGORY), again)


def test_mcnn(rng):
    config = mcnn.McnnConfig(n_mels=16, heads=3, channels=(6, 4, 2))
    network = mcnn.Mcnn(config).eval()
    weights = weights_of(network, "mcnn.")
    ours = sizes_of(McnnSizes, config)
    assert {name: values.shape for name, values in weights.items()} == ours.shapes()
    mel = rng.random((16, 9)).astype(np.float32)
    with torch.inference_mode():
        waveform, logits = network(torch.from_numpy(mel)[None])
    close(Mcnn(weights, ours)(mel)[0], waveform[0])
    close(Mcnn(weights, ours)(mel)[1], logits[0])
    silence = Mcnn(weights, ours)(np.zeros((16, 9), np.float32))
    assert not np.any(silence)


@settings(max_examples=30, deadline=None)
@given(
    width=st.integers(2, 14),
    groups=st.integers(1, 3),
    frames=st.integers(1, 9),
    seed=st.integers(0, 99),
)
def test_doubling_is_the_transposed_convolution(width, groups, frames, seed):
    rng = np.random.default_rng(seed)
    weight = rng.standard_normal((groups, 2, 3, width)).astype(np.float32)
    x = rng.standard_normal((groups, frames, 2)).astype(np.float32)
    padding = (width - 1) // 2
    theirs = torch.nn.functional.conv_transpose1d(
        torch.from_numpy(x.transpose(0, 2, 1).reshape(1, -1, frames)),
        torch.from_numpy(weight.reshape(-1, 3, width)),
        stride=2,
        padding=padding,
        output_padding=2 * padding + 2 - width,
        groups=groups,
    )
    close(Doubling(weight)(x).transpose(0, 2, 1).reshape(1, -1, 2 * frames), theirs)


def test_activations_have_no_surprises_far_out():
    x = np.array([-1e4, -90, -3, -0.0, 0, 1e-3, 3, 90, 1e4], np.float32)
    close(gelu(x), torch.nn.functional.gelu(torch.from_numpy(x), approximate="tanh"))
    close(elu(x), torch.nn.functional.elu(torch.from_numpy(x)))
