"""Samples of one's own on pads: kept exactly, bent as in Python, in kits and in sessions."""

import base64
import dataclasses
import json

import numpy as np
import pytest
import soundfile
from tests.support.clap_host import FOREIGN, PARAMETERS, WAITING, ClapHost, Note, parameter
from tests.support.workshop import Workshop

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.kits.kit import Kit, KitVoice
from neural_drum_machine.kits.kit_file import read_kit, write_kit
from neural_drum_machine.sound import block_of

SR = 44100
STEP = 2.0**-22


def decibels(made, wanted) -> float:
    """Return the power of a difference beside that of what was wanted, in dB."""
    made, wanted = (np.asarray(each, np.float64) for each in (made, wanted))
    assert made.shape == wanted.shape
    return float(10 * np.log10(np.mean((made - wanted) ** 2) / np.mean(wanted**2) + 1e-30))


def noise(n, seed):
    """Return white noise with peaks below 1."""
    return np.random.RandomState(seed).uniform(-1, 1, n)


def hit(seconds=0.4, channels=1, lead=0.2, sr=SR):
    """Return a drum-like sound, ``(n, channels)``: silence, then noise and a tone that die away."""
    n = round(seconds * sr)
    t = np.arange(n) / sr
    rows = []
    for channel in range(channels):
        dying = np.exp(-t * (14 + 5 * channel))
        rows.append(dying * (0.5 * np.sin(2 * np.pi * 190 * t) + 0.2 * noise(n, channel)))
    silent = np.zeros((round(lead * sr), channels))
    return np.concatenate([silent, np.stack(rows, 1)]).astype(np.float32)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Sound files of several kinds, which hold the same hit."""
    folder = tmp_path_factory.mktemp("files")
    for name, subtype, channels in (
        ("mono.wav", "PCM_16", 1),
        ("wide.wav", "PCM_24", 2),
        ("eight.wav", "PCM_U8", 1),
        ("float.wav", "FLOAT", 2),
        ("mono.aiff", "PCM_16", 1),
        ("wide.aif", "PCM_24", 2),
        ("mono.flac", "PCM_24", 1),
        ("wide.w64", "PCM_16", 2),
        ("wide.rf64", "PCM_16", 2),
        ("mono.ogg", "VORBIS", 1),
        ("mono.mp3", "MPEG_LAYER_III", 1),
    ):
        kind = {"rf64": "RF64", "aif": "AIFF"}.get(name.rsplit(".", 1)[1])
        soundfile.write(folder / name, hit(channels=channels), SR, subtype, format=kind)
    return folder


@pytest.mark.parametrize(
    "name",
    ["mono.wav", "wide.wav", "eight.wav", "float.wav", "mono.aiff", "wide.aif", "mono.flac",
     "wide.w64", "wide.rf64"],
)  # fmt: skip
def test_a_sample_is_kept_exactly(workshop, files, machine, name):
    said = workshop.bring(2, files / name)
    assert said.startswith(f"Pad 3 plays {name} as ")
    anchor = machine.anchor(files / name)
    wanted = machine.bend(anchor).samples
    if name == "float.wav":  # a session holds 24 bits
        assert np.abs(workshop.sound(2) - wanted).max() <= 2.0**-24
    else:
        assert np.array_equal(workshop.sound(2), wanted)
    assert workshop.value(parameter(2, "category")) == CATEGORIES.index(anchor.category)
    assert workshop.sample(2) == name
    assert workshop.name(2) == name.rsplit(".", 1)[0]
    assert workshop.note(2) == ""


@pytest.mark.parametrize("name", ["mono.ogg", "mono.mp3"])
def test_lossy_files_are_read_as_other_readers_do(workshop, files, machine, name):
    workshop.bring(0, files / name)
    wanted = machine.bend(machine.anchor(files / name)).samples
    made = workshop.sound(0)
    most = min(len(made), len(wanted))
    assert decibels(made[:most], wanted[:most]) < -60


def test_other_rates_become_the_engines(workshop, machine, tmp_path):
    for sr in (22050, 48000, 96000):
        t = np.arange(round(0.3 * sr)) / sr
        tones = sum(np.sin(2 * np.pi * f * t) for f in (180, 700, 3000, 8000)) * np.exp(-20 * t)
        soundfile.write(tmp_path / "other.wav", 0.2 * tones, sr, "PCM_24")
        workshop.bring(0, tmp_path / "other.wav")
        wanted = machine.bend(machine.anchor(tmp_path / "other.wav")).samples
        made = workshop.sound(0)
        assert abs(len(made) - len(wanted)) <= 1
        most = min(len(made), len(wanted))
        assert decibels(made[:most], wanted[:most]) < -40, (
            sr
        )  # the noise reaches both filters' edge


@pytest.fixture(scope="module")
def opened(workshop_library, clap):
    """An instance that the tests share, and its session and parameters as it was opened."""
    with Workshop(workshop_library, clap / "nothing") as out:
        for pad in range(16):  # soft strokes take most of the time, and other tests play them
            out.set(parameter(pad, "timbre"), 0)
        yield out, out.session(), [out.value(number) for number in range(PARAMETERS)]


@pytest.fixture
def workshop(opened):
    """The instance, as it was opened."""
    out, session, values = opened
    for number, value in enumerate(values):
        if number not in (WAITING, FOREIGN) and out.value(number) != value:
            out.set(number, value)
    out.restore(session)
    return out


@pytest.fixture
def dropped(workshop, files):
    """The workshop with a sample on the first pad, in stereo, and one on the second."""
    workshop.bring(0, files / "wide.wav")
    workshop.bring(1, files / "mono.wav")
    return workshop


def saved_voices(workshop, path):
    """Save the kit, and return its voices as Python reads them."""
    assert workshop.save(path) == ""
    return read_kit(path).voices


@pytest.mark.parametrize(
    "moves",
    [
        {"p1": 0.6},
        {"p2": -0.8, "p3": 0.4},
        {"variation": 7},
        {"blend": 30, "p1": 0.2},
        {"blend": 100},
        {"decay": 150},
        {"brightness": 4000, "p3": -0.5},
    ],
    ids=str,
)
def test_a_bent_sample_is_pythons(dropped, machine, tmp_path, moves):
    for name, value in moves.items():
        dropped.set(parameter(1, name), value)
    voice = saved_voices(dropped, tmp_path / "bent.ndkit")[1]
    assert decibels(dropped.sound(1), voice.sound(machine).samples) < -79
    for name in moves:
        dropped.set(parameter(1, name), {"decay": 2, "brightness": 29}.get(name, 0))
    assert np.array_equal(dropped.sound(1), voice_at_rest(dropped, machine, tmp_path))


def voice_at_rest(workshop, machine, folder):
    """Return what Python plays of the second pad, which is as it was dropped."""
    return saved_voices(workshop, folder / "rest.ndkit")[1].sound(machine).samples


def test_a_stereo_sample_bends_on_both_sides(dropped, machine, tmp_path):
    dropped.set(parameter(0, "p1"), -0.7)
    made = dropped.sound(0)
    assert made.shape[0] == 2
    assert np.abs(made[0] - made[1]).max() > 0.01
    voice = saved_voices(dropped, tmp_path / "wide.ndkit")[0]
    assert decibels(made, voice.sound(machine).samples) < -60  # the kit holds 16 bits of 24


def test_a_sample_is_heard_in_another_category(dropped, machine, files):
    before = dropped.sound(1)
    said = dropped.hear_as(1, CATEGORIES.index("tom"))
    assert said == "Pad 2 plays mono.wav as Tom."
    assert np.array_equal(dropped.sound(1), before)
    dropped.set(parameter(1, "p1"), 0.5)
    wanted = machine.bend(machine.anchor(files / "mono.wav", "tom"), (0.5, 0, 0)).samples
    # Python hears it with NumPy, so the codes differ a little.
    assert decibels(dropped.sound(1), wanted) < -55
    assert dropped.hear_as(5, 0) == "no sample"


def test_python_and_the_plugin_exchange_kits_with_samples(dropped, machine, files, tmp_path):
    sounds = {
        "Rest": machine.bend(machine.anchor(files / "mono.wav")),
        "Bent": machine.bend(machine.anchor(files / "mono.wav"), (0.3, 0.1, 0), blend=0.25),
        "Turned": machine.bend(machine.anchor(files / "wide.wav", "snare"), to="clap", t=0.5),
        "Drawn": machine.render("kick", seed=3),
    }
    voices = [
        KitVoice(name, 36 + i, sound.recipe(), block=sound.block())
        for i, (name, sound) in enumerate(sounds.items())
    ]
    kit = Kit("own", machine.hash, tuple(voices))
    write_kit(kit, tmp_path / "own.ndkit")
    assert dropped.load(tmp_path / "own.ndkit") == ""
    assert [dropped.note(pad) for pad in range(4)] == [""] * 4
    for pad, voice in enumerate(read_kit(tmp_path / "own.ndkit")):
        assert decibels(dropped.sound(pad), voice.sound(machine).samples) < -79, voice.name
    again = saved_voices(dropped, tmp_path / "again.ndkit")
    for one, other in zip(voices, again, strict=False):
        assert one.recipe == other.recipe
        assert one.block == other.block


def test_a_session_needs_no_file(workshop, files, tmp_path, machine):
    (tmp_path / "gone.wav").write_bytes((files / "wide.wav").read_bytes())
    workshop.bring(3, tmp_path / "gone.wav")
    workshop.set(parameter(3, "p2"), 0.4)
    bent = workshop.sound(3)
    text = workshop.session()
    (tmp_path / "gone.wav").unlink()
    workshop.restore(text)
    assert json.loads(text)["pads"][3]["sound"]["right"]
    assert np.array_equal(workshop.sound(3), bent)
    workshop.set(parameter(3, "p2"), 0)  # made anew, from the sample in the session
    assert np.array_equal(
        workshop.sound(3), machine.bend(machine.anchor(files / "wide.wav")).samples
    )
    assert json.loads(workshop.session())["samples"] == json.loads(text)["samples"]


def test_a_damaged_session_with_samples_loses_no_sound(dropped):
    text = dropped.session()
    before = dropped.sound(0)
    for damage in ('"left":"', '"form":"', '"code":['):
        dropped.restore(text.replace(damage, damage + "!", 1))
        assert np.array_equal(dropped.sound(0), before)
        assert dropped.status().startswith("The session")
    dropped.restore(text.replace('"samples":{"', '"samples":{"0', 1))  # it names another sample
    assert np.array_equal(dropped.sound(0), before)
    dropped.set(parameter(0, "p1"), 0.5)
    dropped.set(parameter(1, "p1"), 0.5)
    notes = [dropped.note(0), dropped.note(1)]
    assert any("holds 0; drop their files again" in note for note in notes)


def test_morphs_are_pythons(dropped, machine, files, tmp_path):
    for pad, other, t in ((2, 4, 0.4), (2, 4, 1.0), (2, 3, 0.5), (9, 9, 0.5)):
        dropped.set(parameter(pad, "morph_to"), other + 1)
        dropped.set(parameter(pad, "morph"), 100 * t)
        made = dropped.sound(pad)
        first, second = (
            machine.render(
                CATEGORIES[int(dropped.value(parameter(each, "category")))],
                seed=int(dropped.value(parameter(each, "seed"))),
            )
            for each in (pad, other)
        )
        wanted = machine.morph(first, second, t) if other != pad else first
        assert np.abs(made - wanted.samples).max() <= STEP
        dropped.set(parameter(pad, "morph"), 0)
        dropped.set(parameter(pad, "morph_to"), 0)
        assert np.abs(dropped.sound(pad) - first.samples).max() <= STEP


def test_a_sample_is_morphed_to_a_drum_and_back(dropped, machine, tmp_path):
    dropped.set(parameter(1, "morph_to"), 5)
    dropped.set(parameter(1, "morph"), 30)
    made = dropped.sound(1)
    voice = saved_voices(dropped, tmp_path / "way.ndkit")[1]
    assert len(voice.recipe["anchors"]) == 2
    # The clap's form has 16 bits.
    assert decibels(made, voice.sound(machine).samples) < -60
    other = dropped.sound(4)
    dropped.set(parameter(1, "morph"), 100)
    assert decibels(dropped.sound(1), other) < -100
    dropped.set(parameter(1, "morph"), 30)
    dropped.set(parameter(4, "seed"), 77)  # the other end moves, and the way with it
    assert decibels(dropped.sound(1)[: len(made)], made[: len(dropped.sound(1))]) > -40


def test_a_kits_drum_between_categories_says_why_it_goes_no_further(workshop, machine, tmp_path):
    sound = machine.morph(machine.render("snare", seed=1), machine.render("clap", seed=1), 0.5)
    kit = Kit("between", machine.hash, (KitVoice("Between", 36, sound.recipe()),))
    write_kit(kit, tmp_path / "between.ndkit")
    workshop.load(tmp_path / "between.ndkit")
    before = workshop.sound(0)
    workshop.set(parameter(0, "morph_to"), 3)
    workshop.set(parameter(0, "morph"), 50)
    assert "between two categories cannot be morphed" in workshop.note(0)
    assert np.array_equal(workshop.sound(0), before)


def test_humanised_samples_differ_and_are_as_loud(dropped):
    dropped.set(parameter(0, "humanise"), 100)
    content = json.loads(dropped.session())["pads"][0]["sound"]
    assert len(set(content["hits"])) == 6
    assert len(set(content["right"])) == 6


def test_large_samples_fit_into_a_kit(workshop, tmp_path, machine):
    """Nine seconds of stereo noise, which no lossless form of 40,000 bytes holds."""
    n = 9 * SR
    dying = np.exp(-np.arange(n) / SR)[:, None]
    long = (0.6 * dying * np.stack([noise(n, 1), noise(n, 2)], 1)).astype(np.float32)
    soundfile.write(tmp_path / "long.wav", long, SR, "PCM_16")
    soundfile.write(tmp_path / "crash.wav", long[: 2 * SR, :1], SR, "PCM_16")
    workshop.bring(0, tmp_path / "long.wav")
    workshop.bring(1, tmp_path / "crash.wav")
    exact = workshop.sound(0), workshop.sound(1)
    stored = soundfile.read(tmp_path / "long.wav", dtype="float32")[0]
    assert np.array_equal(exact[0][:, -1000:], stored[-1000:].T)
    long_voice, short_voice = saved_voices(workshop, tmp_path / "large.ndkit")[:2]
    assert len(long_voice.block) <= 40_004
    made = short_voice.sound(machine).samples
    assert decibels(made, exact[1]) < -15
    assert long_voice.sound(machine).samples.shape[-1] == pytest.approx(exact[0].shape[1], abs=4)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("empty.wav", b"", "empty.wav: is empty"),
        ("text.txt", b"no sound at all", "cannot be read; save it as WAV, AIFF, FLAC, MP3 or Ogg"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(200), "picture.png: cannot be read"),
        ("folder", None, "folder: is no file"),
        ("absent.wav", ..., "absent.wav: no such file"),
        ("kit.ndkit", b'{"neural_drum_machine_kit":1}', "kit.ndkit: cannot be read"),
    ],
)
def test_what_is_no_sound_is_refused_by_name(workshop, tmp_path, name, data, sentence):
    if data is None:
        (tmp_path / name).mkdir()
    elif data is not ...:
        (tmp_path / name).write_bytes(data)
    before = workshop.sound(0)
    assert sentence in workshop.bring(0, tmp_path / name)
    assert np.array_equal(workshop.sound(0), before)


@pytest.mark.parametrize("name", ["mono.wav", "wide.wav", "mono.aiff", "mono.flac", "wide.w64"])
def test_files_that_are_cut_short_are_refused(workshop, files, tmp_path, name):
    whole = (files / name).read_bytes()
    for share in (0.5, 0.9):
        (tmp_path / name).write_bytes(whole[: int(len(whole) * share)])
        said = workshop.bring(0, tmp_path / name)
        assert said.startswith(f"{name}: is cut short"), said


def test_a_recorder_that_left_no_length_is_read_to_the_end(workshop, files, tmp_path):
    whole = bytearray((files / "mono.wav").read_bytes())
    at = whole.index(b"data") + 4
    workshop.bring(0, files / "mono.wav")
    for length in (b"\xff\xff\xff\xff",):
        whole[at : at + 4] = length
        (tmp_path / "open.wav").write_bytes(whole)
        said = workshop.bring(1, tmp_path / "open.wav")
        assert said.startswith("Pad 2 plays"), said
        assert np.array_equal(workshop.sound(0), workshop.sound(1))


def test_silence_numbers_that_are_none_and_clicks_are_refused(workshop, tmp_path):
    soundfile.write(tmp_path / "silent.wav", np.zeros(4410), SR)
    assert workshop.bring(0, tmp_path / "silent.wav").startswith("silent.wav: ")
    soundfile.write(tmp_path / "nan.wav", np.full(4410, np.nan), SR, "FLOAT")
    assert "nan.wav: holds samples that are no numbers" in workshop.bring(0, tmp_path / "nan.wav")
    soundfile.write(tmp_path / "short.wav", np.ones(40) / 2, SR)
    assert workshop.bring(0, tmp_path / "short.wav").startswith("short.wav: ")


def test_what_is_lost_is_told(workshop, tmp_path):
    one = hit(0.5, lead=0.01)
    soundfile.write(tmp_path / "two.wav", np.concatenate([one, np.zeros_like(one), one]), SR)
    assert "A second hit begins 1.02 s after the first." in workshop.bring(0, tmp_path / "two.wav")
    soundfile.write(tmp_path / "cancel.wav", np.concatenate([one, -0.9 * one], 1), SR)
    said = workshop.bring(0, tmp_path / "cancel.wav")
    assert "Its channels cancel each other, so only channel 1 is used." in said
    assert workshop.sound(0).ndim == 1
    soundfile.write(tmp_path / "loud.wav", 8 * one, SR, "FLOAT")
    assert "made quieter" in workshop.bring(0, tmp_path / "loud.wav")
    assert np.abs(workshop.sound(0)).max() == pytest.approx(1, abs=1e-6)


def test_a_pad_is_saved_as_a_file(dropped, tmp_path):
    assert dropped.save_sound(0, tmp_path / "pad.wav") == ""
    made, sr = soundfile.read(tmp_path / "pad.wav", dtype="float32")
    assert sr == SR
    assert np.abs(made.T - dropped.sound(0)).max() <= 2.0**-23
    dropped.set(parameter(1, "start"), 25)
    dropped.set(parameter(1, "pitch"), 12)
    assert dropped.save_sound(1, tmp_path / "cut.wav") == ""
    assert soundfile.info(tmp_path / "cut.wav").frames == pytest.approx(
        len(dropped.sound(1)) / 2 * 0.75, abs=2
    )
    assert "cannot be written" in dropped.save_sound(0, tmp_path / "absent" / "pad.wav")


def test_a_stereo_sample_plays_on_both_sides_and_pans_as_exports_do(host, clap, workshop, files):
    """In a host: the session of a workshop, opened there."""
    workshop.bring(0, files / "wide.wav")
    sound = workshop.sound(0)
    text = workshop.session()
    with ClapHost(host, clap) as plugin:
        state = plugin.save()
        head, rest = state.split(b"session\0", 1)
        tail = rest.split(b"\0", 1)[1]
        assert plugin.load(head + b"session\0" + text.encode() + b"\0" + tail)
        plugin.set({parameter(0, "category"): workshop.value(parameter(0, "category")),
                    parameter(0, "seed"): -1, parameter(0, "level"): 0})  # fmt: skip
        plugin.restart(SR)
        out = plugin.play([Note(0, 36)], 0.5)
        n = min(out.shape[1], sound.shape[1])
        assert np.abs(out[:2, :n] - sound[:, :n]).max() <= 2 * STEP
        plugin.set({parameter(0, "pan"): 1.0})
        out = plugin.play([Note(0, 36)], 0.5)
        assert np.abs(out[0, 1000:]).max() < 1e-6
        assert decibels(out[1, 1000:n], np.sqrt(2) * sound[1, 1000:n]) < -80


def test_a_damaged_sample_in_a_kit_is_refused(workshop, machine, files, tmp_path):
    sound = machine.bend(machine.anchor(files / "mono.wav"))
    voice = KitVoice("Own", 36, sound.recipe(), block=sound.block())
    for form in (b"NDMB", sound.block()[4:60], b"NDMA\1\0\2\0{}fLaC", sound.block()[4:-3000]):
        write_kit(
            Kit("bad", machine.hash, (dataclasses.replace(voice, block=block_of([b"x"])),)),
            tmp_path / "bad.ndkit",
        )
        content = json.loads((tmp_path / "bad.ndkit").read_text("utf-8"))
        content["voices"][0]["own"] = [base64.b64encode(form).decode()]
        (tmp_path / "bad.ndkit").write_text(json.dumps(content), "utf-8")
        said = workshop.load(tmp_path / "bad.ndkit")
        assert "the voice 'Own'" in said, said
