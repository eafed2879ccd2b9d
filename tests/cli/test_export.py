from functools import partial

import pytest
from tests.support.exemplars import small_bank

from neural_drum_machine.model_file.bundle import Bundle


@pytest.mark.slow
def test_runs_and_exemplars_become_one_model_file(
    ndm, small_runs, small_data, tmp_path, monkeypatch
):
    from neural_drum_machine.export import pipeline  # imports PyTorch
    from neural_drum_machine.export.bank_file import write_bank

    # One sound along each axis, where the command moves eight.
    monkeypatch.setattr(pipeline, "export", partial(pipeline.export, axis_seeds=1))
    model, bank = tmp_path / "m.ndm", tmp_path / "bank.safetensors"
    write_bank(small_bank(small_runs["cwae"], small_data), bank)
    words = ["export", "--cwae", small_runs["cwae"], "--data", small_data.folder, "--out", model]
    code, out, _ = ndm(*words, "--mcnn", small_runs["mcnn"], "--exemplars", bank)
    assert code == 0
    assert "MB; largest difference from PyTorch" in out
    assert "mcnn" in out
    assert len(Bundle.open(model).bank()) == 6
    code, out, _ = ndm("render", "--category", "kick", "--out", tmp_path, "--model", model)
    assert (code, "1 sound in" in out) == (0, True)
    assert ndm(*words)[0] == 1  # the file exists
    assert ndm(*words, "--force", "--which", "worst")[0] == 2
    # Neither MCNN nor exemplars are needed.
    assert ndm(*words, "--force")[0] == 0
    bundle = Bundle.open(model)
    assert (bundle.mcnn, bundle.bank()) == (None, None)
    out = tmp_path / "paper"
    code, _, err = ndm("render", "--out", out, "--model", model, "--inverter", "mcnn")
    assert (code, "this model has no MCNN; use another inverter" in err) == (1, True)
