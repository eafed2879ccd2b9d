import pytest
import torch

from neural_drum_machine.errors import ConfigError
from neural_drum_machine.networks.blocks import ConditionalBatchNorm2d
from neural_drum_machine.networks.cwae import Cwae, CwaeConfig


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return Cwae()


def test_papers_sizes_at_every_layer(model):
    assert model.config.sizes == ((512, 86), (171, 43), (57, 22), (19, 11))
    seen = []
    hooks = [
        layer.register_forward_hook(lambda _m, _i, out: seen.append(tuple(out.shape[1:])))
        for half in (model.encoder, model.decoder)
        for layers in (half.convs, half.linears)
        for layer in layers
    ]
    x = torch.randn(2, 512, 86)
    reconstruction, code = model(x, torch.tensor([0, 10]))
    for hook in hooks:
        hook.remove()
    assert seen == [
        (16, 171, 43),
        (32, 57, 22),
        (32, 19, 11),
        (1024,),
        (512,),
        (64,),
        (512,),
        (1024,),
        (6688,),
        (32, 57, 22),
        (16, 171, 43),
        (1, 512, 86),
    ]
    assert reconstruction.shape == x.shape
    assert code.shape == (2, 64)


def test_number_of_parameters_worked_out_by_hand(model):
    convs = 11 * 5 * (1 * 16 + 16 * 32 + 32 * 32)
    norms = 11 * 2 * (16 + 32 + 32)
    flat = 32 * 19 * 11
    encoder = convs + norms + (flat + 1) * 1024 + 1025 * 512 + 513 * 64
    decoder_linears = (64 + 11 + 1) * 512 + 513 * 1024 + 1025 * flat
    decoder = decoder_linears + convs + 1 + 11 * 2 * (32 + 16)
    assert sum(p.numel() for p in model.parameters()) == encoder + decoder == 15_000_129


def test_gradient_reaches_every_parameter(model):
    category = torch.arange(11).repeat(2)
    reconstruction, code = model(torch.randn(22, 512, 86), category)
    (reconstruction.square().sum() + code.square().sum()).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name
        if "gain" in name or "bias.weight" in name:  # of every category
            assert (parameter.grad.abs().sum(dim=1) > 0).all(), name


def test_category_changes_code_and_sound(model):
    model.eval()
    with torch.no_grad():
        x = torch.randn(1, 512, 86).expand(2, -1, -1)
        category = torch.tensor([0, 1])
        # Fresh gains are 1 for every category; the code differs only once they differ.
        model.encoder.norms[0].gain.weight[1] *= 2
        code = model.encoder(x, category)
        assert not torch.allclose(code[0], code[1])
        decoded = model.decoder(torch.zeros(2, 64), category)
        assert not torch.allclose(decoded[0], decoded[1])


def test_conditional_norm_by_hand():
    norm = ConditionalBatchNorm2d(1, 2)
    with torch.no_grad():
        norm.gain.weight[:] = torch.tensor([[2.0], [3.0]])
        norm.bias.weight[:] = torch.tensor([[5.0], [-5.0]])
    x = torch.tensor([-1.0, 1.0]).reshape(2, 1, 1, 1)
    out = norm(x, torch.tensor([0, 1])).flatten()
    # Mean 0, deviation 1: -1 * 2 + 5 and 1 * 3 - 5.
    torch.testing.assert_close(out, torch.tensor([3.0, -2.0]), atol=1e-4, rtol=0)


@pytest.mark.parametrize("size", [(512, 86), (64, 64), (37, 23)])
def test_decoder_mirrors_any_size(size):
    config = CwaeConfig(
        n_mels=size[0], n_frames=size[1], channels=(2, 3), hidden=(8,), latent_dim=4
    )
    x = torch.randn(2, *size)
    assert Cwae(config)(x, torch.tensor([0, 1]))[0].shape == x.shape


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"channels": ()}, "at least one"),
        ({"n_mels": 2, "padding": (0, 0)}, "leave nothing of a 2 x 86"),
    ],
)
def test_impossible_sizes_are_refused(change, message):
    with pytest.raises(ConfigError, match=message):
        CwaeConfig(**change)
