"""The beat: what is rendered, and every control of it, with the pointer and with keys."""

import numpy as np
import pytest
from tests.support.page import act, center, drag, drop, error, keep, message, settled, until

from neural_drum_machine.grooves.styles import PATTERNS

RENDER = """async () => {
  const { Mixer } = await import("/js/audio/mixer.js");
  const { Sequencer } = await import("/js/audio/sequencer.js");
  const rate = 44100;
  const context = new OfflineAudioContext(2, rate * 3, rate);
  const mixer = new Mixer(context, 16);
  mixer.master.connect(context.destination);
  const click = new Float32Array(2000);
  click[0] = 1;
  const noise = Float32Array.from({ length: rate }, (_, i) => Math.sin(i * i * 0.01));
  const { beat } = ndm.app.project;
  const clock = { currentTime: 0 };
  const strokes = [];
  const sequencer = new Sequencer({ clock: () => clock, beat: () => beat,
    stroke: ({ pad, when }) => {
      strokes.push([pad, when]);
      const touch = pad === 0 ? {} : { group: 1, chokeMs: 10, gain: 0.25 };
      mixer.play([pad === 0 ? click : noise], rate, { when, strip: pad, ...touch });
    } });
  sequencer.start(0);
  for (; clock.currentTime < 1.9; clock.currentTime += 0.025) sequencer.look();
  sequencer.stop();
  const out = await context.startRendering();
  return { strokes, left: [...out.getChannelData(0)] };
}"""
SET = "(strokes) => strokes.forEach(([pad, at]) => ndm.app.beat.setStep(pad, at, {}))"


def cell(page, pad, step):
    return page.locator(".row").nth(pad).locator(".cell").nth(step - 1)


def steps_of(page, pad):
    return page.evaluate(
        f"(({{ patterns, shown }}) => patterns[shown][{pad}])(ndm.app.project.beat)"
    )


def test_the_rendered_audio_has_hits_at_their_samples_and_chokes(page):
    """At 120 beats a minute a step has 5512.5 samples."""
    page.evaluate(SET, [[0, 0], [0, 3], [0, 10], [7, 4], [6, 6]])
    rendered = page.evaluate(RENDER)
    left = np.array(rendered["left"])
    for step in (0, 3, 10):
        at = round(step * 5512.5)
        near = left[max(0, at - 40) : at + 40]
        assert abs(int(np.argmax(np.abs(near))) + max(0, at - 40) - at) <= 1, step
    # Pad 8 rings from step 5 until pad 7 chokes it at step 7, within 10 ms.
    rms = lambda a, b: float(np.sqrt(np.mean(left[a:b] ** 2)))  # noqa: E731
    ring, choke = round(4 * 5512.5), round(6 * 5512.5)
    assert rms(ring + 100, ring + 2000) > 0.1
    both = rms(choke + 600, choke + 2000)
    assert both == pytest.approx(rms(ring + 100, ring + 2000), rel=0.15)  # one voice, not two


def test_a_step_is_set_shaped_and_cleared_with_the_pointer(page):
    page.evaluate("probe.watch()")
    cell(page, 0, 5).click()
    assert steps_of(page, 0)[4]["velocity"] == 100
    assert "velocity 100" in cell(page, 0, 5).get_attribute("aria-label")
    selector = "#grid .row:nth-of-type(2) .cell:nth-child(5)"
    x, y = center(page, selector)
    drag(page, (x, y), (x, y - 15), (x, y - 22))
    assert steps_of(page, 0)[4]["velocity"] > 115
    before = page.evaluate("probe.steps()")
    for name, key, value in (
        ("Velocity", "Home", 1), ("Chance", "Home", 0), ("Repeats", "End", 8), ("Flam", "End", 60),
        ("Nudge", "Home", -60),
    ):  # fmt: skip
        page.locator(".step-box").get_by_role("slider", name=name).focus()
        page.keyboard.press(key)
        assert steps_of(page, 0)[4][name.lower()] == value
    assert page.evaluate("probe.steps()") == before + 5
    cell(page, 0, 5).click()
    assert steps_of(page, 0)[4] is None
    page.get_by_role("button", name="Undo").click()
    assert steps_of(page, 0)[4]["repeats"] == 8


def test_every_step_is_reached_and_set_with_keys(page):
    cell(page, 0, 1).focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "Enter", "+", "End", "Space", "-"):
        page.keyboard.press(key)
    steps = steps_of(page, 2)
    assert (steps[1]["velocity"], steps[15]["velocity"]) == (108, 92)
    assert page.evaluate("ndm.app.project.selected") == 2
    assert not page.evaluate("ndm.app.state.isPlaying")  # Space belongs to the step
    page.keyboard.press("Delete")
    assert steps_of(page, 2)[15] is None
    # One of all cells is in the order of the Tab key.
    assert page.evaluate("document.querySelectorAll('.cell[tabindex=\"0\"]').length") == 1


def test_mute_and_solo_are_told_to_everybody(page):
    mute = page.get_by_role("button", name="Mute Kick", exact=True)
    mute.click()
    assert mute.get_attribute("aria-pressed") == "true"
    assert "muted" in page.locator("#pad-1").get_attribute("aria-label")
    page.keyboard.press("m")
    assert mute.get_attribute("aria-pressed") == "false"
    page.get_by_role("button", name="Solo Kick", exact=True).click()
    assert "muted" in page.locator("#pad-2").get_attribute("aria-label")


@pytest.mark.parametrize("style", ["house", "shuffle", "trap"])
def test_a_starting_beat_is_played_as_grooves_has_it(visit, style):
    page = visit(bare=False)
    until(page, "ndm.app.kit.grooves.length === 13")
    assert page.evaluate("ndm.app.kit.grooves.map(({ name }) => name)") == list(PATTERNS)
    act(page, "beats", style.capitalize())
    assert message(page).startswith(f"The beat {style} is open.")
    beat = page.evaluate("ndm.app.project.beat")
    pattern = PATTERNS[style]
    assert (beat["tempo"], beat["swing"]) == (pattern.bpm, pytest.approx(pattern.swing))
    kicks = "".join(
        "." if step is None else "X" for n in beat["song"] for step in beat["patterns"][n][0]
    )
    assert kicks == "".join("." if sign == "." else "X" for sign in pattern.rows["kick"])


def test_patterns_are_copied_emptied_and_put_in_a_row(page):
    cell(page, 0, 1).click()
    act(page, "pattern-menu-button", "Copy A to B")
    cell(page, 0, 9).click()
    assert page.evaluate("ndm.app.project.beat.shown") == 1
    page.get_by_role("button", name="Add the shown pattern").click()
    song = page.evaluate("ndm.app.project.beat.song")
    assert (song, page.evaluate("ndm.app.project.beat.isSong")) == ([0, 1], True)
    page.get_by_role("button", name="Part 1: pattern A").click()
    assert page.evaluate("ndm.app.project.beat.song") == [1]
    act(page, "pattern-menu-button", "Empty pattern B")
    assert page.evaluate("ndm.app.project.beat.patterns[1].flat().every((step) => !step)")
    page.keyboard.press("1")
    assert page.evaluate("ndm.app.project.beat.shown") == 0


def test_tempo_is_typed_tapped_and_brought_into_its_limits(page):
    tempo = page.get_by_role("spinbutton", name="Tempo")
    for text, value in (("97.5", 97.5), ("9999", 400), ("", 400)):
        tempo.fill(text)
        tempo.press("Enter")
        tempo.blur()
        assert page.evaluate("ndm.app.project.beat.tempo") == value
    page.evaluate("[0, 500, 1000].forEach((ms) => ndm.app.beat.tap(ms))")
    assert tempo.input_value() == "120"


def test_keys_are_recorded_while_the_beat_runs(page):
    page.evaluate("probe.analyser()")
    page.keyboard.press("c")
    until(page, "ndm.app.state.isRecording && ndm.app.state.isPlaying")
    page.keyboard.press("q")
    page.keyboard.press("Shift+Q")
    steps = [each for each in steps_of(page, 0) if each]
    assert 1 <= len(steps) <= 2
    page.keyboard.press("Space")
    until(page, "!ndm.app.state.isRecording")


def test_a_humanised_beat_gets_fresh_hits_ahead_of_time(page):
    cell(page, 0, 1).click()
    page.get_by_role("slider", name="Humanise").fill("0.5")
    until(page, "ndm.app.layers.made(0).length === 17")  # the sound, four hits of four strengths


def test_the_beat_plays_on_while_the_server_is_away(restarting):
    page = restarting.visit(bare=False)
    until(page, "ndm.app.state.voices.every(Boolean)")
    page.evaluate("probe.watch()")
    page.keyboard.press("Space")
    until(page, "probe.hits.length > 4")
    restarting.stop(page)
    page.evaluate("probe.hits.length = 0")
    until(page, "probe.hits.length > 8")
    with restarting.started_again(page):
        page.evaluate("probe.hits.length = 0")
        until(page, "probe.hits.length > 8")
        page.keyboard.press("Space")


def test_a_drum_is_shaped_while_the_beat_plays_it(page):
    for step in range(1, 17, 2):
        cell(page, 0, step).click()
    page.evaluate("probe.analyser()")
    page.keyboard.press("Space")
    page.mouse.move(*center(page, "#xy-pad"))
    page.mouse.down()
    page.mouse.move(*center(page, "#xy-pad", 0.8, 0.3))
    page.mouse.up()
    settled(page)
    page.evaluate("probe.watch()")
    until(page, "probe.hits.some(({ when }) => when)")
    same = (
        "probe.samples === ndm.app.state.voices[0].channels[0] || ndm.app.layers.made(0).length > 1"
    )
    assert page.evaluate(same)
    page.keyboard.press("Space")


def test_a_midi_file_that_is_none_is_refused_by_its_name(page):
    page.locator("#project-file").set_input_files(
        {"name": "beat.mid", "mimeType": "audio/midi", "buffer": b"MThd nothing"}
    )
    assert error(page).startswith("beat.mid cannot be opened: ")


def test_a_sample_is_dropped_on_a_pad_while_the_beat_plays(page):
    from neural_drum_machine.signal.sound_file import sound_file_bytes

    keep(page, 1, "snare")
    cell(page, 1, 1).click()
    page.keyboard.press("Space")
    hit = np.sin(np.arange(9000) / 9) * np.exp(-np.arange(9000) / 1500)
    drop(page, "#pad-2 .name", mine=sound_file_bytes(hit, 44100))
    assert message(page).startswith("mine.wav is a ")
    settled(page)
    assert page.evaluate("ndm.app.project.pads[1].recipe.exemplars[0]") >= 65536
    page.keyboard.press("Space")
