"""The page played: heard, dragged, by keys, by touch and by MIDI."""

import base64

import numpy as np
import pytest


def center(page, selector, x=0.5, y=0.5):
    box = page.locator(selector).bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def pcm(sound):
    """A sound's 16-bit samples as the probe has them."""
    samples = np.round(np.clip(sound.samples, -1, 1) * 32767).astype("<i2")
    return base64.b64encode(samples.tobytes()).decode()


def settled(page):
    page.evaluate("probe.until(() => ndm.app.client._waiting.size === 0)")


def choose(page, category):
    page.locator(f"input[name=category][value={category}]").check(force=True)
    page.evaluate(f"probe.until(() => ndm.app.category === '{category}')")


@pytest.mark.parametrize(("category", "place"), [("kick", "low"), ("closed_hihat", "high")])
def test_a_drum_is_heard_where_its_category_says(page, category, place):
    choose(page, category)
    settled(page)
    page.wait_for_timeout(1200)  # what the choice played is over
    silence = page.evaluate("probe.spectrum(() => {}, 100)")
    heard = page.evaluate("probe.spectrum(() => document.getElementById('play').click())")
    assert heard["total"] > 1000 * silence["total"]
    assert heard[place] > 0.6
    assert heard[place] == max(heard["low"], heard["middle"], heard["high"])


def test_the_first_sound_is_the_first_category_and_touching_the_pad_plays_it(page, machine):
    recipe = page.evaluate("probe.recipe()")
    assert (recipe["category"], recipe["seed"]) == (machine.categories[0], -1)
    page.evaluate("probe.watch()")
    page.mouse.click(*center(page, "#pad", 0.75, 0.25))
    page.evaluate("probe.until(() => probe.hits.length === 1)")
    recipe = page.evaluate("probe.recipe()")
    assert recipe["p"][:2] == pytest.approx([0.5, 0.5], abs=0.02)


def test_a_drag_ends_where_the_pointer_is_and_is_one_step_back(page, machine):
    before = page.evaluate("probe.recipe()")
    page.mouse.move(*center(page, "#pad"))
    page.mouse.down()
    box = page.locator("#pad").bounding_box()
    for i in range(30):
        x, y = 0.5 + i / 75, 0.5 - i / 100
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.mouse.up()
    settled(page)
    after = page.evaluate("probe.recipe()")
    assert after["p"][:2] == pytest.approx([2 * 29 / 75, 2 * 29 / 100], abs=0.02)
    # The samples are those of the machine itself.
    want = machine.render_code(after["category"], np.float32(after["code"]))
    assert page.evaluate("probe.pcm()") == pcm(want)
    page.get_by_role("button", name="Undo").click()
    page.evaluate("probe.until(() => !ndm.app.history.canUndo)")
    settled(page)
    assert page.evaluate("probe.recipe()") == before
    page.get_by_role("button", name="Redo").click()
    settled(page)
    assert page.evaluate("probe.recipe()") == after
    page.evaluate(
        "probe.until(() => JSON.stringify(ndm.app.sound.code) "
        "=== JSON.stringify(ndm.app.project.recipe.code))"
    )


def test_what_is_moved_keeps_all_else_of_its_sound(page, machine):
    page.get_by_role("button", name="Random").click()
    page.evaluate("probe.until(() => ndm.app.project.recipe.seed >= 0)")
    before = page.evaluate("probe.recipe()")
    page.mouse.click(*center(page, "#pad", 0.3, 0.6))
    settled(page)
    after = page.evaluate("probe.recipe()")
    index = machine.index(after["category"])
    step = np.subtract(after["code"], before["code"])
    along = machine.controls.axes[index]
    # Nothing but P1 and P2 has changed.
    np.testing.assert_allclose(step - (along[:2] @ step) @ along[:2], 0, atol=1e-4)
    assert after["p"][2] == pytest.approx(before["p"][2], abs=1e-4)


def test_while_moving_it_is_heard_if_that_is_asked_for(page):
    page.evaluate("probe.watch()")
    page.get_by_role("switch", name="Hear while moving").check()
    page.mouse.move(*center(page, "#pad"))
    page.mouse.down()
    x, y = center(page, "#pad")
    for i in range(40):
        page.mouse.move(x + 4 * i, y)
        page.wait_for_timeout(15)
    assert page.evaluate("probe.hits.length") >= 2
    page.mouse.up()


def test_everything_can_be_done_with_keys(page):
    page.evaluate("probe.watch()")
    page.get_by_role("slider", name="P1").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    settled(page)
    assert page.evaluate("probe.recipe().p.slice(0, 2)") == pytest.approx([0.2, 0.04], abs=1e-3)
    page.get_by_role("slider", name="Fine").focus()
    page.keyboard.press("End")
    settled(page)
    assert page.evaluate("probe.recipe().p[2]") == pytest.approx(1, abs=1e-3)
    hits = page.evaluate("probe.hits.length")
    page.keyboard.press("Space")
    assert page.evaluate("probe.hits.length") == hits + 1
    page.keyboard.press("r")
    page.evaluate("probe.until(() => ndm.app.project.recipe.seed >= 0)")
    drawn = page.evaluate("probe.recipe()")
    page.keyboard.press("v")
    page.evaluate(f"probe.until(() => ndm.app.project.recipe.seed !== {drawn['seed']})")
    page.keyboard.press("t")
    page.evaluate("probe.until(() => ndm.app.project.recipe.take === 1)")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    settled(page)
    assert page.evaluate("probe.recipe()") == drawn
    page.keyboard.press("p")
    page.evaluate("probe.until(() => ndm.app.rack.sounds[0])")
    hits = page.evaluate("probe.hits.length")
    page.keyboard.press("a")
    page.keyboard.press("Shift+Digit1")
    gains = page.evaluate(f"probe.hits.slice({hits}).map((hit) => hit.gain)")
    assert gains == pytest.approx([1, 0.45])
    # Every control is reached, and the focus is seen.
    page.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id"))
    assert {"p1", "p2", "fine-input", "wild-input", "handle-start", "play", "save-wav", "inverter",
            "pad-1", "pad-keep", "theme", "amount", "hear-as"} <= reached  # fmt: skip


def test_the_reach_of_pad_and_knob(page):
    page.locator("input[name=range][value='4']").check(force=True)
    page.mouse.click(*center(page, "#pad", 0.997, 0.5))
    settled(page)
    assert page.evaluate("probe.recipe().p[0]") == pytest.approx(4, abs=0.1)
    page.locator("input[name=range][value='0.5']").check(force=True)
    page.mouse.click(*center(page, "#pad", 0.5, 0.003))
    settled(page)
    assert page.evaluate("probe.recipe().p[1]") == pytest.approx(0.5, abs=0.02)


def test_safe_and_wild_say_how_far_a_drawn_sound_lies_from_the_mean(page, machine):
    def distance():
        settled(page)
        recipe = page.evaluate("probe.recipe()")
        mean = machine.controls.means[machine.index(recipe["category"])]
        return float(np.linalg.norm(np.subtract(recipe["code"], mean)))

    page.get_by_role("button", name="Random").click()
    page.evaluate("probe.until(() => ndm.app.project.recipe.seed >= 0)")
    natural = distance()
    page.get_by_role("slider", name="Safe–wild").focus()
    page.keyboard.press("End")
    assert distance() == pytest.approx(2 * natural, rel=1e-3)
    page.keyboard.press("Home")
    assert distance() == pytest.approx(0, abs=1e-3)


def test_a_drawn_sound_that_was_moved_stays_in_its_place_when_it_gets_wilder(page, machine):
    page.get_by_role("button", name="Random").click()
    page.evaluate("probe.until(() => ndm.app.project.recipe.seed >= 0)")
    page.mouse.click(*center(page, "#pad", 0.8, 0.3))
    settled(page)
    before = page.evaluate("probe.recipe()")
    page.get_by_role("slider", name="Safe–wild").focus()
    page.keyboard.press("End")
    settled(page)
    after = page.evaluate("probe.recipe()")
    np.testing.assert_allclose(after["p"], before["p"], atol=1e-4)
    index = machine.index(after["category"])
    expected = machine.controls.code(index, after["p"], after["seed"], 2.0)
    np.testing.assert_allclose(after["code"], expected, atol=1e-3)
    assert np.linalg.norm(np.subtract(after["code"], before["code"])) > 0.5


def test_the_amount_of_a_variation_is_how_far_it_lies(page, machine):
    amount = page.get_by_role("slider", name="Amount of variation")
    assert amount.input_value() == "0.35"
    amount.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("ndm.app.project.amount") == pytest.approx(0.5)
    assert page.locator("#amount-reading").inner_text() == "0.50"
    code = page.evaluate("probe.recipe().code")
    for key, value in (("End", 2), ("Home", 0)):
        amount.focus()
        page.keyboard.press(key)
        page.get_by_role("button", name="Variation", exact=True).click()
        page.evaluate(
            "probe.until(() => ndm.app.project.recipe.seed !== -1 && !ndm.app.client._waiting.size)"
        )
        recipe = page.evaluate("probe.recipe()")
        deviation = machine.controls.prior.deviation(0, recipe["seed"])
        step = np.subtract(recipe["code"], code)
        np.testing.assert_allclose(step, value * deviation, atol=1e-4)
        page.get_by_role("button", name="Undo").click()
        page.evaluate("probe.until(() => ndm.app.project.recipe.seed === -1)")
    # Each key was a step of its own; a drag of the pointer is one.
    page.get_by_role("button", name="Undo").click()
    assert amount.input_value() == "2"
    page.get_by_role("button", name="Undo").click()
    assert amount.input_value() == "0.5"
    before = page.evaluate("ndm.app.history._past.length")
    page.mouse.move(*center(page, "#amount", 0.3))
    page.mouse.down()
    for i in range(6):
        page.mouse.move(*center(page, "#amount", 0.3 + i / 10))
    page.mouse.up()
    assert page.evaluate("ndm.app.project.amount") > 1
    page.evaluate(f"probe.until(() => ndm.app.history._past.length === {before + 1})")
    page.get_by_role("button", name="Undo").click()
    assert page.evaluate("ndm.app.project.amount") == pytest.approx(0.5)


def test_a_variation_of_a_sound_that_the_server_has_forgotten(page):
    page.locator("#random").click()
    page.evaluate("probe.until(() => ndm.app.project.recipe.seed >= 0)")
    drawn = page.evaluate("probe.recipe()")
    page.locator("#take").click()
    page.evaluate("probe.until(() => ndm.app.project.recipe.take === 1)")
    page.evaluate(
        """async () => {
          const { category, code } = ndm.app.project.recipe;
          const ask = () => ndm.app.client.ask("recall", { category, code, inverter: "light" });
          for (let i = 0; i < 65; i++) await ask();
        }"""
    )
    page.get_by_role("button", name="Undo").click()  # from the page's own memory
    page.evaluate("probe.until(() => ndm.app.sound.take === 0)")
    page.keyboard.press("v")
    page.evaluate(f"probe.until(() => ndm.app.project.recipe.seed !== {drawn['seed']})")
    assert page.locator("#notice.bad").count() == 0


def test_many_wishes_within_a_second_are_two_drums(page, site):
    errors = site[0].status().errors
    for key in "rvt":
        steps = page.evaluate("ndm.app.history._past.length")
        page.evaluate(
            """(code) => {
              for (let i = 0; i < 30; i++) {
                document.body.dispatchEvent(new KeyboardEvent("keydown", { code, bubbles: true }));
              }
            }""",
            f"Key{key.upper()}",
        )
        page.evaluate("probe.until(() => !ndm.app.drums._isDrawing)")
        assert page.evaluate("ndm.app.history._past.length") == steps + 2
        assert page.locator("#notice.on").count() == 0
    assert site[0].status().errors == errors


def test_pads_are_louder_the_higher_they_are_touched(page):
    page.evaluate("probe.watch()")
    page.mouse.click(*center(page, ".tile:nth-child(3)"))  # empty: keeps the sound
    page.evaluate("probe.until(() => ndm.app.rack.sounds[2])")
    page.wait_for_timeout(50)
    page.evaluate("probe.hits.length = 0")
    page.mouse.click(*center(page, ".tile:nth-child(3)", y=0.02))
    page.mouse.click(*center(page, ".tile:nth-child(3)", y=0.98))
    loud, soft = page.evaluate("probe.hits.map((hit) => hit.gain)")
    assert loud == pytest.approx(1, abs=0.05)
    assert soft == pytest.approx(0.25, abs=0.05)
    for name, key, want in (("Level", "Home", -36), ("Pan", "End", 1), ("Pitch", "End", 12)):
        page.get_by_role("slider", name=name).focus()
        page.keyboard.press(key)
        field = name.lower()
        page.evaluate(f"probe.until(() => ndm.app.project.pads[2].{field} === {want})")
    page.evaluate("probe.hits.length = 0")
    page.evaluate("ndm.app.rack.hit(2, 1)")
    (hit,) = page.evaluate("probe.hits")
    assert hit["gain"] == pytest.approx(10 ** (-36 / 20))
    assert (hit["pan"], hit["semitones"]) == (1, 12)
    page.get_by_role("button", name="Undo").click()
    assert page.evaluate("ndm.app.project.pads[2].pitch") == 0


MIDI = """navigator.requestMIDIAccess = async () => {
  const input = { name: "Stub", onmidimessage: null };
  globalThis.send = (...data) => input.onmidimessage({ data: new Uint8Array(data) });
  return { inputs: new Map([["1", input]]), onstatechange: null };
};"""


def test_midi_notes_play_pads_and_pitches(visit):
    page = visit()
    page.evaluate(MIDI)
    page.evaluate("probe.watch()")
    page.keyboard.press("p")
    page.evaluate("probe.until(() => ndm.app.rack.sounds[0])")
    page.get_by_role("button", name="MIDI").click()
    page.wait_for_selector("#midi.on")
    page.wait_for_timeout(50)
    page.evaluate("probe.hits.length = 0")
    page.evaluate("send(0x90, 36, 64); send(0x99, 36, 127)")  # pad 1, on two channels
    page.evaluate("send(0x90, 67, 127); send(0x80, 67, 0); send(0x90, 67, 0); send(0xb0, 1, 2)")
    hits = page.evaluate("probe.hits")
    assert [hit["gain"] for hit in hits] == pytest.approx([64 / 127, 1, 1])
    assert [hit["semitones"] for hit in hits] == [0, 0, 7]
    page.evaluate("send(0x90, 43, 90)")  # an empty pad is silent
    assert page.evaluate("probe.hits.length") == 3


def test_a_hit_starts_at_once_and_lasts_as_long_as_its_sound(page):
    times = page.evaluate("""async () => {
      const { app } = ndm;
      app.output.wake();
      await probe.until(() => app.output.isRunning);
      const { source, at } = app.output.play(app.heard, app.sound.sr);
      const now = app.output.context.currentTime;
      await new Promise((go) => (source.onended = go));
      const end = app.output.context.currentTime;
      return { late: at - now, lasted: end - at, want: app.heard.length / app.sound.sr };
    }""")
    assert times["late"] <= 0  # due at the very next block of samples
    assert times["lasted"] >= times["want"] - 1e-3
