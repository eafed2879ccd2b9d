"""The page without a server: a plain web server has it below a path; the engine is in a worker.

Over 250 lines, because all tests share one folder of the page, which takes seconds to write.
"""

import base64
import functools
import http.server
import json
import threading

import numpy as np
import pytest
from tests.e2e import test_page, test_page_beat, test_page_values
from tests.support.browser import Tabs
from tests.support.firefox import in_firefox
from tests.support.once import built_once
from tests.support.page import draw, settled, until

from neural_drum_machine.errors import EngineError
from neural_drum_machine.kits.kit_file import kit_from
from neural_drum_machine.kits.levels import sound_loudness
from neural_drum_machine.kits.style import STYLES
from neural_drum_machine.machine import default_model_path, load
from neural_drum_machine.server.site import write_site
from neural_drum_machine.server.site.site import engine_path, policy

BOTH_WAYS = {
    test_page: (
        "test_a_drum_sounds_where_its_category_says",
        "test_the_page_opens_with_a_kit_and_a_beat_one_click_away",
        "test_a_touch_of_the_map_plays_and_moves_the_sound",
        "test_moving_a_sound_changes_nothing_but_its_place",
        "test_a_drag_plays_while_it_moves_unless_that_is_switched_off",
        "test_the_map_zooms_and_recentres",
        "test_the_surprise_knob_scales_the_distance_of_a_drawn_sound",
        "test_the_difference_is_the_distance_of_a_variation",
        "test_a_drum_pad_is_louder_the_higher_it_is_touched_and_has_a_mix",
        "test_midi_notes_play_the_pads_that_general_midi_means",
        "test_a_sound_starts_at_once_and_lasts_as_long_as_its_samples",
    ),
    test_page_beat: (
        "test_a_step_is_set_shaped_and_cleared_with_the_pointer",
        "test_a_humanised_beat_gets_fresh_hits_ahead_of_time",
        "test_a_drum_is_shaped_while_the_beat_plays_it",
    ),
    test_page_values: (
        "test_a_value_is_shown_and_spoken_with_its_unit",
        "test_a_note_is_typed_and_what_is_none_is_refused",
        "test_a_lock_keeps_a_value_through_random_variation_and_another_drum",
        "test_a_measured_value_is_locked_as_it_is",
        "test_the_xy_pad_keeps_the_wish",
        "test_what_is_out_of_reach_is_told_at_the_knob",
        "test_the_knobs_are_those_of_the_category",
    ),
}
"""Tests of the page with its server that this page must pass, too."""
globals().update(
    {name: getattr(module, name) for module, names in BOTH_WAYS.items() for name in names}
)
SEEDS = {"tom": (1, 3)}
"""Two of each category; 1 and 2 of the others. The engine's tom of seed 2 is not NumPy's."""
BELOW = "some/where"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The page, below a path of a web server's folder."""
    if not engine_path().exists():
        pytest.skip("needs the engine for browsers (scripts/build_wasm, with ziglang)")

    def write(root):
        write_site(root / BELOW, load(engine="auto"), default_model_path())

    return built_once(tmp_path_factory, "www", write)


@pytest.fixture(scope="module")
def site(folder):
    """Nobody, and the address of the page."""
    handler = functools.partial(_Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield None, f"http://127.0.0.1:{server.server_address[1]}/{BELOW}/"
        server.shutdown()


@pytest.fixture(scope="module")
def tabs(browser, site):
    made = Tabs(browser, site[1])
    yield made
    made.close()


def ask(page, type_, **values):
    """The header and the samples of the answer to a request; or a refusal."""
    answer = page.evaluate(
        """async ([type, values]) => {
          try {
            const { channels, original, ...rest } = await ndm.app.client.ask(type, values);
            return [rest, channels ? probe.pcm(channels) : ""];
          } catch ({ code, message }) {
            return [{ code, message }, ""];
          }
        }""",
        [type_, values],
    )
    return answer[0], np.frombuffer(base64.b64decode(answer[1]), "<i2") / 32768


def decibels(one, other):
    """The RMS of the difference of two sounds, in dB of full scale."""
    change = np.zeros(max(len(one), len(other)))
    change[: len(one)] = one
    change[: len(other)] -= other
    return 20 * np.log10(np.sqrt(np.square(change).mean()) + 1e-12)


def test_two_drums_of_each_category_are_the_same_three_ways(page, machine):
    """In this browser, by NumPy, and by the engine in Python."""
    try:
        native = load(engine="native")
    except EngineError:
        native = None
    assert len(machine.categories) == 11
    for category in machine.categories:
        for seed in SEEDS.get(category, (1, 2)):
            header, samples = ask(page, "random", category=category, seed=seed)
            reference = machine.render(category, seed=seed)
            assert np.array_equal(np.float32(header["code"]), reference.code)
            assert header["exemplars"] == [x for pair in reference.exemplars for x in pair]
            assert decibels(samples, reference.samples) < -80
            if native is not None:
                assert decibels(native.render(category, seed=seed).samples, samples) < -80


@pytest.mark.slow
def test_firefox_plays_the_same_samples(page, site):
    found = in_firefox(site[1])
    assert found["errors"] == []
    assert found["heard"] == 1
    for (category, seed), samples in found["sounds"].items():
        _, here = ask(page, "random", category=category, seed=seed)
        assert np.array_equal(np.round(samples * 32768), here * 32768)


@pytest.mark.parametrize("velocity", [96, 64, 32, 1])
def test_a_softer_stroke_is_the_programs(page, machine, velocity):
    for category in ("kick", "closed_hihat"):
        _, samples = ask(page, "random", category=category, seed=5, velocity=velocity)
        want = machine.render(category, seed=5, velocity=velocity).samples
        assert decibels(samples, want) < -80


@pytest.mark.parametrize(
    ("category", "wish"),
    [
        ("kick", {"pitch": 55, "decay": 0.3}),
        ("closed_hihat", {"brightness": 9000, "loudness": -22}),
        ("snare", {"attack": 0.01, "noisiness": 0.8}),
        ("tom", {"sweep": 0.6, "body": 8}),
        ("clap", {"air": -15}),
    ],
)
def test_values_that_are_asked_for_are_the_programs(page, machine, category, wish):
    header, samples = ask(page, "random", category=category, seed=5, **wish)
    want = machine.render(category, seed=5, wish=wish)
    assert np.array_equal(np.float32(header["code"]), want.code)
    assert header["exemplars"] == [x for pair in want.exemplars for x in pair]
    assert header["wish"] == want.wish
    assert decibels(samples, want.samples) < -80
    told = ask(page, "describe", of=header["id"])[0]
    values, offered = machine.describe(want), machine.ranges(category)
    has = {name: values[name] for name in offered if np.isfinite(values[name])}
    assert told["values"] == pytest.approx(has, rel=1e-3, abs=1e-3)
    soft, quiet = ask(page, "variation", of=header["id"], amount=0, seed=1, velocity=40)
    assert soft["wish"] == wish
    assert decibels(quiet, machine.rendered_again(want, velocity=40).samples) < -80


def test_hits_of_a_hand_and_variations_are_the_programs(page, machine):
    drum, _ = ask(page, "random", category="snare", seed=5)
    other, _ = ask(page, "variation", of=drum["id"], amount=0.5, seed=9)
    index = machine.index("snare")
    want = np.float32(drum["code"]) + np.float32(0.5) * machine.controls.prior.deviation(index, 9)
    assert np.array_equal(np.float32(other["code"]), want)
    layers = page.evaluate(
        """async (of) => {
          const values = { of, hits: 3, seed: 4 };
          const { strokes, velocities } = await ndm.app.client.ask("layers", values);
          return [strokes.map(([mono]) => probe.text(mono)), velocities];
        }""",
        drum["id"],
    )
    assert layers[1] == [each for each in (127, 96, 64, 32) for _ in range(3)]
    from neural_drum_machine.kits.hand import Hand

    hand = Hand(machine, machine.render("snare", seed=5), 4, 1.0)
    strokes = [each for layer in (127, 96, 64, 32) for each in hand.strokes(layer, 3)]
    made = [np.frombuffer(base64.b64decode(each), "<f4") for each in layers[0]]
    for got, stroke in zip(made, strokes, strict=True):
        peak = max(1, np.abs(stroke.samples).max())
        assert decibels(got[: len(stroke.samples)], stroke.samples / peak) < -70


def test_sounds_that_only_the_program_makes_are_refused_by_name(page):
    drum, _ = ask(page, "random", category="kick", seed=1)
    for type_, values in (
        ("kit", {"like": drum["id"]}),
        ("axis", {"name": "a", "more": [drum["id"]] * 2, "less": [drum["id"]] * 2}),
    ):
        answer, _ = ask(page, type_, **values)
        assert answer["code"] == "unsupported", (type_, answer)
        assert "ndm play" in answer["message"]
    assert ask(page, "random", category="gong")[0]["code"] == "unknown-category"
    for wish in ({"air": -20}, {"decay": 9}):
        refused = ask(page, "random", category="kick", **wish)[0]
        assert refused["code"] == "out-of-range", refused
    assert ask(page, "variation", of=10**6, amount=1)[0]["code"] == "unknown-sound"
    unknown = {"category": "kick", "code": drum["code"], "exemplars": [70_000, 1]}
    assert ask(page, "recall", **unknown)[0]["code"] == "unknown-sound"
    far = {"category": "kick", "p1": 9, "p2": 0, "p3": 0}
    assert ask(page, "generate", **far)[0]["code"] == "out-of-range"
    assert ask(page, "library_map")[0]["code"] == "library"


def test_kits_lie_ready_and_are_varied_and_drawn_again(page, machine):
    kit = ask(page, "kit", style="dark", voices=16)[0]["kit"]
    drums = kit_from(kit, "it")
    assert (drums.model, len(drums.voices)) == (machine.hash, 16)
    assert drums.style == STYLES["dark"]
    assert ask(page, "kit", style="purple")[0]["code"] == "out-of-range"
    locked = kit | {"voices": [each | {"locked": each["name"] == "Kick"} for each in kit["voices"]]}
    varied = kit_from(ask(page, "kit_vary", kit=locked, amount=0.5, seed=3)[0]["kit"], "it")
    assert varied["kick"].recipe == drums["kick"].recipe
    steps = [
        np.subtract(varied[name].recipe["code"], drums[name].recipe["code"])
        for name in ("low tom", "mid tom", "snare")
    ]
    np.testing.assert_array_equal(steps[0], steps[1])  # a family moves as one
    assert np.abs(steps[2]).max() > 0.01
    swapped = kit_from(ask(page, "kit_swap", kit=kit, voice="SNARE", seed=8)[0]["kit"], "it")
    wish = drums["snare"].recipe["wish"]
    code, exemplars = machine.draw("snare", 8, wish=wish)
    assert swapped["snare"].recipe["wish"] == wish
    assert np.array_equal(np.float32(swapped["snare"].recipe["code"]), code)
    assert swapped["snare"].recipe["exemplars"] == [list(each) for each in exemplars]
    for other in (varied, swapped):
        before, after = (
            sound_loudness(each["snare"].sound(machine)) + each["snare"].level_db
            for each in (drums, other)
        )
        assert after == pytest.approx(before, abs=0.2) or other["snare"].level_db == 0
    assert ask(page, "kit_swap", kit=locked, voice="kick", seed=1)[0]["code"] == "out-of-range"
    assert ask(page, "kit_vary", kit=kit | {"model": "0" * 64})[0]["code"] == "out-of-range"


def test_a_newer_drag_replaces_the_one_that_waits(page):
    codes = page.evaluate("""async () => {
      const { client } = ndm.app;
      const places = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
      const ask = (p1) => client.ask("generate", { category: "kick", p1, p2: 0, p3: 0 });
      const asked = places.map((p1) => ask(p1).then(
        ({ p1 }) => Math.round(10 * p1), ({ code }) => code));
      return Promise.all(asked);
    }""")
    assert codes[-1] == 8
    assert codes.count("superseded") >= 5


def test_the_first_sound_does_not_wait_for_the_model(browser, site):
    context = browser.new_context()
    try:
        page = context.new_page()
        held = []
        page.route("**/model.bin", lambda route: held.append(route))
        page.goto(site[1])
        page.wait_for_selector("body.is-ready")
        state = "ndm.app.state.sound"
        assert page.evaluate(f"{state}.category") == "kick"
        middle = page.evaluate(f"[...{state}.channels[0]]")
        assert held, "the model was asked for"
        held.pop().continue_()
        # The engine makes the same sound when the model has come, and knows the first one.
        again = page.evaluate("""async () => {
          const { client, state: { sound } } = ndm.app;
          await client.ask("variation", { of: sound.id, amount: 0.1, seed: 1 });
          const { category, code, exemplars, wish } = sound;
          const asked = { category, code, exemplars, ...wish };
          const { channels } = await client.ask("recall", asked);
          return [...channels[0]];
        }""")
        assert decibels(np.array(middle), np.array(again)) < -80
    finally:
        context.close()


def test_it_opens_without_a_network_once_it_was_loaded(visit):
    page = visit()
    until(page, "navigator.serviceWorker.controller")
    page.context.set_offline(True)
    try:
        page.reload()
        page.wait_for_selector("body.is-ready")
        draw(page, "snare")
        settled(page)
        assert page.evaluate("probe.recipe().category") == "snare"
    finally:
        page.context.set_offline(False)


def test_the_page_is_as_strict_as_webassembly_allows(page, folder):
    held = page.locator('meta[http-equiv="Content-Security-Policy"]').get_attribute("content")
    assert held == policy()
    assert "unsafe-inline" not in held
    assert "'unsafe-eval'" not in held
    manifest = json.loads((folder / BELOW / "manifest.webmanifest").read_text())
    assert (manifest["start_url"], manifest["display"]) == ("./", "standalone")
    assert (folder / BELOW / "data/engine.wasm").stat().st_size <= 400_000
    assert (folder / BELOW / "data/model.bin").stat().st_size <= 15_000_000
    assert (folder / BELOW / "data/encoder.bin").stat().st_size <= 9_000_000
