"""Text from files: nothing in it commands a terminal, becomes HTML, or fills the screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_drum_machine.text import clean, for_terminal, in_markdown, printable, shown

ANY = st.text(st.characters())  # with surrogates


@given(ANY)
def test_all_text_becomes_printable(text):
    for made in (clean(text), shown(text), in_markdown(text)):
        assert made.isprintable()
        made.encode()
    assert len(shown(text, 10)) <= 10
    assert all(line.replace("\t", "").isprintable() for line in for_terminal(text).split("\n"))
    assert for_terminal(text).count("\n") == text.count("\n")
    printable(text).encode()


@pytest.mark.parametrize("text", ["Kick 01", "été – 太鼓", "a_b*c`d"])
def test_ordinary_names_stay_as_they_are(text):
    assert text == clean(text) == shown(text) == for_terminal(text) == printable(text)
    assert in_markdown(text) == text


def test_what_is_replaced():
    assert clean("two\n lines\x1b[31m\u202egpj.wav\ud800") == "two lines�[31m�gpj.wav�"
    assert clean("caf\udce9") == "caf\\xe9"
    assert for_terminal("a\tb\r\n\x9b1mc\n") == "a\tb�\n�1mc\n"
    assert in_markdown("a|b<img src=x>[c](d)") == r"a\|b&lt;img src=x>\[c](d)"


def test_long_names_are_cut():
    assert shown("k" * 100) == "k" * 100
    assert shown("k" * 100_000) == "k" * 97 + "..."
    assert for_terminal("k" * 100_000 + "\nx") == "k" * 3997 + "...\nx"
