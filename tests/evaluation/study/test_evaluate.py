"""The whole evaluation of a small model, and what it is put together from."""

import copy
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from neural_drum_machine.evaluation.study.cache import Cache
from neural_drum_machine.evaluation.study.illustrate import illustrate, pairs
from neural_drum_machine.evaluation.study.report.words import PICTURES
from neural_drum_machine.evaluation.study.ways import PERCEIVED, TRUE, WAYS
from tests.support.sounds import tone

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.study import evaluate as module
from neural_drum_machine.evaluation.study import generation, reconstruction
from neural_drum_machine.evaluation.study.evaluate import evaluate
from neural_drum_machine.evaluation.study.findings import (
    all_findings,
    best_path,
    category_means,
    weakest,
)
from neural_drum_machine.evaluation.study.report import to_markdown
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.signal.distance import spectral_convergence, standardised_mse
from neural_drum_machine.signal.mel import mel_spectrogram

SETTINGS = {
    "per_category": 2,
    "generated": 6,
    "perceptual_per_category": 1,
    "renders": 2,
    "judge_steps": 8,
    "axis_seeds": 1,
    "workers": 1,
}


class FakeEmbedder:
    """Centroid-like numbers instead of a network's."""

    calls = 0

    def unavailable(self):
        return None

    def __call__(self, sounds, sr, progress=None):
        FakeEmbedder.calls += len(sounds)
        spectra = np.abs(np.fft.rfft(np.stack(sounds), axis=1))[:, 1:1025]
        return np.log(spectra.reshape(len(sounds), 8, 128).sum(axis=2) + 1e-3).astype(np.float32)


class FakeCdpam:
    def distance(self, target, estimate, sr):
        return float(np.abs(target - estimate).mean())


@pytest.fixture(scope="module")
def measured(small_machine, library, tmp_path_factory):
    """Return the result, what it was made from, and its folder."""
    folder = tmp_path_factory.mktemp("evaluation")
    data = prepare([library], folder / "data", spec=small_machine.spec, workers=1, per_category=24)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "Embedder", FakeEmbedder)
        patch.setattr(reconstruction, "Cdpam", FakeCdpam)
        patch.setattr(reconstruction, "available", lambda: None)
        patch.setattr(module.latency, "benchmark", fake_benchmark)
        seen = []
        cache = Cache(folder / "cache")
        result = evaluate(
            small_machine, data, cache, **SETTINGS, progress=lambda *args: seen.append(args)
        )
        calls = FakeEmbedder.calls
        again = evaluate(small_machine, data, cache, **SETTINGS)
        assert FakeEmbedder.calls == calls
    assert again == result
    assert {"reconstruction: sounds", "judge: members", "codes", "axes"} <= {s for s, *_ in seen}
    return result, small_machine, data, cache


def fake_benchmark(bundle, renders, progress):
    times = [20.0 + i for i in range(5)]
    figures = {"runs": 5, "threads": 1}
    for phase in ("render", "decode", "invert"):
        figures |= {f"{phase}_ms": times} | {f"{phase}_ms_p{p}": 22.0 for p in (50, 95, 99)}
    none = {"skipped": "not asked"}
    return {
        "machine": {"cpu": "a CPU", "cores": 2, "load_average_1min": 0.1},
        "model": {"name": "small", "hash": bundle.hash},
        "cold_start": {"ndm": {"first_sound_s_p50": 0.5, "peak_memory_mib_p50": 200.0}},
        "contenders": {
            **dict.fromkeys(("ndm", "mcnn", "mcnn_2_threads"), figures),
            "pytorch": none,
            "librosa": none,
        },
        "arithmetic": {"floor_ms_p50": 9.0, "floor_ms": times},
        "ratios": {},
    }


def test_result_is_json_and_says_what_it_is_of(measured):
    result, machine, data, _ = measured
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert result["model"]["hash"] == machine.hash
    assert result["dataset"]["fingerprint"] == data.fingerprint
    # More was made of the same recordings than the model was trained on, of which the same
    # ones are kept aside.
    trained_on = machine.bundle.header["training"]["cwae"]["dataset"]
    assert trained_on["fingerprint"] != data.fingerprint
    assert result["dataset"]["held_out"] is True
    assert "that neither network was trained on" in to_markdown(result, "shown")
    unknown = {**result, "dataset": {**result["dataset"], "held_out": False}}
    assert "whether it was trained on these sounds is not known" in to_markdown(unknown, "shown")


def test_reconstruction_is_measured_as_it_says(measured):
    result, machine, data, _ = measured
    part = result["reconstruction"]
    assert set(part["categories"]) == {"kick", "snare", "closed_hihat"}
    paper = DrumMachine(machine.bundle, inverter="mcnn")
    for i, row in enumerate(part["rows"]):
        assert data.entries[row].split == "validation"
        mel = mel_spectrogram(data.wave(row), data.spec)
        made = mel_spectrogram(paper.invert(mel), data.spec)
        assert part["figures"]["mcnn"]["sc"][i] == pytest.approx(spectral_convergence(mel, made))
        index = np.array([machine.index(data.entries[row].category)])
        x = machine.standardisation.forward(mel)
        decoded = machine.networks.decode(machine.networks.encode(x[None], index), index)[0]
        assert part["figures"]["cwae"]["mse"][i] == pytest.approx(standardised_mse(x, decoded))
        path = mel_spectrogram(paper.invert(machine.standardisation.inverse(decoded)), data.spec)
        code = machine.encode_mel(mel, int(index[0]))
        searched = machine.networks.decode(code[None], index)[0]
        found = part["figures"]["cwae_searched"]["mse"][i]
        assert found == pytest.approx(standardised_mse(x, searched))
        assert part["figures"]["path_mcnn"]["sc"][i] == pytest.approx(
            spectral_convergence(mel, path)
        )
    ways = set(part["figures"])
    assert {"griffin-lim", "path_griffin-lim", "searched_refined", "played_refined"} <= ways
    assert {"mcnn", "librosa_32", "griffin_lim_2", "griffin_lim_32", "cwae", "sampler"} <= ways
    n = len(part["rows"])
    for way, table in part["figures"].items():
        assert all(len(values) == n for values in table.values()), way
        assert np.isfinite(list(table.values())).all(), way
    # Griffin-Lim beats a network of twelve steps, and itself with fewer iterations.
    means = {way: np.mean(part["figures"][way]["sc"]) for way in part["figures"]}
    assert means["griffin_lim_32"] < means["griffin_lim_4"] < means["mcnn"]


def test_two_processes_measure_the_same(measured):
    result, machine, data, _ = measured
    rows = np.array(result["reconstruction"]["rows"])
    again = reconstruction.reconstruct(machine, data, rows, workers=2)
    for way, table in result["reconstruction"]["figures"].items():
        for measure, values in table.items():
            # Not to the last bit: a matrix product's order of summing depends on threads.
            np.testing.assert_allclose(again["figures"][way][measure], values, rtol=2e-3, atol=1e-3)


def test_every_inverter_is_timed(measured):
    times = measured[0]["times"]
    wanted = {way.name for way in WAYS if way.source == TRUE}
    assert set(times) == wanted
    assert all(len(values) == 3 and min(values) > 0 for values in times.values())


def test_perceptual_distance_of_the_paths_it_is_asked_about(measured):
    part = measured[0]["perceptual"]
    assert part["categories"] == ["kick", "snare", "closed_hihat"]
    assert set(part["figures"]) == {*PERCEIVED, "sampler"}
    assert all(len(values) == 3 for values in part["figures"].values())


def test_without_the_measures_the_report_says_so(measured, monkeypatch):
    result, machine, data, _ = measured
    monkeypatch.setattr(reconstruction, "available", lambda: "cdpam is not installed")
    skipped = reconstruction.perceive(machine, data, np.array(result["reconstruction"]["rows"]))
    assert skipped == {"skipped": "cdpam is not installed"}
    distances = {**result["generation"], "distances": {"skipped": "aisfx is not installed"}}
    distances.pop("diversity")
    text = to_markdown({**result, "perceptual": skipped, "generation": distances}, "shown")
    assert "CDPAM was left out: cdpam is not installed." in text
    assert "KAD and FAD were left out: aisfx is not installed." in text


def test_where_variations_lack_a_category_like_is_set_beside_like(measured):
    result = copy.deepcopy(measured[0])
    part = result["generation"]
    assert set(part["diversity"]["augmented"]) < set(part["diversity"]["real"])
    # Of too few sounds nothing is said.
    part["distances_alike"] = {"skipped": "6 real sounds are too few to compare sets"}
    assert "of these categories alone" not in to_markdown(result, "shown")
    part["distances_alike"] = alike = {"kad": {}, "fad": {}}
    for table, value in ((alike["kad"], 7.5), (alike["fad"], 66.0)):
        table["generated"], table["augmented"] = [value - 1, value, value + 1], [0.0, 0.25, 0.5]
    text = to_markdown(result, "shown")
    assert (
        "| generated sounds, all sets of these categories alone | "
        "7.50 [6.50, 8.50] | 66.0 [65.0, 67.0] |"
    ) in text
    assert "| variations of recordings, all sets of these categories alone | 0.25 " in text


def test_sets_are_of_one_size_and_one_mix(measured):
    result, machine, data, _ = measured
    assert result["generation"]["counts"] == {"kick": 6, "snare": 6, "closed_hihat": 6}
    rows = generation.real_rows(data, machine.categories, 6)
    held_out = sum(data.entries[row].split == "validation" for row in rows)
    assert result["generation"]["held_out_among_real"] == held_out
    assert len(generation.real_rows(data, ["kick"], 6)) == 6
    assert all(data.entries[row].origin == "real" for row in rows)
    real = generation.of_dataset(data, rows)
    wanted = np.bincount(real.categories, minlength=len(CATEGORIES))
    without = rows[::2]
    varied = [data.entries[row] for row in generation.augmented_rows(data, wanted, without)]
    assert varied
    assert all(entry.origin == "augmented" for entry in varied)
    names = {data.entries[row].name for row in without}
    assert all(names.isdisjoint(json.loads(entry.parents)) for entry in varied)
    made = generation.generate(machine, wanted)
    assert sorted(made.categories.tolist()) == sorted(real.categories.tolist())
    np.testing.assert_array_equal(made.sounds[1], machine.render("kick", seed=1).samples)
    # Halves without a kit in common share none.
    apart = generation.halves_by_kit(data, rows)
    kits = [{data.entries[r].kit for r in rows[half]} for half in (apart, ~apart)]
    assert all(kits)
    assert not kits[0] & kits[1]


def test_distances_tell_worse_sets_from_better_ones():
    rng = np.random.default_rng(0)
    real = rng.standard_normal((60, 8))
    sets = {
        "real": real,
        "augmented": real + 0.1 * rng.standard_normal((60, 8)),
        "generated": rng.standard_normal((60, 8)) + 1,
    }
    table = generation.set_distances(
        {name: x.astype(np.float32) for name, x in sets.items()}, np.arange(60) < 30
    )
    for name in ("kad", "fad"):
        near, far = table[name]["augmented"], table[name]["generated"]
        assert near[0] <= near[1] <= near[2] < far[0] <= far[1] <= far[2]
        floor = table[name]["halves of the real ones"]
        assert floor[1] < far[0]
    # What is too small is left out, and nothing breaks.
    few = {name: x[:10].astype(np.float32) for name, x in sets.items()}
    kept = generation.set_distances(few, np.arange(10) < 1)
    assert "halves without a kit in common" not in kept["kad"]
    assert "skipped" in generation.set_distances({"real": real[:3]}, np.arange(3) < 1)


def test_copies_are_found_out(measured):
    _, _, data, _ = measured
    train = data.rows("train", "kick")[:5]
    held_out = data.rows("validation")
    copies = generation.of_dataset(data, train)
    copied = generation.copying(data, copies, held_out)
    assert copied["generated"]["p95"] < 0.02 < copied["held_out"]["p50"]


def test_tones_at_the_frame_rate_are_told_from_others(small_machine):
    sr, hop = 22050, 256

    def share(*frequencies):
        sounds = [tone(f, 0.9, decay=6).astype(np.float32) for f in frequencies]
        found = generation.pitch_on_frame_rate(
            generation.Sample(sounds, np.zeros(len(sounds), np.int64)), sr, hop
        )
        assert found["pitched"] == len(sounds)
        return found["on_frame_rate"] / len(sounds)

    assert share(86.13, 172.27, 258.4, 344.5) == 1
    assert share(60.0, 110.0, 200.0, 310.0, 700.0) == 0
    silent = generation.Sample([np.zeros(22015, np.float32)], np.zeros(1, np.int64))
    nothing = {"pitched": 0.0, "on_frame_rate": 0.0}
    assert generation.pitch_on_frame_rate(silent, sr, hop) == nothing


def test_judge_is_asked_about_every_recording_once(measured):
    result, _, data, _ = measured
    real = np.array(result["fidelity"]["real"])
    assert real.sum() == sum(entry.origin == "real" for entry in data.entries)
    made = np.array(result["fidelity"]["generated"]).sum(axis=1)
    # Each of four members names every generated sound.
    counts = result["generation"]["counts"]
    assert made.tolist() == [4 * counts.get(category, 0) for category in CATEGORIES]


def test_weakest_findings_stand_at_the_top_and_carry_their_figures(measured):
    result = measured[0]
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


def test_findings_follow_the_figures(measured):
    """A model that is good but for one thing is told that thing first."""
    result = copy.deepcopy(measured[0])
    for way, table in result["reconstruction"]["figures"].items():
        for measure in ("sc", "best_gain_sc", "onset_error", "stripes_db", "mse"):
            if measure in table:
                table[measure] = [0.9 if way == "sampler" else 0.01] * len(table[measure])
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
    # Tones where the drum has none.
    result["generation"]["pitch"]["generated"]["on_frame_rate"] = 9.0
    assert weakest(result)[0].about == "inverter"
    assert "heard in 90 % of 10 generated sounds" in weakest(result)[0].sentence
    # Speed and latent space come after what is heard, however bad they are.
    result["benchmark"]["contenders"]["ndm"]["render_ms_p50"] = 1e4
    assert [f.about for f in weakest(result)][:2] == ["inverter", "speed"]
    # An estimate of no distance at all is no division by zero.
    distances["augmented"] = [-0.2, -0.1, 0.0]
    distances["generated"] = [50.0, 60.0, 70.0]
    assert weakest(result)[0].about == "new sounds"


def test_other_settings_are_other_results(measured):
    result, machine, data, cache = measured
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "Embedder", FakeEmbedder)
        patch.setattr(reconstruction, "available", lambda: "cdpam went missing")
        patch.setattr(module.latency, "benchmark", fake_benchmark)
        other = evaluate(machine, data, cache, **{**SETTINGS, "per_category": 1, "generated": 5})
        assert len(other["reconstruction"]["rows"]) == 3
        assert other["generation"]["counts"] == {"kick": 5, "snare": 5, "closed_hihat": 5}
        # Measured before, and cdpam was there then.
        assert other["perceptual"] == result["perceptual"]
        few = evaluate(machine, data, cache, **{**SETTINGS, "perceptual_per_category": 2})
        assert few["perceptual"] == {"skipped": "cdpam went missing"}
        patch.setattr(reconstruction, "available", lambda: None)
        patch.setattr(reconstruction, "Cdpam", FakeCdpam)
        few = evaluate(machine, data, cache, **{**SETTINGS, "perceptual_per_category": 2})
        assert len(few["perceptual"]["categories"]) == 6


def test_report_shows_every_way_and_its_pictures_exist(measured, tmp_path):
    result, machine, data, cache = measured
    text = to_markdown(result, "shown")
    for way in WAYS:
        assert f"| {way.source} | {way.title} |" in text
    illustrate(result, machine, data, cache, tmp_path)
    for name in PICTURES:
        assert f"](shown/{name})" in text
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
    assert "nan" not in text.replace("anan", "").lower()


def test_pairs_show_a_held_out_sound_beside_its_reconstruction(measured):
    _, machine, data, _ = measured
    shown = pairs(machine, data)
    assert [name for name, _, _ in shown] == ["kick", "snare", "closed_hihat"]
    rows = data.rows("validation", "kick")
    np.testing.assert_array_equal(shown[0][1], data.wave(int(rows[len(rows) // 2])))


def test_rows_are_spread_and_capped():
    rows = np.arange(100, 110)
    assert reconstruction.spread(rows, 99).tolist() == rows.tolist()
    assert reconstruction.spread(rows, 2).tolist() == [100, 109]


def test_foreign_and_unsplit_datasets_are_refused(small_machine, library, tmp_path):
    other = replace(small_machine.spec, log_eps=0.1)
    data = prepare([library], tmp_path / "a", spec=other, limit=2)
    with pytest.raises(DatasetError, match="another audio spec"):
        evaluate(small_machine, data, Cache(tmp_path / "cache"))
    shutil.copytree(library / "Kit 0", tmp_path / "src" / "Kit 0")
    data = prepare([tmp_path / "src"], tmp_path / "b", spec=small_machine.spec)
    with pytest.raises(DatasetError, match="no validation sounds"):
        evaluate(small_machine, data, Cache(tmp_path / "cache"))
