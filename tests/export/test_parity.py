import numpy as np
import pytest
import torch

from neural_drum_machine.errors import ExportError
from neural_drum_machine.export.codes import training_codes
from neural_drum_machine.export.parity import check_parity, measure_parity
from neural_drum_machine.export.trained import Trained
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.networks.hits import HitTensors
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.training.run import load_run


def test_torch_equals_numpy_on_fresh_input(small_bundle, small_runs):
    cwae, mcnn = (load_run(small_runs[s], s).model for s in ("cwae", "mcnn"))
    networks = Networks(Bundle.open(small_bundle))
    rng = np.random.default_rng(1)
    for batch in (1, 5):
        code = rng.standard_normal((batch, 8)).astype(np.float32)
        category = rng.integers(0, 11, batch)
        with torch.inference_mode():
            x = cwae.decoder(torch.from_numpy(code), torch.from_numpy(category))
            again = cwae.encoder(x, torch.from_numpy(category)).numpy()
        pairs = list(zip(networks.decode(code, category), x, strict=True))
        levels = Levels(*(part.numpy() for part in x))
        pairs.append((networks.encode(levels, category), again))
        for ours, theirs in pairs:
            theirs = np.asarray(theirs)
            assert np.abs(ours - theirs).max() <= 1e-3 * np.abs(theirs).max()
    for frames in (1, 17, 64):
        mel = (rng.random((64, frames)) * 5).astype(np.float32)
        with torch.inference_mode():
            theirs = mcnn(torch.from_numpy(mel)[None])
        for ours, its in zip(networks.mcnn(mel), theirs, strict=True):
            assert ours.shape == (frames * 64,)
            np.testing.assert_allclose(ours, its[0], atol=1e-3 * float(its.abs().max()))


@pytest.mark.parametrize("part", ["decoder", "decoder's attack", "encoder", "mcnn"])
def test_each_network_that_differs_is_measured(small_bundle, small_runs, small_data, part):
    generator, mcnn = (load_run(small_runs[s], s) for s in ("cwae", "mcnn"))
    codes, categories = training_codes(Trained(generator, None), small_data)
    altered = {
        "decoder": generator.model.decoder.leave.bias,
        "decoder's attack": generator.model.decoder.attack.bias,
        "encoder": generator.model.encoder.leave.bias,
        "mcnn": mcnn.model.softsign_scale,
    }
    with torch.no_grad():
        altered[part] += 1.0
    networks = Networks(Bundle.open(small_bundle))
    differences = measure_parity(networks, generator, mcnn, codes, categories)
    part = part.split("'")[0]
    assert differences[part] > 0.01
    with pytest.raises(ExportError, match=rf"differ by .* in {part}.*, more than 0\.001"):
        check_parity(differences)


def test_a_difference_that_is_no_number_does_not_pass():
    with pytest.raises(ExportError, match="nan of full scale in encoder, more than"):
        check_parity({"decoder": 1e-5, "encoder": float("nan"), "mcnn": 1e-6})
    check_parity({"decoder": 1e-3, "encoder": 0.0, "mcnn": 1e-6})


def test_hits_have_the_same_parts_everywhere():
    assert HitTensors._fields == Levels._fields
