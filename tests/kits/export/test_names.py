import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_drum_machine.kits.export.names import LONGEST, safe_name, safe_names

FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|=$#]')
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)


def is_safe(name: str) -> bool:
    return bool(
        name
        and not FORBIDDEN.search(name)
        and not DEVICES.match(name)
        and name == name.strip(". ")
        and not name.startswith("~")
        and len(name.encode()) <= LONGEST + 1
    )


@given(st.lists(st.text(max_size=90), max_size=12))
def test_names_are_safe_and_differ_where_case_is_ignored(texts):
    names = safe_names(texts)
    assert all(map(is_safe, names))
    assert len({each.casefold() for each in names}) == len(texts)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Snare", "Snare"),
        ("Low tom / brush", "Low tom - brush"),
        ("Kick: hard?", "Kick- hard"),
        ("CON", "CON_"),
        ("lpt9.old", "lpt9.old_"),
        ("Crash 💥", "Crash 💥"),
        ("日本語", "日本語"),
        ("a\nb\tc", "a b c"),
        ("...", "unnamed"),
        ("e\u0301", "é"),
        ("F# tom", "F+ tom"),
    ],
)
def test_names_stay_readable(text, name):
    assert safe_name(text) == name


def test_long_names_are_cut_between_characters_and_still_differ():
    names = safe_names(["💥" * 200, "💥" * 199 + "!", "x" * 300])
    assert names == ["💥" * 15, "💥" * 14 + " 2", "x" * 60]
