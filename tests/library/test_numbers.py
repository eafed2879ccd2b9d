"""The file beside a library: always of now, never trusted blindly, never needed."""

import os
import shutil

import numpy as np
import pytest

from neural_drum_machine.library.adding.indexing import add
from neural_drum_machine.library.database import Database
from neural_drum_machine.library.library import Library
from neural_drum_machine.library.place import NUMBERS_FILE
from neural_drum_machine.library.tables import MEASURES


def beside(library):
    path = library.database.path
    return path.with_name(path.name + NUMBERS_FILE)


def assert_is_the_librarys(snapshot, library):
    """All numbers are those of the rows."""
    rows = library.database.all(
        f"SELECT id, category, near, {', '.join(MEASURES)} FROM files "
        "JOIN vectors USING (id) WHERE why IS NULL ORDER BY id"
    )
    assert snapshot.ids.tolist() == [row[0] for row in rows]
    assert snapshot.categories.tolist() == [row[1] for row in rows]
    points = [np.frombuffer(row[2], "<f2").astype(np.float32) for row in rows]
    np.testing.assert_array_equal(snapshot.points, points)
    np.testing.assert_array_equal(snapshot.measures, np.array([r[3:] for r in rows], np.float32))


def test_adding_makes_it_and_a_question_reads_it(small, monkeypatch):
    small.add()
    with Library.open(small.path) as library:
        assert beside(library).stat().st_mode & 0o777 == 0o600
        asked = []
        rows = Database.all
        monkeypatch.setattr(Database, "all", lambda *a: asked.append(a[1]) or rows(*a))
        assert len(library.near(1)) == 2
        assert not [query for query in asked if "FROM vectors" in query]
        monkeypatch.undo()
        assert_is_the_librarys(library.snapshot, library)


def test_a_question_makes_it_again_after_a_change(library):
    assert not beside(library).exists()
    assert_is_the_librarys(library.snapshot, library)
    before = beside(library).read_bytes()
    library.forget(3)
    assert 3 not in library.snapshot.ids
    assert_is_the_librarys(library.snapshot, library)
    assert beside(library).read_bytes() != before
    # A change of another process, and one without a transaction.
    with Library.open(library.database.path) as other:
        other.database.change("UPDATE files SET category = 'tom' WHERE id = 4")
    assert library.entry(4).category == "tom"
    assert_is_the_librarys(library.snapshot, library)
    with Library.open(library.database.path) as other:
        assert_is_the_librarys(other.snapshot, other)


def test_a_transaction_that_changes_nothing_keeps_it(library):
    mark = library.database.mark()
    with library.database.transaction():
        pass

    def fail():
        with library.database.transaction():
            library.database.change("UPDATE files SET category = 'tom'")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert library.database.mark() == mark


@pytest.mark.parametrize("damage", ["empty", "short", "long", "text", "names", "of another"])
def test_one_that_is_not_as_it_should_be_is_made_again(library, tmp_path, small, damage):
    assert library.snapshot.ids.size == 9
    good = beside(library).read_bytes()
    bad = {
        "empty": b"",
        "short": good[:-1],
        "long": good + b"\0",
        "text": b"no numbers",
        "names": good.replace(b'"snare"', b'"snar"').replace(b'"names": [', b'"names":{}[ '),
    }
    if damage == "of another":
        small.add()
        bad[damage] = small.path.with_name(small.path.name + NUMBERS_FILE).read_bytes()
    beside(library).write_bytes(bad[damage])
    with Library.open(library.database.path) as again:
        assert_is_the_librarys(again.snapshot, again)
    assert beside(library).read_bytes() == good


def test_without_room_for_it_questions_are_answered(library, monkeypatch):
    def full(*_):
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert_is_the_librarys(library.snapshot, library)
    assert not beside(library).exists()


def test_it_is_not_made_while_another_command_adds(library):
    with Database.writing(library.database.path):
        assert_is_the_librarys(library.snapshot, library)
    assert not beside(library).exists()


def test_a_library_that_was_copied_with_it_needs_no_other(small, tmp_path):
    small.add()
    folder = tmp_path / "copies"
    folder.mkdir()
    for path in small.path.parent.glob("own.sqlite*"):
        shutil.copy(path, folder / path.name)
    add([small.folder], small.path, workers=1)
    with Library.open(folder / "own.sqlite") as copy:
        assert_is_the_librarys(copy.snapshot, copy)


def test_an_empty_library_has_numbers_too(small):
    small.add()
    with Library.open(small.path) as library:
        for number in library.snapshot.ids.tolist():
            library.forget(number)
        for _ in range(2):
            assert library.find({"pitch": "45..60"}) == ([], 0)
            assert library.find({}, "kick") == ([], 0)
