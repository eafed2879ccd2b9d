"""The law of anchored sounds: at rest the file itself, and bent as the generator bends its own."""

import numpy as np
import pytest

from neural_drum_machine.anchors.bend import as_loud, bent
from neural_drum_machine.anchors.tuning import Decoded
from neural_drum_machine.errors import ControlError
from neural_drum_machine.signal.audio_file import Clip
from neural_drum_machine.signal.descriptors import spectral_centroid
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.levels import levels_of
from neural_drum_machine.signal.loudness import loudness
from neural_drum_machine.signal.spec import LONG_SPEC

SR = 44_100


def mono(sound):
    return sound.samples if sound.samples.ndim == 1 else sound.samples.mean(axis=0)


def log_mel_db(sound):
    hit = make_hit(mono(sound), SR, LONG_SPEC)
    return levels_of(hit, LONG_SPEC).mel * (20 / np.log(10))


def test_at_rest_it_is_the_file_sample_for_sample(shipped, snare, snare_anchor):
    np.testing.assert_array_equal(shipped.bend(snare_anchor).samples, snare.channels)


def test_at_rest_a_mono_file_stays_mono(shipped, long_tom, tom_anchor):
    np.testing.assert_array_equal(shipped.bend(tom_anchor).samples, long_tom.channels[0])


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_step_of_a_hundredth_is_never_a_jump(shipped, snare_anchor, axis):
    direction = np.eye(3)[axis]
    path = [shipped.bend(snare_anchor, (k / 100 * direction).tolist()) for k in (0, 1, 2, 60, 61)]
    heard = [log_mel_db(sound) for sound in path]
    for one, other in ((0, 1), (1, 2), (3, 4)):
        loud = heard[one] > heard[one].max() - 60
        assert np.abs(heard[one] - heard[other])[loud].mean() < 1
        assert abs(loudness(mono(path[one]), SR) - loudness(mono(path[other]), SR)) < 0.5


def test_it_moves_as_the_generators_own_sound_does(shipped, snare_anchor):
    index = shipped.index("snare")
    place = shipped.controls.position(index, snare_anchor.code)
    own, generated = [], []
    for p in np.concatenate([np.eye(3), -np.eye(3)]).tolist():
        code = shipped.controls.moved(index, snare_anchor.code, (place + p).tolist())
        own.append(spectral_centroid(mono(shipped.bend(snare_anchor, p)), SR))
        generated.append(spectral_centroid(shipped.render_code("snare", code).samples, SR))
    up, down = np.log2(own[:3]) - np.log2(own[3:]), np.log2(generated[:3]) - np.log2(generated[3:])
    strongest = int(np.abs(down).argmax())
    assert up[strongest] == pytest.approx(down[strongest], rel=0.5)


def test_both_channels_change_alike_and_it_stays_as_loud(shipped, snare_anchor):
    sound = shipped.bend(snare_anchor, (1, 0.5, -0.5))
    assert sound.samples.shape[0] == 2
    np.testing.assert_allclose(sound.samples[1], 0.5 * sound.samples[0], atol=2e-4)
    rest = shipped.bend(snare_anchor)
    assert loudness(mono(sound), SR) == pytest.approx(loudness(mono(rest), SR), abs=1)
    n = min(sound.samples.shape[1], rest.samples.shape[1])
    assert np.abs(sound.samples[:, :n] - rest.samples[:, :n]).max() > 0.01


def test_nothing_is_added_before_the_onset(shipped, snare_anchor, snare):
    samples = shipped.bend(snare_anchor, (0, 1, 0)).samples
    before = snare_anchor.sound.onset // 2
    # What was there may become louder with the whole sound, and may be tuned.
    level, was = (np.abs(x[:, :before]).max() for x in (samples, snare.channels))
    assert level < 3 * was < 0.001 < np.abs(samples).max()


def bent_to(anchor, base, new):
    return bent(anchor, *(Decoded(each, LONG_SPEC) for each in (base, new)), LONG_SPEC)


def test_a_tail_longer_than_the_models_frames_goes_on_without_a_seam(shipped, tom_anchor, long_tom):
    base = shipped.levels(tom_anchor.code, (shipped.index("tom"),))
    # Brighter by a bit, and no other change: the pitch stays, so samples can be compared.
    tilt = np.linspace(-0.4, 0.4, LONG_SPEC.n_mels, dtype=np.float32)[:, None]
    own = bent_to(tom_anchor, base, base._replace(mel=base.mel + tilt))
    assert own.samples.shape[1] == pytest.approx(long_tom.channels.shape[1], rel=0.02)
    end = round(LONG_SPEC.seconds * SR)
    gains = [
        np.sqrt(np.square(own.samples[0, k : k + 3600]).mean())
        / np.sqrt(np.square(long_tom.channels[0, k : k + 3600]).mean())
        for k in range(end - 12_000, end + 40_000, 2000)
    ]
    assert np.abs(np.diff(20 * np.log10(gains))).max() < 0.2


def test_a_file_that_was_cut_off_ends_with_no_greater_step(shipped):
    times = np.arange(round(0.3 * SR)) / SR
    cut = np.pad((0.8 * np.sin(2 * np.pi * 150 * times) * np.exp(-4 * times)), (300, 0))
    anchor = shipped.anchor(Clip(cut.astype(np.float32)[None], SR), "tom")
    base = shipped.levels(anchor.code, (shipped.index("tom"),))
    # Its tail is raised by 9 dB, and nothing else changes.
    growth = np.minimum(np.arange(LONG_SPEC.n_frames) / 20, 1).astype(np.float32)
    own = bent_to(anchor, base, base._replace(mel=base.mel + growth)).samples[0]
    before = own[: -round(0.02 * SR)][-2000:]
    assert np.abs(before).max() > 1.5 * np.abs(cut[-3000:]).max() * np.abs(own).max() / 0.8
    step, was = (abs(x[-1]) / np.abs(x).max() for x in (own, cut))
    assert step <= max(1.05 * was, 0.01)


def test_it_can_be_turned_into_another_category(shipped, snare_anchor):
    index = shipped.index
    rest = shipped.bend(snare_anchor)
    turned = shipped.bend(snare_anchor, to="closed_hihat")
    assert turned.category == "closed_hihat"
    half = shipped.bend(snare_anchor, to="closed_hihat", t=0.5)
    assert (half.category, half.to, half.t) == ("snare", "closed_hihat", 0.5)
    none = shipped.bend(snare_anchor, to="closed_hihat", t=0)
    np.testing.assert_array_equal(none.samples, rest.samples)
    brightness = [spectral_centroid(mono(each), SR) for each in (rest, half, turned)]
    generated = [
        spectral_centroid(shipped.play(shipped.levels(snare_anchor.code, (index(c),))), SR)
        for c in ("snare", "closed_hihat")
    ]
    assert np.sign(brightness[2] - brightness[0]) == np.sign(generated[1] - generated[0])
    assert min(brightness[::2]) < brightness[1] < max(brightness[::2])


def test_the_blend_goes_from_the_own_sound_to_the_generators(shipped, snare_anchor):
    p = (0.5, 0.0, 0.0)
    own, half, model = (shipped.bend(snare_anchor, p, blend=b) for b in (0, 0.5, 1))
    alone = shipped.render_code("snare", own.code).samples
    n = min(len(alone), model.samples.shape[-1])
    # The generator's, at the own sound's loudness.
    ratio = model.samples[..., :n] / np.where(np.abs(alone[:n]) > 0.1, alone[:n], np.nan)
    assert np.nanstd(ratio) / np.nanmean(ratio) < 0.05
    assert loudness(mono(model), SR) == pytest.approx(loudness(mono(own), SR), abs=1)
    away = [np.abs(log_mel_db(own) - log_mel_db(each)).mean() for each in (half, model)]
    assert 0 < away[0] < away[1]


def test_peaks_are_bent_without_a_jump_and_never_pass_full_scale():
    own = np.zeros((1, SR), np.float32)
    own[0, :4000] = np.random.default_rng(0).uniform(-1, 1, 4000)
    sharp = own.copy()
    sharp[0, 100] = 1.0
    last = as_loud(sharp, own)
    for peak in np.linspace(1.0, 3.0, 41)[1:]:
        sharp[0, 100] = peak
        out = as_loud(sharp, own)
        assert np.abs(out).max() <= 1 + 1e-6
        assert np.abs(out - last).max() < 0.08
        last = out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"p": (1, 2)}, "p must be three finite numbers"),
        ({"p": (9, 0, 0)}, "p must lie within"),
        ({"p": (float("nan"), 0, 0)}, "p must be three finite"),
        ({"to": "cowbell"}, "cowbell"),
        ({"blend": 1.5}, "blend must lie between 0 and 1, got 1.5"),
        ({"to": "kick", "t": -1}, "t must lie between 0 and 1"),
    ],
)
def test_moves_that_are_none_are_refused(shipped, snare_anchor, arguments, message):
    with pytest.raises((ControlError), match=message):
        shipped.bend(snare_anchor, **arguments)


def test_what_is_no_anchor_is_refused(shipped, snare_anchor):
    code = snare_anchor.code
    for anchors, message in (
        ((("a.wav", 1.0),), "is no anchor; make one with machine.anchor"),
        (((snare_anchor, 0.5),), "must sum to 1"),
        (((snare_anchor, 0.2),) * 5, "at most 4 anchors"),
        (((snare_anchor, 1.5),), "lies between 0 and 1, got 1.5"),
    ):
        with pytest.raises(ControlError, match=message):
            shipped.render_code("snare", code, anchors=anchors)
