"""The page is played: with the pointer, and by MIDI."""

import base64

import numpy as np
import pytest
from tests.support.page import (
    center,
    choose,
    drag,
    draw,
    keep,
    pcm,
    press_at,
    recalled,
    settled,
    sheet,
    until,
)

from neural_drum_machine.signal.pcm import to_pcm


@pytest.mark.slow
@pytest.mark.parametrize(
    ("category", "low", "high"), [("kick", 0, 250), ("closed_hihat", 2500, np.inf)]
)
def test_a_drum_sounds_where_its_category_says(page, category, low, high):
    if category != "kick":
        choose(page, category)
    page.evaluate("probe.silence()")
    silence = page.evaluate("probe.power(() => {}, 100)")
    page.evaluate("probe.watch()")
    sound = page.evaluate("probe.power(() => document.getElementById('play').click(), 300)")
    assert sound > 1000 * silence
    played = np.frombuffer(base64.b64decode(page.evaluate("probe.text(probe.samples)")), "<f4")
    power = np.abs(np.fft.rfft(played)) ** 2
    hz = np.fft.rfftfreq(len(played), 1 / page.evaluate("ndm.app.state.sound.sr"))
    assert power[(hz >= low) & (hz < high)].sum() > 0.6 * power.sum()


def test_the_page_opens_with_a_kit_and_a_beat_one_click_away(visit, machine):
    page = visit(bare=False)
    settled(page)
    assert page.evaluate("ndm.app.project.pads.every(Boolean)")
    assert page.evaluate("ndm.app.project.pads[0].recipe.category") == "kick"
    assert page.evaluate("probe.steps()") == 0
    until(page, "ndm.app.state.voices.every(Boolean)")
    page.evaluate("probe.watch()")
    page.get_by_role("button", name="Start").click()
    until(page, "probe.hits.length > 8")
    assert page.get_by_role("button", name="Stop").get_attribute("aria-pressed") == "true"
    until(page, "document.querySelector('.cell.is-now')")
    page.keyboard.press("Space")
    until(page, "!ndm.app.state.isPlaying")
    assert page.locator("#column").is_hidden()


def test_a_touch_of_the_map_plays_and_moves_the_sound(page):
    page.evaluate("probe.watch()")
    press_at(page, "#xy-pad", 0.75, 0.25)
    assert page.evaluate("probe.hits.length") == 1
    assert page.evaluate("probe.recipe().p.slice(0, 2)") == pytest.approx([0.5, 0.5], abs=0.02)


def test_a_drag_ends_at_the_pointer_and_is_one_step_of_undo(page, machine):
    before = page.evaluate("probe.recipe()")
    places = [(0.5 + i / 75, 0.5 - i / 100) for i in range(30)]
    drag(page, center(page, "#xy-pad"), *(center(page, "#xy-pad", *each) for each in places))
    settled(page)
    after = page.evaluate("probe.recipe()")
    assert after["p"][:2] == pytest.approx([2 * 29 / 75, 2 * 29 / 100], abs=0.02)
    # The samples are the machine's own.
    assert page.evaluate("probe.pcm()") == pcm(recalled(machine, after))
    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert page.evaluate("[probe.recipe(), probe.steps()]") == [before, 0]
    page.get_by_role("button", name="Redo").click()
    settled(page)
    assert page.evaluate("probe.recipe()") == after
    assert page.evaluate("ndm.app.state.sound.code") == after["code"]


def test_moving_a_sound_changes_nothing_but_its_place(page, machine):
    page.get_by_role("button", name="New drum").click()
    settled(page)
    before = page.evaluate("probe.recipe()")
    press_at(page, "#xy-pad", 0.3, 0.6)
    after = page.evaluate("probe.recipe()")
    step = np.subtract(after["code"], before["code"])
    axes = machine.controls.axes[machine.index(after["category"])][:2]
    assert np.abs(step).max() > 0.01
    np.testing.assert_allclose(step - (axes @ step) @ axes, 0, atol=1e-4)
    assert after["p"][2] == pytest.approx(before["p"][2], abs=1e-4)


def test_a_drag_plays_while_it_moves_unless_that_is_switched_off(page):
    def hits_of_a_drag(most):
        page.evaluate("probe.hits.length = 0")
        page.mouse.move(*center(page, "#xy-pad"))
        page.mouse.down()
        for i in range(most):
            page.mouse.move(*center(page, "#xy-pad", 0.5 + 0.4 * np.sin(i), 0.5))
            if page.evaluate("probe.hits.length") >= 2:
                break
        hits = page.evaluate("probe.hits.length")
        page.mouse.up()
        settled(page)
        return hits

    page.evaluate("probe.watch()")
    assert hits_of_a_drag(200) >= 2
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("switch", name="Hear the drum while dragging").uncheck()
    page.keyboard.press("Escape")
    assert hits_of_a_drag(40) == 0
    assert page.evaluate("probe.hits.length") == 1  # where it rests


def test_the_map_zooms_and_recentres(page):
    page.get_by_role("button", name="Zoom the map out").click()
    page.get_by_role("button", name="Zoom the map out").click()
    press_at(page, "#xy-pad", 0.997, 0.5)
    assert page.evaluate("probe.recipe().p[0]") == pytest.approx(4, abs=0.1)
    page.get_by_role("button", name="Centre the map").click()
    for _ in range(3):
        page.get_by_role("button", name="Zoom the map in").click()
    press_at(page, "#xy-pad", 0.5, 0.003)
    p = page.evaluate("probe.recipe().p.slice(0, 2)")
    assert p == pytest.approx([4, 0.5], abs=0.05)


def test_the_map_is_the_drums_own_and_stays_while_it_is_moved(page):
    until(page, "ndm.app.state.map?.nodes.length === 49")
    key, category, drum = page.evaluate(
        "[ndm.app.state.map.key, ndm.app.state.map.category, "
        "ndm.app.maps.drumOf(ndm.app.project.recipe)]"
    )
    assert category == "kick"
    press_at(page, "#xy-pad", 0.8, 0.3)
    assert page.evaluate("ndm.app.maps.drumOf(ndm.app.project.recipe)") == drum
    page.evaluate("probe.drawn()")
    assert page.evaluate("ndm.app.state.map.key") == key
    page.get_by_role("button", name="New drum").click()
    until(page, f"ndm.app.state.map.key !== {key!r} && ndm.app.state.map.nodes.length === 49")
    # The sound lies on the map.
    p, center_, reach = page.evaluate(
        "[probe.recipe().p, ndm.app.project.center, ndm.app.project.range]"
    )
    assert max(abs(p[i] - center_[i]) for i in range(2)) <= reach


def test_the_surprise_knob_scales_the_distance_of_a_drawn_sound(page, machine):
    def distance():
        settled(page)
        recipe = page.evaluate("probe.recipe()")
        origin = machine.draw(recipe["category"], recipe["seed"], 0.0)[0]
        return float(np.linalg.norm(np.subtract(recipe["code"], origin)))

    page.get_by_role("button", name="New drum").click()
    natural = distance()
    sheet(page, "Feel")
    page.get_by_role("slider", name="Surprise").focus()
    page.keyboard.press("End")
    assert distance() == pytest.approx(2 * natural, rel=1e-3)
    page.keyboard.press("Home")
    assert distance() == pytest.approx(0, abs=1e-3)


def test_the_difference_is_the_distance_of_a_variation(page, machine):
    sheet(page, "Feel")
    amount = page.get_by_role("slider", name="Difference")
    code = page.evaluate("probe.recipe().code")
    for key, value in (("End", 2), ("Home", 0)):
        amount.focus()
        page.keyboard.press(key)
        page.get_by_role("button", name="Variation", exact=True).click()
        settled(page)
        recipe = page.evaluate("probe.recipe()")
        deviation = machine.controls.prior.deviation(0, recipe["seed"])
        step = np.subtract(recipe["code"], code)
        np.testing.assert_allclose(step, value * deviation, atol=1e-4)
        page.get_by_role("button", name="Undo").click()
        settled(page)


def test_selecting_a_pad_selects_what_every_control_edits(page):
    keep(page, 2, "snare")
    kick = page.evaluate("ndm.app.project.pads[0].recipe")
    page.locator("#pad-3").click()
    assert page.locator("#sound-name").inner_text() == "Snare"
    press_at(page, "#xy-pad", 0.7, 0.3)
    assert page.evaluate("probe.recipe().category") == "snare"
    pads = page.evaluate("ndm.app.project.pads.map((pad) => pad?.recipe)")
    assert pads[2] == page.evaluate("probe.recipe()")
    assert pads[0] == kick
    # An empty pad has no sound until one is made for it; nothing else is touched.
    page.locator("#pad-5").click()
    assert page.locator("#sound-name").inner_text() == "Pad 5, empty"
    press_at(page, "#xy-pad", 0.2, 0.2)
    assert page.evaluate("ndm.app.project.pads.filter(Boolean).length") == 2
    choose(page, "clap")
    assert page.evaluate("ndm.app.project.pads[4].name") == "Clap"


def test_a_drum_pad_is_louder_the_higher_it_is_touched_and_has_a_mix(page):
    page.evaluate("probe.watch()")
    keep(page, 2)
    press_at(page, "#pad-3", y=0.02)
    press_at(page, "#pad-3", y=0.98)
    assert page.evaluate("probe.hits[1].gain") > 0.9
    assert page.evaluate(LEVEL) < 0.2
    sheet(page, "Mix")
    for name, key, value in (("Level", "Home", -36), ("Pan", "End", 1), ("Pitch", "End", 12)):
        page.locator("#sheet-mix").get_by_role("slider", name=name).focus()
        page.keyboard.press(key)
        assert page.evaluate(f"ndm.app.project.pads[2].{name.lower()}") == value
    hit = page.evaluate("probe.hits.at(-1)")
    assert hit["gain"] == pytest.approx(10 ** (-36 / 20))
    assert (hit["pan"], hit["semitones"], hit["strip"]) == (1, 12, 2)
    page.get_by_role("button", name="Undo").click()
    assert page.evaluate("ndm.app.project.pads[2].pitch") == 0


LEVEL = "probe.hits.at(-1).gain * Math.max(...probe.samples.map(Math.abs))"
MIDI = """navigator.requestMIDIAccess = async () => {
  const input = { name: "Stub", onmidimessage: null };
  globalThis.send = (...data) => input.onmidimessage({ data: new Uint8Array(data), timeStamp: 0 });
  return { inputs: new Map([["1", input]]), outputs: new Map(), onstatechange: null };
};"""


def connect_midi(page):
    page.evaluate(MIDI)
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("button", name="Connect").click()
    page.get_by_text("Stub").wait_for()
    page.keyboard.press("Escape")


def test_midi_notes_play_the_pads_that_general_midi_means(page):
    keep(page, 5, "snare")
    connect_midi(page)
    page.evaluate("probe.watch()")
    page.evaluate("send(0x99, 36, 127); send(0x99, 38, 127); send(0x99, 40, 127)")
    assert page.evaluate("probe.hits.map((hit) => hit.strip)") == [0, 5, 5]
    page.evaluate("send(0x80, 38, 0); send(0x99, 49, 127)")  # the end of a note; a cymbal
    assert page.evaluate("probe.hits.length") == 3


def test_a_controller_is_learned_and_turns_a_knob(page):
    connect_midi(page)
    page.evaluate("ndm.midi.lesson = { type: 'knob', name: 'p1' }")
    page.evaluate("send(0xb0, 74, 127)")
    settled(page)
    until(page, "probe.recipe().p[0] > 0.99")
    until(page, "!ndm.app.gesture.isHeld")
    assert page.evaluate("probe.steps()") == 1


def test_a_soft_note_is_a_soft_stroke_and_no_quiet_loud_one(page, machine):
    draw(page, "tom")
    connect_midi(page)
    page.evaluate("probe.watch()")
    comment = page.evaluate("probe.recipe()")
    note = page.evaluate("ndm.app.project.pads[0].note")
    page.evaluate(f"send(0x90, {note}, 64)")
    until(page, "ndm.app.layers.made(0).length === 4")
    page.evaluate(f"send(0x90, {note}, 64)")
    assert page.evaluate("probe.hits.at(-1).gain") == 1
    played = np.frombuffer(base64.b64decode(page.evaluate("probe.text(probe.samples)")), "<f4")
    soft = recalled(machine, comment | {"velocity": 64})
    assert np.array_equal(np.round(played * 32768), to_pcm(soft.samples))
    page.evaluate(f"send(0x90, {note}, 127)")
    played = np.frombuffer(base64.b64decode(page.evaluate("probe.text(probe.samples)")), "<f4")
    assert np.array_equal(np.round(played * 32768), to_pcm(recalled(machine, comment).samples))


def test_a_sound_starts_at_once_and_lasts_as_long_as_its_samples(page):
    times = page.evaluate("""async () => {
      const { app } = ndm;
      await probe.analyser();
      const samples = app.trimmed();
      const { source, at } = app.output.play(samples, app.state.sound.sr);
      const now = app.output.context.currentTime;
      await new Promise((go) => (source.onended = go));
      const end = app.output.context.currentTime;
      return { late: at - now, lasted: end - at, length: samples.length / app.state.sound.sr };
    }""")
    assert times["late"] <= 0  # due in the very next block of samples
    assert times["lasted"] >= times["length"] - 1e-3
