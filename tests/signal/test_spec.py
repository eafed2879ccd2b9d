import pytest

from neural_drum_machine.categories import CATEGORIES, category_index
from neural_drum_machine.errors import ControlError, SpecError
from neural_drum_machine.signal.spec import AudioSpec


def test_papers_numbers_follow_from_the_stored_ones():
    spec = AudioSpec()
    assert (spec.n_frames, spec.n_network_samples, spec.n_bins) == (86, 22016, 1025)
    assert spec.n_samples == 86 * 256 - 1
    assert spec.seconds == pytest.approx(0.998, abs=5e-4)
    assert spec.hop_length == 2**8


def test_category_order_is_fixed():
    # A category's number is in every bundle and dataset: the order is part of the format.
    assert CATEGORIES == (
        "kick",
        "clap",
        "snare",
        "open_hihat",
        "closed_hihat",
        "tambourine",
        "conga",
        "bongo",
        "shaker",
        "snap",
        "tom",
    )
    assert [category_index(c) for c in CATEGORIES] == list(range(11))


def test_unknown_category_is_named_with_the_choices():
    with pytest.raises(ControlError, match=r"'cowbell'.*kick.*tom"):
        category_index("cowbell")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hop_length": 300}, "power of two.*300"),
        ({"sr": 0}, "sr must be positive"),
        ({"log_eps": float("nan")}, "log_eps must be positive"),
        ({"win_length": 4096}, "hop_length <= win_length <= n_fft"),
        ({"win_length": 600}, "hop_length must divide win_length"),
        ({"n_fft": 3000}, "win_length n_fft, got 256, 1024, 3000"),
    ],
)
def test_contradicting_numbers_are_refused(change, message):
    with pytest.raises(SpecError, match=message):
        AudioSpec(**change)


def test_round_trip_through_a_dictionary_and_its_errors():
    spec = AudioSpec(n_mels=64)
    assert AudioSpec.from_dict(spec.to_dict()) == spec
    with pytest.raises(SpecError, match="keys"):
        AudioSpec.from_dict({"sr": 22050})
    with pytest.raises(SpecError, match="n_mels must be a whole number"):
        AudioSpec.from_dict({**spec.to_dict(), "n_mels": 64.5})
    with pytest.raises(SpecError, match="sr must be a number"):
        AudioSpec.from_dict({**spec.to_dict(), "sr": "22050"})
