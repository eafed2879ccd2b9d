import pytest
import torch

from neural_drum_machine.networks.hits import HitConfig, HitCwae, HitTensors

SIZES = {"n_mels": 16, "n_frames": 10, "latent_dim": 4, "channels": (8, 8), "hidden": 12}
CONFIG = HitConfig(**SIZES, kernel_size=3, attack_hidden=6)


def hits(n: int = 3) -> HitTensors:
    torch.manual_seed(0)
    return HitTensors(torch.randn(n, 16, 10), torch.randn(n, 8, 10), torch.randn(n, 5, 40))


@pytest.fixture(scope="module")
def network() -> HitCwae:
    torch.manual_seed(1)
    return HitCwae(CONFIG).eval()


def test_a_hit_comes_back_in_its_three_shapes(network):
    hit, category = hits(), torch.tensor([0, 5, 10])
    out, code = network(hit, category)
    assert code.shape == (3, 4)
    assert [part.shape for part in out] == [part.shape for part in hit]
    torch.testing.assert_close(network.decoder(code, category), out)


@pytest.mark.parametrize("part", HitTensors._fields)
def test_each_part_of_a_hit_changes_its_code_and_learns_from_it(network, part):
    hit, category = hits(), torch.tensor([0, 5, 10])
    changed = hit._replace(**{part: getattr(hit, part) + 1})
    code, other = (network.encoder(x, category) for x in (hit, changed))
    assert (code - other).abs().amax(dim=1).min() > 1e-4
    network.zero_grad()
    getattr(network(hit, category)[0], part).square().sum().backward()
    assert network.encoder.leave.weight.grad.abs().max() > 0


def test_sounds_of_a_batch_do_not_see_each_other(network):
    hit, category = hits(), torch.tensor([0, 5, 10])
    alone = HitTensors(*(part[1:2] for part in hit))
    code = network.encoder(hit, category)[1:2]
    torch.testing.assert_close(network.encoder(alone, category[1:2]), code, atol=1e-5, rtol=1e-4)
