import numpy as np
import pytest

from neural_drum_machine.evaluation.judges import cdpam
from neural_drum_machine.evaluation.study.perceptual import perceptual_distances
from neural_drum_machine.evaluation.study.reconstruction import reconstruct
from neural_drum_machine.evaluation.study.routes import PERCEPTUAL, ROUTES, TRUE
from neural_drum_machine.signal.distance import spectral_convergence, standardised_mse
from neural_drum_machine.signal.mel import exp_mel, mel_spectrogram


def test_values_are_those_of_a_reconstruction_by_hand(measured):
    result, data = measured.result, measured.data
    machine = measured.machine.with_engine(None)
    part = result["reconstruction"]
    assert set(part["categories"]) == {"kick", "snare", "closed_hihat"}
    paper = machine.with_inverter("mcnn")
    for i, row in enumerate(part["rows"]):
        assert data.entries[row].split == "validation"
        levels = data.levels(np.array([row]))
        mel = mel_spectrogram(data.wave(row), data.spec)
        stored = exp_mel(levels.mel[0], data.spec)
        made = mel_spectrogram(paper.invert(stored), data.spec)
        assert part["figures"]["mcnn"]["sc"][i] == pytest.approx(spectral_convergence(mel, made))
        index = np.array([machine.index(data.entries[row].category)])
        x = machine.scale.mel.forward(mel)
        code = machine.networks.encode(machine.scale.forward(levels), index)
        decoded = machine.networks.decode(code, index).mel[0]
        assert part["figures"]["cwae"]["mse"][i] == pytest.approx(standardised_mse(x, decoded))
        path = mel_spectrogram(paper.invert(machine.scale.mel.inverse(decoded)), data.spec)
        code = machine.encode_levels(levels.of(0), int(index[0]))
        searched = machine.networks.decode(code[None], index).mel[0]
        found = part["figures"]["cwae_searched"]["mse"][i]
        assert found == pytest.approx(standardised_mse(x, searched))
        assert part["figures"]["path_mcnn"]["sc"][i] == pytest.approx(
            spectral_convergence(mel, path)
        )
    routes = set(part["figures"])
    assert {"griffin-lim", "path_griffin-lim", "searched_refined", "played_refined"} <= routes
    assert {"mcnn", "librosa_32", "griffin_lim_2", "griffin_lim_32", "cwae", "sampler"} <= routes
    n = len(part["rows"])
    for route, table in part["figures"].items():
        assert all(len(values) == n for values in table.values()), route
        assert np.isfinite(list(table.values())).all(), route
    # More iterations of Griffin-Lim are better, and all beat a network trained for twelve steps.
    means = {route: np.mean(part["figures"][route]["sc"]) for route in part["figures"]}
    assert means["griffin_lim_32"] < means["griffin_lim_4"] < means["mcnn"]


@pytest.mark.slow
def test_two_processes_measure_the_same_values(measured):
    result, machine, data = measured.result, measured.machine, measured.data
    rows = np.array(result["reconstruction"]["rows"])
    again = reconstruct(machine, data, rows, workers=2)
    for route, table in result["reconstruction"]["figures"].items():
        for measure, values in table.items():
            # Only nearly the same, because the order of summation depends on the threads.
            np.testing.assert_allclose(
                again["figures"][route][measure], values, rtol=2e-3, atol=1e-3
            )


def test_every_inverter_is_timed(measured):
    times = measured.result["times"]
    wanted = {route.name for route in ROUTES if route.source == TRUE}
    assert set(times) == wanted
    assert all(len(values) == 3 and min(values) > 0 for values in times.values())


def test_the_perceptual_distance_is_measured_for_its_routes(measured):
    part = measured.result["perceptual"]
    assert part["categories"] == ["kick", "snare", "closed_hihat"]
    assert set(part["figures"]) == {*PERCEPTUAL, "sampler"}
    assert all(len(values) == 3 for values in part["figures"].values())


def test_an_unavailable_perceptual_distance_is_skipped_with_the_reason(measured, monkeypatch):
    rows = np.array(measured.result["reconstruction"]["rows"])
    monkeypatch.setattr(cdpam, "unavailable", lambda: "cdpam is not installed")
    skipped = perceptual_distances(measured.machine, measured.data, rows)
    assert skipped == {"skipped": "cdpam is not installed"}
    none = perceptual_distances(measured.machine, measured.data, rows[:0])
    assert none == {"skipped": "0 sounds were requested"}
