import numpy as np
import pytest
import torch

from neural_drum_machine.errors import ExportError
from neural_drum_machine.export.codes import training_codes
from neural_drum_machine.export.parity import check_parity, measure_parity
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.training.run import load_run


def test_torch_equals_onnx_on_fresh_input(small_bundle, small_runs):
    cwae, mcnn = (load_run(small_runs[s], s).model for s in ("cwae", "mcnn"))
    networks = Networks(Bundle.open(small_bundle))
    rng = np.random.default_rng(1)
    for batch in (1, 5):
        code = rng.standard_normal((batch, 8)).astype(np.float32)
        category = rng.integers(0, 11, batch)
        mel = (rng.random((batch, 64, 64)) * 5).astype(np.float32)
        with torch.inference_mode():
            x = cwae.decoder(torch.from_numpy(code), torch.from_numpy(category)).numpy()
            again = cwae.encoder(torch.from_numpy(x), torch.from_numpy(category)).numpy()
            waveform, logits = (t.numpy() for t in mcnn(torch.from_numpy(mel)))
        for ours, theirs in (
            (networks.decode(code, category), x),
            (networks.encode(x, category), again),
            (networks.mcnn(mel)[0], waveform),
            (networks.mcnn(mel)[1], logits),
        ):
            assert np.abs(ours - theirs).max() <= 1e-3 * np.abs(theirs).max()


@pytest.mark.parametrize("part", ["decoder", "encoder", "mcnn"])
def test_each_network_that_differs_is_measured(small_bundle, small_runs, small_data, part):
    cwae, mcnn = (load_run(small_runs[s], s).model for s in ("cwae", "mcnn"))
    codes, categories = training_codes(cwae, small_data, small_data.standardisation)
    altered = {
        "decoder": cwae.decoder.convs[-1].bias,
        "encoder": cwae.encoder.linears[-1].bias,
        "mcnn": mcnn.softsign_scale,
    }
    with torch.no_grad():
        altered[part] += 1.0
    differences = measure_parity(
        Bundle.open(small_bundle), cwae, mcnn, codes, categories, small_data.standardisation
    )
    assert differences[part] > 0.01
    with pytest.raises(ExportError, match=rf"differ by .* in {part}.*, more than 0\.001"):
        check_parity(differences)


def test_a_difference_that_is_no_number_does_not_pass():
    with pytest.raises(ExportError, match="nan of full scale in encoder, more than"):
        check_parity({"decoder": 1e-5, "encoder": float("nan"), "mcnn": 1e-6})
    check_parity({"decoder": 1e-3, "encoder": 0.0, "mcnn": 1e-6})
