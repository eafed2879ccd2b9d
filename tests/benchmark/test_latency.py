import importlib.util
import json
import sys
from functools import partial

import numpy as np
import pytest
import torch
from tests.support.evaluation import fake_benchmark

from neural_drum_machine.benchmark import cold_start, contenders, eager_pytorch, latency
from neural_drum_machine.benchmark.contenders import (
    BLOCKS,
    Contender,
    Skipped,
    Stopwatch,
    interleave,
    requests,
)
from neural_drum_machine.benchmark.latency_figure import latency_histogram
from neural_drum_machine.benchmark.memory import peak_memory_mib
from neural_drum_machine.errors import NdmError
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.networks.eager import EagerNetworks, first_sound, one_thread

RENDERS = 5


def test_contenders_take_turns_and_lose_no_run():
    ran = []

    def contender(name, runs, warm_up=True):
        def run(i):
            ran.append((name, i))
            return {"render": float(i), "half": i / 2}

        return Contender(runs, run, warm_up)

    many, few = contender("many", 2 * BLOCKS + 3), contender("few", 3, warm_up=False)
    told = []
    interleave({"many": many, "few": few}, lambda done, total: told.append((done, total)))
    for c in (many, few):
        assert c.times["render"] == list(range(c.runs))
        assert c.times["half"] == [i / 2 for i in range(c.runs)]
    # Each block starts with one run more that does not count, except for the few.
    assert [i for name, i in ran if name == "few"] == [0, 1, 2]
    assert len([1 for name, _ in ran if name == "many"]) == many.runs + BLOCKS
    # In turns: the few runs lie among the many, not before or after them.
    places = [k for k, (name, _) in enumerate(ran) if name == "few"]
    assert 0 < places[0] < places[1] - 2 * 6 < places[2] - 4 * 6
    assert told[-1] == (many.runs + 3, many.runs + 3)
    assert told == sorted(told)


def test_percentiles_lie_between_neighbours():
    found = latency.percentiles({"render": [float(i) for i in range(101)], "decode": [1.0, 2.0]})
    assert found["render_ms_p50"] == 50
    assert found["render_ms_p95"] == pytest.approx(95)
    assert found["decode_ms_p50"] == 1.5
    assert found["decode_ms_p99"] == pytest.approx(1.99)


def test_requests_are_valid_and_always_the_same():
    work = requests(("kick", "tom"), 100)
    assert work == requests(("kick", "tom"), 100)
    assert {category for category, _, _ in work} == {"kick", "tom"}
    assert all(abs(value) <= 1 for _, p, _ in work for value in p)
    assert len({seed for _, _, seed in work}) == 100


def test_the_stopwatch_renders_what_the_machine_renders(small_machine):
    watch = Stopwatch(small_machine.bundle, DEFAULT_INVERTER)
    reference = small_machine.with_engine(None)
    for request in requests(watch.categories, 3):
        ours, theirs = (m.render(*request).samples for m in (watch, reference))
        np.testing.assert_array_equal(ours, theirs)
        times = watch.time(request)
        assert times["decode"] + times["invert"] <= times["render"]


def test_eager_networks_compute_what_numpy_computes(small_machine, monkeypatch):
    bundle = small_machine.bundle
    eager = EagerNetworks(bundle)
    codes, categories = bundle.tensor("codes.mean"), np.arange(len(bundle.categories))
    x = small_machine.networks.decode(codes, categories)
    for ours, theirs in zip(eager.decode(codes, categories), x, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)
    mel = small_machine.scale.mel.inverse(x.mel)[0]
    for ours, theirs in zip(eager.mcnn(mel), small_machine.networks.mcnn(mel), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4 * np.abs(theirs).max())
    # Random weights take the same time, and give the same shapes.
    random = EagerNetworks(bundle, weights=False)
    assert random.decode(codes, categories).mel.shape == x.mel.shape
    threads = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == threads
    monkeypatch.setattr(torch, "set_num_threads", lambda n: None)  # of this process
    assert first_sound(bundle.path).shape == (bundle.spec.n_network_samples,)


@pytest.fixture(scope="module")
def result(small_bundle):
    """A benchmark of the small model, with few cold starts."""
    told = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(latency, "COLD_STARTS", 2)
        patch.setattr(contenders, "LIBROSA_RUNS", 2)
        found = latency.benchmark(Bundle.open(small_bundle), RENDERS, lambda *a: told.append(a))
    for stage in ("cold starts", "renders"):
        done = [(d, n) for s, d, n in told if s == stage]
        assert done[-1][0] == done[-1][1]
    return found


def test_the_pytorch_contender_runs_pytorch(small_machine, monkeypatch):
    calls = []
    for name in ("decode", "mcnn"):
        real = getattr(EagerNetworks, name)
        monkeypatch.setattr(
            EagerNetworks,
            name,
            lambda self, *a, real=real, name=name: (calls.append(name), real(self, *a))[1],
        )
    work = contenders.requests(small_machine.categories, 2)
    contender = eager_pytorch.pytorch(small_machine.bundle, work)
    calls.clear()
    contender.run(0)
    assert set(calls) == {"decode", "mcnn"}
    assert calls[-1] == "mcnn"


@pytest.mark.slow
def test_a_benchmark_is_json_and_whole(result, small_machine):
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert result["model"]["hash"] == small_machine.hash
    assert result["machine"]["numpy"]
    assert result["contenders"]["ndm"]["inverter"] == DEFAULT_INVERTER
    wanted = {**dict.fromkeys(("ndm", "mcnn", "pytorch"), RENDERS), "librosa": 2}
    for name, runs in wanted.items():
        figures = result["contenders"][name]
        phases = ("invert",) if name == "librosa" else ("render", "decode", "invert")
        for phase in phases:
            times = figures[f"{phase}_ms"]
            assert len(times) == figures["runs"] == runs
            for p in (50, 95, 99):
                assert figures[f"{phase}_ms_p{p}"] == np.percentile(times, p)
    assert result["contenders"]["pytorch"]["largest_difference"] < 1e-3
    for name in ("ndm", "pytorch"):
        start = result["cold_start"][name]
        assert (start["runs"], len(start["first_sound_s"])) == (2, 1)
        assert start["very_first_s"] > 0
        assert start["peak_memory_mib_p50"] > 10


@pytest.mark.slow
def test_the_stand_in_of_other_tests_has_the_form_of_a_benchmark(result, small_bundle):
    """Every value of the stand-in has the place and the type of a real one."""

    def check(fake, real):
        assert type(fake) is type(real)
        # One core measures less than several, and says so.
        if isinstance(fake, dict) and not {"skipped"} & {*fake, *real}:
            assert set(fake) <= set(real)
            for name, value in fake.items():
                check(value, real[name])
        elif isinstance(fake, list):
            assert {type(value) for value in fake} == {type(value) for value in real}

    check(fake_benchmark(Bundle.open(small_bundle), RENDERS, None), result)


@pytest.mark.slow
def test_ratios_are_quotients_of_the_medians_given(result):
    ndm, mcnn, ratios = *(result["contenders"][n] for n in ("ndm", "mcnn")), result["ratios"]
    pytorch, librosa = (result["contenders"][name] for name in ("pytorch", "librosa"))
    arithmetic, cold = result["arithmetic"], result["cold_start"]
    assert ratios["mcnn_render_over_floor"] == mcnn["render_ms_p50"] / arithmetic["floor_ms_p50"]
    assert ratios["mcnn_render_over_ndm_render"] == mcnn["render_ms_p50"] / ndm["render_ms_p50"]
    quotient = pytorch["render_ms_p50"] / mcnn["render_ms_p50"]
    assert ratios["pytorch_render_over_mcnn_render"] == quotient
    quotient = librosa["invert_ms_p50"] / ndm["invert_ms_p50"]
    assert ratios["librosa_invert_over_ndm_invert"] == quotient
    quotient = cold["pytorch"]["first_sound_s_p50"] / cold["ndm"]["first_sound_s_p50"]
    assert ratios["pytorch_first_sound_over_ndm_first_sound"] == quotient
    # The floor is the number of multiply-adds divided by the rate.
    work = arithmetic["decoder_multiply_adds"] + arithmetic["mcnn_multiply_adds"]
    floor = 1000 * work / arithmetic["rate_per_s_p50"]
    assert arithmetic["floor_ms_p50"] == pytest.approx(floor)
    # Values that were not measured have no ratio.
    left = {**result, "cold_start": {"ndm": cold["ndm"], "pytorch": {"skipped": "x"}}}
    assert set(ratios) - set(latency.ratios(left)) == {
        "pytorch_first_sound_over_ndm_first_sound",
        "pytorch_peak_memory_over_ndm_peak_memory",
    }


@pytest.mark.slow
def test_the_histogram_is_drawn_with_and_without_peers(result, tmp_path):
    latency_histogram(result, tmp_path / "all.png")
    alone = {name: {"skipped": "x"} for name in result["contenders"]}
    alone["ndm"] = result["contenders"]["ndm"]
    latency_histogram({**result, "contenders": alone}, tmp_path / "alone.png")
    for name in ("all", "alone"):
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(NdmError, match=r"folder\.png: cannot be written"):
        latency_histogram(result, tmp_path / "folder.png")


def test_a_contender_that_cannot_run_is_skipped_with_the_reason(small_bundle, monkeypatch):
    bundle = Bundle.open(small_bundle)
    work = requests(bundle.categories, 2)
    monkeypatch.setattr(bundle, "mcnn", None)
    for maker in (eager_pytorch.pytorch, partial(contenders.ndm, inverter="mcnn")):
        with pytest.raises(Skipped, match="the model has no MCNN"):
            maker(bundle, work)
    find = importlib.util.find_spec
    gone = {"torch": "train", "librosa": "dev"}
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name in gone else find(name, *a)
    )
    for name, maker in (("torch", eager_pytorch.pytorch), ("librosa", contenders.librosa)):
        with pytest.raises(Skipped, match=rf"{name}: .*pip install .*\[{gone[name]}\]"):
            maker(bundle, work)
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "broken", None)
    monkeypatch.setattr(contenders, "require", lambda module, extra: None)
    with pytest.raises(Skipped, match="broken is installed but does not load"):
        contenders.need("broken", "dev")


def test_a_cold_start_that_fails_says_why(tmp_path):
    absent = tmp_path / "absent.ndm"
    with pytest.raises(NdmError, match=r"made no sound .*absent\.ndm: not readable"):
        cold_start.start_once("ndm", absent)
    (found,) = cold_start.measure_cold_starts(absent, ["ndm"], 2).values()
    assert "not readable" in found["skipped"]


def test_peak_memory_is_that_of_the_process_itself(small_bundle):
    # This process has loaded PyTorch. A fresh process without it needs less.
    _, peak = cold_start.start_once("ndm", small_bundle)
    assert 10 < peak < peak_memory_mib()
