import threading

import numpy as np
import pytest
from tests.support.playable import write_playable

from neural_drum_machine.errors import BundleError, ControlError, EngineError
from neural_drum_machine.inverters.renderer import Rendering
from neural_drum_machine.machine import load
from neural_drum_machine.native import library as module
from neural_drum_machine.native.engine import NativeEngine

CODE = np.array([0.5, -1, 2], np.float32)


@pytest.fixture(scope="module")
def engine(playable):
    return NativeEngine.open(playable)


def test_a_sound_has_peak_1_and_another_take_is_another_hit(engine):
    first, other = (engine.render(0, CODE, take=take) for take in (0, 1))
    assert np.abs(first).max() == 1
    assert first.dtype == np.float32
    assert not np.array_equal(first, other)


def test_the_same_call_gives_the_same_bytes_whatever_came_before(engine, playable):
    wanted = engine.render(1, CODE, take=3, exemplars=((0, 0.5), (1, 0.5)))
    for k in range(4):
        engine.render(0, CODE * k, sr=48_000, take=k)
    again = engine.render(1, CODE, take=3, exemplars=((0, 0.5), (1, 0.5)))
    other = NativeEngine.open(playable).render(1, CODE, take=3, exemplars=((0, 0.5), (1, 0.5)))
    assert wanted.tobytes() == again.tobytes() == other.tobytes()


def test_threads_do_not_disturb_each_other(engine):
    codes = [CODE * k for k in range(6)]
    wanted = [engine.render(k % 2, code, take=k).tobytes() for k, code in enumerate(codes)]
    found = [[b""] * len(codes) for _ in range(4)]

    def work(out):
        for k, code in enumerate(codes):
            out[k] = engine.render(k % 2, code, take=k).tobytes()

    threads = [threading.Thread(target=work, args=(out,)) for out in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(out == wanted for out in found)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"category": 2}, "no category 2; there are 0 to 1"),
        ({"category": -1}, "no category -1"),
        ({"code": CODE[:2]}, r"a code is 3 finite numbers, got shape \(2,\)"),
        ({"code": CODE * np.nan}, "a code is 3 finite numbers"),
        ({"sr": 96_000}, "no sample rate 96000; there are 22050, 44100, 48000 Hz"),
        ({"t": -0.1}, "t must lie between 0 and 1, got -0.1"),
        ({"t": 0.5, "to": 7}, "no category 7; there are 0 to 1"),
        ({"width": 1.5}, "width must lie between 0 and 1, got 1.5"),
        ({"take": 64}, "take must be a whole number from 0 to 63, got 64"),
        ({"exemplars": ((2, 1.0),)}, "no exemplar 2; there are 0 to 1"),
        ({"exemplars": ((0, 0.5),)}, "must sum to 1"),
        ({"exemplars": ((0, 0.0), (1, 1.0))}, "between 0 and 1"),
        ({"exemplars": ((0, 0.2),) * 5}, "at most 4 exemplars, got 5"),
    ],
)
def test_values_out_of_range_are_named(engine, changes, sentence):
    arguments = {"category": 0, "code": CODE, **changes}
    with pytest.raises(ControlError, match=sentence):
        engine.render(arguments.pop("category"), arguments.pop("code"), **arguments)


@pytest.mark.parametrize("size", [1e3, 1e12, 3e38])
def test_absurd_codes_give_numbers(engine, size):
    for category in (0, 1):
        for exemplars in ((), ((0, 1.0),)):
            samples = engine.render(category, CODE / 2 * size, exemplars=exemplars)
            assert np.isfinite(samples).all()
            assert np.abs(samples).max() <= 1


def test_a_machine_with_an_engine_leaves_the_rest_to_the_reference(reference, engine):
    fast = reference.with_engine(engine)
    for pair in (
        [m.with_inverter("light").render_code("kick", CODE) for m in (fast, reference)],
        [m.with_engine(None).render_code("kick", CODE) for m in (fast, reference)],
    ):
        assert pair[0].samples.tobytes() == pair[1].samples.tobytes()
    assert reference.engine is None
    assert fast.with_rendering(Rendering(sr=48_000)).engine is engine


def test_a_wish_is_met_on_what_the_engine_plays(reference, engine):
    fast = reference.with_engine(engine)
    sound = fast.render_code("kick", CODE, velocity=60)
    assert 0 < np.abs(sound.samples).max() < np.abs(fast.render_code("kick", CODE).samples).max()


def test_an_engine_of_another_model_is_refused(reference, tmp_path):
    other = NativeEngine.open(write_playable(tmp_path / "other.ndm", exemplars=0))
    with pytest.raises(EngineError, match=f"an engine of model {other.hash[:12]}"):
        reference.with_engine(other)


def test_loading_asks_for_it_or_goes_without(playable, small_bundle_free, monkeypatch, tmp_path):
    assert load(playable, engine="reference").engine is None
    assert load(playable).engine is not None
    assert load(playable, engine="native").engine.hash == load(playable).hash
    assert load(playable, engine="auto").engine is not None
    assert load(small_bundle_free, engine="auto").engine is None
    with pytest.raises(EngineError, match="use the reference"):
        load(small_bundle_free, engine="native")
    with pytest.raises(ControlError, match="no engine 'fast'; there are reference, native, auto"):
        load(playable, engine="fast")
    with pytest.raises(EngineError, match="no kernels 'mmx'"):
        NativeEngine.open(playable, "mmx")
    with pytest.raises(BundleError, match=r"absent\.ndm: not readable"):
        NativeEngine.open(tmp_path / "absent.ndm")


@pytest.fixture
def small_bundle_free(tmp_path):
    """A model that only the reference plays: its sounds are too short."""
    from tests.support.models import TINY_HEADER, tensors_of

    from neural_drum_machine.model_file.writing import write_bundle

    write_bundle(tmp_path / "tiny.ndm", TINY_HEADER, tensors_of(TINY_HEADER))
    return tmp_path / "tiny.ndm"


def test_a_library_that_is_absent_or_no_library_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "LIBRARY", tmp_path / "absent.so")
    with pytest.raises(EngineError, match=r"not built; build it with scripts/build_engine"):
        module.library.__wrapped__()
    (tmp_path / "text.so").write_text("no library")
    monkeypatch.setattr(module, "LIBRARY", tmp_path / "text.so")
    with pytest.raises(EngineError, match="does not load"):
        module.library.__wrapped__()
