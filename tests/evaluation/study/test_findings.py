import copy

import numpy as np

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.study.findings import all_findings, weakest
from neural_drum_machine.evaluation.study.report import to_markdown
from neural_drum_machine.evaluation.study.summaries import best_path, category_means


def test_the_report_begins_with_the_worst_finding_of_each_part(measured):
    result = measured.result
    found = all_findings(result)
    assert np.isfinite([f.times for f in found]).all()
    top = weakest(result)
    assert len({f.about for f in top}) == 3
    for finding in top:
        assert finding.times == max(f.times for f in found if f.about == finding.about)
    text = to_markdown(result, "shown").split("## Reconstruction")[0]
    for i, finding in enumerate(top, 1):
        assert f"{i}. {finding.sentence}" in text
    path = np.mean(list(category_means(result, best_path(result), "best_gain_sc").values()))
    assert any(f"best-gain SC of {path:.2f}" in finding.sentence for finding in found)


def test_findings_follow_the_values(measured):
    # A model with a single weakness: the report must name that first.
    result = copy.deepcopy(measured.result)
    for route, table in result["reconstruction"]["figures"].items():
        for measure in ("sc", "best_gain_sc", "onset_error", "stripes_db", "mse"):
            if measure in table:
                table[measure] = [0.9 if route == "sampler" else 0.01] * len(table[measure])
    counts = result["generation"]["counts"]
    result["fidelity"]["generated"] = np.diag([counts.get(c, 0) for c in CATEGORIES]).tolist()
    distances = result["generation"]["distances"]["kad"]
    distances["generated"] = distances["augmented"] = [0.0, 0.0, 0.0]
    distances["halves of the real ones"] = [-0.1, 0.0, 0.1]
    result["generation"]["diversity"]["generated"] = result["generation"]["diversity"]["real"]
    result["generation"]["pitch"]["generated"] = {"pitched": 10.0, "on_frame_rate": 1.0}
    result["benchmark"]["contenders"]["ndm"]["render_ms_p50"] = 10.0
    for statistics in result["latent"]["statistics"].values():
        statistics["variance"] = 1.0
    assert max(f.times for f in all_findings(result)) <= 1.01
    # Pitches on the frame rate.
    result["generation"]["pitch"]["generated"]["on_frame_rate"] = 9.0
    assert weakest(result)[0].about == "inverter"
    assert "the pitch of 90 % of 10 generated sounds" in weakest(result)[0].sentence
    # Audible findings come before speed and latent space, however bad these are.
    result["benchmark"]["contenders"]["ndm"]["render_ms_p50"] = 1e4
    assert [f.about for f in weakest(result)][:2] == ["inverter", "speed"]
    # A negative estimate causes no division by zero.
    distances["augmented"] = [-0.2, -0.1, 0.0]
    distances["generated"] = [50.0, 60.0, 70.0]
    assert weakest(result)[0].about == "new sounds"
