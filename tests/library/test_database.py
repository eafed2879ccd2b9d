import os
import sqlite3

import pytest

from neural_drum_machine.errors import LibraryError, NdmWarning
from neural_drum_machine.library.database import Database
from neural_drum_machine.library.library import Library


@pytest.fixture
def filled(small):
    """A small library on disk, with nothing beside it."""
    small.add()
    return small


@pytest.mark.parametrize("damage", [200, 4096])
def test_a_damaged_library_is_put_aside_and_made_anew(filled, damage):
    data = bytearray(filled.path.read_bytes())
    data[damage : damage + 3000] = b"\xa5" * 3000
    filled.path.write_bytes(data)
    with pytest.warns(NdmWarning, match="damaged .* it is kept as own.sqlite.damaged-"):
        assert filled.add().sounds == 3
    (kept,) = filled.path.parent.glob("own.sqlite.damaged-*")
    assert kept.read_bytes() == data
    with Library.open(filled.path) as opened:
        assert sum(opened.status().categories.values()) == 3


def test_a_file_that_is_no_library_stays_as_it_is(small):
    small.path.write_bytes(b"the text of a song" * 100)
    with pytest.raises(LibraryError, match="is no library of this program, and stays as it is"):
        small.add()
    with pytest.raises(LibraryError, match="is no library of this program"):
        Library.open(small.path)
    assert small.path.read_bytes() == b"the text of a song" * 100
    small.path.unlink()
    with sqlite3.connect(small.path) as other:
        other.execute("CREATE TABLE songs (id)")
    other.close()
    with pytest.raises(LibraryError, match="stays as it is"):
        small.add()


def test_a_library_of_another_user_is_refused(filled, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: filled.path.stat().st_uid + 1)
    for use in (filled.add, lambda: Library.open(filled.path)):
        with pytest.raises(LibraryError, match="belongs to another user; make a library of your"):
            use()


def test_one_at_a_time_adds_and_others_may_ask_meanwhile(filled):
    with Database.writing(filled.path) as (database, _), database.transaction():
        database.change("DELETE FROM files")
        with pytest.raises(LibraryError, match="another command is adding"):
            filled.add()
        with Library.open(filled.path) as opened:
            assert len(opened.find({})[0]) == 3


def test_a_newer_format_and_a_missing_library_name_the_way_out(filled, tmp_path):
    connection = sqlite3.connect(filled.path)
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(LibraryError, match="format 9, this program knows 1; update the program"):
        Library.open(filled.path)
    with pytest.raises(LibraryError, match="begin with: ndm library add"):
        Library.open(tmp_path / "none.sqlite")


def test_a_full_disk_keeps_what_was_added(filled):
    with Database.writing(filled.path) as (database, _):
        pages = database.one("PRAGMA page_count")[0]
        database.one(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LibraryError, match="disk is full; free some space"):
            database.change("INSERT INTO facts VALUES ('large', zeroblob(1000000))")
    with Library.open(filled.path) as opened:
        assert len(opened.find({})[0]) == 3


def test_only_the_owner_may_read_it(filled):
    assert filled.path.stat().st_mode & 0o777 == 0o600
