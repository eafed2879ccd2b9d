"""The search for a code that the decoder makes more of than of the encoder's."""

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.latent.search import CodeSearch
from neural_drum_machine.machine import load
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.signal.standardisation import Standardisation

DIM, SHAPE = 6, (8, 8)
SPEC = AudioSpec(n_samples=127, n_fft=16, win_length=16, hop_length=16, n_mels=8, log_eps=1e-9)
PLAIN = Standardisation(np.zeros((8, 8), np.float32), np.full((8, 8), 0.3, np.float32), SPEC)
"""Log magnitudes are a third of what is decoded, and seldom too loud."""


def linear_search(spread: float) -> tuple[CodeSearch, np.ndarray]:
    """A decoder whose log magnitudes are a linear map of the code."""
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((DIM, *SHAPE)).astype(np.float32)
    search = CodeSearch(
        lambda codes: Levels(np.tensordot(codes, matrix, 1)),
        PLAIN,
        np.zeros(DIM, np.float32),
        spread**2 * np.eye(DIM, dtype=np.float32),
    )
    return search, matrix


def test_what_can_be_decoded_exactly_is_found():
    search, matrix = linear_search(spread=1e3)
    wanted = np.random.default_rng(1).standard_normal(DIM).astype(np.float32)
    x = Levels(np.tensordot(wanted, matrix, 1))
    found = search.refine(np.zeros(DIM, np.float32), x, 30)
    np.testing.assert_allclose(found, wanted, atol=0.02)


def test_the_category_holds_the_code_near_its_own():
    far = 20 * np.ones(DIM, np.float32)
    lengths = []
    for spread in (1e3, 0.05, 0.005):
        search, matrix = linear_search(spread)
        x = Levels(np.tensordot(far, matrix, 1) / 10)
        found = search.refine(np.zeros(DIM, np.float32), x, 30)
        lengths.append(np.linalg.norm(found))
    assert lengths[0] > lengths[1] > lengths[2]


def test_air_and_attack_guide_the_search_where_the_core_says_nothing():
    rng = np.random.default_rng(2)
    maps = [rng.standard_normal((DIM, *shape)).astype(np.float32) for shape in (SHAPE, (2, 8))]
    maps[0][3:] = 0  # the core knows half of the code only

    def decode(codes):
        mel, air = (np.tensordot(codes, each, 1) for each in maps)
        return Levels(mel, air, np.zeros((len(codes), 1, 2), np.float32))

    spread = 1e6 * np.eye(DIM, dtype=np.float32)
    search = CodeSearch(decode, PLAIN, np.zeros(DIM, np.float32), spread)
    wanted = rng.standard_normal(DIM).astype(np.float32)
    found = search.refine(np.zeros(DIM, np.float32), decode(wanted[None]).of(0), 30)
    np.testing.assert_allclose(found, wanted, atol=0.05)


@pytest.fixture(scope="module")
def machine():
    return load()


def hits():
    yield "kick", 0.8 * tone(70, 0.5, decay=8) + 0.2 * noise(0.5, decay=80)
    yield "tom", tone(163, 0.6, decay=9)
    yield "snare", 0.5 * tone(190, 0.4, decay=14) + 0.5 * noise(0.4, decay=16)
    yield "closed_hihat", noise(0.2, decay=50, seed=3)


@pytest.mark.slow
@pytest.mark.parametrize(("category", "samples"), list(hits()))
def test_the_search_brings_the_shipped_models_decoder_nearer(machine, category, samples):
    hit = make_hit(samples, 22050, machine.spec)
    mel, index = mel_spectrogram(hit.samples, machine.spec), machine.index(category)

    def missed(code):
        made = machine.decode(code[None], np.array([index]))[0]
        return np.linalg.norm(mel - made) / np.linalg.norm(mel)

    alone, searched = machine.encode(hit, category, steps=0), machine.encode(hit, category)
    assert missed(searched) < 0.97 * missed(alone)
    if category == "kick":
        np.testing.assert_array_equal(machine.encode(hit, category), searched)
    # The code stays where the category's codes are.
    precision = np.linalg.inv(machine.controls.covariances[index].astype(np.float64))
    away = searched - machine.controls.means[index]
    assert np.sqrt(away @ precision @ away / len(away)) < 3
