import pytest

from neural_drum_machine.categories import CATEGORIES, category_index, similar_categories
from neural_drum_machine.errors import ControlError


def test_a_category_is_its_own_number_and_nearest_name():
    for i, category in enumerate(CATEGORIES):
        assert category_index(category) == i
        assert similar_categories(category) == (category,)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Kick", "kick"),
        ("KICKS", "kick"),
        ("808", "kick"),
        ("bass drum", "kick"),
        ("808 kick", "kick"),
        ("closed hihat", "closed_hihat"),
        ("Closed Hi-Hat", "closed_hihat"),
        ("openhihat", "open_hihat"),
        ("open hat", "open_hihat"),
        ("hat closed", "closed_hihat"),
        ("hihat", "closed_hihat or open_hihat"),
        ("hi-hats", "closed_hihat or open_hihat"),
        ("CH", "closed_hihat"),
        ("snarre", "snare"),
        ("tamborine", "tambourine"),
        ("finger snap", "snap"),
        ("toms", "tom"),
        ("hand clap", "clap"),
        ("maracas", "shaker"),
    ],
)
def test_names_as_people_type_them_get_a_suggestion(typed, meant):
    with pytest.raises(ControlError, match=f"unknown category '{typed}'; did you mean {meant}\\?"):
        category_index(typed)


@pytest.mark.parametrize("typed", ["cowbell", "", "x" * 10_000, "🥁"])
def test_a_name_that_is_near_to_none_gets_the_list(typed):
    assert similar_categories(typed) == ()
    with pytest.raises(ControlError, match="choose one of: kick, clap, snare"):
        category_index(typed)
