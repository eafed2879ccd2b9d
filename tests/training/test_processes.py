"""``ndm train`` as processes: killed, interrupted, and two at once."""

import itertools
import os
import signal
import subprocess
import sys

import pytest
from tests.support.patience import PATIENCE
from tests.support.small import as_toml

from neural_drum_machine import cli
from neural_drum_machine.training import checkpoint
from neural_drum_machine.training.cwae import CwaeStage

pytestmark = pytest.mark.slow


def command(config, data, run, *more):
    return [
        sys.executable, "-m", "neural_drum_machine", "train", "cwae", "--config", str(config),
        "--data", str(data.folder), "--out", str(run), "--threads", "1", "--accelerator", "cpu",
        *more,
    ]  # fmt: skip


def start(words):
    return subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def wait_for_validations(process, count):
    """Read lines until the run has printed some validations; return what it printed."""
    printed = ""
    for line in process.stdout:
        printed += line
        count -= line.startswith("step ")
        if not count:
            return printed
    raise AssertionError(printed)


def test_a_killed_run_is_resumed_and_an_interrupted_one_says_how(
    small_data, tmp_path, monkeypatch, capsys
):
    config, run = tmp_path / "c.toml", tmp_path / "run"
    config.write_text(as_toml("cwae", max_steps=10**6, steps_per_epoch=2))
    last = run / "last.safetensors"
    with start(command(config, small_data, run)) as process:
        wait_for_validations(process, 2)  # the first epoch is saved before the second begins
        process.kill()
    reached = checkpoint.load(last)["global_step"]
    assert reached > 0
    # Its continuation runs in this process: a second start would take as long as all the rest.
    steps, train = itertools.count(1), CwaeStage.training_step

    def interrupted(*arguments):
        if next(steps) == 3:
            os.kill(os.getpid(), signal.SIGINT)
        return train(*arguments)

    monkeypatch.setattr(CwaeStage, "training_step", interrupted)
    monkeypatch.setattr(sys, "argv", ["ndm", *command(config, small_data, run, "--resume")[3:]])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    printed = capsys.readouterr().out
    assert caught.value.code == 130, printed
    assert f"--out {run} --resume" in printed.replace("\n", "")
    assert checkpoint.load(last)["global_step"] == reached + 3


DDP = """
import hashlib, sys
from pathlib import Path
import lightning, torch
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.training.config_file import load_config
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
    done = subprocess.run(
        [sys.executable, str(script), str(config), str(small_data.folder), str(tmp_path)],
        env={**os.environ, "MASTER_ADDR": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    ranks = [(tmp_path / f"rank{i}").read_text().split() for i in (0, 1)]
    assert ranks[0] == ranks[1]
    assert ranks[0][0] == "2"
    assert checkpoint.load(tmp_path / "run" / "last.safetensors")["global_step"] == 4
