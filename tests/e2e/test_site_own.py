"""Samples of one's own on the page without a server, against the program's own."""

import base64
import io

import numpy as np
import pytest
import soundfile
from tests.e2e.test_page_encode import encode_as
from tests.e2e.test_page_stereo import wide_hit
from tests.e2e.test_page_values import type_value
from tests.e2e.test_site import ask, decibels, folder, site  # noqa: F401
from tests.support.browser import Tabs
from tests.support.firefox import dropped_in_firefox
from tests.support.page import drop, error, hush, message, until
from tests.support.sounds import noise

from neural_drum_machine.anchors.compact import unpacked
from neural_drum_machine.anchors.recall import anchor_of
from neural_drum_machine.errors import EngineError
from neural_drum_machine.kits.change import put_sound
from neural_drum_machine.kits.kit_file import content_of, kit_from
from neural_drum_machine.kits.levels import sound_loudness
from neural_drum_machine.machine import load
from neural_drum_machine.signal.audio_file import Clip
from neural_drum_machine.signal.distance import distance
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.sound_file import sound_file_bytes

SR = 44100
FREE = 65536
"""The number of an own sound that nobody has."""
UPLOAD = """async ([file, values]) => {
  const data = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  try {
    const { channels, original, ...rest } = await ndm.app.client.upload(data.buffer, values);
    return [rest, ...[channels, original].map((sides) => sides.map((each) => probe.text(each)))];
  } catch ({ code, message }) {
    return [{ code, message }, [], []];
  }
}"""
ASK = """async ([type, values]) => {
  const { channels, original, ...rest } = await ndm.app.client.ask(type, values);
  return [rest, channels.map((each) => probe.text(each))];
}"""
TELL = """(form) => ndm.app.client.tellForm(
  Uint8Array.from(atob(form), (letter) => letter.charCodeAt(0)))"""


@pytest.fixture(scope="module")
def tabs(browser, site):  # noqa: F811
    made = Tabs(browser, site[1])
    yield made
    made.close()


@pytest.fixture(scope="module")
def native():
    try:
        return load(engine="native")
    except EngineError:
        pytest.skip("needs the engine in C (scripts/build_engine)")


def text(data):
    return base64.b64encode(data).decode()


def sides(texts):
    """The samples ``(channels, n)`` of what a script gives."""
    return np.stack([np.frombuffer(base64.b64decode(each), "<f4") for each in texts])


def upload(page, data, **values):
    """The header, the samples and the original of the answer to an upload; or a refusal."""
    header, *sounds = page.evaluate(UPLOAD, [text(data), {"channels": 2, **values}])
    return header, *(sides(each) if each else None for each in sounds)


def asked(page, type_, **values):
    header, samples = page.evaluate(ASK, [type_, {"channels": 2, **values}])
    return header, sides(samples)


def float_wav(sound):
    out = io.BytesIO()
    soundfile.write(out, sound.T, SR, format="WAV", subtype="FLOAT")
    return out.getvalue()


def difference(one, other):
    """The RMS of the difference of two sounds, in dB of full scale."""
    one, other = (np.broadcast_to(each, (2, np.shape(each)[-1])) for each in (one, other))
    return max(decibels(a, b) for a, b in zip(one, other, strict=True))


def test_a_dropped_file_is_on_its_pad_becomes_another_drum_and_outlives_a_reload(page):
    data = sound_file_bytes(wide_hit(), SR)
    drop(page, "#pad-3 .name", wide=data)
    assert message(page).startswith("wide.wav is a")
    file = soundfile.read(io.BytesIO(data), dtype="int16")[0]
    assert page.evaluate("probe.pcm()") == text(file.tobytes())
    assert page.evaluate("probe.pcm(ndm.app.state.original)") == text(file.tobytes())
    exemplars = page.evaluate("probe.recipe().exemplars")
    encode_as(page, "snap")
    until(page, "ndm.app.project.recipe.category === 'snap'")
    assert page.evaluate("probe.recipe().exemplars") == exemplars
    texts = "ndm.app.state.sound.channels.map((each) => probe.text(each))"
    before = sides(page.evaluate(texts))
    stored = "JSON.parse(localStorage['ndm.project'] ?? '{}').project"
    until(page, f"{stored}?.pads[2]?.recipe.category === 'snap'")
    page.reload()
    page.wait_for_selector("body.is-ready")
    until(page, "ndm.app.state.sound?.category === 'snap'")
    after = sides(page.evaluate(texts))  # from the compact form, which has 16 bits
    assert difference(before, after) < -60
    hush(page)


@pytest.mark.slow
def test_firefox_takes_a_dropped_file_and_bends_it_as_chromium_does(page, site, tmp_path):  # noqa: F811
    path, seconds = tmp_path / "wide.wav", 0.02
    path.write_bytes(sound_file_bytes(wide_hit(), SR))
    found = dropped_in_firefox(site[1], path, seconds)
    assert found["errors"] == []
    file = soundfile.read(path, dtype="float32")[0].T
    np.testing.assert_array_equal(found["at_rest"], file)
    assert found["wish"]["decay"] == pytest.approx(seconds)
    assert difference(found["bent"], file) > -40
    drop(page, "#pad-3 .name", wide=path.read_bytes())
    assert message(page).startswith("wide.wav is a")
    type_value(page, "Decay", str(seconds))
    here = sides(page.evaluate("ndm.app.state.sound.channels.map((each) => probe.text(each))"))
    assert difference(found["bent"], here) < -80


@pytest.mark.parametrize("channels", [1, 2])
def test_a_sample_is_the_file_at_rest_and_is_moved_as_the_program_moves_it(
    shared_page, native, channels
):
    page = shared_page
    sound = wide_hit()[:channels] if channels == 2 else 0.5 * noise(1, sr=SR, decay=25)[None, :9000]
    clip = Clip(np.asarray(sound, np.float32), SR)
    first, samples, original = upload(page, float_wav(sound), category="clap", name="my clap.wav")
    assert difference(samples, sound) < -95  # half a step of 16 bits
    np.testing.assert_array_equal(samples, original)
    assert (first["fidelity"], first["category"]) == (0, "clap")
    anchor = native.anchor(clip, "clap")
    np.testing.assert_allclose(first["code"], anchor.code, atol=1e-3)
    anchor = anchor_of(base64.b64decode(first["own"]), native.spec)
    np.testing.assert_array_equal(anchor.code, np.float32(first["code"]))
    assert difference(anchor.sound.samples, sound) < -95
    number, share = first["exemplars"]
    assert share == 1

    # The whole file, not what its compact form brings back.
    anchor = type(anchor)(
        type(anchor.sound)(clip.channels, anchor.sound.onset), "clap", anchor.code,
        anchor.recording, anchor.scale,
    )  # fmt: skip

    def check(header, got, most=-80, **values):
        want = native.render_code(
            header["category"], header["code"], to=header["to"], t=header["t"],
            anchors=((anchor, 1.0),), **values,
        )  # fmt: skip
        assert difference(got, np.atleast_2d(want.samples)) < most, values
        return header

    here = {"category": "clap", "code": first["code"], "exemplars": first["exemplars"]}
    place = {name: first[name] + step for name, step in {"p1": 0.8, "p2": -0.5, "p3": 0.3}.items()}
    check(*asked(page, "move", **here, **place))
    check(*asked(page, "recall", **here, to="snap", t=0.5))
    check(*asked(page, "recall", **here, blend=0.3), blend=0.3)
    wish = {"decay": 0.15, "brightness": 4000}
    check(*asked(page, "recall", **here, **wish, velocity=50), wish=wish, velocity=50)
    near = check(*asked(page, "variation", of=first["id"], amount=0.4, seed=3))
    assert near["exemplars"] == [number, 1]
    # A move that tunes the sample: the ratio's last bits move all that follows.
    check(*asked(page, "bend", of=near["id"], p1=0.5, p2=0, p3=0), most=-70)
    values, _ = ask(page, "describe", of=first["id"])
    want = native.describe(native.bend(anchor))
    assert values["values"]["decay"] == pytest.approx(want["decay"], rel=1e-3)
    drawn, _ = ask(page, "random", category="kick", seed=5)
    ends = {"to": "kick", "to_code": drawn["code"], "to_exemplars": drawn["exemplars"]}
    header, samples = asked(page, "morph", **here, **ends, t=0.25)
    shares = dict(zip(header["exemplars"][::2], header["exemplars"][1::2], strict=True))
    want = native.render_code(
        "clap", header["code"], to="kick", t=0.25, anchors=((anchor, shares.pop(number)),),
        exemplars=list(shares.items()),
    )  # fmt: skip
    assert difference(samples, np.atleast_2d(want.samples)) < -80
    strokes = page.evaluate(
        """async (of) => (await ndm.app.client.ask("layers", { of, hits: 2, seed: 1, channels: 2 }))
          .strokes.map((each) => each.length)""",
        first["id"],
    )
    assert strokes == [channels] * 8


def test_compact_forms_of_the_program_are_read(shared_page, native):
    """FLAC sample for sample, Ogg Vorbis as near as two decoders are."""
    long = np.random.default_rng(2).standard_normal((2, SR)) * np.exp(-np.arange(SR) / 20_000) * 0.2
    for sound, most in ((0.8 * wide_hit(), -120), (long, -90)):
        anchor = native.anchor(Clip(np.asarray(sound, np.float32), SR), "snare", name="it")
        form = anchor.packed()
        number = shared_page.evaluate(TELL, text(form))
        recipe = {"category": "snare", "code": anchor.code.tolist(), "exemplars": [number, 1]}
        _, samples = asked(shared_page, "recall", **recipe)
        want, *_ = unpacked(form)
        assert difference(samples, np.round(32768 * want.samples) / 32768) < most
    beyond = {"category": "snare", "code": anchor.code.tolist(), "exemplars": [FREE, 1]}
    assert ask(shared_page, "recall", **beyond)[0]["code"] == "unknown-sound"


def test_a_drawn_drum_becomes_another_one(shared_page, native):
    drum, _ = ask(shared_page, "random", category="snare", seed=4)
    header, samples = ask(shared_page, "encode", of=drum["id"], category="clap")
    assert (header["category"], "exemplars" in header) == ("clap", False)
    assert difference(samples[None], native.render_code("clap", header["code"]).samples) < -80

    def hit_of(sound):
        return make_hit(sound.samples, sound.sr, native.spec)

    snare = hit_of(native.render("snare", seed=4))
    codes = header["code"], native.encode(snare, "clap", 0)
    made = [hit_of(native.render_code("clap", code)) for code in codes]
    far, encoders = (distance(snare.samples, each.samples, native.spec) for each in made)
    assert header["fidelity"] == pytest.approx(far, abs=0.01)
    assert far < encoders - 0.05  # the search has found a better one


def test_a_kit_with_a_voice_of_ones_own_is_varied_and_drawn_again(shared_page, native):
    anchor = native.anchor(Clip(wide_hit(), SR), "clap", name="mine.wav")
    kit = ask(shared_page, "kit", style="dark", voices=16)[0]["kit"]
    kit = content_of(put_sound(native, kit_from(kit, "it"), "snare", native.bend(anchor)))
    varied = ask(shared_page, "kit_vary", kit=kit, amount=0.3, seed=3)[0]["kit"]
    before, after = (kit_from(each, "it")["snare"] for each in (kit, varied))
    assert after.recipe["code"] != before.recipe["code"]
    assert after.block == before.block
    heard = [sound_loudness(each.sound(native)) + each.level_db for each in (before, after)]
    assert heard[0] == pytest.approx(heard[1], abs=0.3)
    swapped = ask(shared_page, "kit_swap", kit=kit, voice="snare", seed=8)[0]["kit"]
    drawn = kit_from(swapped, "it")["snare"]
    assert (drawn.block, drawn.recipe["exemplars"] != []) == (b"", True)


def test_what_is_no_sound_is_refused_by_a_sentence_with_a_way_out(shared_page, tmp_path):
    page = shared_page
    hush(page)
    whole = sound_file_bytes(wide_hit(), SR)
    before = page.evaluate("probe.project()")
    path = tmp_path / "bad.wav"
    for data, *words in (
        (
            b"MZ\x90 this is no sound",
            "cannot read it as audio",
            "WAV, FLAC, Ogg or MP3",
            "ndm play",
        ),
        (b"", "is empty"),
        (sound_file_bytes(np.zeros(9000)), "silent", "a hit must peak above -70 dB"),
        (whole[: len(whole) // 2], "cut short", "copy the file again"),
    ):
        path.write_bytes(data)
        page.locator("#sound-file").set_input_files(path)
        told = error(page)
        assert told.startswith("bad.wav: "), told
        assert all(each in told for each in words), told
    assert page.evaluate("probe.project()") == before
