"""Configurations and checkpoints of small runs; importing this imports PyTorch."""

from pathlib import Path

import torch
from tests.support.small import SMALL_CONFIG

from neural_drum_machine.training import checkpoint
from neural_drum_machine.training.config import TrainingConfig
from neural_drum_machine.training.config_file import merge


def small_config(stage: str, **schedule: object) -> TrainingConfig:
    """The small configuration with another schedule for one stage."""
    config = merge(TrainingConfig(), SMALL_CONFIG)
    return merge(config, {stage: {"schedule": schedule}})


def assert_same_training(one: Path, other: Path) -> None:
    """Two checkpoints have the same step and, bit for bit, the same weights and optimiser state."""
    a, b = checkpoint.load(one), checkpoint.load(other)
    assert a["global_step"] == b["global_step"]
    tensors = [
        checkpoint.pack({key: state[key] for key in ("state_dict", "optimizer_states")})[0]
        for state in (a, b)
    ]
    assert tensors[0].keys() == tensors[1].keys()
    for name, value in tensors[0].items():
        assert torch.equal(value, tensors[1][name]), name
