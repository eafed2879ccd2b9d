"""A spec and a configuration small enough to train in a test."""

import json

from neural_drum_machine.signal.spec import AudioSpec

SMALL_SPEC = AudioSpec(
    sr=22050,
    n_samples=4095,
    n_fft=512,
    win_length=256,
    hop_length=64,
    n_mels=64,
    pre_roll=128,
)
"""64 frames of 64 bands: everything the real spec has, a fiftieth of the work."""

SMALL_CONFIG = {
    "cwae": {
        "model": {
            "n_mels": 64,
            "n_frames": 64,
            "latent_dim": 8,
            "channels": [4, 8],
            "hidden": [32],
        },
        "per_category": 4,
        "schedule": {"max_steps": 12, "steps_per_epoch": 6, "lr": 1e-3, "precision": "32-true"},
    },
    "mcnn": {
        "model": {"n_mels": 64, "heads": 2, "channels": [8, 8, 4, 4, 2, 2], "kernel_size": 5},
        "batch_size": 12,
        "crop_frames": 32,
        "schedule": {"max_steps": 12, "steps_per_epoch": 6, "lr": 1e-3, "precision": "32-true"},
    },
}
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
HITS = {
    "cwae": {
        "network": "hits",
        "sc_weight": 0.5,
        "hits": {
            "n_mels": 64,
            "n_frames": 64,
            "latent_dim": 8,
            "channels": [16, 16],
            "hidden": 32,
            "kernel_size": 3,
            "attack_hidden": 16,
        },
    }
}
"""Makes the generator of a small configuration the one with air and fine attack."""


def as_toml(stage: str, **schedule: object) -> str:
    """The small configuration of a stage as a TOML file, with another schedule."""
    part = SMALL_CONFIG[stage]
    lines = [f"[{stage}]"]
    lines += [f"{k} = {v}" for k, v in part.items() if not isinstance(v, dict)]
    lines += [f"[{stage}.model]", *(f"{k} = {v}" for k, v in part["model"].items())]
    merged = {**part["schedule"], **schedule}
    lines += [f"[{stage}.schedule]", *(f"{k} = {json.dumps(v)}" for k, v in merged.items())]
    return "\n".join(lines)
