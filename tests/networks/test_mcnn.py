import itertools

import pytest
import torch

from neural_drum_machine.errors import ConfigError
from neural_drum_machine.networks.mcnn import Mcnn, McnnConfig


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return Mcnn()


def test_papers_shapes_at_every_layer(model):
    seen = []
    hooks = [
        layer.register_forward_hook(lambda _m, _i, out: seen.append(tuple(out.shape[1:])))
        for layer in model.layers
    ]
    waveform, logits = model(torch.rand(2, 512, 86))
    for hook in hooks:
        hook.remove()
    channels = (128, 64, 32, 16, 8, 4, 2, 2)
    assert seen == [(8 * c, 86 * 2 ** (i + 1)) for i, c in enumerate(channels)]
    assert waveform.shape == logits.shape == (2, 22016)


def test_number_of_parameters_worked_out_by_hand(model):
    channels = (512, 128, 64, 32, 16, 8, 4, 2, 2)
    head = sum(13 * a * b for a, b in itertools.pairwise(channels))
    # 8 heads, their 8 weights, the 2 numbers of the softsign; no bias anywhere.
    assert sum(p.numel() for p in model.parameters()) == 8 * head + 8 + 2 == 7_951_850


def test_silence_in_silence_out(model):
    waveform, logits = model(torch.zeros(1, 512, 86))
    assert not waveform.any()
    assert not logits.any()
    # Silent frames after a sound stay silent once no kernel reaches back to it.
    mel = torch.rand(1, 512, 86)
    mel[:, :, 40:] = 0
    assert not model(mel)[0][:, 60 * 256 :].any()


def test_gradient_reaches_every_parameter(model):
    waveform, logits = model(torch.rand(1, 512, 12))
    (waveform * logits.sigmoid()).square().sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert (parameter.grad != 0).float().mean() > 0.9, name


def test_grouped_heads_equal_separate_ones():
    """The heads run as groups of one convolution; written out one by one they agree."""
    torch.manual_seed(1)
    config = McnnConfig(n_mels=16, heads=3, channels=(8, 4, 2), kernel_size=5)
    model = Mcnn(config)
    with torch.no_grad():
        model.head_weights[:] = torch.tensor([1.0, -2.0, 0.5])
        model.softsign_scale[:] = torch.tensor([1.5, 2.0])
    mel = torch.rand(2, 16, 7)
    signal, logits = 0.0, 0.0
    for h in range(3):
        x = mel
        for i, layer in enumerate(model.layers):
            c_out = config.channels[i]
            if i == 0:
                weight = layer.weight[:, h * c_out : (h + 1) * c_out]
            else:
                x = torch.where(x > 0, x, x.exp() - 1)  # ELU
                c_in = config.channels[i - 1]
                weight = layer.weight[h * c_in : (h + 1) * c_in]
            x = torch.nn.functional.conv_transpose1d(
                x, weight, stride=2, padding=2, output_padding=1
            )
        signal = signal + model.head_weights[h] * x[:, 0]
        logits = logits + x[:, 1]
    expected = 1.5 * signal / (1 + (2.0 * signal).abs())
    waveform, got = model(mel)
    torch.testing.assert_close(waveform, expected)
    torch.testing.assert_close(got, logits)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"channels": (8, 4)}, "2 channels"),
        ({"kernel_size": 12}, "odd.*12"),
        ({"kernel_size": 1}, "at least 3"),
    ],
)
def test_impossible_sizes_are_refused(change, message):
    with pytest.raises(ConfigError, match=message):
        McnnConfig(**change)
