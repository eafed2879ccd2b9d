"""The device without a server: samples of one's own, kept and bent as the program does it.

Over 250 lines, because every test drops a file on the same kind of device, and compares alike.
"""

import dataclasses
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.clients.max.conftest import needs_node, played
from tests.clients.max.engine.conftest import away, newest, recipe
from tests.support.sounds import noise, tone

from neural_drum_machine.anchors.own_sound import at_full_rate
from neural_drum_machine.kits.voices import VOICES
from neural_drum_machine.signal.audio_file import Clip, read_audio
from neural_drum_machine.signal.pcm import to_pcm

from device.engine_script import ENGINE  # isort: skip

pytestmark = needs_node
ROUNDING = -80
"""dB. No engine is nearer to every sound (docs/engine.md)."""
TUNED = -79
"""Of a sample that a move has tuned: the ratio's last bits move all that follows."""
SR = 44100


def snare():
    """Two channels of 16 bits, ``(n, 2)``: a body that falls silent, and a rattle."""
    left = 0.8 * tone(190, 0.25, SR, decay=18)
    both = np.stack([left, 0.4 * left + 0.3 * noise(0.25, SR, decay=22)], axis=1)
    return to_pcm(both) / np.float32(32768)


def drop(device, path, category=2):
    """Drop a file on a device as a drum of a category; returns once it plays."""
    device.set("Category", category)
    device.settle()
    device.set("Sample", str(path))
    device.settle()


def wav(path, samples, subtype="PCM_16", sr=SR):
    soundfile.write(path, samples, sr, subtype)
    return path


def difference(device, sound):
    """The RMS of what a device's buffer has other than a sound of Python, in dB."""
    samples, sr = device.sound()
    assert sr == SR
    want = np.broadcast_to(np.atleast_2d(sound.samples), (2, sound.samples.shape[-1]))
    return max(away(samples[:, side], want[side]) for side in (0, 1))


def anchored(device, machine, category, samples):
    """The dropped sample as Python's own sound, with the code that the device has found."""
    anchor = machine.anchor(Clip(np.ascontiguousarray(samples.T), SR), category)
    code = np.float32(recipe(newest(device))["code"])
    np.testing.assert_allclose(code, anchor.code, atol=1e-3)
    return dataclasses.replace(anchor, code=code)


def errors(device):
    return [m for m in device.received if m[0] == "/ndm/error"]


def test_a_dropped_sample_is_kept_and_bent_as_the_program_bends_it(inside, machine, tmp_path):
    file = snare()
    drop(inside, wav(tmp_path / "my snare é.wav", file))
    np.testing.assert_array_equal(inside.sound()[0], file)
    assert [inside.value(name) for name in ("P1", "P2", "Fine")] == [0, 0, 0]
    assert inside.text("error") == "ready"
    anchor = anchored(inside, machine, "snare", file)

    def check(most=ROUNDING, **values):
        inside.settle()
        want = machine.bend(anchor, **values)
        assert difference(inside, want) < most, values

    inside.set("P1", 0.5)
    inside.set("Range", 2)
    check(TUNED, p=(1, 0, 0))
    inside.set("Toward", 1)
    inside.set("Turn", 50)
    check(TUNED, p=(1, 0, 0), to="clap", t=0.5)
    inside.set("Blend", 25)
    check(TUNED, p=(1, 0, 0), to="clap", t=0.5, blend=0.25)
    # The file recalls the sound in the program, but for the rounding of the compact form.
    assert difference(inside, machine.recall(newest(inside))) < -60
    for name in ("P1", "Turn", "Blend"):
        inside.set(name, 0)
    inside.settle()
    np.testing.assert_array_equal(inside.sound()[0], file)
    inside.set("Wish decay", 120)
    inside.set("Ask decay", 1)
    check(wish={"decay": 0.12})
    inside.set("Ask decay", 0)
    inside.set("Variation")
    inside.settle()
    (vary,) = [m for m in inside.sent if m[0] == "/ndm/variation"]
    step = machine.controls.prior.deviation(machine.index("snare"), vary[5])
    moved = anchor.code + np.float32(vary[3]) * step
    assert difference(inside, machine.render_code("snare", moved, anchors=[(anchor, 1.0)])) < TUNED
    # The sample was opened once.
    assert [m[0] for m in inside.sent].count("/ndm/open") == 1
    assert inside.unhandled == errors(inside) == []


def test_its_softer_strokes_and_hits_are_made_and_its_values_told(inside, machine, tmp_path):
    file = snare()
    drop(inside, wav(tmp_path / "snare.wav", file))
    anchor = anchored(inside, machine, "snare", file)
    inside.until(lambda: inside.soft()[1] > 0)
    samples, ms = inside.soft()
    frames = round(ms * 44.1)
    for number, velocity in enumerate((96, 64, 32)):
        want = machine.bend(anchor, velocity=velocity).samples
        stroke = samples[number * frames :][: want.shape[1]]
        assert max(away(stroke[:, side], want[side]) for side in (0, 1)) < ROUNDING
    inside.set("Humanise", 100.0)
    inside.until(lambda: inside.soft()[1] > 0 and len(inside.soft()[0]) > 19 * frames)
    hits, ms = inside.soft()
    frames = round(ms * 44.1)
    np.testing.assert_array_equal(hits[: len(file)], file)
    hits = [hits[i * frames : (i + 1) * frames, 1] for i in range(20)]
    assert all(away(one, other) > -60 for one, other in pairwise(hits))
    shown = inside.answered()
    inside.node.tell(["/ndm/describe", 7, shown])
    inside.until(lambda: any(m[0] == "/ndm/values" for m in inside.received))
    (told,) = [m for m in inside.received if m[0] == "/ndm/values"]
    values = dict(zip(told[4::2], told[5::2], strict=True))
    has = machine.describe(machine.bend(anchor))
    assert values == pytest.approx({name: has[name] for name in values}, rel=1e-2, abs=1e-2)


@pytest.mark.parametrize(
    ("name", "subtype", "sr"),
    [("a.wav", "FLOAT", 48000), ("b.aiff", "PCM_24", SR), ("c.flac", "PCM_24", 96000)],
)
def test_files_of_other_kinds_and_rates_are_taken_in(inside, machine, tmp_path, name, subtype, sr):
    rise = np.minimum(np.arange(int(0.2 * sr)) / (0.001 * sr), 1)
    path = wav(tmp_path / name, rise * 0.5 * noise(0.2, sr, decay=25), subtype, sr)
    drop(inside, path, category=1)
    clip = read_audio(path)
    want = at_full_rate(clip.channels, clip.sr)
    anchor = anchored(inside, machine, "clap", np.ascontiguousarray(want.T))
    assert difference(inside, machine.bend(anchor)) < -95  # half a step of 16 bits
    inside.set("P2", 0.5)
    inside.settle()
    assert difference(inside, machine.bend(anchor, (0, 0.5, 0))) < TUNED
    assert errors(inside) == []


def test_a_long_sample_is_cut_and_the_device_says_so(inside, tmp_path):
    long = 0.5 * tone(100, 5, SR, decay=0.2)
    drop(inside, wav(tmp_path / "long.wav", long))
    samples, _ = inside.sound()
    assert len(samples) == 3 * SR
    assert inside.text("error") == "ready. Only its first 3 s are kept."
    assert samples[-1, 0] == 0
    inside.set("Typical")
    inside.settle()
    assert inside.text("error") == "ready"


def test_a_drag_before_the_sample_is_there_ends_at_the_pointer(inside, machine, tmp_path):
    file = snare()
    drop(inside, wav(tmp_path / "snare.wav", file))
    anchor = anchored(inside, machine, "snare", file)
    inside.set("Category", 1)  # opened again, as a clap
    for place in (0.25, 0.5, -0.5):
        inside.advance(20)
        inside.set("P1", place)
    inside.until(lambda: any(m[0] == "/ndm/bend" for m in inside.sent))
    inside.settle()
    anchor = machine.anchor(Clip(anchor.sound.samples, SR), "clap")
    assert recipe(newest(inside))["category"] == "clap"
    assert difference(inside, machine.bend(anchor, (-0.5, 0, 0))) < -60  # with its own code
    assert inside.text("error") == "ready"


def test_what_only_max_reads_comes_in_parts_and_back_with_the_set(
    inside, device, engine_js, machine, tmp_path
):
    path = wav(tmp_path / "my clap.ogg", 0.5 * noise(0.2, SR, decay=25), "VORBIS")
    decoded, _ = soundfile.read(path, dtype="float32", always_2d=True)
    drop(inside, path, category=1)
    assert [m[0] for m in inside.sent].count("/ndm/upload") == 1
    assert inside.text("error") == "ready"
    anchor = anchored(inside, machine, "clap", decoded + np.float32(1e-9))
    assert difference(inside, machine.bend(anchor)) < -95
    inside.set("P1", 0.5)
    inside.settle()
    assert difference(inside, machine.bend(anchor, (0.5, 0, 0))) < TUNED
    wanted = played(inside)
    stored = {name: inside.value(name) for name in ("Category", "P1", "Recall", "Sample")}
    path.unlink()
    again = device(beside=[engine_js], **stored)
    again.until(lambda: any(m[0] == "/ndm/bend" for m in again.sent))
    again.settle()
    np.testing.assert_array_equal(played(again), wanted)


def test_files_that_are_no_sound_are_refused_and_the_sound_stays(inside, tmp_path):
    before = played(inside)
    good = wav(tmp_path / "good.wav", snare()).read_bytes()
    text, cut, silent = (tmp_path / f"{name}.wav" for name in ("text", "cut", "silent"))
    text.write_bytes(b"this is no sound at all")
    cut.write_bytes(good[:5000])
    wav(silent, np.zeros(9000))
    for path, words in (
        (cut, "cut.wav: cut short: its header announces"),
        (silent, "silent.wav: "),
        (tmp_path, f"{tmp_path.name}: is a folder"),
        (text, "text.wav: cannot be read as a sound; save it as WAV"),
    ):
        inside.set("Sample", str(path))
        inside.until(lambda w=words: inside.text("error").startswith(w))
        np.testing.assert_array_equal(played(inside), before)
    assert not (inside.home / "Neural Drum Machine").exists()
    inside.set("Typical")
    inside.settle()
    assert inside.text("error") == "ready"


def test_an_upload_whose_parts_do_not_come_is_given_up(inside):
    inside.node.tell(["/ndm/upload", 901, 300, SR])
    inside.node.tell(["/ndm/samples", 901, 0, *[0.5] * 100, "reply", 9])
    inside.node.tell(["/ndm/samples", 901, 250, *[0.5] * 100])
    inside.until(lambda: len(errors(inside)) > 1)
    far, given_up = errors(inside)
    assert far[1:3] == [901, "out-of-range"]
    assert given_up[1:] == [
        901, "incomplete", "200 of 300 samples did not come; drop the sample again",
    ]  # fmt: skip
    # One that is replaced is said so.
    for number in (902, 903):
        inside.node.tell(["/ndm/upload", number, 300, SR])
    inside.until(lambda: ["/ndm/superseded", 902, 903] in inside.received)


def test_a_drawn_drum_and_a_sample_become_other_drums(inside, machine, tmp_path):
    drop(inside, wav(tmp_path / "snare.wav", snare()))
    sample = inside.answered()
    for number, of in ((801, sample), (802, 801)):
        inside.node.tell(["/ndm/encode", number, of, "category", "clap", "channels", 2])
        inside.until(lambda n=number: any(m[:2] == ["/ndm/sound", n] for m in inside.received))
        told = recipe(newest(inside))
        assert (told["category"], "anchors" in told) == ("clap", False)
        samples, _ = soundfile.read(newest(inside), dtype="float32")
        want = machine.render_code("clap", told["code"]).samples
        assert away(samples[:, 0], want) < ROUNDING


def test_a_kit_has_the_sample_as_its_voice(inside, machine, tmp_path):
    kits = []
    for name in ("Typical", "Sample"):
        if name == "Sample":
            drop(inside, wav(tmp_path / "snare.wav", snare()))
            inside.set("P1", 0.5)
        else:
            inside.set(name)
        inside.settle()
        of = ["of", inside.answered()] if name == "Sample" else []
        count = len(kits)
        inside.node.tell(["/ndm/kit", 700 + count, "seed", 5, *of])
        inside.until(lambda n=700 + count: any(m[:2] == ["/ndm/kit", n] for m in inside.received))
        kits.append(next(m for m in inside.received if m[:2] == ["/ndm/kit", 700 + count]))
    plain, own = (dict(zip(kit[7::4], kit[6::4], strict=True)) for kit in kits)
    assert set(own) == {each.name for each in VOICES[16]}
    for name, path in own.items():
        if name != "Snare":
            assert Path(path).read_bytes() == Path(plain[name]).read_bytes()
    told = recipe(own["Snare"])
    assert [each["share"] for each in told["anchors"]] == [1]
    samples, _ = soundfile.read(own["Snare"], dtype="float32")
    bent = inside.sound()[0]
    gain = (samples * bent).sum() / (bent**2).sum()
    assert away(samples.ravel(), gain * bent.ravel()) < ROUNDING
    # The program recalls it, and it is as loud as the voice was.
    assert machine.recall(own["Snare"]).samples.shape == bent.T.shape
    before = machine.recall(plain["Snare"])
    level = recipe(plain["Snare"])["mix"]["level"]
    loud = [machine.describe(each)["loudness"] for each in (before, machine.recall(own["Snare"]))]
    assert loud[1] + told["mix"]["level"] == pytest.approx(loud[0] + level, abs=0.5)


def test_the_device_asks_for_a_kit_with_its_sample(inside, tmp_path):
    drop(inside, wav(tmp_path / "snare.wav", snare()))
    inside.set("Kit")
    inside.until(lambda: inside.text("info").startswith("kit "))
    (asked,) = [m for m in inside.sent if m[0] == "/ndm/kit"]
    assert asked[-2:] == ["of", inside.answered()]


def test_the_encoder_is_read_with_the_first_sample_and_not_before(device, engine_js, tmp_path):
    """A script whose encoder is damaged plays all that needs none."""
    data = engine_js.read_bytes()
    last = data.rindex(b"//NDM ")
    before, _ = json.loads(data[last:].removeprefix(b"//NDM "))["encoder.bin"]
    at = last - before
    script = tmp_path / ENGINE
    script.write_bytes(data[:at] + bytes(reversed(data[at : at + 4000])) + data[at + 4000 :])
    live = device(Port=1024, beside=[script])
    live.until(lambda: live.sound() is not None)
    assert live.text("error") == "ready"
    live.set("Sample", str(wav(tmp_path / "snare.wav", snare())))
    live.until(lambda: live.text("error") != "ready")
    assert live.text("error").startswith("the script of the engine is damaged")
    assert live.text("error").endswith("copy it again")
    live.set("Typical")
    live.set("P1", 0.5)
    live.settle()
    assert live.text("error") == "ready"
