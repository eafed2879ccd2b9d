"""The plug-in plays what the machine renders: sample for sample, in any host's blocks."""

import numpy as np
import pytest
from tests.support.clap_host import Change, Note, parameter

STEP = 2.0**-22
"""Sounds lie on a grid of this size, so that a session keeps them exactly."""
KICK, SNARE, PEDAL, OPEN, TOM = 0, 2, 7, 8, 9


def gain(level_db: float, pan: float = 0.0) -> np.ndarray:
    """Left and right gain of a pad."""
    angle = (pan + 1) * np.pi / 4
    sides = np.sqrt(2) * np.array([np.cos(angle), np.sin(angle)]) if pan else np.ones(2)
    return 10 ** (level_db / 20) * sides


@pytest.mark.parametrize(
    ("pad", "note", "category", "seed", "level", "pan"),
    [(0, 36, "kick", 1, -1, 0), (2, 38, "snare", 3, 0, 0), (8, 46, "open_hihat", 8, -13, 0.25)],
)
def test_a_pad_plays_what_the_machine_renders(
    plugin, machine, pad, note, category, seed, level, pan
):
    out = plugin.play([Note(100, note)], 1.6)
    samples = machine.render(category, seed=seed).samples
    wanted = gain(level, pan)[:, None] * samples
    assert np.abs(out[:2, 100 : 100 + len(samples)] - wanted).max() <= 4 * STEP
    assert not out[:2, :100].any()
    assert not out[:2, 100 + len(samples) :].any()
    assert not out[2:].any()


def test_controls_do_what_they_do_in_python(fresh, machine):
    controls = {"wild": 60, "take": 5, "p1": 0.5, "p2": -1.25, "seed": 77, "level": 0}
    fresh.set({parameter(SNARE, name): value for name, value in controls.items()})
    out = fresh.play([Note(0, 38)], 1.5)[0]
    code, exemplars = machine.draw("snare", 77, 0.6)
    index = machine.index("snare")
    place = machine.controls.position(index, code) + np.array([0.5, -1.25, 0])
    code = machine.controls.moved(index, code, place.clip(-8, 8).tolist())
    wanted = machine.render_code("snare", code, take=5, exemplars=exemplars).samples
    assert np.abs(out[: len(wanted)] - wanted).max() < 2e-3  # codes differ in their last bits
    assert np.sqrt(np.mean((out[: len(wanted)] - wanted) ** 2)) < 1e-4


@pytest.mark.parametrize("block", [1, 17, [64, 1, 513], 8192])
def test_blocks_of_any_size_give_the_same_samples(plugin, block):
    notes = [Note(3, 36), Note(5000, 46), Note(9001, 42, 90), Note(9002, 38, 20)]
    assert np.array_equal(plugin.play(notes, 0.5, block), plugin.play(notes, 0.5, 512))


def test_a_note_begins_at_its_frame(plugin):
    at = plugin.play([Note(0, 39)], 0.5)
    for frame in (1, 63, 511, 512, 700):
        later = plugin.play([Note(frame, 39)], 0.5)
        assert np.array_equal(later[:2, frame:], at[:2, : at.shape[1] - frame])


@pytest.mark.parametrize("velocity", [96, 64, 32])
def test_a_soft_stroke_is_the_machines(plugin, machine, velocity):
    out = plugin.play([Note(0, 38, velocity)], 1.6)[0]
    wanted = machine.softer(machine.render("snare", seed=3), velocity).samples
    assert np.abs(out[: len(wanted)] - wanted).max() < 1e-5


def test_notes_between_the_layers_play_the_nearest(plugin):
    notes = [plugin.play([Note(0, 38, each)], 0.3)[0] for each in (96, 90, 80, 79, 70, 64)]
    shapes = [each / np.abs(each).max() for each in notes]
    alike = [np.allclose(shapes[i], shapes[i + 1], atol=1e-5) for i in range(5)]
    assert alike == [True, False, True, True, True] or alike == [True, True, False, True, True]


@pytest.mark.parametrize(("velocity", "db"), [(127, 0.0), (64, -10.4), (32, -19.7), (1, -40.0)])
def test_velocity_follows_the_square_law(fresh, velocity, db):
    fresh.set({parameter(SNARE, "timbre"): 0})
    loud, soft = (fresh.play([Note(0, 38, each)], 0.5)[0] for each in (127, velocity))
    assert 20 * np.log10(np.abs(soft).max() / np.abs(loud).max()) == pytest.approx(db, abs=0.1)


def test_a_closed_hat_ends_the_open_one(plugin):
    rate = plugin.rate
    alone = plugin.play([Note(0, 46)], 1.0)
    ended = plugin.play([Note(0, 46), Note(8820, 42)], 1.0)
    closed = plugin.play([Note(8820, 42)], 1.0)
    rest = ended[0] - closed[0]
    assert np.array_equal(ended[:2, :8820], alone[:2, :8820])
    assert np.abs(rest[8820 + round(0.0101 * rate) :]).max() < 1e-6
    assert np.abs(alone[0, 8820 + round(0.0101 * rate) :]).max() > 1e-3


def test_a_pad_may_have_an_output_of_its_own(fresh):
    before = fresh.play([Note(0, 38)], 0.5)
    fresh.set({parameter(SNARE, "output"): 1})
    out = fresh.play([Note(0, 38)], 0.5)
    pair = 2 + 2 * SNARE
    assert fresh.ports == 17
    assert np.array_equal(out[pair : pair + 2], before[:2])
    assert not np.delete(out, [pair, pair + 1], axis=0).any()


def test_pitch_is_a_faster_tape(fresh):
    def pitch_and_length(samples):
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 18))
        return np.argmax(spectrum) * fresh.rate / (1 << 18), np.flatnonzero(samples)[-1]

    low = pitch_and_length(fresh.play([Note(0, 45)], 1.6)[0])
    fresh.set({parameter(TOM, "pitch"): 12})
    high = pitch_and_length(fresh.play([Note(0, 45)], 1.6)[0])
    assert high[0] == pytest.approx(2 * low[0], rel=0.02)
    assert high[1] == pytest.approx(low[1] / 2, abs=150)  # the filter's reach


@pytest.mark.parametrize("rate", [8000, 48000, 96000, 384000])
def test_any_rate_gives_the_same_sound(fresh, rate):
    seconds = 0.4
    at_home = fresh.play([Note(0, 38)], seconds)[0]
    fresh.restart(rate)
    out = fresh.play([Note(0, 38)], seconds)[0]
    bins = int(min(rate, 44100) * 0.4 * seconds)
    parts = [np.fft.rfft(each)[:bins] / its for each, its in ((at_home, 44100), (out, rate))]
    assert np.abs(parts[1] - parts[0]).max() < 1e-3 * np.abs(parts[0]).max()


def test_a_change_while_a_drum_sounds_makes_no_click(fresh):
    old = fresh.play([Note(0, 46)], 1.2)[0]
    first = fresh.play([Note(0, 46), Change(64, parameter(OPEN, "p1"), 1.0)], 0.1)[0]
    fresh.settle()
    out = np.concatenate([first, fresh.go_on(seconds=0.1)[0]])
    new = fresh.play([Note(0, 46)], 1.2)[0]
    old, new = old[: len(out)], new[: len(out)]
    begins = int(np.argmax(~np.isclose(out, old, atol=1e-7)))
    ends = len(out) - int(np.argmax(~np.isclose(out, new, atol=1e-7)[::-1]))
    assert 0 < ends - begins <= 0.0052 * fresh.rate
    low, high = np.minimum(old, new) - 1e-6, np.maximum(old, new) + 1e-6
    assert ((low <= out) & (out <= high)).all()


def test_a_flood_of_notes_is_played(fresh):
    notes = [Note(i // 8, 35 + i % 20, 1 + i % 127) for i in range(8000)]
    assert np.abs(fresh.play(notes, 0.2)).max() < 200
    assert not fresh.go_on(seconds=1.6)[:, -10:].any()
