"""Small runs that several tests look at; tests that change a run work on a copy."""

from pathlib import Path
from typing import NamedTuple

import pytest
from lightning.pytorch.callbacks import Callback
from tests.support.small import FRAMES
from tests.support.training import small_config

from neural_drum_machine.training.config_file import merge
from neural_drum_machine.training.fit import fit


class Run(NamedTuple):
    folder: Path
    losses: list[float]  # of each validation


class Watch(Callback):
    def __init__(self):
        self.losses = []

    def on_validation_end(self, trainer, _module):
        self.losses.append(float(trainer.callback_metrics["val/loss"]))


def trained(stage, config, data, folder) -> Run:
    watch = Watch()
    fit(stage, config, data, folder, accelerator="cpu", callbacks=[watch])
    return Run(folder, watch.losses)


LONGER = {"max_steps": 60, "steps_per_epoch": 30, "lr": 3e-3}


@pytest.fixture(scope="session")
def plain_run(small_data, tmp_path_factory):
    """The paper's generator, sixty steps."""
    config = small_config("cwae", **LONGER)
    return trained("cwae", config, small_data, tmp_path_factory.mktemp("runs") / "plain")


@pytest.fixture(scope="session")
def guided_run(small_data, tmp_path_factory):
    """The same, with the auxiliary loss of a classifier."""
    config = merge(small_config("cwae", **LONGER), {"cwae": {"category_weight": 5.0}})
    return trained("cwae", config, small_data, tmp_path_factory.mktemp("runs") / "guided")


@pytest.fixture(scope="session")
def frames_run(small_data, tmp_path_factory):
    """The frame-rate generator, sixty steps."""
    config = merge(small_config("cwae", **LONGER), FRAMES)
    return trained("cwae", config, small_data, tmp_path_factory.mktemp("runs") / "frames")


@pytest.fixture(scope="session")
def mcnn_run(small_data, tmp_path_factory):
    """The inverter, sixty steps."""
    config = small_config("mcnn", **LONGER)
    return trained("mcnn", config, small_data, tmp_path_factory.mktemp("runs") / "mcnn")
