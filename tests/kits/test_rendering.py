"""A kit as samples, and the hand that strikes it."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from neural_drum_machine.errors import KitError
from neural_drum_machine.kits.hand import Hand
from neural_drum_machine.kits.rendering import layer_bounds, rendered_kit
from neural_drum_machine.signal.loudness import loudness


@pytest.fixture(scope="module")
def rendered(machine, kit):
    three = kit.__class__(kit.name, kit.model, (kit["kick"], kit["open hat"], kit["closed hat"]))
    return three, rendered_kit(machine, three, layers=2, round_robins=3)


@pytest.mark.parametrize("layers", [1, 2, 3, 4, 5, 16])
def test_layers_cover_all_velocities_without_a_gap(layers):
    bounds = layer_bounds(layers)
    assert [v for low, high in bounds for v in range(low, high + 1)] == list(range(1, 128))
    widths = [high - low + 1 for low, high in bounds]
    assert max(widths) - min(widths) <= 1


def test_the_first_of_the_loudest_is_the_drum_itself(machine, rendered):
    kit, out = rendered
    for voice, made in zip(kit, out.voices, strict=True):
        np.testing.assert_array_equal(made.layers[-1].takes[0], voice.sound(machine).samples)


def test_round_robins_differ_and_are_equally_loud(rendered):
    _, out = rendered
    for voice in out.voices:
        for layer in voice.layers:
            levels = [loudness(take, out.sr) for take in layer.takes]
            assert np.ptp(levels) < 0.3
            for one, other in combinations(layer.takes, 2):
                n = min(len(one), len(other))
                assert np.abs(one[:n] - other[:n]).max() > 1e-3


def test_soft_layers_are_softer_and_every_file_holds_its_recipe(machine, rendered):
    _, out = rendered
    for voice in out.voices:
        soft, loud = voice.layers
        assert loudness(soft.takes[0], out.sr) < loudness(loud.takes[0], out.sr) - 3
        assert (soft.low, loud.high) == (1, 127)
        assert all('"velocity":' in comment for comment in soft.comments)


def test_a_choked_voice_ends_as_quickly_as_the_others_end_it(rendered):
    kit, out = rendered
    _, opened, closed = out.voices
    assert opened.choke == closed.choke == 1
    assert opened.choke_ms == kit["closed hat"].choke_ms


def test_the_same_seed_gives_the_same_samples(machine, rendered):
    kit, out = rendered
    again = rendered_kit(machine, kit, layers=2, round_robins=3)
    for one, other in zip(out.voices, again.voices, strict=True):
        for first, second in zip(one.layers, other.layers, strict=True):
            assert first.comments == second.comments
            for a, b in zip(first.takes, second.takes, strict=True):
                np.testing.assert_array_equal(a, b)


def test_progress_ends_with_everything(machine, kit):
    seen = []
    one = kit.__class__(kit.name, kit.model, (kit["kick"],))
    rendered_kit(machine, one, 2, 2, progress=lambda *done: seen.append(done))
    assert seen == [(2, 4), (4, 4)]


@pytest.mark.parametrize("numbers", [(0, 1), (17, 1), (1, 0), (1, 17), (1.5, 1)])
def test_numbers_out_of_range_are_refused(machine, kit, numbers):
    with pytest.raises(KitError, match="1 to 16"):
        rendered_kit(machine, kit, *numbers)


def test_a_hand_at_amount_zero_repeats_to_the_last_bit(machine, kit):
    drum = kit["snare"].sound(machine)
    hand = Hand(machine, drum, 1, 0)
    for _ in range(2):
        np.testing.assert_array_equal(hand.hit(hand.move()).samples, drum.samples)


def test_no_two_hits_of_a_hand_are_equal_and_takes_never_repeat_at_once(machine, kit):
    hand = Hand(machine, kit["snare"].sound(machine), 1)
    moves = [hand.move(90) for _ in range(130)]
    assert len({move.step.tobytes() for move in moves}) == 130
    assert all(one.take != other.take for one, other in pairwise(moves[:64]))


def test_successive_moves_are_nearer_than_distant_ones(machine, kit):
    hand = Hand(machine, kit["snare"].sound(machine), 1)
    steps = np.array([hand.move(90).step for _ in range(400)])
    near = np.linalg.norm(steps[1:] - steps[:-1], axis=1).mean()
    far = np.linalg.norm(steps[20:] - steps[:-20], axis=1).mean()
    # A first-order process with memory m: the ratio of the distances is √(1 − m), m = 0.6.
    assert near / far == pytest.approx(np.sqrt(1 - 0.6), rel=0.08)


def test_soft_strokes_vary_more(machine, kit):
    drum = kit["snare"].sound(machine)
    sizes = []
    for velocity in (127, 1):
        hand = Hand(machine, drum, 1)
        steps = [hand.move(velocity).step for _ in range(200)]
        sizes.append(np.linalg.norm(steps, axis=1).mean())
    assert sizes[1] == pytest.approx(1.5 * sizes[0], rel=0.01)


@pytest.mark.parametrize("amount", [-0.1, 2.1, float("nan"), "1", True])
def test_amounts_out_of_range_are_refused(machine, kit, amount):
    with pytest.raises(KitError, match="between 0 and 2"):
        Hand(machine, kit["snare"].sound(machine), 1, amount)


@pytest.mark.parametrize("wish", [{}, {"decay": 0.2}, {"pitch": 90.0}])
@pytest.mark.parametrize("velocity", [1, 70, 127])
def test_a_softer_stroke_is_the_sound_made_again(machine, wish, velocity):
    drum = machine.render("tom", seed=3, wish=wish)
    want = machine.rendered_again(drum, velocity=velocity)
    got = machine.softer(drum, velocity)
    np.testing.assert_array_equal(got.samples, want.samples)
    assert got.recipe() == want.recipe()


def test_a_softer_stroke_of_a_morph_is_between_its_categories(machine):
    drum = machine.morph(machine.render("kick", seed=1), machine.render("snare", seed=1), 0.5)
    want = machine.rendered_again(drum, velocity=40)
    np.testing.assert_array_equal(machine.softer(drum, 40).samples, want.samples)


@pytest.mark.parametrize("category", ["kick", "snare", "closed_hihat"])
def test_a_hit_is_as_loud_as_the_drum_itself_at_each_velocity(machine, category):
    drum = machine.render(category, seed=4)
    hand = Hand(machine, drum, 1)
    for velocity in (127, 120, 100, 64, 22, 5):
        hit = hand.hit(hand.move(velocity), velocity)
        plain = machine.softer(drum, velocity)
        assert loudness(hit.samples, hit.sr) == pytest.approx(
            loudness(plain.samples, plain.sr), abs=0.05, nan_ok=True
        ) or np.abs(hit.samples).max() == pytest.approx(2)
