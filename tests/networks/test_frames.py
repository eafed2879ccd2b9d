import pytest
import torch

from neural_drum_machine.errors import ConfigError
from neural_drum_machine.networks.frames import FrameConfig, FrameCwae

SMALL = FrameConfig(
    n_mels=24, n_frames=22, latent_dim=6, channels=(8, 8, 12), hidden=16, kernel_size=3
)


@pytest.fixture
def small() -> FrameCwae:
    torch.manual_seed(0)
    return FrameCwae(SMALL).eval()


def test_sizes_come_back_whatever_the_number_of_frames():
    for n_frames in (16, 17, 22, 23):
        config = FrameConfig(n_mels=8, n_frames=n_frames, latent_dim=4, channels=(8, 8, 8))
        assert config.padded_frames % 4 == 0
        assert config.padded_frames - n_frames in range(4)
        net = FrameCwae(config)
        reconstruction, code = net(torch.randn(3, 8, n_frames), torch.tensor([0, 5, 10]))
        assert reconstruction.shape == (3, 8, n_frames)
        assert code.shape == (3, 4)


def test_the_default_is_lighter_than_the_papers_network():
    net = FrameCwae()
    parameters = sum(p.numel() for p in net.parameters())
    assert 11e6 < parameters < 12e6
    # Two bytes each: decoder and encoder stay under 35 MB.
    assert 2 * parameters < 35e6


def test_sounds_of_a_batch_do_not_touch_each_other(small):
    x = torch.randn(4, 24, 22)
    category = torch.tensor([0, 3, 3, 7])
    together, codes = small(x, category)
    for i in range(4):
        alone, code = small(x[i : i + 1], category[i : i + 1])
        torch.testing.assert_close(alone[0], together[i], atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(code[0], codes[i], atol=1e-5, rtol=1e-4)


def test_both_halves_know_the_category(small):
    # Gains and biases start at nothing: give them something first.
    for name, parameter in small.named_parameters():
        if name.endswith(("gain.weight", "bias.weight")) and parameter.shape[0] == 11:
            torch.nn.init.normal_(parameter)
    x, code = torch.randn(1, 24, 22), torch.randn(1, 6)
    kick, clap = torch.tensor([0]), torch.tensor([1])
    assert (small.encoder(x, kick) - small.encoder(x, clap)).abs().max() > 1e-3
    assert (small.decoder(code, kick) - small.decoder(code, clap)).abs().max() > 1e-3


def test_every_weight_learns(small):
    x = torch.randn(22, 24, 22)
    category = torch.arange(22) % 11
    for _ in range(2):  # what is multiplied by the first gains of zero moves from the second on
        small.zero_grad()
        reconstruction, _ = small(x, category)
        (reconstruction - x).square().mean().backward()
        with torch.no_grad():
            for parameter in small.parameters():
                parameter -= 0.01 * parameter.grad
    for name, parameter in small.named_parameters():
        assert parameter.grad.abs().max() > 0, name


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"channels": ()}, "positive"),
        ({"channels": (8, 0)}, "positive"),
        ({"kernel_size": 4}, "kernel_size must be odd, got 4"),
        ({"latent_dim": 2}, "at least 3"),
        ({"decoder_blocks": 0}, "positive"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        FrameConfig(**changes)
