from collections import Counter
from itertools import pairwise

import pytest

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.index import AUGMENTED, REAL, SYNTHESISED, Entry
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.derived.plan import MOST_VARIANTS, plan_derived, synthesised_share


def recording(category: str, kit: str, split: str = "train") -> Entry:
    return Entry(category, split, kit, kit, REAL, f"{kit}/{category}")


def test_every_category_gets_its_number_and_only_training_sounds_are_parents():
    real = [recording("kick", f"k{i % 20}") for i in range(60)]
    real += [recording("kick", "held", "validation")] * 15
    real += [recording("snap", f"s{i % 3}") for i in range(12)]
    plan = plan_derived(real, 200, seed=0)
    made = Counter(m.category for m in plan)
    assert made["kick"] == 200 - 75
    assert made["snap"] == 200 - 12
    assert all(made[c] == 200 for c in CATEGORIES if c not in ("kick", "snap"))
    for m in plan:
        assert all(real[p].split == "train" and real[p].category == m.category for p in m.parents)
        assert (m.origin == AUGMENTED) == bool(m.parents)
    origins = Counter((m.category, m.origin) for m in plan)
    # Twenty kits need no synthesiser, three get half; none at all, everything.
    assert origins["kick", SYNTHESISED] == 0
    assert origins["snap", SYNTHESISED] == 94
    assert origins["tom", SYNTHESISED] == 200
    assert len({m.key for m in plan}) == len({m.name for m in plan}) == len(plan)


def test_recordings_are_used_evenly_and_small_kits_count():
    real = [recording("kick", "large") for _ in range(100)]
    real += [recording("kick", "small") for _ in range(4)]
    uses = Counter(m.parents[0] for m in plan_derived(real, 1400, seed=1) if m.origin == AUGMENTED)
    large, small = sum(uses[i] for i in range(100)), sum(uses[i] for i in range(100, 104))
    assert large + small == 648
    # By the root of the sizes, 10 to 2: a sixth, not a twenty-sixth.
    assert small / (large + small) == pytest.approx(1 / 6, abs=0.05)
    counts = [uses[i] for i in range(100)]
    assert max(counts) - min(counts) <= 1


def test_the_variants_of_a_recording_are_limited():
    plan = plan_derived([recording("snap", "a")], 1000, seed=0)
    snaps = Counter(m.origin for m in plan if m.category == "snap")
    assert snaps == {AUGMENTED: MOST_VARIANTS, SYNTHESISED: 999 - MOST_VARIANTS}
    assert all(len(m.parents) == 1 for m in plan if m.origin == AUGMENTED)


def test_share_of_the_synthesiser_falls_with_the_kits():
    shares = [synthesised_share(n) for n in range(25)]
    assert shares[:5] == [0.5] * 5
    assert shares[16:] == [0.0] * 9
    assert all(a >= b for a, b in pairwise(shares))


def test_full_categories_get_nothing_and_zero_is_an_error():
    real = [recording("kick", f"{i}") for i in range(5)]
    assert not [m for m in plan_derived(real, 3, seed=0) if m.category == "kick"]
    with pytest.raises(DatasetError, match="--per-category must be at least 1, got 0"):
        plan_derived(real, 0, seed=0)


def test_same_seed_same_plan():
    real = [recording("kick", f"{i % 4}") for i in range(20)]
    assert plan_derived(real, 50, seed=7) == plan_derived(real, 50, seed=7)
    assert plan_derived(real, 50, seed=7) != plan_derived(real, 50, seed=8)
