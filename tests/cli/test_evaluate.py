import json

import pytest
from tests.support.evaluation import fake_benchmark

from neural_drum_machine.benchmark import latency
from neural_drum_machine.evaluation.study.report.formatting import PICTURES


@pytest.mark.slow
def test_a_report_its_figures_and_its_pictures(
    ndm, small_bundle, small_data, tmp_path, monkeypatch
):
    # tests/benchmark runs the real one and compares its result with this one's form.
    monkeypatch.setattr(latency, "benchmark", fake_benchmark)
    code, out, _ = ndm(
        "evaluate", "--data", small_data.folder, "--out", tmp_path / "r.md",
        "--model", small_bundle, "--per-category", 1, "--generated", 4, "--perceptual", 0,
        "--renders", 1, "--judge-steps", 2, "--axis-seeds", 1, "--asked", 8, "--workers", 1,
        "--cache", tmp_path / "cache",
    )  # fmt: skip
    assert code == 0
    assert f"report: {tmp_path / 'r.md'}" in out
    assert json.loads((tmp_path / "r.json").read_text())["settings"]["judge_steps"] == 2
    assert {path.name for path in (tmp_path / "r").iterdir()} == set(PICTURES)
    assert all(f"](r/{name})" in (tmp_path / "r.md").read_text() for name in PICTURES)
    assert list((tmp_path / "cache").iterdir())


def test_the_report_must_be_a_file(ndm, small_data, tmp_path):
    code, _, err = ndm("evaluate", "--data", small_data.folder, "--out", tmp_path / "r")
    assert code == 1
    assert f"--out {tmp_path / 'r' / 'report.md'}" in err


def test_a_name_whose_results_would_have_longer_ones_is_refused_at_once(ndm, tmp_path):
    out = tmp_path / ("n" * 252 + ".md")
    code, _, err = ndm("evaluate", "--data", tmp_path, "--out", out)
    assert (code, "this name is too long; choose a shorter one" in err) == (1, True)
