import copy

from neural_drum_machine.evaluation.study.report import to_markdown
from neural_drum_machine.evaluation.study.routes import ROUTES


def test_every_route_is_in_the_report_and_every_value_is_a_number(measured):
    text = to_markdown(measured.result, "shown")
    for route in ROUTES:
        assert f"| {route.source} | {route.title} |" in text
    assert "nan" not in text.lower()


def test_the_report_states_whether_the_sounds_were_held_out(measured):
    result = measured.result
    assert "on which neither network was trained" in to_markdown(result, "shown")
    unknown = {**result, "dataset": {**result["dataset"], "held_out": False}}
    assert "so it is unknown whether the model was trained on them" in to_markdown(unknown, "shown")


def test_skipped_measures_are_reported_with_the_reason(measured):
    result = copy.deepcopy(measured.result)
    result["perceptual"] = {"skipped": "cdpam is not installed"}
    result["generation"]["distances"] = {"skipped": "aisfx is not installed"}
    del result["generation"]["diversity"]
    text = to_markdown(result, "shown")
    assert "CDPAM was skipped: cdpam is not installed." in text
    assert "KAD and FAD were skipped: aisfx is not installed." in text


def test_sets_of_the_same_categories_are_compared_if_some_have_no_augmented_sounds(measured):
    result = copy.deepcopy(measured.result)
    part = result["generation"]
    part["distances_alike"] = alike = {"kad": {}, "fad": {}}
    for table, value in ((alike["kad"], 7.5), (alike["fad"], 66.0)):
        table["generated"], table["augmented"] = [value - 1, value, value + 1], [0.0, 0.25, 0.5]
    assert "these categories only" not in to_markdown(result, "shown")
    del part["diversity"]["augmented"]["kick"]
    text = to_markdown(result, "shown")
    assert (
        r"| generated sounds, these categories only | 7.50 \[6.50, 8.50] | 66.0 \[65.0, 67.0] |"
    ) in text
    assert "| augmented recordings of the training set, these categories only | 0.25 " in text
    # Too few sounds give no result.
    part["distances_alike"] = {"skipped": "6 real sounds are too few to compare sets"}
    assert "these categories only" not in to_markdown(result, "shown")
