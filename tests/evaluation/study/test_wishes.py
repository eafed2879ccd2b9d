"""Wishes, asked and reached."""

import numpy as np
import pytest

from neural_drum_machine.evaluation.study.report.wishes import error_text
from neural_drum_machine.evaluation.study.report.wishes import wishes as section
from neural_drum_machine.evaluation.study.wishes import summary, wishes


def part(reached):
    asked = [100.0, 200.0, 400.0, 800.0]
    found = [(value, reached(value), 0.1, 0.2) for value in asked]
    return {"asked": {"kick": {"pitch": found}}, "heard": {}, "ms": {}}


def test_what_is_reached_worse_and_worse_comes_out_in_that_order():
    exact, sharp, falling = (
        summary(part(reached), "kick", "pitch")
        for reached in (lambda v: v, lambda v: 1.1 * v, lambda v: 1e5 / v)
    )
    assert exact["error"] == 0
    assert sharp["error"] == pytest.approx(np.log2(1.1))
    assert exact["error"] < sharp["error"] < falling["error"]
    assert exact["rank"] == sharp["rank"] == pytest.approx(1)
    assert falling["rank"] == pytest.approx(-1)
    assert (exact["n"], exact["none"], exact["drift"], exact["largest"]) == (4, 0, 0.1, 0.2)


def test_sounds_without_a_value_are_counted_apart():
    none = summary(part(lambda v: None if v > 300 else v), None, "pitch")
    assert none["none"] == 0.5
    assert none["error"] == 0
    assert np.isnan(summary(part(lambda v: v), "snare", "pitch")["rank"])
    assert error_text(part(lambda v: None), "pitch") == "–"
    assert error_text(part(lambda v: 2 ** (1 / 24) * v), "pitch") == "50.0 cents"


def test_a_small_model_is_asked_and_the_report_tells(small_machine):
    found = wishes(small_machine, 8)
    assert found["asked"].keys() == set(small_machine.categories)
    assert sum(len(each) for each in found["asked"]["kick"].values()) == 8
    assert set(found["heard"]) == set(small_machine.categories)
    assert found["ms"]["plain"] > 0
    lines = "\n".join(section({"wishes": found}))
    assert "## Wishes: asked and reached" in lines
    assert f"{8 * len(small_machine.categories)} sounds were each asked" in lines
    assert section({}) == []
