import pytest

from neural_drum_machine.model_file.lineage import held_out, trained_on

RUMBLE = "8bd9c8d2d3d8766e002fb06da3b44c7f5e2618cb25ad52d61be1d493e18e02f2"
SPLIT = "e36bfa2aae95a5fa6172aff7d8d2206df5c413e5621d603e9a150a05a01174b1"


def run(*splits):
    """A network's summary: trained on the first, begun with networks trained on the others."""
    first, *others = ({"fingerprint": "x", "split": split} for split in splits)
    return {"dataset": first, "started_from": {"datasets": others} if others else None}


def test_all_that_was_heard_is_its_own_and_what_it_began_with():
    assert [d["split"] for d in trained_on(run("a", "b", "c"))] == ["a", "b", "c"]
    assert trained_on({}) == []


@pytest.mark.parametrize(
    ("training", "known"),
    [
        ({"cwae": run("a"), "mcnn": run("a", "a")}, True),
        ({"cwae": run("a"), "mcnn": run("b")}, False),
        # Fine-tuned on other kits: what it began with may have heard these.
        ({"cwae": run("a", "b"), "mcnn": run("a")}, False),
        ({"cwae": run("a"), "mcnn": {}}, False),
        ({"cwae": run("a"), "mcnn": {"dataset": {"fingerprint": "y"}}}, False),
        ({}, False),
    ],
)
def test_held_out_is_what_none_of_them_heard(training, known):
    assert held_out(training, "a") is known


def test_the_open_dataset_from_before_splits_were_kept_is_known():
    old = {"dataset": {"fingerprint": RUMBLE}, "started_from": {"model": "m", "hash": "h"}}
    assert held_out({"cwae": old, "mcnn": run(SPLIT)}, SPLIT)
    assert not held_out({"cwae": old}, "a")
