"""The page is played: with the pointer, and by MIDI."""

import numpy as np
import pytest
from tests.support.page import center, choose, drag, pcm, press_at, recalled, settled, until


@pytest.mark.slow
@pytest.mark.parametrize(("category", "band"), [("kick", "low"), ("closed_hihat", "high")])
def test_a_drum_sounds_where_its_category_says(page, category, band):
    choose(page, category)
    page.evaluate("probe.silence()")
    silence = page.evaluate("probe.spectrum(() => {}, 100)")
    sound = page.evaluate("probe.spectrum(() => document.getElementById('play').click(), 300)")
    assert sound["total"] > 1000 * silence["total"]
    assert sound[band] > 0.6
    assert sound[band] == max(sound["low"], sound["middle"], sound["high"])


def test_the_first_sound_is_of_the_first_category_and_a_touch_of_the_xy_pad_plays(page, machine):
    recipe = page.evaluate("probe.recipe()")
    assert (recipe["category"], recipe["seed"]) == (machine.categories[0], -1)
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
    page.get_by_role("button", name="Random").click()
    settled(page)
    before = page.evaluate("probe.recipe()")
    press_at(page, "#xy-pad", 0.3, 0.6)
    after = page.evaluate("probe.recipe()")
    step = np.subtract(after["code"], before["code"])
    axes = machine.controls.axes[machine.index(after["category"])][:2]
    assert np.abs(step).max() > 0.01
    np.testing.assert_allclose(step - (axes @ step) @ axes, 0, atol=1e-4)
    assert after["p"][2] == pytest.approx(before["p"][2], abs=1e-4)


def test_a_drag_plays_while_it_moves_if_that_is_switched_on(page):
    page.evaluate("probe.watch()")
    page.get_by_role("switch", name="Hear while moving").check()
    page.mouse.move(*center(page, "#xy-pad"))
    page.mouse.down()
    for i in range(200):
        page.mouse.move(*center(page, "#xy-pad", 0.5 + 0.4 * np.sin(i), 0.5))
        if page.evaluate("probe.hits.length") >= 2:
            break
    assert page.evaluate("probe.hits.length") >= 2
    page.mouse.up()


def test_the_xy_pad_reaches_as_far_as_its_range(page):
    page.locator("input[name=range][value='4']").check(force=True)
    press_at(page, "#xy-pad", 0.997, 0.5)
    assert page.evaluate("probe.recipe().p[0]") == pytest.approx(4, abs=0.1)
    page.locator("input[name=range][value='0.5']").check(force=True)
    press_at(page, "#xy-pad", 0.5, 0.003)
    assert page.evaluate("probe.recipe().p[1]") == pytest.approx(0.5, abs=0.02)


def test_the_safe_wild_knob_scales_the_distance_of_a_drawn_sound(page, machine):
    def distance():
        settled(page)
        recipe = page.evaluate("probe.recipe()")
        origin = machine.draw(recipe["category"], recipe["seed"], 0.0)[0]
        return float(np.linalg.norm(np.subtract(recipe["code"], origin)))

    page.get_by_role("button", name="Random").click()
    natural = distance()
    page.get_by_role("slider", name="Safe–wild").focus()
    page.keyboard.press("End")
    assert distance() == pytest.approx(2 * natural, rel=1e-3)
    page.keyboard.press("Home")
    assert distance() == pytest.approx(0, abs=1e-3)


def test_a_drawn_sound_that_was_moved_keeps_its_place_when_it_gets_wilder(page, machine):
    page.get_by_role("button", name="Random").click()
    settled(page)
    press_at(page, "#xy-pad", 0.8, 0.3)
    before = page.evaluate("probe.recipe()")
    page.get_by_role("slider", name="Safe–wild").focus()
    page.keyboard.press("End")
    settled(page)
    after = page.evaluate("probe.recipe()")
    np.testing.assert_allclose(after["p"], before["p"], atol=1e-4)
    index = machine.index(after["category"])
    drawn, _ = machine.draw(after["category"], after["seed"], 2.0)
    expected = machine.controls.moved(index, drawn, after["p"])
    np.testing.assert_allclose(after["code"], expected, atol=1e-3)
    assert np.linalg.norm(np.subtract(after["code"], before["code"])) > 0.5


def test_the_amount_is_the_distance_of_a_variation(page, machine):
    amount = page.get_by_role("slider", name="Amount of variation")
    assert amount.input_value() == "0.35"
    amount.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert page.locator("#amount-reading").inner_text() == "0.50"
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
    # Each key is a step of undo; a whole drag is one.
    for value in ("2", "0.5"):
        page.get_by_role("button", name="Undo").click()
        assert amount.input_value() == value
    before = page.evaluate("probe.steps()")
    drag(page, *(center(page, "#amount", 0.3 + i / 10) for i in range(6)))
    until(page, f"probe.steps() === {before + 1}")
    assert page.evaluate("ndm.app.project.amount") > 1
    page.get_by_role("button", name="Undo").click()
    assert page.evaluate("ndm.app.project.amount") == pytest.approx(0.5)


def test_a_drum_pad_is_louder_the_higher_it_is_touched_and_has_a_mix(page):
    page.evaluate("probe.watch()")
    pad = page.get_by_role("button", name="Pad 3: empty")
    pad.click()  # keeps the sound
    until(page, "probe.hits.length === 1")
    press_at(page, "#pad-3", y=0.02)
    press_at(page, "#pad-3", y=0.98)
    mix = page.get_by_role("group", name="Pad 3")
    loud, soft = page.evaluate("probe.hits.slice(1).map((hit) => hit.gain)")
    assert loud == pytest.approx(1, abs=0.05)
    assert soft == pytest.approx(0.25, abs=0.05)
    for name, key, value in (("Level", "Home", -36), ("Pan", "End", 1), ("Pitch", "End", 12)):
        mix.get_by_role("slider", name=name).focus()
        page.keyboard.press(key)
        assert page.evaluate(f"ndm.app.project.pads[2].{name.lower()}") == value
    hit = page.evaluate("probe.hits.at(-1)")
    assert hit["gain"] == pytest.approx(10 ** (-36 / 20))
    assert (hit["pan"], hit["semitones"]) == (1, 12)
    page.get_by_role("button", name="Undo").click()
    assert page.evaluate("ndm.app.project.pads[2].pitch") == 0


MIDI = """navigator.requestMIDIAccess = async () => {
  const input = { name: "Stub", onmidimessage: null };
  globalThis.send = (...data) => input.onmidimessage({ data: new Uint8Array(data) });
  return { inputs: new Map([["1", input]]), onstatechange: null };
};"""


def test_midi_notes_play_drum_pads_and_pitches(page):
    page.evaluate(MIDI)
    page.evaluate("ndm.app.drumPads.keep(0)")
    page.evaluate("probe.watch()")
    page.get_by_role("button", name="MIDI").click()
    page.get_by_text("MIDI: Stub").wait_for()
    page.evaluate("send(0x90, 36, 64); send(0x90, 67, 127); send(0x80, 67, 0)")
    hits = page.evaluate("probe.hits")
    assert [hit["gain"] for hit in hits] == pytest.approx([64 / 127, 1])
    assert [hit["semitones"] for hit in hits] == [0, 7]
    page.evaluate("send(0x90, 43, 90)")  # an empty pad is silent
    assert page.evaluate("probe.hits.length") == 2


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
