"""Configurations and checkpoints of small runs."""

import json
from pathlib import Path

import torch
from tests.support.small import SMALL_CONFIG

from neural_drum_machine.training import checkpoint
from neural_drum_machine.training.config import TrainingConfig
from neural_drum_machine.training.config_file import merge

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
"""Makes the generator of a small configuration the frame-rate one."""


def small_config(stage: str, **schedule: object) -> TrainingConfig:
    """The small configuration with another schedule for one stage."""
    config = merge(TrainingConfig(), SMALL_CONFIG)
    return merge(config, {stage: {"schedule": schedule}})


def as_toml(stage: str, **schedule: object) -> str:
    """The same as a file."""
    part = SMALL_CONFIG[stage]
    lines = [f"[{stage}]"]
    lines += [f"{k} = {v}" for k, v in part.items() if not isinstance(v, dict)]
    lines += [f"[{stage}.model]", *(f"{k} = {v}" for k, v in part["model"].items())]
    merged = {**part["schedule"], **schedule}
    lines += [f"[{stage}.schedule]", *(f"{k} = {json.dumps(v)}" for k, v in merged.items())]
    return "\n".join(lines)


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
