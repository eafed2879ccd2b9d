"""The category that a single name means, in seven languages.

Over 250 lines because the names are data.
"""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.labelling import vocabulary
from neural_drum_machine.prepare.labelling.path_names import label_from_text

NAMES = {
    "english": [
        ("Kick 01", "kick"),
        ("01-KdrumL", "kick"),
        ("DeepKick", "kick"),
        ("Bass Drum 3", "kick"),
        ("SNARE-hard", "snare"),
        ("snaredrum", "snare"),
        ("hand clap", "clap"),
        ("Open Hi-Hat 3", "open_hihat"),
        ("HatOpen", "open_hihat"),
        ("HalfOpenHat", "open_hihat"),
        ("half-closed hat", "open_hihat"),
        ("drum_cymbal_open", "open_hihat"),
        ("hihat_closed_2", "closed_hihat"),
        ("closed hats", "closed_hihat"),
        ("Pedal Hat", "closed_hihat"),
        ("foot hat", "closed_hihat"),
        ("Tamb4", "tambourine"),
        ("DT_Tamborine", "tambourine"),
        ("Conga Hi", "conga"),
        ("Open Conga", "conga"),
        ("bongos", "bongo"),
        ("Maracas", "shaker"),
        ("EggShaker", "shaker"),
        ("finger snap", "snap"),
        ("pinkysnap_l", "snap"),
        ("tom_low", "tom"),
        ("Tom H-02", "tom"),
    ],
    "french": [
        ("Grosse caisse 2", "kick"),
        ("caisse claire", "snare"),
        ("Charley fermé", "closed_hihat"),
        ("charleston_ouvert", "open_hihat"),
        ("claquement de doigts", "snap"),
        ("Claquements de mains", "clap"),
        ("tambourin", "tambourine"),
        ("tom basse", "tom"),
    ],
    "german": [
        ("Große Trommel", "kick"),
        ("GROSSE TROMMEL", "kick"),
        ("Bassdrum", "kick"),
        ("kleine Trommel", "snare"),
        ("SnareTrommel_2", "snare"),
        ("Hi-Hat offen", "open_hihat"),
        ("HiHat halb offen", "open_hihat"),
        ("Hi-Hat geschlossen", "closed_hihat"),
        ("Händeklatschen", "clap"),
        ("Haendeklatschen", "clap"),
        ("Handeklatschen", "clap"),
        ("Fingerschnippen", "snap"),
        ("Schellenkranz", "tambourine"),
        ("Tamburin", "tambourine"),
        ("Rassel 3", "shaker"),
        ("Schüttelei", "shaker"),
        ("Standtom", "tom"),
    ],
    "spanish": [
        ("bombo", "kick"),
        ("Caja 4", "snare"),
        ("palmas", "clap"),
        ("charles abierto", "open_hihat"),
        ("charles cerrado", "closed_hihat"),
        ("pandereta", "tambourine"),
        ("chasquido", "snap"),
        ("maracas", "shaker"),
    ],
    "italian": [
        ("cassa 808", "kick"),
        ("grancassa", "kick"),
        ("rullante", "snare"),
        ("battimani", "clap"),
        ("charleston aperto", "open_hihat"),
        ("charleston chiuso", "closed_hihat"),
        ("tamburello", "tambourine"),
        ("cembalo", "tambourine"),
        ("schiocco di dita", "snap"),
        ("timpano", "tom"),
    ],
    "portuguese": [
        ("bumbo", "kick"),
        ("caixa", "snare"),
        ("chimbal aberto", "open_hihat"),
        ("contratempo fechado", "closed_hihat"),
        ("pandeiro", "tambourine"),
        ("chocalho", "shaker"),
        ("estalo de dedos", "snap"),
    ],
    "japanese": [
        ("kikku", "kick"),
        ("sunea", "snare"),
        ("kurappu", "clap"),
        ("haihatto oopun", "open_hihat"),
        ("haihatto kuroozu", "closed_hihat"),
        ("tamu", "tom"),
        ("tanbarin", "tambourine"),
        ("sheikaa", "shaker"),
        ("yubi-narashi", "snap"),
        ("キックドラム01", "kick"),
        ("太いスネア", "snare"),
        ("クラップ", "clap"),
        ("クローズドハイハット", "closed_hihat"),
        ("ｵｰﾌﾟﾝﾊｲﾊｯﾄ", "open_hihat"),
        ("フロアタム", "tom"),
    ],
    "codes": [
        ("BD_808", "kick"),
        ("BD0010", "kick"),
        ("01.BD.808", "kick"),
        ("bd01", "kick"),
        ("bd_haus", "kick"),
        ("BDKick", "kick"),
        ("SD7550", "snare"),
        ("Vinyl SD 12", "snare"),
        ("sn_dub", "snare"),
        ("05.CP.808", "clap"),
        ("CH", "closed_hihat"),
        ("CHH", "closed_hihat"),
        ("PHH 2", "closed_hihat"),
        ("HHCD0", "closed_hihat"),
        ("HHODA", "open_hihat"),
        ("HiHat_HitC_v1_rr1_Mid", "closed_hihat"),
        ("HHats-OP-V06-SABIAN-AAX", "open_hihat"),
        ("OH_hat", "open_hihat"),
        ("HH 01 Closed", "closed_hihat"),
        ("univox-oh", "open_hihat"),
        ("ohh", "open_hihat"),
        ("LT00", "tom"),
        ("HT50", "tom"),
        ("MC.808", "conga"),
        ("HC00", "conga"),
        ("MA", "shaker"),
        ("TB 1", "tambourine"),
        ("conga-hh", "conga"),  # "high-high": the longer word counts
    ],
    "joined": [
        ("deepkick01", "kick"),
        ("KICKdrum", "kick"),
        ("ab2kick1", "kick"),
        ("BigolKick", "kick"),
        ("openhat", "open_hihat"),
        ("ohihat", "open_hihat"),
        ("ab2closedhh", "closed_hihat"),
        ("CHat 2", "closed_hihat"),
        ("tomfloor", "tom"),
        ("HiTom", "tom"),
        ("brushlotom", "tom"),
        ("lowtom", "tom"),
        ("Snarepop", "snare"),
    ],
    "beside a colour": [
        ("snare rimshot", "snare"),
        ("Synth Tom", "tom"),
        ("Bass Kick 3", "kick"),
        ("Clap FX", "clap"),
        ("brass snare 1", "snare"),
        ("Kick Hit 3", "kick"),
        ("Beat Machine Kick", "kick"),
    ],
}


@pytest.mark.parametrize(
    ("text", "category"), [pytest.param(*each, id=each[0]) for each in chain(*NAMES.values())]
)
def test_names_that_state_a_category(text, category):
    label = label_from_text(text)
    assert (label.category, label.kind) == (category, "hit")
    assert label.words


def test_no_language_gives_a_word_two_meanings():
    meanings: dict[str, set[str]] = {}
    for table in vocabulary.LANGUAGES:
        for meaning, phrases in table.items():
            for phrase in phrases.split(", "):
                meanings.setdefault(phrase.casefold(), set()).add(meaning)
    assert {word: each for word, each in meanings.items() if len(each) > 1} == {}
    known = {*CATEGORIES, *vocabulary.ENGLISH}
    assert all(known.issuperset(table) for table in (*vocabulary.LANGUAGES, vocabulary.CODES))


@given(st.text(max_size=80))
def test_any_text_has_a_label(text):
    label = label_from_text(text)
    assert (label.kind == "hit") == (label.category in CATEGORIES)
    assert (label.kind == "silent") == (not label.words)
