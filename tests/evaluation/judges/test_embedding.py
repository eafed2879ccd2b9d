"""The embeddings: their laws, and the order of sets of sounds of known damage."""

import os
import sys

import numpy as np
import pytest
import torch
from tests.support.degrade import SR, N, needs_open_drums, padded, real_sounds, smeared, with_noise
from tests.support.sounds import noise, tone

from neural_drum_machine.errors import AudioError
from neural_drum_machine.evaluation.judges import embedding
from neural_drum_machine.evaluation.judges.embedding import Embedder
from neural_drum_machine.evaluation.measures.sets.fad import fad
from neural_drum_machine.evaluation.measures.sets.kad import kad
from neural_drum_machine.prepare.derived import voices

EMBEDDER = Embedder()


@pytest.fixture(scope="module")
def embedder():
    """The network, or the reason why there is none."""
    if reason := EMBEDDER.unavailable():
        pytest.skip(reason)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # on a busy machine threads wait for each other
    yield EMBEDDER
    torch.set_num_threads(threads)


DAMAGE = {
    "little noise": lambda x: with_noise(x, -50),
    "noise": lambda x: with_noise(x, -35),
    "much noise": lambda x: with_noise(x, -20),
    "smear": smeared,
}


def test_spectrogram_is_the_log_mel_the_network_learned_from():
    full = np.ones(44100, np.float32) * np.cos(2 * np.pi * 1000 * np.arange(44100) / 44100)
    s = EMBEDDER.spectrograms([full], 44100)
    assert s.shape == (1, 100, 96)
    assert s.dtype == np.float32
    # HTK's mel: 1 kHz of 0 to 22.05 kHz lies at 25.5 % of 96 bands.
    assert s[0, 20].argmax() == round(97 * 999.99 / 3923.34) - 1
    assert s[0, 50:].max() == 0
    # A sine of level 1 has a peak of (2048 / 4)² in power; bands sum to 1, so that it is shared.
    power = (10 ** (s[0, 20] * 9.457798957824707) - 1) / 10_000
    assert 0.1 * 512**2 < power.max() < 512**2


def test_only_the_sound_matters_not_its_level_or_the_silence_after_it():
    x = tone(200, 0.3)
    a, b, c = (EMBEDDER.spectrograms([y], SR) for y in (x, 0.003 * x, np.append(x, np.zeros(999))))
    np.testing.assert_allclose(b, a, atol=1e-4)
    np.testing.assert_allclose(c, a, atol=1e-4)
    assert np.abs(EMBEDDER.spectrograms([x[::-1]], SR) - a).max() > 0.1


def test_sounds_that_cannot_be_embedded():
    with pytest.raises(AudioError, match=r"only finite mono sounds.*got shape \(2, 5\)"):
        EMBEDDER.spectrograms([np.zeros((2, 5))], SR)
    with pytest.raises(AudioError, match="only finite mono sounds"):
        EMBEDDER.spectrograms([np.array([0, np.nan])], SR)


class Evil:
    def __reduce__(self):
        return os.mkdir, ("executed",)


def test_a_checkpoint_executes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save(({}, Evil()), tmp_path / "evil.pth")
    with pytest.raises(Exception, match="Weights only load failed"):
        embedding._load(tmp_path / "code.py", tmp_path / "evil.pth")
    assert not (tmp_path / "executed").exists()


def test_a_batch_is_its_sounds_one_by_one(embedder):
    sounds = [tone(100, 0.2), noise(0.1), np.zeros(5, np.float32), np.zeros(0, np.float32)]
    seen = []
    together = Embedder(batch_size=3)(sounds, SR, lambda *done: seen.append(done))
    assert together.shape == (4, 512)
    assert together.dtype == np.float32
    assert seen == [(3, 4), (4, 4)]
    alone = np.concatenate([embedder([x], SR) for x in sounds[:3]])
    np.testing.assert_allclose(together[:3], alone, atol=1e-4)
    # Silence is a sound like others, and all silence is one.
    assert np.isfinite(together).all()
    np.testing.assert_allclose(together[2], together[3], atol=1e-5)
    assert np.abs(together[0] - together[2]).max() > 0.5
    assert embedder([], SR).shape == (0, 512)
    assert "aisfx" not in sys.modules


def test_level_does_not_matter(embedder):
    x = noise(0.2)
    np.testing.assert_allclose(embedder([x], SR), embedder([0.01 * x], SR), atol=1e-3)


def check_order(embedder, reference, more, wrong):
    """Other sounds of the reference's kinds are near; damaged and foreign ones are farther."""
    embed = {"": more, "wrong category": wrong} | {
        name: [damage(x) for x in more] for name, damage in DAMAGE.items()
    }
    sets = {name: embedder(sounds, SR) for name, sounds in embed.items()}
    known = embedder(reference, SR)
    for distance in (fad, kad):
        far = {name: distance(known, found) for name, found in sets.items()}
        noisy = [far[name] for name in ("", "little noise", "noise", "much noise")]
        assert noisy == sorted(noisy), far
        assert far["smear"] > far[""], far
        assert far["wrong category"] > far[""], far


@pytest.mark.slow
def test_order_of_damaged_synthesised_sounds(embedder):
    rng = np.random.default_rng(0)

    def some(*categories: str) -> list[np.ndarray]:
        return [
            padded(voices.render(c, voices.draw(c, rng), seed)[:N])
            for c in categories
            for seed in range(3)
        ]

    kinds = ("kick", "snare")
    check_order(embedder, some(*kinds), some(*kinds), some("shaker", "conga"))


@needs_open_drums
@pytest.mark.open_drums
@pytest.mark.slow
def test_order_of_damaged_recordings(embedder):
    sounds = real_sounds(4)
    kinds = ("kick", "snare", "closed_hihat")
    check_order(
        embedder,
        [x for c in kinds for x in sounds[c][::2]],
        [x for c in kinds for x in sounds[c][1::2]],
        [x for c in ("shaker", "conga", "clap") for x in sounds[c][::2]],
    )
