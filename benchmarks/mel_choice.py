"""How the mel scale was chosen: what each bank loses of the STFT magnitude.

    .venv/bin/python benchmarks/mel_choice.py ../shared/open-drums-2

Takes two hits of each category and prints, for each scale and row normalisation, the
relative error of the STFT magnitude after bank and pseudo-inverse, and SC after 32
iterations of Griffin-Lim from there (on the STFT and on the bank's own mel).
"""

import sys
import warnings
from pathlib import Path

import librosa
import numpy as np

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.recordings.candidate import Candidate
from neural_drum_machine.prepare.recordings.scan import scan
from neural_drum_machine.signal.hit import read_hit
from neural_drum_machine.signal.spec import DEFAULT_SPEC

SPEC = DEFAULT_SPEC
BINS = np.arange(SPEC.n_bins) * SPEC.sr / SPEC.n_fft
WIDTH = SPEC.sr / SPEC.n_fft


def bank(edges: np.ndarray, normalised: bool) -> np.ndarray:
    """Triangles on the given edges, none narrower than a bin to either side."""
    low = np.minimum(edges[:-2], edges[1:-1] - WIDTH)[:, None]
    high = np.maximum(edges[2:], edges[1:-1] + WIDTH)[:, None]
    centre = edges[1:-1, None]
    rows = np.maximum(np.minimum((BINS - low) / (centre - low), (high - BINS) / (high - centre)), 0)
    return rows * 2 / (high - low) if normalised else rows


def floored_edges() -> np.ndarray:
    """Slaney's scale, but bands never closer than a bin: no redundant rows at the bottom."""
    hz = np.linspace(0, SPEC.sr / 2, 200_001)
    mels_per_hz = np.gradient(librosa.hz_to_mel(hz), hz)
    low, high = 1e-3, 1.0
    for _ in range(60):  # find the spacing that gives n_mels bands
        step = (low + high) / 2
        density = 1 / np.maximum(WIDTH, step / mels_per_hz)
        low, high = (step, high) if np.trapezoid(density, hz) > SPEC.n_mels + 1 else (low, step)
    count = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(hz))])
    return np.interp(np.arange(SPEC.n_mels + 2), count * (SPEC.n_mels + 1) / count[-1], hz)


def error(target: np.ndarray, estimate: np.ndarray) -> float:
    return float(np.linalg.norm(target - estimate) / np.linalg.norm(target))


def main(source: Path) -> None:
    warnings.filterwarnings("ignore", "Empty filters")
    files = [c for c in scan(source) if isinstance(c, Candidate) and c.path.exists()]
    sounds = []
    for category in CATEGORIES:
        mine = [c.path for c in files if c.category == category]
        sounds += [read_hit(mine[i], SPEC).samples for i in (len(mine) // 3, 2 * len(mine) // 3)]
    stft = {"n_fft": SPEC.n_fft, "win_length": SPEC.win_length, "hop_length": SPEC.hop_length}
    top = SPEC.sr / 2
    scales = {
        "HTK": librosa.mel_frequencies(SPEC.n_mels + 2, fmin=0, fmax=top, htk=True),
        "Slaney": librosa.mel_frequencies(SPEC.n_mels + 2, fmin=0, fmax=top),
        "Slaney, spacing >= 1 bin": floored_edges(),
    }
    print(f"{'scale':26} {'rows':8} {'magnitude':>9} {'STFT SC':>8} {'mel SC':>8}")
    for name, edges in scales.items():
        for normalised in (False, True):
            rows = bank(edges, normalised)
            inverse = np.linalg.pinv(rows, rcond=1e-4)
            results = []
            for x in sounds:
                magnitude = np.abs(librosa.stft(x, **stft))
                back = np.maximum(inverse @ (rows @ magnitude), 0)
                y = librosa.griffinlim(back, n_iter=32, length=len(x), random_state=0, **stft)
                made = np.abs(librosa.stft(y, **stft))
                results.append(
                    (
                        error(magnitude, back),
                        error(magnitude, made),
                        error(rows @ magnitude, rows @ made),
                    )
                )
            figures = " ".join(f"{value:8.4f}" for value in np.mean(results, axis=0))
            print(f"{name:26} {'area 1' if normalised else 'peak 1':8} {figures}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
