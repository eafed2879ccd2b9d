"""What is kept comes back exactly: trims, files, projects, links, pads, morphs, uploads."""

import base64
import io
import json
import re
import zipfile

import numpy as np
import pytest
import soundfile
from tests.e2e.test_page import center, choose, pcm, settled

from neural_drum_machine.errors import AudioError
from neural_drum_machine.signal.hit import make_hit, read_hit
from neural_drum_machine.signal.sound_file import read_comment, sound_file_bytes


def download(page, button):
    with page.expect_download() as waiting:
        page.locator(button).click()
    return waiting.value.suggested_filename, waiting.value.path()


def recalled(machine, comment):
    """The sound that a file's comment stands for, as it was before its trim."""
    again = machine.with_inverter(comment["inverter"])
    blend = {key: comment[key] for key in ("to", "t") if key in comment}
    return again.render_code(comment["category"], comment["code"], take=comment["take"], **blend)


def text(samples):
    """16-bit samples as the probe has them."""
    return base64.b64encode(samples.astype("<i2").tobytes()).decode()


def hush(page):
    """Take away what a test before this one was told."""
    page.evaluate("document.getElementById('notice').className = 'notice'")


def drawn(page, category):
    choose(page, category)
    page.locator("#random").click()
    page.evaluate(
        f"probe.until(() => ndm.app.category === '{category}' && ndm.app.project.recipe.seed >= 0)"
    )
    settled(page)


def test_a_wav_is_the_servers_own_sound_and_its_comment_recalls_it(page, machine):
    drawn(page, "snare")
    name, path = download(page, "#save-wav")
    assert re.fullmatch(r"snare-[0-9a-f]{8}\.wav", name)
    samples, sr = soundfile.read(path, dtype="int16")
    comment = json.loads(read_comment(path))
    assert comment["model"] == machine.hash
    sound = recalled(machine, comment)
    assert (text(samples), sr) == (pcm(sound), 22050)
    drawn_again = machine.render("snare", seed=comment["seed"])
    np.testing.assert_allclose(drawn_again.code, np.float32(comment["code"]), atol=1e-6)
    # The same values as the machine's own file of it has.
    ours = soundfile.SoundFile(io.BytesIO(sound_file_bytes(sound.samples, sr, json.dumps(comment))))
    assert json.loads(ours.comment) == comment


def test_files_of_different_sounds_have_different_names(page):
    drawn(page, "snare")
    names = [download(page, "#save-wav")[0]]
    page.mouse.click(*center(page, "#pad", 0.7, 0.4))
    settled(page)
    names.append(download(page, "#save-wav")[0])
    page.evaluate("ndm.app.change({trim: {start: 0, end: 90, fadeIn: 0, fadeOut: 0}})")
    names.append(download(page, "#save-wav")[0])
    assert len(set(names)) == 3
    assert download(page, "#save-wav")[0] == names[-1]


def test_a_trim_is_heard_saved_and_undone(page, machine):
    x, y = center(page, "#handle-end")
    page.mouse.move(x, y)
    page.mouse.down()
    to, y = center(page, "#wave", 0.3)
    page.mouse.move(to - 14, y)  # held in its middle, it lies that far before its time
    page.mouse.up()
    handle = page.locator("#handle-start")
    handle.focus()
    for _ in range(2):
        page.keyboard.press("Shift+ArrowRight")  # 10 ms each
    x, y = center(page, "#handle-fadeOut")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y)
    page.mouse.up()
    trim = page.evaluate("probe.project().trim")
    whole = page.evaluate("ndm.app.sound.samples.length / ndm.app.sound.sr * 1000")
    assert trim["end"] == pytest.approx(0.3 * whole, rel=0.02)
    assert trim["start"] == pytest.approx(20)
    assert trim["fadeOut"] > 30
    _, path = download(page, "#save-wav")
    samples, sr = soundfile.read(path)
    comment = json.loads(read_comment(path))
    assert comment["trim"] == trim
    start, end, fade = (round(trim[key] * sr / 1000) for key in ("start", "end", "fadeOut"))
    want = recalled(machine, comment).samples[start:end].astype(float)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(fade) / fade)
    want[-fade:] *= ramp[::-1]
    np.testing.assert_allclose(samples, want, atol=1e-4)
    for _ in range(4):  # the end, two steps of the start, the fade
        page.get_by_role("button", name="Undo").click()
    assert page.evaluate("probe.project().trim") == {
        "start": 0, "end": None, "fadeIn": 0, "fadeOut": 0
    }  # fmt: skip


def test_zoom_shows_a_part_and_handles_stay_with_their_times(page):
    page.evaluate("ndm.app.change({trim: {start: 100, end: 300, fadeIn: 0, fadeOut: 0}})")
    page.wait_for_timeout(50)
    before = center(page, "#handle-start", 0)[0]
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(50)
    box = page.locator("#wave").bounding_box()
    whole = page.evaluate("ndm.wave.length")
    start, end = page.evaluate("ndm.wave._view")
    assert (start, end) == (0.25, 0.75)
    page.get_by_role("button", name="Show all").click()
    page.wait_for_timeout(50)
    assert center(page, "#handle-start", 0)[0] == pytest.approx(before)
    assert before == pytest.approx(box["x"] + 100 / whole * box["width"], abs=2)


HANDLES = """["start", "end", "fadeIn", "fadeOut"].map((name) => {
  const handle = document.getElementById(`handle-${name}`);
  const inner = document.getElementById("wave").getBoundingClientRect();
  const { left, right, top, bottom, width } = handle.getBoundingClientRect();
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return [
    width, left >= inner.left && right <= inner.right,
    document.elementFromPoint(x, y) === handle,
  ];
})"""


@pytest.mark.parametrize("width", [1280, 360])
def test_every_handle_lies_within_the_wave_and_is_taken_in_its_middle(visit, width):
    page = visit(width=width)
    page.locator("#wave").scroll_into_view_if_needed()
    assert page.evaluate(HANDLES) == [[28, True, True]] * 4
    length = page.evaluate("ndm.wave.length")
    # Nothing leaps when it is taken: each goes as far as the pointer does.
    for name, by, read in (
        ("start", 20, "t.start"), ("end", -20, f"{length} - t.end"), ("fadeIn", 20, "t.fadeIn"),
        ("fadeOut", -20, "t.fadeOut"),
    ):  # fmt: skip
        x, y = center(page, f"#handle-{name}")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + by, y)
        page.mouse.up()
        moved = page.evaluate(f"((t) => {read})(probe.project().trim)")
        inner = page.evaluate("document.getElementById('wave').clientWidth")
        assert moved == pytest.approx(20 / inner * length, rel=0.02)
        page.wait_for_timeout(50)
    # Where a part is seen, what lies at its edge is still within.
    page.evaluate(
        "ndm.app.change({trim: {start: ndm.wave.length * 0.74, end: null, fadeIn: 0, fadeOut: 0}})"
    )
    page.locator("#zoom-in").click()
    page.wait_for_timeout(50)
    assert page.evaluate(HANDLES)[0][1:] == [True, True]


def work(page):
    """Something of everything that a project holds."""
    for n, category in enumerate(("kick", "snare", "clap")):
        drawn(page, category)
        page.evaluate(f"ndm.app.rack.keep({n})")
        settled(page)
    page.evaluate("ndm.app.rack.mix(1, {level: -6, pan: 0.5, pitch: 3}, true)")
    page.evaluate("ndm.app.slots.keep('a')")
    drawn(page, "tom")
    page.evaluate("ndm.app.slots.keep('b')")
    page.evaluate("ndm.app.change({trim: {start: 5, end: 200, fadeIn: 2, fadeOut: 50}, range: 2})")
    page.evaluate("ndm.app.change({amount: 0.8})")
    page.locator("#morph").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    settled(page)
    page.wait_for_timeout(100)


def sounds(page):
    page.evaluate("ndm.app.rack.load()")
    settled(page)
    return page.evaluate(
        "[ndm.app.sound, ...ndm.app.rack.sounds].map((s) => s && probe.pcm(s.pcm))"
    )


def test_a_project_comes_back_exactly_from_the_browser_and_from_a_file(visit, page, tmp_path):
    work(page)
    before, heard = page.evaluate("probe.project()"), sounds(page)
    assert sum(pad is not None for pad in before["pads"]) == 3
    name, path = download(page, "#save-project")
    assert name == "drums.ndm-project.json"
    page.wait_for_timeout(500)  # until it is stored
    page.reload()
    page.wait_for_selector("body.is-ready")
    assert page.evaluate("probe.project()") == before
    assert sounds(page) == heard
    other = visit()  # somebody else's browser
    assert other.evaluate("probe.project()") != before
    file = tmp_path / "work.ndm-project.json"
    file.write_bytes(path.read_bytes())
    other.locator("#project-file").set_input_files(file)
    other.evaluate(f"probe.until(() => ndm.app.project.range === {before['range']})")
    settled(other)
    assert other.evaluate("probe.project()") == before
    assert sounds(other) == heard


SEEN = """["a", "b"].map((slot) => {
  const canvas = document.getElementById(`wave-${slot}`);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((v) => v > 0);
})"""


def test_a_and_b_are_seen_when_a_project_is_opened_and_however_many_sounds_come(visit, page):
    for slot, category in (("a", "kick"), ("b", "snare")):
        drawn(page, category)
        page.locator(f"#keep-{slot}").click()
    assert page.evaluate(SEEN) == [True, True]
    _, path = download(page, "#save-project")
    other = visit()
    assert other.evaluate(SEEN) == [False, False]
    other.locator("#project-file").set_input_files(
        {"name": "drums.json", "mimeType": "application/json", "buffer": path.read_bytes()}
    )
    other.evaluate(f"probe.until(() => {SEEN}.every(Boolean))")
    # More sounds than the page remembers.
    other.evaluate(
        """async () => {
          for (let i = 0; i < 50; i++) {
            const values = { category: "clap", inverter: "light" };
            await ndm.app.request("random", values, { play: false });
          }
        }"""
    )
    assert other.evaluate(SEEN) == [True, True]


def test_a_project_of_before_the_amount_has_the_usual_one(page, tmp_path):
    drawn(page, "snap")
    page.evaluate("ndm.app.change({amount: 1.5})")
    _, path = download(page, "#save-project")
    value = json.loads(path.read_text())
    assert value["project"].pop("amount") == 1.5
    file = tmp_path / "old.ndm-project.json"
    for amount, want in ((None, 0.35), (9, 2), ("x", 0.35)):
        if amount is not None:
            value["project"]["amount"] = amount
        page.evaluate("ndm.app.change({amount: 1.25})")
        file.write_text(json.dumps(value))
        page.locator("#project-file").set_input_files(file)
        page.evaluate("probe.until(() => ndm.app.project.amount !== 1.25)")
        assert page.evaluate("ndm.app.project.amount") == want


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "it is not JSON"),
        ("[]", "no project of this program"),
        ('{"neural_drum_machine_project": 99}', "newer version"),
        ('{"neural_drum_machine_project": 1, "project": {"recipe": {"category": "gong"}}}',
         "an unknown category"),
        ('{"neural_drum_machine_project": 1, "project": {"recipe": {"category": "kick", '
         '"code": ["x"]}}}', "no code"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_project_is_refused_and_the_work_stays(
    unchanged, tmp_path, content, sentence
):
    page = unchanged
    hush(page)
    before = page.evaluate("probe.project()")
    file = tmp_path / "bad.json"
    file.write_text(content)
    page.locator("#project-file").set_input_files(file)
    page.wait_for_selector("#notice.on.bad")
    assert sentence in page.locator("#notice").inner_text()
    assert page.evaluate("probe.project()") == before


def test_a_link_is_the_sound(visit, page):
    drawn(page, "conga")
    page.evaluate("ndm.app.change({trim: {start: 0, end: 150, fadeIn: 0, fadeOut: 20}})")
    page.locator("#link").click()
    recipe, samples = page.evaluate("[probe.recipe(), probe.pcm()]")
    link = page.evaluate("location.hash")
    other = visit(link)
    assert other.evaluate("probe.recipe()") == recipe
    assert other.evaluate("probe.pcm()") == samples
    assert other.evaluate("probe.project().trim.end") == 150
    # What is no link is no reason to fail.
    for broken, told in (
        ("#1.garbage", True), ("#1.x.y", True), ("#nothing", False), (link[:40], True),
        (link[:-6], True), (link[:-16], True),
    ):  # fmt: skip
        another = visit.again(broken)
        assert another.evaluate("probe.recipe().category") == "kick"
        assert another.locator("#notice.on.bad").count() == told
        said = another.locator("#notice").text_content() or ""
        assert said.startswith("This link is not complete") == told
        if told:  # seen, when it has faded in
            another.get_by_text("This link is not complete").wait_for()
    another = visit.again("")
    another.evaluate("location.hash = '#1.garbage'")
    another.get_by_text("This link is not complete").wait_for()
    another.evaluate(f"location.hash = '{link}'")
    another.evaluate("probe.until(() => ndm.app.category === 'conga')")


FAR = """async (p) => {
  const { app } = ndm;
  const { category } = app.project.recipe;
  const [p1, p2, p3] = p.map((v) => v / 8);
  return app.request("generate", { category, p1, p2, p3, range: 8 }, { play: false });
}"""


def test_the_range_holds_what_comes_from_afar(visit, page):
    ranges = "[ndm.app.project.range, +document.querySelector('input[name=range]:checked').value]"
    for p, want in (
        ((0.3, 0.2, 0), 1), ((-0.69, -1.23, 0), 2), ((0.1, 0.1, 3), 2), ((2.5, 0, 0), 4),
        ((0, 6, 0), 4),
    ):  # fmt: skip
        assert page.evaluate(FAR, p)
        assert page.evaluate(ranges) == [want, want]
    # Undo brings the range back; who lowers it sees the point wait at the edge, whole.
    for want in (4, 2):
        page.get_by_role("button", name="Undo").click()
        settled(page)
        assert page.evaluate(ranges)[0] == want
    page.evaluate(FAR, (-0.69, -1.43, 0))
    page.locator("#link").click()
    link = page.evaluate("location.hash")
    page.locator("input[name=range][value='1']").check(force=True)
    assert page.evaluate("ndm.app.project.range") == 1
    page.keyboard.press("t")  # the same place: the choice stays
    page.evaluate("probe.until(() => ndm.app.project.recipe.take === 1)")
    assert page.evaluate("ndm.app.project.range") == 1
    page.wait_for_timeout(500)  # until it is stored
    page.reload()
    page.wait_for_selector("body.is-ready")
    assert page.evaluate("ndm.app.project.range") == 1
    other = visit(link)
    assert other.evaluate(ranges) == [2, 2]
    # Dragged beyond the range by a hand, it stays at the edge and the range as it is.
    x, y = center(other, "#pad")
    other.mouse.move(x, y)
    other.mouse.down()
    other.mouse.move(x + 2000, y)
    other.mouse.up()
    settled(other)
    assert other.evaluate("ndm.app.project.range") == 2


def test_pads_are_a_zip_of_wavs_and_the_project(page, machine):
    work(page)
    name, path = download(page, "#save-pads")
    assert name == "pads.zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["1-kick.wav", "2-snare.wav", "3-clap.wav",
                                      "project.ndm-project.json"]  # fmt: skip
        file = soundfile.SoundFile(io.BytesIO(archive.read("2-snare.wav")))
        comment = json.loads(file.comment)
        assert text(file.read(dtype="int16")) == pcm(recalled(machine, comment))
        project = json.loads(archive.read("project.ndm-project.json"))["project"]
    assert project == page.evaluate("probe.project()")


def test_the_zip_of_pads_is_opened_as_its_project(visit, page):
    work(page)
    before = page.evaluate("probe.project()")
    _, path = download(page, "#save-pads")
    data = path.read_bytes()
    other = visit()
    for chooser in ("#project-file", "#sound-file"):
        other.locator(chooser).set_input_files(
            {"name": "pads.zip", "mimeType": "application/zip", "buffer": data}
        )
        other.evaluate(f"probe.until(() => ndm.app.project.range === {before['range']})")
        settled(other)
        assert other.evaluate("probe.project()") == before
        other.locator("#new-project").click()
        other.evaluate("probe.until(() => ndm.app.project.range === 1)")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.ndm-project.json", "{}" * 99)
    for bad in (packed.getvalue(), data[: len(data) // 2], data[:-30]):
        hush(other)
        other.locator("#project-file").set_input_files(
            {"name": "other.zip", "mimeType": "application/zip", "buffer": bad}
        )
        other.get_by_text("No project is found in other.zip. Unzip it").wait_for()


def test_a_morph_has_its_ends_exactly_and_both_between(page, machine):
    ends = {}
    for slot, category in (("a", "kick"), ("b", "snare")):
        drawn(page, category)
        page.locator(f"#keep-{slot}").click()
        ends[slot] = page.evaluate("[probe.recipe(), probe.pcm()]")
    slider = page.locator("#morph")
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
    codes = [np.float32(ends[slot][0]["code"]) for slot in "ab"]
    want = machine.morph(("kick", codes[0]), ("snare", codes[1]), 0.4)
    assert samples == pcm(want)
    assert (recipe["category"], recipe["to"], recipe["t"]) == ("kick", "snare", 0.4)
    assert "Kick ↔ snare, 40 %" in page.locator("#sound-name").inner_text().capitalize()
    page.locator("#hear-a").click()
    settled(page)
    assert page.evaluate("probe.pcm()") == ends["a"][1]


def test_another_inverter_makes_the_same_drum_in_another_way(page, machine):
    before = page.evaluate("probe.recipe()")
    for inverter in ("light", "mcnn"):
        page.locator("#inverter").select_option(inverter)
        page.evaluate(f"probe.until(() => ndm.app.project.recipe.inverter === '{inverter}')")
        recipe = page.evaluate("probe.recipe()")
        assert recipe == before | {"inverter": inverter}
        want = machine.with_inverter(inverter).render_code(recipe["category"], recipe["code"])
        assert page.evaluate("probe.pcm()") == pcm(want)


def test_an_error_is_told_of_until_something_works(page):
    page.locator("#project-file").set_input_files(
        {"name": "bad.json", "mimeType": "application/json", "buffer": b"{"}
    )
    page.wait_for_selector("#notice.on.bad")
    page.keyboard.press("r")
    page.wait_for_selector("#notice.on.bad", state="detached", timeout=2000)
    assert page.locator("#notice.on").count() == 0


@pytest.fixture
def hit_file(machine, tmp_path):
    sound = machine.render("tom", seed=12)
    path = tmp_path / "my tom é.wav"
    path.write_bytes(sound_file_bytes(0.5 * sound.samples, sound.sr))
    return path


def test_an_upload_is_seen_beside_its_reconstruction_and_can_be_moved(page, hit_file):
    page.locator("#sound-file").set_input_files(hit_file)
    page.wait_for_selector("#notice.on")
    assert "my tom é.wav, heard as" in page.locator("#notice").inner_text()
    original = page.evaluate("ndm.app.original.length")
    assert original == read_hit(hit_file).length
    fidelity = page.evaluate("ndm.app.fidelity")
    assert 0 < fidelity < 1
    assert f"distance {fidelity:.2f}" in page.locator("#fidelity").inner_text()
    page.evaluate("probe.watch()")
    page.get_by_role("button", name="Hear the original").click()
    assert page.evaluate("probe.hits[0].samples") == original
    code = page.evaluate("probe.recipe().code")
    page.mouse.click(*center(page, "#pad", 0.8, 0.2))
    settled(page)
    assert page.evaluate("probe.recipe().code") != code
    assert page.locator("#fidelity").inner_text() == ""
    page.locator("#random").click()
    settled(page)
    assert page.locator("#original").is_hidden()


SAYS = """globalThis.said = [];
{
  const box = document.getElementById("busy");
  new MutationObserver(() => said.push(box.textContent)).observe(box, { childList: true });
}
"""


def test_a_sound_is_heard_as_another_drum_and_back(page, machine):
    drawn(page, "snare")
    before = page.evaluate("[probe.recipe(), probe.pcm()]")
    page.evaluate(SAYS)
    button = page.get_by_role("button", name="Hear as …")
    assert button.get_attribute("aria-expanded") == "false"
    button.click()
    items = page.get_by_role("menu").get_by_role("menuitem")
    others = [name for name in machine.categories if name != "snare"]
    assert [text.replace("-", "").replace(" ", "_") for text in items.all_inner_texts()] == others
    page.get_by_role("menuitem", name="clap").click()
    assert page.get_by_role("menu").count() == 0
    assert page.locator("#wave").get_attribute("aria-busy") == "true"
    page.evaluate("probe.until(() => ndm.app.category === 'clap')")
    settled(page)
    assert page.evaluate("said") == ["Hearing it as clap …", ""]
    assert page.locator("#wave").get_attribute("aria-busy") == "false"
    assert page.locator("#busy").get_attribute("role") == "status"
    page.wait_for_selector("#notice.on")
    assert page.locator("#notice").inner_text() == "Heard as clap."
    sound = recalled(machine, before[0])
    hit = make_hit(sound.samples, sound.sr, machine.spec)
    recipe = page.evaluate("probe.recipe()")
    np.testing.assert_array_equal(np.float32(recipe["code"]), machine.encode(hit, "clap"))
    # It is seen and heard beside what it came of, and how near it is.
    original = "Int16Array.from(ndm.app.original, (v) => Math.round(v * 32767))"
    assert page.evaluate(f"probe.pcm({original})") == before[1]
    assert "distance 0." in page.locator("#fidelity").inner_text()
    page.get_by_role("button", name="Undo").click()
    page.evaluate("probe.until(() => ndm.app.category === 'snare')")
    settled(page)
    assert page.evaluate("[probe.recipe(), probe.pcm()]") == before
    assert page.locator("#original").is_hidden()
    page.get_by_role("button", name="Redo").click()
    page.evaluate("probe.until(() => ndm.app.category === 'clap')")
    settled(page)
    assert page.evaluate("probe.recipe()") == recipe
    assert page.locator("#original").is_visible()


def test_the_menu_is_played_by_keys_and_closes_beside_it(page):
    drawn(page, "kick")
    before = page.evaluate("probe.recipe()")
    focused = "document.activeElement.textContent"
    page.locator("#hear-as").focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == "tom"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == "clap"
    page.keyboard.press("s")
    page.keyboard.press("s")
    assert page.evaluate(focused) == "shaker"
    page.keyboard.press("r")  # no random drum
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "hear-as"
    assert page.get_by_role("menu").count() == 0
    page.locator("#hear-as").click()
    page.get_by_role("menu").wait_for()
    page.locator("#model").click()
    assert page.get_by_role("menu").count() == 0
    page.locator("#hear-as").click()
    page.locator("#hear-as").click()
    assert page.get_by_role("menu").count() == 0
    assert page.evaluate("probe.recipe()") == before
    page.locator("#hear-as").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "hear-as"
    page.evaluate("probe.until(() => ndm.app.category === 'tom')")


def test_what_cannot_be_heard_is_a_sentence_and_the_sound_stays(page, site, monkeypatch):
    drawn(page, "kick")
    before = page.evaluate("probe.project()")

    def refused(*_):
        raise AudioError("sound 3 is silent; give it a level")

    monkeypatch.setattr("neural_drum_machine.server.rendering.make_hit", refused)
    page.locator("#hear-as").click()
    page.get_by_role("menuitem", name="snap").click()
    page.wait_for_selector("#notice.on.bad")
    assert "sound 3 is silent" in page.locator("#notice").inner_text()
    assert page.evaluate("probe.project()") == before
    assert page.locator("#busy").inner_text() == ""
    assert page.locator("#wave").get_attribute("aria-busy") == "false"


def test_an_upload_is_heard_as_another_drum_from_its_file(page, machine, hit_file):
    page.evaluate(SAYS)
    page.locator("#sound-file").set_input_files(hit_file)
    page.wait_for_selector("#notice.on")
    assert page.evaluate("said") == ["Hearing my tom é.wav …", ""]
    hit = make_hit(*soundfile.read(hit_file, dtype="float32"), machine.spec)
    for category in ("conga", "snap"):
        page.locator("#hear-as").click()
        page.get_by_role("menuitem", name=category).click()
        page.evaluate(f"probe.until(() => ndm.app.category === '{category}')")
        settled(page)
        assert page.evaluate("ndm.app.original.length") == hit.length
    # Not what the model made of what it had made of it.
    code = np.float32(page.evaluate("probe.recipe().code"))
    np.testing.assert_allclose(code, machine.encode(hit, "snap"), atol=1e-5)


def test_a_sound_may_be_dropped_anywhere(page, hit_file):
    data = base64.b64encode(hit_file.read_bytes()).decode()
    page.evaluate(
        """(data) => {
          const files = new DataTransfer();
          const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
          files.items.add(new File([bytes], "dropped.wav"));
          const fire = (name) => document.querySelector("header").dispatchEvent(
            new DragEvent(name, { dataTransfer: files, bubbles: true, cancelable: true }));
          fire("dragenter");
          globalThis.veil = !document.getElementById("drop").hidden;
          fire("drop");
        }""",
        data,
    )
    assert page.evaluate("veil")
    page.evaluate("probe.until(() => ndm.app.original)")
    assert page.locator("#drop").is_hidden()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"MZ\x90 this is no sound", "not readable as audio"),
        (sound_file_bytes(np.zeros(9000)), "silent"),
        (b"", "audio must be 1 to"),
        (bytes(16 * 2**20 + 1), "too large: at most 16 MiB"),
    ],
)
def test_a_bad_file_is_a_sentence_and_the_sound_stays(unchanged, tmp_path, data, sentence):
    page = unchanged
    hush(page)
    before = page.evaluate("probe.project()")
    path = tmp_path / "bad.wav"
    path.write_bytes(data)
    page.locator("#sound-file").set_input_files(path)
    page.wait_for_selector("#notice.on.bad")
    assert sentence in page.locator("#notice").inner_text()
    assert page.evaluate("probe.project()") == before
    assert page.evaluate("ndm.app.original") is None
