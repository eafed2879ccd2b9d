import io

import numpy as np
import pytest
import soundfile
from tests.support.sounds import noise, tone

from neural_drum_machine.prepare.recordings.duplicates import (
    CORRELATION,
    Comparison,
    close_prints,
    clusters,
    near_duplicates,
    similarities,
    spectral_print,
)
from neural_drum_machine.prepare.recordings.thumbnail import thumbnail
from neural_drum_machine.signal.hit import make_hit

SR = 22050


def hit(i: int) -> np.ndarray:
    """A drum of its own: a tone and noise, both of other pitch, decay and mixture."""
    rng = np.random.default_rng(i)
    x = tone(rng.uniform(60, 400), 0.4, decay=rng.uniform(8, 25))
    y = noise(0.4, seed=i, decay=rng.uniform(10, 60))
    return x * rng.uniform(0.2, 1) + y * rng.uniform(0.1, 1)


def coded(x: np.ndarray, container: str, subtype: str) -> np.ndarray:
    file = io.BytesIO()
    x = 0.6 * x / np.abs(x).max()
    soundfile.write(file, x, SR, format=container, subtype=subtype)
    file.seek(0)
    return soundfile.read(file, dtype="float32")[0]


CHANGES = {
    "gain": lambda x: 0.05 * x,
    "upside down, 24 bits": lambda x: coded(-0.3 * x, "WAV", "PCM_24"),
    "8 bits": lambda x: coded(x, "WAV", "PCM_U8"),
    "vorbis": lambda x: coded(x, "OGG", "VORBIS"),
    "mp3": lambda x: coded(x, "MP3", "MPEG_LAYER_III"),
    "silence in front": lambda x: np.concatenate([np.zeros(5000, np.float32), x]),
    "end cut off": lambda x: x[: len(x) // 2],
    "5 ms of the start cut off": lambda x: x[110:],
}


def similarity(a: np.ndarray, b: np.ndarray, sr: int) -> float:
    ((_, _, value),) = similarities(Comparison(((0, 1),), {0: a, 1: b}, sr))
    return value


def shaped(x: np.ndarray) -> np.ndarray:
    found = make_hit(x, SR)
    return found.samples[: found.length]


def test_a_hit_is_found_again_however_it_was_changed():
    originals = [shaped(hit(i)) for i in range(40)]
    copies = [
        (i, name, shaped(change(hit(i)))) for i in range(8) for name, change in CHANGES.items()
    ]
    sounds = [*originals, *(x for _, _, x in copies)]
    prints = np.stack([spectral_print(thumbnail(x, SR)) for x in sounds])
    found = near_duplicates(prints, sounds.__getitem__, SR)
    assert all(CORRELATION <= value <= 1.001 for _, _, value in found)
    groups = clusters(len(sounds), [(i, j) for i, j, _ in found])
    # No two of the forty are one; every copy is with its original.
    assert len(set(groups[:40])) == 40
    for k, (i, name, _) in enumerate(copies):
        assert groups[40 + k] == groups[i], name


def test_similarity_is_a_correlation_at_the_best_alignment():
    x = shaped(hit(1))
    assert similarity(x, x, SR) == pytest.approx(1.0, abs=1e-5)
    assert similarity(x, 0.01 * x, SR) == pytest.approx(1.0, abs=1e-5)
    assert similarity(x, -x, SR) == pytest.approx(1.0, abs=1e-5)
    assert similarity(x[300:], x, SR) == pytest.approx(1.0, abs=2e-2)
    assert similarity(x, x[300:], SR) == pytest.approx(1.0, abs=2e-2)
    assert similarity(x, shaped(hit(2)), SR) < 0.5
    # Half of the power is other noise: the coefficient is the share that is common.
    a, b, c = (np.random.default_rng(i).standard_normal(9000).astype(np.float32) for i in range(3))
    assert similarity(a + b, a + c, SR) == pytest.approx(0.5, abs=0.05)
    assert 0.5 < CORRELATION < 1
    assert similarity(x[:100], x, SR) == 0.0


def test_print_knows_the_spectrum_not_the_gain():
    low, high = (spectral_print(thumbnail(tone(f, 0.3), SR)) for f in (100, 4000))
    assert low.shape == (64,)
    assert low.argmax() < high.argmax()
    assert low.max() == high.max() == pytest.approx(0.0, abs=1e-6)
    assert low.min() >= -30
    quiet = spectral_print(thumbnail(0.001 * tone(100, 0.3), SR))
    np.testing.assert_allclose(low, quiet, atol=1e-3)


def test_close_prints_do_not_depend_on_the_block_size():
    prints = np.random.default_rng(0).normal(0, 1.2, (50, 64)).astype(np.float32)
    prints[10:20] = prints[:10]
    few, many = (set(close_prints(prints, block)) for block in (7, 1024))
    assert few == many
    assert {(i, i + 10) for i in range(10)} <= few
    assert all(i < j for i, j in few)


def test_clusters_follow_chains():
    assert clusters(6, [(4, 5), (1, 4), (0, 2)]) == [0, 1, 0, 3, 1, 1]
    assert clusters(0, []) == []
