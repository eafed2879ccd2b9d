"""A spec and a configuration small enough to train in a test."""

from neural_drum_machine.signal.spec import AudioSpec

SMALL_SPEC = AudioSpec(
    sr=22050, n_samples=4095, n_fft=512, win_length=256, hop_length=64, n_mels=64
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
