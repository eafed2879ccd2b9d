"""A recipe names the engine that made its sound, and the same one makes it again where it is."""

import json
import warnings

import numpy as np
import pytest

from neural_drum_machine.errors import ControlError, NdmWarning
from neural_drum_machine.machine import load
from neural_drum_machine.native.engine import NativeEngine
from neural_drum_machine.server.protocol import Recall
from neural_drum_machine.server.recent_sounds import RecentSounds
from neural_drum_machine.server.rendering import Renderer

CODE = np.array([0.5, -1, 2], np.float32)
OTHER_ENGINE = "made by the engine in C, which is not here"


@pytest.fixture(scope="module")
def fast(reference, playable):
    return reference.with_engine(NativeEngine.open(playable))


@pytest.fixture
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error", NdmWarning)
        yield


def test_a_recipe_names_the_engine_in_c_and_nothing_else(reference, fast):
    plain, native = (each.render_code("kick", CODE).recipe() for each in (reference, fast))
    assert "engine" not in plain
    assert native == {**plain, "engine": "native"}
    assert "engine" not in fast.with_inverter("light").render_code("kick", CODE).recipe()
    assert fast.engines == ("native", "reference")
    assert fast.with_inverter("light").engines == reference.engines == ("reference",)


@pytest.mark.parametrize("changes", [{}, {"take": 3}, {"exemplars": ((0, 1.0),)}, {"velocity": 60}])
@pytest.mark.usefixtures("no_warnings")
def test_a_machine_with_the_engine_recalls_the_bytes_of_both(reference, fast, changes, tmp_path):
    for name, maker in (("old", reference), ("new", fast)):
        made = maker.render_code("tom", CODE, **changes)
        made.write(tmp_path / f"{name}.wav")
        again = fast.recall(tmp_path / f"{name}.wav")
        assert again.wav() == made.wav() == fast.recall_recipe(made.recipe()).wav()


def test_without_the_engine_numpy_makes_the_sound_again_and_says_so(reference, fast, tmp_path):
    made = fast.render_code("kick", CODE)
    made.write(tmp_path / "kick.wav")
    with pytest.warns(NdmWarning, match=OTHER_ENGINE):
        again = reference.recall(tmp_path / "kick.wav")
    assert again.wav() == reference.render_code("kick", CODE).wav()
    with pytest.warns(NdmWarning, match=OTHER_ENGINE):
        assert reference.recall_recipe(made.recipe()).recipe() == again.recipe()


@pytest.mark.usefixtures("no_warnings")
def test_a_sound_that_is_made_again_keeps_its_engine(reference, fast):
    old, new = (each.render_code("kick", CODE) for each in (reference, fast))
    assert fast.rendered_again(old).samples.tobytes() == old.samples.tobytes()
    assert fast.rendered_again(new).samples.tobytes() == new.samples.tobytes()
    assert fast.rendered_again(old, velocity=50).engine == "reference"
    assert reference.rendered_again(new).engine == "reference"


def test_an_engine_that_is_none_is_named(fast):
    recipe = {**fast.render_code("kick", CODE).recipe(), "engine": "abacus"}
    with pytest.raises(ControlError, match="no engine 'abacus'; there are reference, native"):
        fast.recall_recipe(recipe)
    with pytest.raises(ControlError, match="no engine"):
        fast.render_code("kick", CODE, engine=["native"])


def test_a_client_names_the_engine_of_a_sound_that_it_recalls(reference, fast):
    renderer = Renderer(fast)
    for maker in (reference, fast):
        made = maker.render_code("kick", CODE)
        request = Recall(1, "kick", tuple(CODE.tolist()), engine=made.engine)
        plan = renderer.recall(request, RecentSounds())
        found = renderer.render(request, plan)
        assert found.wav() == made.wav()
        # The server remembers it with its engine, too.
        assert renderer.again(found.remembered()).samples.tobytes() == made.samples.tobytes()
    unnamed = Recall(2, "kick", tuple(CODE.tolist()))
    assert (
        renderer.render(unnamed, renderer.recall(unnamed, RecentSounds())).sound.engine == "native"
    )


def test_loading_takes_the_engine_unless_told_otherwise(playable):
    assert load(playable).render("kick", seed=1).engine == "native"
    comment = load(playable, engine="reference").render("kick", seed=1).comment()
    assert "engine" not in json.loads(comment)
