"""Names that mean no category: nothing, another instrument, a loop, several things."""

import pytest

from neural_drum_machine.prepare.labelling.path_names import NameMeaning, label_from_text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0042",
        "customised",
        "snapshot",
        "bombastic",
        "sticky",
        "kicker",
        "tomorrow",
        "clapton",
        "snareless",
        "Tommy",
        "capture",
        "atom",
        "hatred",
        "that chat",
        "drum_bass_hard",
        "tambour",
        "タムラ",
        "oh yeah",
        "ma petite",
        "maKing",
        "MA PETITE",
        "TB-303 01",
        "CR-78",
        "perc 3",
        "open",
        "12 inch bar",
    ],
)
def test_names_that_say_nothing(text):
    assert label_from_text(text) == NameMeaning(None, "silent", ())


@pytest.mark.parametrize(
    "text",
    [
        "crash",
        "Ride Bell",
        "Becken 1",
        "piatto",
        "Timpani",
        "Side Stick",
        "cross-stick",
        "RIDED0",
        "rimshot",
        "RIM 2",
        "Cowbell",
        "claves",
        "bar chimes",
        "cloche à vache",
        "Kuhglocke",
        "Vox 3",
        "Sub Bass",
        "SH101 synth lead",
        "クラッシュ",
    ],
)
def test_names_of_other_instruments(text):
    assert label_from_text(text).kind == "other"


@pytest.mark.parametrize(
    "text",
    [
        "kick loop",
        "kick snare loop 120bpm",
        "techloop",
        "drumbeat",
        "Tom Fill",
        "Snare Roll",
        "kick 4bar",
        "kick 2 bars",
        "top loop_128_",
        "Drum Break",
        "boucle batterie",
        "Schlagzeug Schleife",
        "bucle bombo",
        "giro rullante",
        "ruupu 3",
        "ドラムループ",
        "Snare 2 Takte",
    ],
)
def test_names_of_loops(text):
    assert label_from_text(text).kind == "loop"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kick and snare", ("kick", "snare")),
        ("tom kick layered", ("kick", "tom")),
        ("SD+RS", ("sd", "rs")),
        ("Snare Side Stick", ("snare", "side stick")),
        # Two letters, or a word with several meanings, leave nothing out.
        ("RS", ("rs",)),
        ("CB01", ("cb",)),
        ("bass", ("bass",)),
        ("SH101 lead", ("lead",)),
    ],
)
def test_names_with_several_readings_are_a_doubt_that_names_them(text, words):
    label = label_from_text(text)
    assert (label.category, label.kind, label.words) == (None, "doubt", words)
    assert all(repr(word) in label.doubt for word in words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hihat", ("hihat",)),
        ("HH_3", ("hh",)),
        ("tophat", ("hat",)),
        ("hihatcym", ("hihat",)),
        ("hat open closed", ("hat", "closed", "open")),
    ],
)
def test_hihats_that_may_be_open_or_closed(text, words):
    hats = ("open_hihat", "closed_hihat")
    assert label_from_text(text) == NameMeaning(None, "choice", words, choices=hats)
