"""Codes of sounds, found by the engine and by the reference."""

import numpy as np
import pytest
from tests.support.playable import write_playable
from tests.support.sounds import noise, tone

from neural_drum_machine.errors import ControlError, EngineError
from neural_drum_machine.machine import load
from neural_drum_machine.native.engine import NativeEngine
from neural_drum_machine.native.library import KERNELS
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.levels import Levels, levels_of

SR = 44_100
HITS = {
    "tom": 0.8 * tone(110, 0.6, SR, 8),
    "snare": 0.4 * tone(190, 0.4, SR, 15) + 0.5 * noise(0.4, SR, 1, 20),
    "closed_hihat": noise(0.2, SR, 2, 40),
}
ROUNDING = np.float32(3e-7)


@pytest.fixture(scope="module", params=KERNELS[1:])
def engine(request, shipped):
    try:
        return NativeEngine.open(shipped.bundle.path, request.param)
    except EngineError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def heard(shipped):
    return {
        name: levels_of(make_hit(samples, SR, shipped.spec), shipped.spec)
        for name, samples in HITS.items()
    }


def test_the_encoder_agrees_to_rounding(shipped, engine, heard):
    for levels in heard.values():
        for index in range(len(shipped.categories)):
            wanted = shipped.encode_levels(levels, index, 0)
            given = engine.encode(levels, index, 0)
            assert np.abs(given - wanted).max() < 2e-5 * max(1, np.abs(wanted).max())


def error(machine, levels, index, code):
    """How far a code is from a sound: the squared error of the standardised core."""
    decoded = machine.levels(code, (index,))
    away = [machine.scale.forward(each).mel for each in (decoded, levels)]
    return float(np.square(away[0] - away[1]).mean())


@pytest.mark.slow
def test_the_search_finds_a_code_that_is_as_good(shipped, heard):
    """As near to the reference's as the reference is to itself, its levels rounded differently."""
    engine = NativeEngine.open(shipped.bundle.path)
    for name, levels in heard.items():
        index = shipped.index(name)
        random = np.random.default_rng(1)
        moved = Levels(
            *((p + ROUNDING * random.standard_normal(p.shape)).astype(np.float32) for p in levels)
        )
        wanted, own = (shipped.encode_levels(each, index, 2) for each in (levels, moved))
        given = engine.encode(levels, index, 2)
        far, itself = (np.abs(code - wanted).max() for code in (given, own))
        assert far < max(0.01, 4 * itself)
        best = error(shipped, levels, index, wanted)
        assert error(shipped, levels, index, given) == pytest.approx(best, rel=1e-3)


def test_the_category_that_plays_a_sound_best_is_the_same(shipped, engine, heard):
    for samples, levels in zip(HITS.values(), heard.values(), strict=True):
        wanted = shipped.guess_category(make_hit(samples, SR, shipped.spec))
        assert shipped.categories[engine.guess(levels)] == wanted


def test_a_machine_with_the_engine_encodes_by_it(shipped, heard):
    fast = shipped.with_engine(load(engine="native").engine)
    index = fast.index("tom")
    given = fast.encode_levels(heard["tom"], index, 1)
    assert given.tobytes() == fast.engine.encode(heard["tom"], index, 1).tobytes()
    hit = make_hit(HITS["tom"], SR, fast.spec)
    assert fast.guess_category(hit) == shipped.guess_category(hit)


def test_values_out_of_range_are_named(shipped, engine, heard):
    levels = heard["tom"]
    with pytest.raises(ControlError, match="no category 11; there are 0 to 10"):
        engine.encode(levels, 11, 0)
    with pytest.raises(ControlError, match="a search has 0 to 20 steps, got 21"):
        engine.encode(levels, 0, 21)
    for bad in (np.nan, np.inf, 200):
        loud = levels._replace(air=np.full_like(levels.air, bad))
        with pytest.raises(ControlError, match="levels lie between -100 and 100 nepers"):
            engine.encode(loud, 0, 0)
    with pytest.raises(ControlError, match="levels have the shapes"):
        engine.guess(levels._replace(mel=levels.mel[:, :5]))


def test_a_file_that_was_replaced_meanwhile_is_refused_and_the_reference_encodes(
    tmp_path, playable
):
    path = tmp_path / "model.ndm"
    path.write_bytes(playable.read_bytes())
    machine = load(path, engine="reference").with_engine(NativeEngine.open(path))
    levels = machine.levels(np.zeros(3, np.float32), (0,))
    write_playable(path, exemplars=0)
    with pytest.raises(EngineError, match="the encoder of another model"):
        machine.engine.encode(levels, 0, 0)
    assert machine.encode_levels(levels, 0, 1).shape == (3,)


def test_a_machine_that_is_loaded_reads_the_encoder_of_its_own_file(tmp_path, playable):
    path = tmp_path / "model.ndm"
    path.write_bytes(playable.read_bytes())
    machine = load(path, engine="native")
    levels = machine.levels(np.zeros(3, np.float32), (0,))
    write_playable(path, exemplars=0)
    wanted = NativeEngine.open(playable).encode(levels, 0, 1)
    assert machine.engine.encode(levels, 0, 1).tobytes() == wanted.tobytes()


def test_the_same_sound_gives_the_same_code(playable):
    codes = []
    for _ in range(2):
        engine = NativeEngine.open(playable)
        levels = engine.levels(1, np.array([0.5, -1, 2], np.float32))
        codes += [engine.encode(levels, 1, 2).tobytes() for _ in range(2)]
    assert len(set(codes)) == 1
