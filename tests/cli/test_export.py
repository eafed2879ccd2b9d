from functools import partial

import pytest


@pytest.mark.slow
def test_two_runs_become_one_model_file(
    ndm, small_runs, small_data, ready_graphs, tmp_path, monkeypatch
):
    from neural_drum_machine.export import pipeline  # imports PyTorch

    # One sound along each axis, where the command moves eight.
    monkeypatch.setattr(pipeline, "export", partial(pipeline.export, axis_seeds=1))
    model = tmp_path / "m.ndm"
    runs = ("--cwae", small_runs["cwae"], "--mcnn", small_runs["mcnn"])
    words = ["export", *runs, "--data", small_data.folder, "--out", model]
    code, out, _ = ndm(*words)
    assert code == 0
    assert "MB; largest difference from PyTorch" in out
    code, out, _ = ndm("render", "--category", "kick", "--out", tmp_path, "--model", model)
    assert (code, "1 sound in" in out) == (0, True)
    assert ndm(*words)[0] == 1  # the file exists
    assert ndm(*words, "--force", "--which", "worst")[0] == 2
