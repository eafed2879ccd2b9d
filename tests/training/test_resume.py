"""A resumed run is, bit for bit, the run it would have been without the interruption."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys

import pytest
from lightning.pytorch.callbacks import Callback
from tests.support.small import FRAMES, HITS
from tests.support.training import assert_same_training, small_config

from neural_drum_machine.errors import TrainingError
from neural_drum_machine.files import locked
from neural_drum_machine.training import checkpoint
from neural_drum_machine.training import fit as fit_module
from neural_drum_machine.training.config_file import merge
from neural_drum_machine.training.cwae import CwaeStage
from neural_drum_machine.training.fit import fit
from neural_drum_machine.training.run import load_run

LAST = "last.safetensors"
EVERYTHING = merge(
    small_config("cwae", max_steps=9, steps_per_epoch=3),
    {
        "cwae": {
            "category_weight": 0.5,
            "ema_decay": 0.75,
            "sc_weight": 0.5,
            "augment": {"pitch_semitones": 2.0, "stretch": 0.1, "tilt_db": 1.0, "decay_db": 6.0},
        }
    },
)
"""All that a run has a state for, or draws random numbers for; three epochs of three steps."""


@pytest.fixture(scope="module")
def unbroken(small_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unbroken")
    fit("cwae", EVERYTHING, small_data, folder, accelerator="cpu")
    return folder


class Signal(Callback):
    """Sends a signal to this process in the middle of the fourth step; keeps a copy of step 3."""

    def __init__(self, number, folder):
        self.number, self.folder = number, folder

    def on_train_epoch_end(self, trainer, _module):
        shutil.copy(self.folder / LAST, self.folder / f"step{trainer.global_step}.safetensors")

    def on_before_optimizer_step(self, trainer, *_):
        if trainer.global_step == 3:
            os.kill(os.getpid(), self.number)


def interrupt(number, data, folder):
    """Train until the signal arrives."""
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt):
        fit("cwae", EVERYTHING, data, folder, accelerator="cpu", callbacks=[Signal(number, folder)])
    assert signal.getsignal(number) is before


@pytest.fixture(scope="module")
def interrupted(small_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("interrupted")
    interrupt(signal.SIGINT, small_data, folder)
    return folder


def test_ctrl_c_waits_for_the_end_of_the_batch(interrupted):
    saved = checkpoint.load(interrupted / LAST)
    assert saved["global_step"] == 4
    batches = [
        value
        for key, value in saved["state_dict"].items()
        if key.startswith("classifier.") and key.endswith("num_batches_tracked")
    ]
    assert {int(n) for n in batches} == {4}


def test_sigterm_saves_as_well(small_data, tmp_path):
    interrupt(signal.SIGTERM, small_data, tmp_path)
    assert checkpoint.load(tmp_path / LAST)["global_step"] == 4


@pytest.mark.parametrize("saved", ["step3.safetensors", LAST])
def test_a_resumed_run_ends_where_an_unbroken_one_does(
    small_data, unbroken, interrupted, tmp_path, saved
):
    """From the end of an epoch, and from the middle of one."""
    run = shutil.copytree(interrupted, tmp_path / "run")
    shutil.copy(interrupted / saved, run / LAST)
    fit("cwae", EVERYTHING, small_data, run, resume=True, accelerator="cpu")
    assert_same_training(run / LAST, unbroken / LAST)


def test_the_step_is_read_once_the_lock_is_held(
    small_data, unbroken, interrupted, tmp_path, monkeypatch
):
    """The process that held the lock before this one saved a step more and let go."""
    run = shutil.copytree(interrupted, tmp_path / "run")
    shutil.copy(interrupted / "step3.safetensors", run / LAST)

    @contextlib.contextmanager
    def after_the_other(*arguments):
        shutil.copy(interrupted / LAST, run / LAST)
        with locked(*arguments):
            yield

    monkeypatch.setattr(fit_module, "locked", after_the_other)
    fit("cwae", EVERYTHING, small_data, run, resume=True, accelerator="cpu")
    assert_same_training(run / LAST, unbroken / LAST)


def test_a_run_that_another_process_has_finished_meanwhile_is_not_overwritten(
    small_data, small_runs, tmp_path, monkeypatch
):
    """Neither had a checkpoint when this one was started."""
    run = tmp_path / "run"

    @contextlib.contextmanager
    def after_the_other(*arguments):
        shutil.copytree(small_runs["cwae"], run, dirs_exist_ok=True)
        with locked(*arguments):
            yield

    monkeypatch.setattr(fit_module, "locked", after_the_other)
    with pytest.raises(TrainingError, match=r"holds a run already; use --resume"):
        fit("cwae", small_config("cwae"), small_data, run, accelerator="cpu")
    for name in (LAST, "run.json"):
        assert (run / name).read_bytes() == (small_runs["cwae"] / name).read_bytes()


def test_only_one_process_trains_a_run(small_data, small_runs, tmp_path):
    """The one that ends last would overwrite the other's weights."""
    run = tmp_path / "run"
    half = small_config("mcnn", max_steps=6)
    fit("mcnn", half, small_data, run, accelerator="cpu")
    before = (run / LAST).read_bytes()
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from neural_drum_machine.files import locked\n"
        "with locked(Path(sys.argv[1]), 'busy'):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, run / ".lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(TrainingError, match=r"run: another process trains this run"):
            fit("mcnn", small_config("mcnn"), small_data, run, resume=True, accelerator="cpu")
        assert (run / LAST).read_bytes() == before
        other.communicate("")
    # The other has let go; the inverter, too, goes on as if it had not been interrupted.
    fit("mcnn", small_config("mcnn"), small_data, run, resume=True, accelerator="cpu")
    assert_same_training(run / LAST, small_runs["mcnn"] / LAST)


def test_the_plateau_rule_and_the_best_loss_survive_an_interruption(
    small_data, tmp_path, monkeypatch
):
    """Given losses: the best is the second; two epochs without a better one halve the rate.

    The folder may have been moved in between.
    """
    losses = iter([5.0, 3.0, 4.0, 4.0, 4.0])
    monkeypatch.setattr(
        CwaeStage, "on_validation_epoch_end", lambda self: self.log("val/loss", next(losses))
    )
    rule = {"decay": "plateau", "plateau_patience": 1, "plateau_factor": 0.5, "steps_per_epoch": 2}
    part = small_config("cwae", max_steps=6, **rule)
    fit("cwae", part, small_data, tmp_path / "before", accelerator="cpu")
    run = (tmp_path / "before").rename(tmp_path / "after")
    whole = small_config("cwae", max_steps=10, **rule)
    fit("cwae", whole, small_data, run, resume=True, accelerator="cpu")
    assert next(losses, None) is None
    last = checkpoint.load(run / LAST)
    assert last["global_step"] == 10
    rate = last["optimizer_states"][0]["param_groups"][0]["lr"]
    assert rate == whole.cwae.schedule.lr / 2
    assert checkpoint.load(run / "best.safetensors")["global_step"] == 4


def test_averaging_may_begin_and_end_in_a_resumed_run(small_data, small_runs, tmp_path):
    run = shutil.copytree(small_runs["cwae"], tmp_path / "run")
    for steps, ema_decay in ((18, 0.9), (24, 0.0)):
        changes = {"cwae": {**HITS["cwae"], "ema_decay": ema_decay}}
        config = merge(small_config("cwae", max_steps=steps), changes)
        fit("cwae", config, small_data, run, resume=True, accelerator="cpu")
        state = checkpoint.load(run / LAST)
        assert state["global_step"] == steps
        assert any(name.startswith("average.") for name in state["state_dict"]) == bool(ema_decay)
        load_run(run, "cwae", "last")
    # Each change is remembered with the step until which the earlier configuration was used.
    earlier = load_run(run, "cwae").summary["earlier"]
    assert [(e["until_step"], e["config"]["ema_decay"]) for e in earlier] == [(12, 0.0), (18, 0.9)]


def test_a_run_is_resumed_only_as_itself(small_data, other_data, small_runs, tmp_path):
    run = shutil.copytree(small_runs["cwae"], tmp_path / "run")

    def contents():
        files = (path for path in run.iterdir() if path.is_file() and path.name != ".lock")
        return {path.name: path.read_bytes() for path in files}

    before = contents()
    same = merge(small_config("cwae"), HITS)
    wider = merge(same, {"cwae": {"hits": {"latent_dim": 9}}})
    frames = merge(small_config("cwae"), FRAMES)
    for stage, config, data, message in (
        ("mcnn", small_config("mcnn"), small_data, "another stage"),
        ("cwae", wider, small_data, "another network"),
        ("cwae", frames, small_data, "another network"),
        ("cwae", EVERYTHING, small_data, "another network"),  # it has a classifier
        ("cwae", same, other_data, "another dataset"),
    ):
        with pytest.raises(TrainingError, match=f"cannot be resumed with {message}"):
            fit(stage, config, data, run, resume=True, accelerator="cpu")
    assert contents() == before


def test_existing_and_absent_runs_are_named(small_data, small_runs, tmp_path):
    config = small_config("cwae")
    with pytest.raises(TrainingError, match=r"holds a run already; use --resume"):
        fit("cwae", config, small_data, small_runs["cwae"])
    with pytest.raises(TrainingError, match="nothing to resume"):
        fit("cwae", config, small_data, tmp_path / "new", resume=True)
    assert not (tmp_path / "new").exists()
