"""Whole runs on the small dataset: resuming, killing, distributed, errors."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning.pytorch.callbacks import Callback
from tests.support.small import SMALL_CONFIG, SMALL_SPEC

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import TrainingError
from neural_drum_machine.export.pipeline import export
from neural_drum_machine.machine import load
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.networks.classifier import Classifier
from neural_drum_machine.networks.eager import EagerNetworks
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.training import checkpoint
from neural_drum_machine.training.config import TrainingConfig, merge
from neural_drum_machine.training.cwae import CwaeStage, thumbnails
from neural_drum_machine.training.fit import fit, pick_precision
from neural_drum_machine.training.run import load_run


def small_config(stage: str, **schedule) -> TrainingConfig:
    config = merge(TrainingConfig(), SMALL_CONFIG)
    return merge(config, {stage: {"schedule": schedule}})


def as_toml(stage: str, **schedule) -> str:
    part = SMALL_CONFIG[stage]
    lines = [f"[{stage}]"]
    lines += [f"{k} = {v}" for k, v in part.items() if not isinstance(v, dict)]
    lines += [f"[{stage}.model]", *(f"{k} = {v}" for k, v in part["model"].items())]
    merged = {**part["schedule"], **schedule}
    lines += [f"[{stage}.schedule]", *(f"{k} = {json.dumps(v)}" for k, v in merged.items())]
    return "\n".join(lines)


FRAMES = {
    "cwae": {
        "network": "frames",
        "sc_weight": 0.5,
        "frames": {
            "n_mels": 64,
            "n_frames": 64,
            "latent_dim": 8,
            "channels": [16, 16],
            "hidden": 32,
            "kernel_size": 3,
        },
    }
}


@pytest.mark.parametrize("stage", ["cwae", "frames", "mcnn"])
def test_training_lowers_the_validation_loss(stage, small_data, tmp_path):
    losses = []
    frames = stage == "frames"
    stage = "cwae" if frames else stage

    class Watch(Callback):
        def on_validation_end(self, trainer, _module):
            losses.append(float(trainer.callback_metrics["val/loss"]))

    config = small_config(stage, max_steps=60, steps_per_epoch=20, lr=3e-3)
    config = merge(config, FRAMES if frames else {})
    fit(stage, config, small_data, tmp_path / "run", accelerator="cpu", callbacks=[Watch()])
    assert len(losses) == 3
    assert losses[-1] < 0.9 * losses[0]


def test_a_run_of_the_frame_rate_network_is_exported(small_data, small_runs, tmp_path):
    config = merge(small_config("cwae"), FRAMES)
    fit("cwae", config, small_data, tmp_path / "run", accelerator="cpu")
    trained = load_run(tmp_path / "run", "cwae", "last")
    assert trained.model.config.channels == (16, 16)
    model = tmp_path / "frames.ndm"
    differences = export(tmp_path / "run", small_runs["mcnn"], small_data, model)
    assert max(differences.values()) < 1e-3
    assert np.abs(load(model).render("kick", seed=1).samples).max() == 1
    # What times it in PyTorch builds the same network.
    eager = EagerNetworks(Bundle.open(model))
    code, category = np.zeros((2, 8), np.float32), np.array([0, 10])
    assert eager.decode(code, category).shape == (2, 64, 64)
    # Resumed with the other network it would have to begin anew.
    with pytest.raises(TrainingError, match="cannot be resumed with another network"):
        fit("cwae", small_config("cwae"), small_data, tmp_path / "run", resume=True)


def test_runs_from_before_there_was_a_choice_of_network_load(small_runs, tmp_path):
    shutil.copytree(small_runs["cwae"], tmp_path / "old")
    path = tmp_path / "old" / "run.json"
    run = json.loads(path.read_text())
    for key in ("network", "frames", "sc_weight"):
        del run["config"][key]
    path.write_text(json.dumps(run))
    old = load_run(tmp_path / "old", "cwae").model.state_dict()
    for name, value in load_run(small_runs["cwae"], "cwae").model.state_dict().items():
        torch.testing.assert_close(old[name], value)


def test_sc_on_linear_magnitudes_sees_what_the_logarithms_do_not(small_data):
    torch.manual_seed(0)
    mel = torch.from_numpy(small_data.mels[:11].astype(np.float32))
    category = torch.arange(11)
    losses = {}
    for weight in (0.0, 1.0, 3.0):
        part = merge(small_config("cwae"), {"cwae": {"beta": 0.0, "sc_weight": weight}}).cwae
        torch.manual_seed(1)
        stage = CwaeStage(part, small_data.standardisation)
        stage.log = lambda *_, **__: None  # there is no trainer to log to
        losses[weight] = float(stage.training_step((mel, category), 0).detach())
        x = stage.standardise(mel)
        torch.testing.assert_close(stage.magnitudes(x), mel, atol=1e-3, rtol=1e-3)
    sc = (losses[1.0] - losses[0.0]) / mel[0].numel() / len(mel)
    assert sc > 0.1
    assert losses[3.0] - losses[0.0] == pytest.approx(3 * (losses[1.0] - losses[0.0]), rel=1e-3)


def test_a_run_is_described_by_its_files(small_runs, small_data):
    run = json.loads((small_runs["cwae"] / "run.json").read_text())
    assert run["stage"] == "cwae"
    assert run["dataset"]["training"] == 48
    trained = load_run(small_runs["cwae"], "cwae", "last")
    assert trained.summary["steps"] == 12
    assert trained.summary["cpu_minutes"] >= 0
    assert trained.spec == SMALL_SPEC
    assert not trained.model.training
    torch.testing.assert_close(
        trained.state["mean"], torch.from_numpy(small_data.standardisation.mean)
    )
    assert list((small_runs["cwae"] / "tensorboard").glob("events*"))


def test_the_classifier_learns_from_sounds_and_the_generator_from_the_classifier(small_data):
    mel = torch.from_numpy(small_data.mels[:11].astype(np.float32))
    category = torch.arange(11)
    found = {}
    for weight in (0.5, 1.0):
        part = merge(small_config("cwae"), {"cwae": {"category_weight": weight}}).cwae
        torch.manual_seed(0)
        stage = CwaeStage(part, small_data.standardisation)
        stage.log = lambda *_, **__: None  # there is no trainer to log to
        decoded = stage.standardise(torch.cat([mel, mel.flip(0)])).requires_grad_()
        own, others = stage.unheard(mel, decoded, category)
        (own + weight * others).backward()
        own = [p.grad for p in stage.classifier.parameters()]
        assert all(grad is not None and grad.abs().max() > 0 for grad in own[-2:])
        found[weight] = own, decoded.grad
        assert stage.classifier.training
    assert found[1.0][1].abs().max() > 0
    torch.testing.assert_close(found[1.0][1], 2 * found[0.5][1])
    torch.testing.assert_close(found[1.0][0], found[0.5][0])


def test_what_a_classifier_is_to_hear_is_heard_better(small_data, tmp_path):
    """New sounds of runs with and without the auxiliary loss, asked of the one's classifier."""
    heard = {}
    for weight in (0.0, 5.0):
        changes = {"cwae": {"category_weight": weight, "schedule": {"max_steps": 120}}}
        config = merge(small_config("cwae"), changes)
        path = tmp_path / str(weight)
        heard[weight] = checkpoint.load(fit("cwae", config, small_data, path, accelerator="cpu"))[
            "state_dict"
        ]
    classifier = Classifier(dropout=0.0).eval()
    prefix = "classifier."
    classifier.load_state_dict(
        {k.removeprefix(prefix): v for k, v in heard[5.0].items() if k.startswith(prefix)}
    )
    assert not any(key.startswith(prefix) for key in heard[0.0])
    category = torch.tensor(
        [CATEGORIES.index(name) for name in ("kick", "snare", "closed_hihat")]
    ).repeat(40)
    unsure = {}
    for weight in heard:
        stage = CwaeStage(small_config("cwae").cwae, small_data.standardisation)
        stage.model = load_run(tmp_path / str(weight), "cwae", "last").model
        torch.manual_seed(3)
        with torch.inference_mode():
            x = stage.model.decoder(torch.randn(len(category), 8), category)
            scores = classifier(thumbnails(stage.magnitudes(x).clamp_min(0)))
        unsure[weight] = float(torch.nn.functional.cross_entropy(scores, category))
    assert unsure[5.0] < 0.7 * unsure[0.0]
    with pytest.raises(TrainingError, match="cannot be resumed with another network"):
        fit(
            "cwae", small_config("cwae", max_steps=130), small_data, tmp_path / "5.0",
            resume=True, accelerator="cpu",
        )  # fmt: skip


@pytest.mark.parametrize("weight", [0.0, 0.5])
def test_resumed_run_ends_where_an_unbroken_one_does(small_data, tmp_path, weight):
    """Same steps, same batches, same optimiser state: the same weights."""
    config = merge(small_config("cwae"), {"cwae": {"category_weight": weight}})
    whole = fit("cwae", config, small_data, tmp_path / "a", accelerator="cpu")
    half = merge(config, {"cwae": {"schedule": {"max_steps": 6}}})
    fit("cwae", half, small_data, tmp_path / "b", accelerator="cpu")
    broken = fit("cwae", config, small_data, tmp_path / "b", resume=True, accelerator="cpu")
    one, two = checkpoint.load(whole), checkpoint.load(broken)
    assert one["global_step"] == two["global_step"] == 12
    moments = [c["optimizer_states"][0]["state"][0]["step"] for c in (one, two)]
    assert moments[0] == moments[1] == 12
    for name, value in one["state_dict"].items():
        torch.testing.assert_close(two["state_dict"][name], value, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("ema_decay", [0.0, 0.75])
def test_run_resumed_in_the_middle_of_an_epoch_ends_where_an_unbroken_one_does(
    small_data, tmp_path, ema_decay
):
    class Stop(Callback):
        def on_train_batch_end(self, trainer, *_):
            if trainer.global_step == 8:
                raise KeyboardInterrupt

    config = merge(small_config("cwae", max_steps=18), {"cwae": {"ema_decay": ema_decay}})
    whole = fit("cwae", config, small_data, tmp_path / "a", accelerator="cpu")
    with pytest.raises(KeyboardInterrupt):
        fit("cwae", config, small_data, tmp_path / "b", accelerator="cpu", callbacks=[Stop()])
    assert checkpoint.load(tmp_path / "b" / "last.safetensors")["global_step"] == 8
    broken = fit("cwae", config, small_data, tmp_path / "b", accelerator="cpu", resume=True)
    one, two = checkpoint.load(whole), checkpoint.load(broken)
    assert one["global_step"] == two["global_step"] == 18
    for name, value in one["state_dict"].items():
        torch.testing.assert_close(two["state_dict"][name], value, atol=1e-6, rtol=1e-5)


def test_ctrl_c_waits_for_the_end_of_the_batch(small_data, tmp_path):
    class Press(Callback):
        def on_before_optimizer_step(self, trainer, *_):
            if trainer.global_step == 7:
                os.kill(os.getpid(), signal.SIGINT)

    config = merge(small_config("cwae", max_steps=18), {"cwae": {"category_weight": 0.5}})
    whole = fit("cwae", config, small_data, tmp_path / "a", accelerator="cpu")
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        fit("cwae", config, small_data, tmp_path / "b", accelerator="cpu", callbacks=[Press()])
    assert signal.getsignal(signal.SIGINT) is before
    saved = checkpoint.load(tmp_path / "b" / "last.safetensors")
    assert saved["global_step"] == 8
    # No statistics of a ninth batch.
    batches = [
        value
        for key, value in saved["state_dict"].items()
        if key.startswith("classifier.") and key.endswith("num_batches_tracked")
    ]
    assert {int(n) for n in batches} == {8}
    broken = fit("cwae", config, small_data, tmp_path / "b", accelerator="cpu", resume=True)
    one, two = checkpoint.load(whole), checkpoint.load(broken)
    for name, value in one["state_dict"].items():
        torch.testing.assert_close(two["state_dict"][name], value, atol=1e-6, rtol=1e-5)


def test_plateau_rule_of_a_resumed_run_goes_on(small_data, tmp_path, monkeypatch):
    """The loss is given and rises: the rate falls after the third epoch and the fifth."""
    monkeypatch.setattr(
        CwaeStage,
        "on_validation_epoch_end",
        lambda self: self.log("val/loss", 1.0 + self.current_epoch),
    )
    changes = {"decay": "plateau", "plateau_patience": 1, "plateau_factor": 0.5}
    config = small_config("cwae", max_steps=30, **changes)
    whole = fit("cwae", config, small_data, tmp_path / "a", accelerator="cpu")
    for steps in range(6, 31, 6):
        part = small_config("cwae", max_steps=steps, **changes)
        broken = fit(
            "cwae", part, small_data, tmp_path / "b", resume=steps > 6, accelerator="cpu"
        )  # fmt: skip
    one, two = checkpoint.load(whole), checkpoint.load(broken)
    rates = [c["optimizer_states"][0]["param_groups"][0]["lr"] for c in (one, two)]
    assert rates == [config.cwae.schedule.lr / 4] * 2
    for name, value in one["state_dict"].items():
        torch.testing.assert_close(two["state_dict"][name], value, atol=1e-6, rtol=1e-5)


def test_a_resumed_run_remembers_how_good_the_best_was(small_data, tmp_path, monkeypatch):
    """The validation losses are given: 5, 4, 3, then after resuming 4.5, 3.5."""
    losses = iter([5.0, 4.0, 3.0, 4.5, 3.5])

    def given(self):
        loss = next(losses)
        self.log("val/loss", loss)

    monkeypatch.setattr(CwaeStage, "on_validation_epoch_end", given)
    config = small_config("cwae", max_steps=30)
    part = small_config("cwae", max_steps=18)
    fit("cwae", part, small_data, tmp_path, accelerator="cpu")
    fit("cwae", config, small_data, tmp_path, resume=True, accelerator="cpu")
    assert next(losses, None) is None
    assert checkpoint.load(tmp_path / "last.safetensors")["global_step"] == 30
    assert checkpoint.load(tmp_path / "best.safetensors")["global_step"] == 18


def test_averaged_weights_follow_are_validated_exported_and_resumed(small_data, tmp_path):
    weights = []

    class Watch(Callback):
        def on_train_batch_end(self, _trainer, module, *_):
            weights.append([p.detach().clone() for p in module.model.parameters()])

    config = merge(small_config("cwae"), {"cwae": {"ema_decay": 0.75}})
    last = fit("cwae", config, small_data, tmp_path / "a", accelerator="cpu", callbacks=[Watch()])
    run = load_run(tmp_path / "a", "cwae", "last")
    wanted = weights[0]
    for done, step in enumerate(weights[1:], 1):
        share = max(0.25, 1 / (done + 1))
        wanted = [a + share * (p - a) for a, p in zip(wanted, step, strict=True)]
    for have, want in zip(run.model.parameters(), wanted, strict=True):
        torch.testing.assert_close(have, want, atol=1e-6, rtol=1e-4)
    # The figures are the average's: the stage measures it as the loaded network does.
    stage = CwaeStage(config.cwae, small_data.standardisation)
    stage.load_state_dict(checkpoint.load(last)["state_dict"])
    stage.eval()
    category = torch.zeros(2, dtype=torch.int64)
    mel = torch.from_numpy(small_data.mels[:2].astype("f4"))
    stage.on_validation_epoch_start()
    stage.validation_step((mel, category), 0)
    x = stage.standardise(mel)
    mse = (run.model(x, category)[0] - x).square().mean(dim=(1, 2))
    torch.testing.assert_close(torch.tensor(stage._notes["loss"][0]), mse)
    # Resumed after six steps, it is where it would have been.
    half = merge(config, {"cwae": {"schedule": {"max_steps": 6}}})
    fit("cwae", half, small_data, tmp_path / "b", accelerator="cpu")
    broken = fit("cwae", config, small_data, tmp_path / "b", resume=True, accelerator="cpu")
    one, two = (checkpoint.load(path)["state_dict"] for path in (last, broken))
    assert one.keys() == two.keys()
    for name, value in one.items():
        torch.testing.assert_close(two[name], value, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize(("before", "after"), [(0.0, 0.9), (0.9, 0.0)])
def test_averaging_may_begin_and_end_in_a_resumed_run(small_data, tmp_path, before, after):
    first = {"cwae": {"ema_decay": before, "schedule": {"max_steps": 6}}}
    fit("cwae", merge(small_config("cwae"), first), small_data, tmp_path, accelerator="cpu")
    config = merge(small_config("cwae"), {"cwae": {"ema_decay": after}})
    last = fit("cwae", config, small_data, tmp_path, resume=True, accelerator="cpu")
    state = checkpoint.load(last)
    assert state["global_step"] == 12
    assert any(name.startswith("average.") for name in state["state_dict"]) == bool(after)
    load_run(tmp_path, "cwae", "last")


def test_a_run_is_resumed_only_as_itself_and_remembers_changes(small_data, library, tmp_path):
    run = tmp_path / "run"
    fit("cwae", small_config("cwae", max_steps=6), small_data, run, accelerator="cpu")
    before = (run / "run.json").read_bytes()
    wider = merge(small_config("cwae"), {"cwae": {"model": {"latent_dim": 9}}})
    other = prepare([library], tmp_path / "d", spec=SMALL_SPEC, limit=5)
    for stage, config, data, message in (
        ("mcnn", small_config("mcnn"), small_data, "another stage"),
        ("cwae", wider, small_data, "another network"),
        ("cwae", small_config("cwae"), other, "another dataset"),
    ):
        with pytest.raises(TrainingError, match=message):
            fit(stage, config, data, run, resume=True, accelerator="cpu")
        assert (run / "run.json").read_bytes() == before
    fit("cwae", small_config("cwae", lr=1e-4), small_data, run, resume=True, accelerator="cpu")
    summary = load_run(run, "cwae").summary
    assert summary["config"]["schedule"]["lr"] == 1e-4
    (earlier,) = summary["earlier"]
    assert earlier["until_step"] == 6
    assert earlier["config"]["schedule"]["lr"] == 1e-3


@pytest.mark.parametrize("text", ["[]", "{}", "{", "[" * 100_000])
def test_a_damaged_description_is_named(small_runs, tmp_path, text):
    run = shutil.copytree(small_runs["cwae"], tmp_path / "run")
    (run / "run.json").write_text(text)
    with pytest.raises(TrainingError, match=r"run\.json: not the description of a run"):
        load_run(run, "cwae")


def test_absent_hardware_is_named(small_data, tmp_path):
    for accelerator in ("abacus", "gpu"):
        with pytest.raises(TrainingError, match=f"--accelerator {accelerator}"):
            fit("cwae", small_config("cwae"), small_data, tmp_path / "r", accelerator=accelerator)


def test_existing_and_absent_runs_are_named(small_data, small_runs, tmp_path):
    config = small_config("cwae")
    with pytest.raises(TrainingError, match=r"holds a run already; use --resume"):
        fit("cwae", config, small_data, small_runs["cwae"])
    with pytest.raises(TrainingError, match="nothing to resume"):
        fit("cwae", config, small_data, tmp_path / "new", resume=True)
    with pytest.raises(TrainingError, match=r"holds a run of 'cwae', need 'mcnn'"):
        load_run(small_runs["cwae"], "mcnn")
    with pytest.raises(TrainingError, match="train first"):
        load_run(tmp_path, "cwae")


def test_two_processes_cannot_train_one_run(small_data, tmp_path):
    """The one that ends last would overwrite the other's weights."""
    run = tmp_path / "run"
    fit("mcnn", small_config("mcnn"), small_data, run)
    code = (
        "import fcntl, sys\n"
        "file = open(sys.argv[1], 'w')\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    before = (run / "last.safetensors").read_bytes()
    with subprocess.Popen(
        [sys.executable, "-c", code, run / ".lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(TrainingError, match=r"run: another process trains this run"):
            fit("mcnn", small_config("mcnn", max_steps=18), small_data, run, resume=True)
        assert (run / "last.safetensors").read_bytes() == before
        other.communicate("")
    fit("mcnn", small_config("mcnn", max_steps=18), small_data, run, resume=True)
    assert (run / "last.safetensors").read_bytes() != before


def test_network_must_fit_the_dataset(small_data, tmp_path):
    with pytest.raises(TrainingError, match=r"cwae\.model\.n_mels is 512, the dataset's is 64"):
        fit("cwae", TrainingConfig(), small_data, tmp_path / "a")
    config = merge(TrainingConfig(), {"cwae": {"network": "frames"}})
    with pytest.raises(TrainingError, match=r"cwae\.frames\.n_mels is 512"):
        fit("cwae", config, small_data, tmp_path / "a")
    config = merge(small_config("mcnn"), {"mcnn": {"model": {"channels": [4, 2]}}})
    with pytest.raises(TrainingError, match=r"2 layers, which make 4 samples.*hop is 64"):
        fit("mcnn", config, small_data, tmp_path / "b")


def test_without_validation_sounds_training_does_not_start(library, tmp_path):
    shutil.copytree(library / "Kit 0", tmp_path / "src" / "Kit 0")
    data = prepare([tmp_path / "src"], tmp_path / "one", spec=SMALL_SPEC)
    with pytest.raises(TrainingError, match="no validation sounds"):
        fit("cwae", small_config("cwae"), data, tmp_path / "run")


def test_diverging_loss_stops_with_the_way_out(small_data, tmp_path):
    config = small_config("cwae", lr=1e18)
    with pytest.raises(TrainingError, match=r"the loss is .*lower schedule\.lr"):
        fit("cwae", config, small_data, tmp_path / "run", accelerator="cpu")


def test_precision_follows_the_hardware(monkeypatch):
    assert pick_precision("32-true") == "32-true"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for has, name in ((True, "bf16-mixed"), (False, "32-true")):
        monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda has=has: has)
        assert pick_precision("auto") == name


def test_killed_run_goes_on_from_its_last_checkpoint(small_data, tmp_path):
    config = tmp_path / "c.toml"
    config.write_text(as_toml("cwae", max_steps=100_000, checkpoint_minutes=0.01))
    command = [
        sys.executable, "-m", "neural_drum_machine", "train", "cwae", "--config", str(config),
        "--data", str(small_data.folder), "--out", str(tmp_path / "run"), "--threads", "1",
        "--accelerator", "cpu",
    ]  # fmt: skip
    last = tmp_path / "run" / "last.safetensors"
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + 120
        while not last.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(1.0)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert last.exists(), (tmp_path / "log").read_text()
    reached = checkpoint.load(last)["global_step"]
    assert reached > 0
    config.write_text(as_toml("cwae", max_steps=reached + 6))
    subprocess.run([*command, "--resume"], check=True, capture_output=True, timeout=120)
    assert checkpoint.load(last)["global_step"] == -(-(reached + 6) // 6) * 6


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_saves_where_it_is_and_says_how_to_go_on(small_data, tmp_path, number):
    config = tmp_path / "c.toml"
    config.write_text(as_toml("cwae", max_steps=10**6, steps_per_epoch=10**6))
    command = [
        sys.executable, "-m", "neural_drum_machine", "train", "cwae", "--config", str(config),
        "--data", str(small_data.folder), "--out", str(tmp_path / "run"), "--threads", "1",
        "--accelerator", "cpu",
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # What a shell starts in the background has Ctrl-C ignored, and so would its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        events = list((tmp_path / "run").glob("tensorboard/events*"))
        if events and events[0].stat().st_size > 1000:
            break
        time.sleep(0.05)
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130, out
    assert "--resume" in out
    assert checkpoint.load(tmp_path / "run" / "last.safetensors")["global_step"] > 0


DDP = """
import hashlib, os, sys
from pathlib import Path
import lightning, torch
from neural_drum_machine.data.store import Dataset
from neural_drum_machine.training.config import load_config
from neural_drum_machine.training.cwae import CwaeStage, thumbnails
from neural_drum_machine.training.fit import fit

class Digest(lightning.Callback):
    def on_train_end(self, trainer, module):
        weights = b"".join(p.detach().numpy().tobytes() for p in module.parameters())
        path = Path(sys.argv[3]) / f"rank{trainer.global_rank}"
        path.write_text(f"{trainer.world_size} {hashlib.sha256(weights).hexdigest()}")

torch.set_num_threads(1)
root = Path(sys.argv[3])
fit("cwae", load_config(Path(sys.argv[1])), Dataset.open(sys.argv[2]), root / "run",
    devices=2, accelerator="cpu", callbacks=[Digest()])
"""


def test_two_processes_end_with_equal_weights(small_data, tmp_path):
    script, config = tmp_path / "ddp.py", tmp_path / "c.toml"
    script.write_text(DDP)
    config.write_text(as_toml("cwae", max_steps=4, steps_per_epoch=4))
    environment = {**os.environ, "MASTER_ADDR": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, str(script), str(config), str(small_data.folder), str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr[-2000:]
    ranks = [(tmp_path / f"rank{i}").read_text().split() for i in (0, 1)]
    assert ranks[0] == ranks[1]
    assert ranks[0][0] == "2"
    assert checkpoint.load(tmp_path / "run" / "last.safetensors")["global_step"] == 4
