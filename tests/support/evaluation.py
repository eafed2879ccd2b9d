"""Fast stand-ins for the slow parts of an evaluation, and its smallest settings."""

import numpy as np

SETTINGS = {
    "per_category": 2,
    "generated": 6,
    "perceptual_per_category": 1,
    "renders": 2,
    "judge_steps": 2,
    "axis_seeds": 1,
    "asked": 8,
    "workers": 1,
}


class FakeEmbedder:
    """Energies of eight bands instead of a network's embedding."""

    calls = 0

    def unavailable(self):
        return None

    def __call__(self, sounds, sr, progress=None):
        FakeEmbedder.calls += len(sounds)
        # Sounds at 44,100 Hz differ in length; their first 93 ms are enough here.
        spectra = np.abs(np.stack([np.fft.rfft(sound, 4096) for sound in sounds]))[:, 1:1025]
        return np.log(spectra.reshape(len(sounds), 8, 128).sum(axis=2) + 1e-3).astype(np.float32)


class FakeCdpam:
    """The mean difference of samples instead of a network's distance."""

    def distance(self, target, estimate, sr):
        return float(np.abs(target - estimate).mean())


def fake_benchmark(bundle, renders, progress):
    """A benchmark's result without any measurement."""
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
            **dict.fromkeys(("ndm", "mcnn"), figures),
            "pytorch": none,
            "librosa": none,
        },
        "arithmetic": {"floor_ms_p50": 9.0, "floor_ms": times},
        "ratios": {},
    }
