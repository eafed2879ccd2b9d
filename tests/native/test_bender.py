"""The engine hears, bends and mixes own sounds as the reference does, with all kernels."""

import threading

import numpy as np
import pytest
from tests.support.degrade import synthesised_sounds
from tests.support.sounds import noise, tone

from neural_drum_machine.anchors.anchor import Anchor
from neural_drum_machine.anchors.bend import as_loud, bent
from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.anchors.play import mixed
from neural_drum_machine.anchors.tuning import Decoded, pitch_ratio
from neural_drum_machine.errors import AudioError, ControlError, EngineError
from neural_drum_machine.native.engine import NativeEngine
from neural_drum_machine.native.library import KERNELS
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, align
from neural_drum_machine.signal.levels import Levels

SR = 44_100


@pytest.fixture(scope="module", params=KERNELS[1:])
def bender(request, shipped):
    try:
        return NativeEngine(shipped.bundle.file_bytes(), "shipped", request.param).bender
    except EngineError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def best(shipped):
    return NativeEngine.of(shipped.bundle).bender


def own(channels, onset):
    return OwnSound(np.atleast_2d(channels).astype(np.float32), onset)


def hits():
    """A mono sound, a stereo one, a long one in stereo, a short one, and one that is cut off."""
    tom = np.pad(0.8 * tone(110, 0.6, SR, 8) + 0.02 * noise(0.6, SR, 3, 9), (600, 0))
    hats = np.pad(np.stack([noise(0.2, SR, seed, 40) for seed in (2, 3)]), ((0, 0), (30, 0)))
    sides = [0.5 * tone(180, 3.2, SR, 0.8) + 0.1 * noise(3.2, SR, seed, 2) for seed in (5, 6)]
    gong = np.pad(np.stack(sides), ((0, 0), (2205, 0))) + 0.01
    return {
        "tom": (own(tom, 600), "tom"),
        "hats": (own(hats, 30), "closed_hihat"),
        "gong": (own(gong, 2205), "tom"),
        "click": (own(np.pad(0.7 * noise(0.012, SR, 4, 300), (3, 0)), 3), "snap"),
        "cut": (own(np.pad(0.5 * tone(150, 0.1, SR, 1), (100, 0)), 100), "conga"),
    }


@pytest.fixture(scope="module")
def moves(shipped):
    """Own sounds with what is decoded from their codes before and after a move, by name."""
    out = {}
    for name, (sound, category) in hits().items():
        index = shipped.index(category)
        code = shipped.render(category, seed=len(out)).code
        anchor = Anchor.of(sound, category, shipped.spec, lambda _, code=code: code)
        random = np.random.default_rng(1 + len(out))
        after = code + random.standard_normal(len(code)).astype(np.float32) * 0.5
        decoded = [Decoded(shipped.levels(each, (index,)), shipped.spec) for each in (code, after)]
        out[name] = (anchor, *decoded)
    return out


def decibels(first, second):
    assert first.shape == second.shape
    return 10 * np.log10(np.square(first - second).mean() + 1e-24)


def test_it_hears_what_the_reference_hears(bender, moves):
    for anchor, *_ in moves.values():
        levels, scale = bender.hear(anchor.sound.samples, anchor.sound.onset)
        assert scale == pytest.approx(anchor.scale, rel=2e-6)
        # Transforms in single precision, and the filter that halves the rate, err by parts of what
        # is loudest: the core's loudest magnitude, or full scale. Of near silence that is more.
        loudest = np.exp(anchor.recording.mel.max()), 1.0, 1.0
        for part, wanted, top in zip(levels, anchor.recording, loudest, strict=True):
            assert np.abs(np.exp(part) - np.exp(wanted)).max() < 3e-6 * top
            assert np.abs(part - wanted).mean() < 3e-5


def test_it_bends_as_the_reference_bends(bender, moves, shipped):
    ratios = []
    for anchor, before, after in moves.values():
        sound, heard = anchor.sound, (anchor.recording, anchor.scale)
        wanted = bent(anchor, before, after, shipped.spec)
        samples, onset = bender.bent(
            (sound.samples, sound.onset), heard, before.levels, after.levels
        )
        assert onset == wanted.onset
        assert decibels(samples, wanted.samples) < -80
        assert decibels(samples, np.resize(sound.samples, samples.shape)) > -60
        ratios.append(pitch_ratio(before, after))
    assert 1 in ratios
    assert len(set(ratios)) > 2  # with and without another pitch


def test_what_does_not_move_is_the_sound_bit_for_bit(bender, moves):
    for anchor, before, _ in moves.values():
        sound, heard = anchor.sound, (anchor.recording, anchor.scale)
        samples, onset = bender.bent(
            (sound.samples, sound.onset), heard, before.levels, before.levels
        )
        assert onset == sound.onset
        np.testing.assert_array_equal(samples, sound.samples)


def test_it_mixes_as_the_reference_mixes(bender, moves):
    sounds = [anchor.sound for anchor, *_ in moves.values()]
    for chosen, shares in (((0, 1), (0.7, 0.3)), ((2, 0, 1, 4, 3), (0.3, 0.2, 0.2, 0.2, 0.1))):
        parts = [(sounds[k], share) for k, share in zip(chosen, shares, strict=True)]
        wanted = mixed(parts)
        samples, onset = bender.mixed([(each.samples, each.onset) for each, _ in parts], shares)
        assert onset == wanted.onset
        assert decibels(samples, wanted.samples) < -120
    alone, onset = bender.mixed([(sounds[1].samples, 30)], [1.0])
    assert onset == 30
    np.testing.assert_array_equal(alone, sounds[1].samples)


def test_it_turns_a_sound_as_loud_as_another(bender, moves):
    tom, hats, gong = (moves[name][0].sound.samples for name in ("tom", "hats", "gong"))
    for samples, wanted in ((tom, hats), (hats, 0.01 * gong), (0.1 * hats, tom), (tom, 0 * tom)):
        assert decibels(bender.as_loud(samples, wanted), as_loud(samples, wanted)) < -120


def recordings():
    """Hits under noise, DC and hum; with silence, noise or a soft stroke before them."""
    random = np.random.default_rng(6)
    n = round(0.3 * SR)
    for k, samples in enumerate(synthesised_sounds().values()):
        hit = np.repeat(samples, 2).astype(np.float32)
        hum = 0.02 * np.sin(2 * np.pi * 50 * np.arange(n + len(hit)) / SR)
        hiss = 0.003 * random.standard_normal(n + len(hit))
        late = np.pad(hit, (n - 100 * k, 100 * k))
        yield from (hit, late, late + 0.1, late + hum, late + hiss, 1e-2 * late, 1e3 * late)
        soft = np.pad(0.02 * hit[: n // 2], (n // 4, len(late) - n // 4 - len(hit[: n // 2])))
        yield late + soft
    for decay in (300, 900):
        yield np.pad(np.diff(noise(0.1, SR, 8, decay)), (int(random.integers(2000)), 500))


def test_it_finds_the_onsets_that_the_reference_finds(best):
    found = 0
    for recording in recordings():
        samples = recording.astype(np.float32)
        wanted = align(samples, SR).start + FULL_PRE_ROLL
        assert best.find_hit(samples) == wanted
        found += wanted > 0
    assert found > 20


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(5000),
        1e-4 * tone(200, 0.1, SR),
        np.full(5000, 0.5),
        np.r_[np.zeros(300), noise(0.003, SR)],
        np.r_[tone(200, 0.1, SR), np.nan],
        np.r_[np.inf, tone(200, 0.1, SR)],
    ],
)
def test_no_hit_is_refused_with_the_references_sentence(best, samples):
    with pytest.raises(AudioError) as wanted:
        align(samples, SR)
    with pytest.raises(AudioError) as given:
        best.find_hit(samples)
    sentence = str(wanted.value).removeprefix("sound: ").replace("−", "-")
    assert str(given.value) == sentence


@pytest.mark.parametrize("faintest", [0, 1e-38])
def test_what_sounds_beyond_the_models_two_seconds_alone_is_silent_to_it(best, shipped, faintest):
    late = np.zeros((1, 130_000), np.float32)
    late[0, 600], late[0, 120_000:120_100] = faintest, 0.5
    for samples in (late, late[:, :100_000], np.float32(1e-20) * late):
        with pytest.raises(AudioError, match="silent; choose a file with a hit in it"):
            best.hear(samples, 600)
        with pytest.raises(AudioError, match="silent; choose a file with a hit in it"):
            OwnSound(samples, 600).hit(shipped.spec)


def test_what_is_out_of_range_is_refused_with_a_sentence(best, moves):
    anchor, before, after = moves["tom"]
    sound = anchor.sound
    samples, heard = (sound.samples, sound.onset), (anchor.recording, anchor.scale)
    broken = np.array(sound.samples)
    broken[0, 700] = np.nan
    loud = Levels(before.levels.mel + 200, before.levels.air, before.levels.attack)
    short = Levels(before.levels.mel[:9], before.levels.air, before.levels.attack)
    with pytest.raises(AudioError, match="silent; choose a file with a hit in it"):
        best.hear(np.zeros((1, 5000), np.float32), 100)
    with pytest.raises(AudioError, match="its onset lies at sample 9000, outside the sound"):
        best.hear(sound.samples[:, :9000], 9000)
    with pytest.raises(AudioError, match="samples must lie between -1000000 and 1000000, got nan"):
        best.hear(broken, 600)
    with pytest.raises(AudioError, match="one or two channels, got 3"):
        best.hear(np.ones((3, 500), np.float32), 0)
    with pytest.raises(AudioError, match="1 to 131072 samples here, got 0"):
        best.hear(np.ones((1, 0), np.float32), 0)
    with pytest.raises(ControlError, match="levels lie between -100 and 100 nepers"):
        best.bent(samples, heard, before.levels, loud)
    with pytest.raises(ControlError, match="levels have the shapes"):
        best.bent(samples, heard, short, after.levels)
    with pytest.raises(ControlError, match="the scale of a sound is a number over 0, got nan"):
        best.bent(samples, (anchor.recording, np.nan), before.levels, after.levels)
    with pytest.raises(ControlError, match="the shares of sounds must sum to 1"):
        best.mixed([samples, samples], [0.5, 0.4])
    with pytest.raises(ControlError, match="the share of a sound lies between 0 and 1, got 0"):
        best.mixed([samples, samples], [1.0, 0.0])
    with pytest.raises(ControlError, match="1 to 5 sounds are mixed, got 6"):
        best.mixed([samples] * 6, [1 / 6] * 6)
    with pytest.raises(AudioError, match="1 to 262146 samples here, got 0"):
        best.find_hit(np.zeros(0, np.float32))


def test_threads_get_the_same_bytes(best, moves):
    made = {}

    def work(k):
        for name, (anchor, before, after) in moves.items():
            sound = anchor.sound
            heard = best.hear(sound.samples, sound.onset)
            own = (sound.samples, sound.onset)
            made[name, k] = best.bent(own, heard, before.levels, after.levels)[0].tobytes()

    threads = [threading.Thread(target=work, args=(k,)) for k in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in moves:
        assert made[name, 0] == made[name, 1] == made[name, 2]
