"""All that the page saves comes back exactly: WAV files, ZIPs, projects, links.

Over 250 lines, because every test drives one page in one browser, and saves are read back alike.
"""

import io
import json
import re
import zipfile

import numpy as np
import pytest
import soundfile
from tests.support.page import (
    act,
    center,
    drag,
    draw,
    drop,
    error,
    export,
    hush,
    keep,
    message,
    open_project,
    pairs,
    pcm,
    press_at,
    recalled,
    settled,
    sheet,
    text,
    until,
    wav,
)

from neural_drum_machine.signal.sound_file import read_comment, sound_file_bytes


def furnish(page):
    """Put something into everything that a project holds."""
    for n, category in enumerate(("kick", "snare", "clap")):
        keep(page, n, category)
    page.evaluate("ndm.app.drumPads.mix(1, {level: -6, pan: 0.5, pitch: 3, choke: 2}, true)")
    page.evaluate("ndm.app.beat.setStep(1, 4, { velocity: 80, chance: 0.5, flam: 20 })")
    page.evaluate("ndm.app.beat.set({ tempo: 97.5, song: [0, 1], human: 0.25 })")
    page.evaluate("ndm.app.morph.keep('a')")
    draw(page, "tom")
    page.evaluate("ndm.app.morph.keep('b')")
    trim = "{ start: 5, end: 200, fadeIn: 2, fadeOut: 50 }"
    page.evaluate(f"ndm.app.change({{ trim: {trim}, range: 2, amount: 0.8 }})")
    sheet(page, "Morph")
    page.get_by_role("slider", name="Morph").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    settled(page)


def sounds(page):
    """The samples of the present sound and of the drum pads."""
    until(page, "ndm.app.project.pads.every((pad, n) => !pad || ndm.app.state.voices[n])")
    settled(page)
    return page.evaluate(
        "[ndm.app.state.sound, ...ndm.app.state.voices.map((voice) => voice?.sound)]"
        ".map((sound) => sound && probe.pcm(sound.channels))"
    )


def test_a_wav_file_has_the_servers_samples_and_its_comment_recalls_them(page, machine):
    draw(page, "snare")
    name, path = export(page, "#save-wav")
    assert re.fullmatch(r"snare-[0-9a-f]{8}\.wav", name)
    samples, sr = soundfile.read(path, dtype="int16")
    comment = json.loads(read_comment(path))
    assert comment["model"] == machine.hash
    sound = recalled(machine, comment)
    assert (text(samples), sr) == (pcm(sound), 44100)
    assert comment == sound.recipe() | {"seed": comment["seed"]}
    drawn_again = machine.render("snare", seed=comment["seed"])
    np.testing.assert_allclose(drawn_again.code, np.float32(comment["code"]), atol=1e-6)
    # The machine writes the same comment.
    ours = soundfile.SoundFile(io.BytesIO(sound_file_bytes(sound.samples, sr, json.dumps(comment))))
    assert json.loads(ours.comment) == comment


def test_a_file_that_the_page_has_saved_brings_its_sound_back(page, machine, tmp_path):
    draw(page, "snare")
    page.evaluate("ndm.app.change({trim: {start: 3, end: 300, fadeIn: 1, fadeOut: 40}})")
    before = page.evaluate("[probe.project(), probe.pcm()]")
    name, path = export(page, "#save-wav")
    draw(page, "kick")
    drop(page, "#pad-2 .name", **{name.removesuffix(".wav"): path.read_bytes()})
    assert (
        message(page) == f"{name} is a snare of this model, and is back on pad 2 exactly as it was."
    )
    settled(page)
    again, samples = page.evaluate("[probe.project(), probe.pcm()]")
    assert [again["recipe"] | {"wild": 1}, again["trim"]] == [
        before[0]["recipe"] | {"wild": 1}, before[0]["trim"]
    ]  # fmt: skip
    assert samples == before[1]
    assert again["pads"][1]["recipe"] == again["recipe"]
    # So does a file of the machine, and what an editor has changed is encoded.
    sound = machine.render("clap", seed=5)
    sound.write(tmp_path / "clap.wav")
    drop(page, clap=(tmp_path / "clap.wav").read_bytes())
    assert message(page) == (
        "clap.wav is a clap of this model, and is back on pad 2 exactly as it was."
    )
    assert page.evaluate("probe.pcm()") == pcm(sound)
    drop(page, clap=sound_file_bytes(0.5 * sound.samples, sound.sr, sound.comment()))
    assert message(page).startswith("clap.wav is a ")


def test_a_sound_keeps_its_recording_wherever_it_goes(page, machine):
    """Through a move, a take, undo, a pad, A and B, and a reload: always the machine's samples."""
    draw(page, "snare")

    def is_the_machines():
        settled(page)
        recipe, samples = page.evaluate("[probe.recipe(), probe.pcm()]")
        assert recipe["exemplars"] == drawn["exemplars"]
        assert samples == pcm(recalled(machine, recipe))
        bare = recalled(machine, recipe | {"exemplars": []})
        assert samples != pcm(bare)
        return recipe

    drawn = page.evaluate("probe.recipe()")
    label = page.evaluate("ndm.app.state.sound.recordings[0].name").split("/")[-1].split(".")[0]
    words = page.locator("#recordings").inner_text()
    assert words.startswith(f"Begins at a recording: {label} (")
    is_the_machines()
    press_at(page, "#xy-pad", 0.7, 0.4)
    moved = is_the_machines()
    assert moved["code"] != drawn["code"]
    page.keyboard.press("x")
    until(page, "probe.recipe().take === 1")
    is_the_machines()
    page.keyboard.press("v")
    assert is_the_machines()["code"] != moved["code"]
    for _ in range(2):
        page.get_by_role("button", name="Undo").click()
        settled(page)
    page.evaluate("ndm.app.cache.clear()")
    page.get_by_role("button", name="Undo").click()
    assert is_the_machines()["code"] == drawn["code"]
    page.evaluate("ndm.app.newSounds.choose('kick')")
    until(page, "probe.recipe().category === 'kick'")
    settled(page)
    assert "recording" in page.locator("#recordings").inner_text()  # the typical kick's
    page.evaluate("ndm.app.cache.clear()")
    page.get_by_role("button", name="Undo").click()
    assert is_the_machines()["code"] == drawn["code"]
    stored = "JSON.parse(localStorage['ndm.project'] ?? '{}').project"
    until(page, f"{stored}?.pads[0].recipe.code[0] === {drawn['code'][0]}")
    page.reload()
    page.wait_for_selector("body.is-ready")
    assert is_the_machines()["code"] == drawn["code"]


def test_files_of_different_sounds_have_different_names(page):
    draw(page, "snare")
    names = [export(page, "#save-wav")[0]]
    press_at(page, "#xy-pad", 0.7, 0.4)
    names.append(export(page, "#save-wav")[0])
    page.evaluate("ndm.app.change({trim: {start: 0, end: 90, fadeIn: 0, fadeOut: 0}})")
    names.append(export(page, "#save-wav")[0])
    assert len(set(names)) == 3
    assert export(page, "#save-wav")[0] == names[-1]


def test_a_trim_is_saved_and_undone(page, machine):
    # A handle's middle lies 14 pixels beside its time.
    page.evaluate("probe.drawn()")
    view = page.locator("#wave").get_attribute("data-view")
    seen = float(view.split()[1]) * page.evaluate("ndm.app.state.sound.length")
    end, y = center(page, "#wave", 0.6)
    drag(page, center(page, "#handle-end"), (end - 14, y))
    page.get_by_role("slider", name="Start of the trim").focus()
    for _ in range(2):
        page.keyboard.press("Shift+ArrowRight")  # 10 ms each
    x, y = center(page, "#handle-fadeOut")
    drag(page, (x, y), (x - 60, y))
    trim = page.evaluate("probe.project().trim")
    assert trim["end"] == pytest.approx(0.6 * seen, rel=0.03)
    assert trim["start"] == pytest.approx(20)
    assert trim["fadeOut"] > 5
    _, path = export(page, "#save-wav")
    samples, sr = soundfile.read(path)
    comment = json.loads(read_comment(path))
    assert comment["trim"] == trim
    start, end, fade = (round(trim[key] * sr / 1000) for key in ("start", "end", "fadeOut"))
    expected = recalled(machine, comment).samples[start:end].astype(float)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(fade) / fade)
    expected[-fade:] *= ramp[::-1]
    np.testing.assert_allclose(samples, expected, atol=1e-4)
    for _ in range(4):  # the end, two steps of the start, the fade
        page.get_by_role("button", name="Undo").click()
    whole = {"start": 0, "end": None, "fadeIn": 0, "fadeOut": 0}
    assert page.evaluate("probe.project().trim") == whole


def test_a_project_comes_back_exactly_from_storage_from_a_file_and_from_a_zip(visit, page, machine):
    furnish(page)
    before, samples = page.evaluate("probe.project()"), sounds(page)
    assert sum(pad is not None for pad in before["pads"]) == 3
    name, path = export(page, "#save-project")
    assert name == "drums.ndm-project.json"
    page.evaluate("localStorage['ndm.wav-mix'] = 'off'")  # the sounds as they are
    zip_name, zip_path = export(page, "#save-pads")
    assert zip_name == "tight-12.zip"
    until(page, "localStorage['ndm.project']")
    page.reload()
    page.wait_for_selector("body.is-ready")
    assert page.evaluate("probe.project()") == before
    assert sounds(page) == samples

    with zipfile.ZipFile(zip_path) as archive:
        assert archive.testzip() is None
        wavs = ["01-kick.wav", "02-snare.wav", "03-clap.wav"]
        assert archive.namelist() == [*wavs, "project.ndm-project.json"]
        snare, comment = wav(archive.read("02-snare.wav"))
        assert text(snare) == pcm(recalled(machine, comment))
        project = archive.read("project.ndm-project.json")
    assert json.loads(project)["project"]["pads"] == before["pads"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/project.ndm-project.json", project)

    other = visit()  # another browser
    assert other.evaluate("probe.project()") != before
    for data, chooser in (
        (path.read_bytes(), "#project-file"),
        (zip_path.read_bytes(), "#sound-file"),
        (packed.getvalue(), "#project-file"),
    ):
        open_project(other, data, chooser)
        until(other, f"ndm.app.project.range === {before['range']}")
        assert sounds(other) == samples
        assert other.evaluate("probe.project()") == before
        act(other, "file", "New project")
        until(other, "ndm.app.project.range === 1")


HAVE_PICTURES = """["a", "b"].map((slot) => {
  const canvas = document.getElementById(`wave-${slot}`);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((v) => v > 0);
})"""


def test_a_and_b_have_pictures_when_a_project_is_opened(visit, page):
    for slot, category in (("a", "kick"), ("b", "snare")):
        draw(page, category)
        sheet(page, "Morph")
        page.locator(f"#keep-{slot}").click()
    until(page, f"{HAVE_PICTURES}.every(Boolean)")
    _, path = export(page, "#save-project")
    other = visit()
    sheet(other, "Morph")
    assert other.evaluate(HAVE_PICTURES) == [False, False]
    open_project(other, path.read_bytes())
    until(other, f"{HAVE_PICTURES}.every(Boolean)")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{", "p.json cannot be opened: This file is not a project: it is not JSON."),
        (b"PK\x03\x04 but nothing more, or nothing to find", "There is no project in p.zip."),
    ],
)
def test_a_file_that_is_no_project_is_refused_and_the_project_stays(shared_page, data, sentence):
    page = shared_page
    hush(page)
    before = page.evaluate("probe.project()")
    open_project(page, data)
    assert sentence in error(page)
    assert page.evaluate("probe.project()") == before


def test_a_link_is_the_kit_and_a_broken_one_is_told(visit, page):
    draw(page, "conga")
    page.evaluate("ndm.app.change({trim: {start: 0, end: 150, fadeIn: 0, fadeOut: 20}})")
    page.get_by_role("button", name="Share").click()
    assert "link to this kit and beat" in message(page)
    recipe, samples = page.evaluate("[probe.recipe(), probe.pcm()]")
    link = page.evaluate("location.hash")
    other = visit(link)
    assert other.evaluate("[probe.recipe(), probe.pcm()]") == [recipe, samples]
    assert other.evaluate("probe.project().trim.end") == 150
    # Incomplete, and with a latent vector of another length; a plain anchor is no link.
    for broken in (link[:40], link[:-16]):
        another = visit.again(broken)
        assert another.evaluate("ndm.app.project.pads.every(Boolean)")
        assert error(another).startswith("This link is incomplete")
    another = visit.again("#nothing")
    assert another.locator("#notice.on").count() == 0
    another.evaluate("location.hash = '#1.garbage'")
    assert error(another).startswith("This link is incomplete")
    another.evaluate(f"location.hash = '{link}'")
    until(another, "ndm.app.project.recipe.category === 'conga'")


def test_a_link_that_is_pasted_opens_whatever_its_port(visit, page):
    draw(page, "conga")
    page.get_by_role("button", name="Share").click()
    until(page, "location.hash.startsWith('#4.')")
    link = page.evaluate("location.hash")
    other = visit()
    paste = """(text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text", text);
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    }"""
    other.evaluate(paste, f"http://127.0.0.1:1/{link}")
    until(other, "ndm.app.project.recipe.category === 'conga'")


def test_a_morph_has_its_ends_exactly_and_both_sounds_between(page, machine):
    ends = {}
    for slot, category in (("a", "kick"), ("b", "snare")):
        draw(page, category)
        sheet(page, "Morph")
        page.get_by_role("button", name=f"Keep this sound as {slot.upper()}").click()
        ends[slot] = page.evaluate("[probe.recipe(), probe.pcm()]")
    slider = page.get_by_role("slider", name="Morph")
    slider.focus()
    for key, slot in (("Home", "a"), ("End", "b")):
        page.keyboard.press(key)
        settled(page)
        recipe, samples = page.evaluate("[probe.recipe(), probe.pcm()]")
        assert samples == ends[slot][1]
        assert (recipe["category"], recipe["to"]) == (ends[slot][0]["category"], None)
    slider.fill("0.4")
    settled(page)
    recipe, samples = page.evaluate("[probe.recipe(), probe.pcm()]")
    sounds = [recalled(machine, ends[slot][0]) for slot in "ab"]
    want = machine.morph(*sounds, 0.4)
    assert samples == pcm(want)
    assert pairs(recipe["exemplars"]) == list(want.exemplars)
    assert page.locator("#recordings").inner_text().startswith("Begins at 2 recordings: ")
    assert (recipe["category"], recipe["to"], recipe["t"]) == ("kick", "snare", 0.4)
    assert "kick ↔ snare, 40 %" in page.locator("#sound-name").inner_text().lower()
    page.get_by_role("button", name="Play A: kick").click()
    settled(page)
    assert page.evaluate("probe.pcm()") == ends["a"][1]


def test_another_inverter_renders_the_same_drum(page, machine):
    before = page.evaluate("probe.recipe()")
    page.get_by_role("button", name="Settings").click()
    for inverter in ("light", "mcnn"):
        page.get_by_role("combobox", name="Quality").select_option(inverter)
        until(page, f"ndm.app.project.recipe.inverter === '{inverter}'")
        recipe = page.evaluate("probe.recipe()")
        assert recipe == before | {"inverter": inverter, "engine": "reference"}
        assert page.evaluate("probe.pcm()") == pcm(recalled(machine, recipe))
