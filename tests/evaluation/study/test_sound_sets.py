import json

import numpy as np

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.study import sound_sets
from neural_drum_machine.signal.hit import make_hit


def test_all_sets_have_the_same_number_of_sounds_of_each_category(measured):
    result, machine, data = measured.result, measured.machine, measured.data
    assert result["generation"]["counts"] == {"kick": 6, "snare": 6, "closed_hihat": 6}
    rows = sound_sets.real_rows(data, machine.categories, 6)
    held_out = sum(data.entries[row].split == "validation" for row in rows)
    assert result["generation"]["held_out_among_real"] == held_out
    assert len(sound_sets.real_rows(data, ["kick"], 6)) == 6
    assert all(data.entries[row].origin == "real" for row in rows)
    real = sound_sets.of_dataset(data, rows)
    wanted = np.bincount(real.categories, minlength=len(CATEGORIES))
    without = rows[::2]
    varied = [data.entries[row] for row in sound_sets.augmented_rows(data, wanted, without)]
    assert varied
    assert all(entry.origin == "augmented" for entry in varied)
    names = {data.entries[row].name for row in without}
    assert all(names.isdisjoint(json.loads(entry.parents)) for entry in varied)
    made = sound_sets.generate(machine, wanted)
    assert sorted(made.categories.tolist()) == sorted(real.categories.tolist())
    sound = machine.render("kick", seed=1)
    hit = make_hit(sound.samples, sound.sr, machine.spec)
    np.testing.assert_array_equal(made.sounds[1], hit.samples)
    np.testing.assert_array_equal(made.full[1], sound.samples)
    # Halves without a kit in common share none.
    apart = sound_sets.halves_by_kit(data, rows)
    kits = [{data.entries[r].kit for r in rows[half]} for half in (apart, ~apart)]
    assert all(kits)
    assert not kits[0] & kits[1]


def test_rows_are_spread_and_capped():
    rows = np.arange(100, 110)
    assert sound_sets.spread(rows, 99).tolist() == rows.tolist()
    assert sound_sets.spread(rows, 2).tolist() == [100, 109]
