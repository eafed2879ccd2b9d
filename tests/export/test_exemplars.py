"""Making a bank: whose recordings, which of them, and what they become."""

import dataclasses

import numpy as np
import pytest

from neural_drum_machine.categories import category_index
from neural_drum_machine.dataset.index import AUGMENTED, REAL, Entry
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import ExemplarError, ExportError
from neural_drum_machine.exemplars.levels import decoded
from neural_drum_machine.exemplars.residual import BANK, quiet_cells
from neural_drum_machine.export.bank_file import read_bank, write_bank
from neural_drum_machine.export.exemplars import (
    choose_rows,
    clear_rows,
    make_bank,
    told_name,
    usable,
)
from neural_drum_machine.export.heard import heard_as_asked
from neural_drum_machine.export.hit_generator import HitGenerator
from neural_drum_machine.export.trained import Trained
from neural_drum_machine.training.run import load_run


def entry(kit: str = "a", **changes) -> Entry:
    values = {"category": "kick", "split": "train", "kit": kit, "group": kit, "origin": REAL}
    return Entry(**{**values, "name": "x.wav", "licence": "CC0-1.0", **changes})


def test_only_free_training_recordings_that_are_surely_hits_may_stand_in_a_bank():
    entries = [
        entry(),
        entry(licence="CC-BY-4.0"),
        entry(licence=""),
        entry(split="validation"),
        entry(origin=AUGMENTED),
        entry(confidence=0.3),
        entry(velocity=0.2),
        entry(velocity=0.9, licence="Unlicense"),
        entry(licence="LicenseRef-public-domain"),
    ]
    assert usable(entries).tolist() == [0, 7, 8]


def test_every_kit_is_chosen_before_any_has_two():
    entries = [entry(kit) for kit in "aaaaabbc"]
    codes = np.random.RandomState(0).standard_normal((8, 3)).astype(np.float32)
    for least, wanted in ((1, 3), (5, 5), (50, 8)):
        rows = choose_rows(entries, np.arange(8), codes, least)
        assert len(rows) == len(set(rows)) == wanted
        assert {entries[row].kit for row in rows[:3]} == {"a", "b", "c"}
        # The kits with two take turns, and then the largest is alone.
        assert [entries[row].kit for row in rows[3:5]] == ["a", "b"][: max(0, wanted - 3)]


def test_recordings_whose_draws_are_heard_as_something_else_are_left_out():
    rows, heard = np.arange(10, 16), np.array([0.9, 0.1, 0.6, 0.59, 0.7, 0.3])
    assert clear_rows(rows, heard, 1).tolist() == [10, 12, 13, 14]
    # If too few are clear, the clearest are taken.
    assert clear_rows(rows, heard, 5).tolist() == [10, 12, 13, 14, 15]
    assert clear_rows(rows, heard, 50).tolist() == rows.tolist()
    assert clear_rows(rows[:0], heard[:0]).tolist() == []


def test_draws_of_a_recording_are_heard_alike_whenever_they_are_judged(generator):
    rows = usable(generator.data.entries)[:3]
    codes = generator.encode(rows)
    heard = heard_as_asked(generator, rows, codes)
    assert heard.shape == (3,)
    assert ((heard >= 0) & (heard <= 1)).all()
    np.testing.assert_array_equal(heard, heard_as_asked(generator, rows, codes))


def test_the_second_of_a_kit_is_far_from_the_first():
    codes = np.array([[0.0], [0.1], [0.2], [3.0], [-0.5]], np.float32)
    assert choose_rows([entry()] * 5, np.arange(5), codes, 2) == [2, 3]


@pytest.fixture(scope="module")
def free_data(small_data):
    """The small dataset as if its recordings were free."""
    data = Dataset.open(small_data.folder, verify=False)
    data.entries = [dataclasses.replace(e, licence="CC0-1.0") for e in data.entries]
    return data


@pytest.fixture(scope="module")
def generator(small_runs, free_data):
    return HitGenerator(Trained(load_run(small_runs["cwae"], "cwae"), None), free_data)


@pytest.fixture(scope="module")
def made(generator):
    return make_bank(generator, least=2)


def test_a_bank_has_recordings_of_training_kits_alone(made, generator):
    entries = generator.data.entries
    kits = {e.kit for e in entries if e.split == "train" and e.origin == REAL}
    assert {each.kit for each in made.exemplars} <= kits
    assert {each.category for each in made.exemplars} == {"kick", "snare", "closed_hihat"}
    assert made.generator == generator.identity


def test_an_exemplar_sounds_as_its_recording(made, generator):
    data = generator.data
    row_of = {told_name(e.name): row for row, e in enumerate(data.entries) if e.origin == REAL}
    for number, each in enumerate(made.exemplars[:3]):
        category = category_index(each.category)
        base = decoded(generator.decode, made.code(number)[None], [category])[0]
        has = data.levels(np.array([row_of[each.name]])).of(0)
        got = base.plus(made.residual(number))
        quiets = quiet_cells(has, data.spec, BANK.quiet_db)
        for part, its, quiet in zip(got, has, quiets, strict=True):
            loud = (its > float(its.max()) - 4) & ~quiet
            assert (np.abs(part - its)[loud] <= BANK.step / 2 + 1e-4).all()


def test_a_bank_is_no_larger_than_it_may_be(generator, made):
    sizes = [len(each.residual) + each.code.nbytes for each in made.exemplars]
    smaller = make_bank(generator, least=2, most_bytes=sum(sizes) // 2)
    assert 0 < len(smaller) < len(made)


def test_a_bank_comes_back_from_its_file(made, tmp_path):
    size = write_bank(made, tmp_path / "new" / "bank.safetensors")
    back = read_bank(tmp_path / "new" / "bank.safetensors")
    assert size == (tmp_path / "new" / "bank.safetensors").stat().st_size
    assert back.spec == made.spec
    assert [each.residual for each in back.exemplars] == [e.residual for e in made.exemplars]
    (tmp_path / "other").write_bytes(b"no bank")
    for name in ("other", "absent"):
        with pytest.raises(ExemplarError, match="no bank of exemplars"):
            read_bank(tmp_path / name)


def test_a_dataset_without_free_recordings_is_refused(generator, small_data):
    with pytest.raises(ExportError, match="no training recordings under CC0"):
        make_bank(HitGenerator(generator.trained, small_data))
