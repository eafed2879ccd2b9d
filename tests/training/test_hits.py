"""The training of the second generation's generator."""

import math

import numpy as np
import pytest
import torch
from tests.support.training import small_config
from tests.training.conftest import LONGER, trained

from neural_drum_machine.signal.air import AIR_FLOOR
from neural_drum_machine.signal.mel import mel_band_edges
from neural_drum_machine.training.config_file import merge
from neural_drum_machine.training.hits import HitStage
from neural_drum_machine.training.run import load_run

SIZES = {"n_mels": 64, "n_frames": 64, "latent_dim": 8, "channels": [16, 16], "hidden": 32}
HITS = {"cwae": {"network": "hits", "sc_weight": 0.5, "hits": {**SIZES, "kernel_size": 3}}}


def stage_of(data, **changes) -> HitStage:
    torch.manual_seed(1)
    config = merge(merge(small_config("cwae"), HITS), {"cwae": changes})
    stage = HitStage(config.cwae, data)
    stage.log = lambda *_, **__: None  # there is no trainer to log to
    return stage


def batch_of(data, n: int = 11):
    parts = (data.mels, data.air, data.attack)
    return tuple(torch.from_numpy(part[:n].astype("f4")) for part in parts)


def test_a_run_lowers_the_loss_and_can_be_loaded(small_data, tmp_path):
    config = merge(small_config("cwae", **LONGER), HITS)
    run = trained("cwae", config, small_data, tmp_path / "run")
    assert run.losses[-1] < 0.95 * run.losses[0]
    model = load_run(run.folder, "cwae").model
    x = stage_of(small_data).scaled(*batch_of(small_data))
    decoded, code = model(x, torch.arange(11))
    assert code.shape == (11, 8)
    assert all(torch.isfinite(part).all() for part in decoded)


def test_noise_reaches_the_decoder_and_not_the_codes(small_data):
    category = torch.arange(11)

    def autoencoded(**changes):
        stage = stage_of(small_data, **changes)
        x = stage.scaled(*batch_of(small_data))
        return stage.autoencode(x, category, torch.Generator().manual_seed(0))

    still, code = autoencoded(code_noise=0.0)
    moved, same = autoencoded(code_noise=0.3)
    again, _ = autoencoded(code_noise=0.3)
    torch.testing.assert_close(code, same)
    torch.testing.assert_close(moved.mel, again.mel)
    assert not torch.allclose(still.mel, moved.mel, atol=1e-4)


def test_training_sounds_are_standardised(small_data):
    stage = stage_of(small_data)
    rows = small_data.rows("train")
    parts = (small_data.mels, small_data.air, small_data.attack)
    x = stage.scaled(*(torch.from_numpy(part[rows].astype("f4")) for part in parts))
    for part in x:
        assert float(part.mean()) == pytest.approx(0, abs=0.2)
        assert float(part.std()) < 1.3


def test_errors_are_weighted_by_part_and_at_the_onset(small_data):
    stage = stage_of(small_data, air_weight=2.0, attack_weight=5.0, onset_weight=3.0)
    x = stage.scaled(*batch_of(small_data))
    errors = stage.errors(x._replace(attack=x.attack + 1), x)
    torch.testing.assert_close(errors["attack"], torch.full((11,), 5.0 * 200))
    assert not errors["core"].any()
    assert not errors["air"].any()
    errors = stage.errors(x._replace(air=x.air + 1), x)
    # 60 ms are the frames whose centre lies before: 3 times the weight.
    early = math.ceil((0.06 * 22050 + small_data.spec.pre_roll) / 64)
    torch.testing.assert_close(errors["air"], torch.full((11,), 2.0 * 8 * (64 + 2 * early)))


def test_variations_change_all_parts_of_a_hit_alike(small_data):
    parts = batch_of(small_data)
    same = stage_of(small_data, augment={"tilt_db": 0.0, "decay_db": 0.0})
    for before, after in zip(parts, same.varied(*parts, torch.Generator()), strict=True):
        torch.testing.assert_close(before, after, atol=1e-3, rtol=1e-3)

    stage = stage_of(small_data, augment={"tilt_db": 6.0, "decay_db": 0.0})
    generator = torch.Generator()
    generator.manual_seed(0)
    mel, air, attack = stage.varied(*parts, generator)
    # What the tilt did between 1 and 8 kHz it did between 8 kHz and the air, octave by octave.
    hz = np.asarray(mel_band_edges(small_data.spec)[1:-1])
    low, high = (int(np.abs(hz - f).argmin()) for f in (1000, 8000))
    change = 20 * torch.log10(mel / parts[0].clamp_min(1e-9))
    per_octave = (change[:, high, 1] - change[:, low, 1]) / math.log2(hz[high] / hz[low])
    loud = parts[1][:, 0, 1] > math.log(AIR_FLOOR) + 3
    assert loud.any()
    got = 20 / math.log(10) * (air[:, 0, 1] - parts[1][:, 0, 1])
    octaves = float(stage.air_octaves[0]) - math.log2(hz[high] / 1000)
    want = change[:, high, 1] + per_octave * octaves
    torch.testing.assert_close(got[loud], want[loud], atol=0.6, rtol=0.05)
    assert mel.amax(dim=(1, 2)).allclose(parts[0].amax(dim=(1, 2)), rtol=1e-3)
    assert not torch.equal(attack, parts[2])
