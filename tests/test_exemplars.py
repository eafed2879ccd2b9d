"""A machine whose model has exemplars of some categories."""

import numpy as np
import pytest
from tests.support.models import without_exemplars

import neural_drum_machine as ndm
from neural_drum_machine.errors import ControlError
from neural_drum_machine.inverters.renderer import PARTS, Rendering


@pytest.fixture(scope="module")
def plain(small_machine, tmp_path_factory):
    """The same model without exemplars."""
    path = tmp_path_factory.mktemp("plain") / "plain.ndm"
    return ndm.load(without_exemplars(small_machine.bundle, path))


def numbers(machine, category):
    return [machine.draw(category, seed)[1][0][0] for seed in range(20)]


def test_draws_begin_at_exemplars_of_their_category(small_machine, small_bundle):
    bank = small_machine.bundle.bank()
    again = ndm.load(small_bundle)
    for category in ("kick", "snare", "closed_hihat"):
        drawn = numbers(small_machine, category)
        wanted = [n for n, each in enumerate(bank.exemplars) if each.category == category]
        assert set(drawn) == set(wanted)
        assert drawn == numbers(again, category)
        code, laid = small_machine.draw(category, 7)
        assert laid[0][1] == 1
        np.testing.assert_array_equal(code, again.draw(category, 7)[0])


def test_a_draw_that_is_not_wild_is_the_exemplar(small_machine):
    code, laid = small_machine.draw("kick", 5, 0)
    number = laid[0][0]
    bank = small_machine.bundle.bank()
    np.testing.assert_array_equal(code, bank.code(number))
    index = small_machine.index("kick")
    recording = small_machine.levels(code, (index,)).plus(bank.residual(number))
    played = small_machine.levels(code, (index,), exemplars=laid)
    for part, wanted in zip(played, recording.limited(small_machine.spec), strict=True):
        np.testing.assert_allclose(part, wanted, atol=1e-4)
    sound = small_machine.render("kick", seed=5, wild=0)
    assert sound.exemplars == laid
    assert sound.recordings == (bank.exemplars[number].credit(),)
    assert sound.recordings[0]["licence"] == "CC0-1.0"


def test_a_model_without_exemplars_draws_from_the_prior(small_machine, plain):
    assert plain.exemplars is None
    off = small_machine.with_rendering(Rendering(without=frozenset(["exemplars"])))
    for machine in (plain, off):
        for category in ("kick", "tom"):
            code, laid = machine.draw(category, 3, 0.5)
            assert laid == ()
            prior = machine.controls.prior.sample(machine.index(category), 3, 0.5)
            np.testing.assert_array_equal(code, prior)
        sound = machine.render("kick", seed=3)
        assert "exemplars" not in sound.recipe()
        # A recipe of a machine with exemplars is played by the generator alone.
        again = machine.render_code("kick", sound.code, exemplars=[[0, 1.0]])
        np.testing.assert_array_equal(again.samples, sound.samples)
    # A category that has no exemplars is drawn from the prior in any case.
    code, laid = small_machine.draw("tom", 3)
    assert laid == ()
    np.testing.assert_array_equal(code, plain.draw("tom", 3)[0])


def test_controls_move_a_drawn_sound(small_machine):
    drawn = small_machine.render("kick", seed=3)
    moved = small_machine.render("kick", (1, -1, 0.5), seed=3)
    assert moved.exemplars == drawn.exemplars
    index = small_machine.index("kick")
    position = small_machine.controls.position(index, moved.code)
    np.testing.assert_allclose(position, (1, -1, 0.5), atol=1e-4)
    assert not np.array_equal(moved.samples, drawn.samples)


@pytest.mark.parametrize(
    ("exemplars", "message"),
    [
        ([[99, 1.0]], "no exemplar 99; there are 0 to 5"),
        ([[-1, 1.0]], "no exemplar -1"),
        ([[0, float("nan")]], "share of an exemplar lies between 0 and 1, got nan"),
        ([[0, 0.5]], "must sum to 1"),
        ([[True, 1.0]], "a number and a share"),
        ("kick", "a number and a share"),
        ([[0, 0.2]] * 5, "at most 4 exemplars"),
    ],
)
def test_exemplars_that_do_not_exist_are_refused(small_machine, exemplars, message):
    with pytest.raises(ControlError, match=message):
        small_machine.render_code("kick", np.zeros(8), exemplars=exemplars)


@pytest.mark.parametrize("wild", [-0.1, 2.1, float("nan"), "much", True + 1.5])
def test_draws_out_of_range_are_refused(small_machine, wild):
    for category in ("kick", "tom"):
        with pytest.raises(ControlError, match="wild must lie between 0 and 2"):
            small_machine.draw(category, 1, wild)
        for seed in (-1, 2**32, 1.5, True):
            with pytest.raises(ControlError, match="seed must"):
                small_machine.draw(category, seed)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_left_out_is_not_heard(small_machine, part):
    without = small_machine.with_rendering(Rendering(without=frozenset([part])))
    assert without.networks is small_machine.networks
    changed = [
        not np.array_equal(without.render(category, seed=2, take=1).samples, sound.samples)
        for category in ("kick", "tom")
        for sound in [small_machine.render(category, seed=2, take=1)]
    ]
    # The small library has no toms: no exemplars of them, and no detail was fitted to them.
    wanted = {"exemplars": [True, False], "detail": [True, False]}
    # A network of twelve steps may decode no body.
    assert part == "body" or changed == wanted.get(part, [True, True])


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000])
def test_a_machine_without_anything_plays_at_every_rate(small_bundle, rate):
    machine = ndm.load(small_bundle, sr=rate, without=PARTS, width=0.5)
    for category in ("kick", "tom"):
        sound = machine.render(category, seed=1)
        assert sound.sr == rate
        assert sound.samples.shape[0] == 2
        longest = (2 * 4095 - 234) * rate / 44_100
        assert longest / 2 < sound.samples.shape[1] <= longest + 1
        assert np.abs(sound.samples).max() == pytest.approx(1)


def test_what_cannot_be_loaded_is_refused_with_the_offer(small_bundle):
    with pytest.raises(ControlError, match="there are 22050, 44100, 48000 Hz"):
        ndm.load(small_bundle, sr=32_000)
    with pytest.raises(ControlError, match="it has exemplars, attack, air, body, detail"):
        ndm.load(small_bundle, without=["tail"])
    with pytest.raises(ControlError, match="width must lie between 0 and 1"):
        ndm.load(small_bundle, width=2)


def test_takes_of_a_drum_differ_a_little_and_are_as_loud(small_machine):
    for category in ("snare", "tom"):
        first, *others = (
            small_machine.render(category, seed=3, take=take).samples for take in range(3)
        )
        for other in others:
            assert not np.array_equal(other, first)
            assert np.abs(other).max() <= 1
            # The same drum, as loud.
            energies = [np.square(each).sum() for each in (first, other)]
            assert abs(10 * np.log10(energies[0] / energies[1])) < 1
    one, other = (small_machine.render("snare", seed=3, take=take).samples for take in (0, 1))
    n = min(len(one), len(other))
    assert np.corrcoef(one[:n], other[:n])[0, 1] > 0.5


def test_a_sound_without_a_seed_begins_at_the_nearest_exemplar(small_machine):
    bank, index = small_machine.bundle.bank(), small_machine.index("kick")
    code, laid = small_machine.draw("kick", None)
    np.testing.assert_array_equal(code, small_machine.controls.means[index])
    away = [np.linalg.norm(bank.code(number) - code) for number in range(3)]
    assert laid == ((int(np.argmin(away)), 1.0),)
    assert small_machine.render("kick").exemplars == laid
    assert small_machine.render("tom").exemplars == ()
