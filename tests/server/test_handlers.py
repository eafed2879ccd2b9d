"""The table of handlers, and what each request means: the machine's own sound, to the last bit."""

import io
import json
import typing

import numpy as np
import pytest
import soundfile
from tests.support.audio import pcm, read_pcm, wav_file
from tests.support.patience import PATIENCE
from tests.support.sounds import noise, tone

from neural_drum_machine.server import protocol
from neural_drum_machine.server.handlers import RequestHandlers
from neural_drum_machine.server.protocol import (
    Bend,
    Encode,
    ErrorCode,
    GatheredUpload,
    Generate,
    Hello,
    PartedUpload,
    Random,
    Upload,
    Variation,
)
from neural_drum_machine.server.queue import Lane
from neural_drum_machine.signal.audio_file import Clip, read_stream
from neural_drum_machine.signal.hit import make_hit, read_hit
from neural_drum_machine.signal.sound_file import read_comment


def generate(id_, p1=0.0, **others):
    return Generate(id_, others.pop("category", "kick"), p1, 0.0, 0.0, **others)


@pytest.fixture
def ask(shared_server, mailbox, request):
    """Ask an engine; every test is a client of its own."""

    def asked(one, client=request.node.name):
        shared_server[0].submit(client, one, mailbox.put)
        return mailbox.get(timeout=PATIENCE)

    return asked


def test_every_type_of_request_has_one_handler(small_machine):
    table = RequestHandlers(small_machine, lambda: None, lambda *_: None).table
    lanes = {kind: handler.lane for kind, handler in table.items()}
    assert set(lanes) == set(typing.get_args(protocol.EngineRequest))
    by_lane = {lane: {kind for kind in lanes if lanes[kind] is lane} for lane in Lane}
    assert by_lane == {
        Lane.AT_ONCE: {protocol.Hello, protocol.Ping, protocol.Status, protocol.Styles,
                       protocol.Cancel},
        Lane.NEWEST: {protocol.Generate, protocol.Move, protocol.Morph, protocol.Bend},
        Lane.IN_TURN: {protocol.Random, protocol.Variation, protocol.Recall},
        Lane.SEARCH: {
            protocol.Encode, protocol.Axis, protocol.NewKit, protocol.VaryKit, protocol.SwapVoice,
        },
        Lane.MEASURE: {
            protocol.Upload, protocol.GatheredUpload, protocol.LibraryTake,
            protocol.LibraryBetween, protocol.Describe, protocol.Layers,
            protocol.GrooveImport, protocol.GrooveExport,
        },
        Lane.FILES: {protocol.Humanize, protocol.ExportKit},
        Lane.LIBRARY: {
            protocol.LibraryStatus, protocol.LibraryMap, protocol.LibraryFind,
            protocol.LibraryNear, protocol.LibraryLike, protocol.LibraryAudio,
        },
        Lane.BACKGROUND: {protocol.PadMap, protocol.Own},
    }  # fmt: skip


def test_a_generate_is_machine_render(ask, small_machine):
    request = Generate(
        5, "snare", 0.5, -0.25, 1.0, range=2, seed=9, wild=0.5, take=3, inverter="mcnn"
    )
    reply = ask(request)
    machine = small_machine.with_inverter("mcnn")
    sound = machine.render("snare", (1.0, -0.5, 2.0), 9, wild=0.5, take=3)
    np.testing.assert_array_equal(read_pcm(reply.path), pcm(sound.samples))
    assert json.loads(read_comment(reply.path)) == sound.recipe()
    assert (reply.id, reply.category, reply.seed, reply.take) == (5, "snare", 9, 3)
    assert (reply.inverter, reply.wild, reply.sr) == ("mcnn", 0.5, 44100)
    assert (reply.p1, reply.p2, reply.p3) == pytest.approx((1, -0.5, 2), abs=1e-5)
    assert reply.samples == len(sound.samples)
    assert reply.length == pytest.approx(1000 * len(sound.samples) / 44100)
    assert reply.peak == pytest.approx(np.abs(sound.samples).max())
    assert reply.ms > 0


def test_a_place_may_be_absolute_or_a_share_of_the_range(ask):
    absolute = ask(Generate(1, "kick", 3.0, -2.0, 8.0, seed=5))
    shared = ask(Generate(2, "kick", 0.375, -0.25, 1.0, range=8, seed=5))
    np.testing.assert_array_equal(read_pcm(absolute.path), read_pcm(shared.path))
    assert (absolute.p1, absolute.p2, absolute.p3) == pytest.approx((3, -2, 8), abs=1e-4)


def test_a_random_says_its_seed_and_that_recalls_it(ask, small_machine):
    reply = ask(Random(1, "kick", wild=2.0, take=1))
    other = ask(Random(2, "kick", wild=2.0, take=1))
    assert reply.seed != other.seed
    sound = small_machine.render("kick", seed=reply.seed, wild=2.0, take=1)
    np.testing.assert_array_equal(read_pcm(reply.path), pcm(sound.samples))
    again = ask(Random(3, "kick", reply.seed, wild=2.0, take=1))
    np.testing.assert_array_equal(read_pcm(again.path), read_pcm(reply.path))


def test_a_variation_lies_the_amount_away(ask, small_machine):
    ask(generate(1, 0.5))
    reply = ask(Variation(2, 1, 0.5, seed=7))
    controls, index = small_machine.controls, small_machine.index("kick")
    whole = small_machine.render("kick", (0.5, 0, 0))
    code = whole.code + np.float32(0.5) * controls.prior.deviation(index, 7)
    sound = small_machine.render_code("kick", code, exemplars=whole.exemplars)
    np.testing.assert_array_equal(read_pcm(reply.path), pcm(sound.samples))
    assert reply.seed == 7
    same = ask(Variation(3, 1, 0.0))
    np.testing.assert_array_equal(read_pcm(same.path), pcm(whole.samples))
    assert same.seed >= 0


def test_a_variation_and_an_encoding_of_a_random_sound_begin_at_its_recording(ask, small_machine):
    ask(Random(1, "kick", 3))
    reply = ask(Variation(2, 1, 0.4, seed=7))
    drawn = small_machine.render("kick", seed=3)
    step = np.float32(0.4) * small_machine.controls.prior.deviation(0, 7)
    near = small_machine.render_code("kick", drawn.code + step, exemplars=drawn.exemplars)
    assert json.loads(read_comment(reply.path)) == near.recipe() | {"seed": 7}
    np.testing.assert_array_equal(read_pcm(reply.path), pcm(near.samples))
    hit = make_hit(near.samples, near.sr, small_machine.spec)
    reply = ask(Encode(3, 2, "snare"))
    np.testing.assert_array_equal(read_pcm(reply.path), encoded(small_machine, hit, "snare"))


def encoded(machine, hit, category):
    return pcm(machine.render_code(category, machine.encode(hit, category)).samples)


def test_a_sound_is_encoded_as_another_category(ask, small_machine):
    first = ask(Random(1, "kick", 3))
    reply = ask(Encode(2, 1, "snare"))
    sound = small_machine.render("kick", seed=3)
    hit = make_hit(sound.samples, sound.sr, small_machine.spec)
    np.testing.assert_array_equal(read_pcm(reply.path), encoded(small_machine, hit, "snare"))
    assert (reply.category, reply.seed) == ("snare", -1)
    assert ask(Encode(3, 1)).category == "kick"
    # A file of it is another sound of one's own: it stays as it is.
    with open(first.path, "rb") as file:
        data = file.read()
    upload = ask(Upload(4, data, "snare"))
    np.testing.assert_array_equal(read_pcm(upload.path), read_pcm(first.path))
    assert upload.category == "snare"
    hit = read_hit(first.path, small_machine.spec)
    guessed = ask(Upload(5, data))
    assert guessed.category == small_machine.guess_category(hit)


def test_an_own_sound_is_varied_and_recalled_from_the_file(ask, small_machine, tmp_path):
    samples = 0.5 * tone(180, 0.2, 44100)
    ask(Upload(1, wav_file(samples, 44100), "snare", name="mine.wav"))
    reply = ask(Variation(2, 1, 0.5, seed=7))
    anchor = small_machine.anchor(Clip(samples[None].astype(np.float32), 44100), "snare")
    step = np.float32(0.5) * small_machine.controls.prior.deviation(small_machine.index("snare"), 7)
    want = small_machine.render_code("snare", anchor.code + step, anchors=((anchor, 1.0),))
    made = read_pcm(reply.path).astype(int)
    assert np.abs(made - pcm(want.samples)).max() < 300  # the upload had 16 bits
    again = pcm(small_machine.recall(reply.path).samples).astype(int)
    assert np.abs(again - made).max() < 8


def test_an_uploaded_sound_is_bent_from_where_it_lies(ask, small_machine):
    samples = (0.5 * noise(0.15, 44100, seed=3)).astype(np.float32)
    ask(Upload(1, wav_file(samples, 44100), "snare", name="mine.wav"))
    kept = ask(Bend(2, 1, 0, 0, 0))
    anchor = small_machine.anchor(read_stream(io.BytesIO(wav_file(samples, 44100))), "snare")
    np.testing.assert_array_equal(read_pcm(kept.path), pcm(small_machine.bend(anchor).samples))
    moved = ask(Bend(3, 1, 0.5, -0.25, 0, to="kick", t=0.5, blend=0.25))
    sound = small_machine.bend(anchor, (0.5, -0.25, 0), to="kick", t=0.5, blend=0.25)
    np.testing.assert_array_equal(read_pcm(moved.path), pcm(sound.samples))
    # A drawn sound is moved from its place, too, and no farther than the limit.
    drawn = ask(Generate(4, "kick", 7.5, 0, 0, seed=5))
    assert ask(Bend(5, 4, 1, 0.5, 0)).p1 == pytest.approx(8, abs=1e-4)
    assert drawn.p1 == pytest.approx(7.5, abs=1e-4)
    assert ask(Bend(6, 99, 0, 0, 0)).code == ErrorCode.UNKNOWN_SOUND


def test_gathered_samples_are_the_same_as_a_file_of_them(ask):
    samples, sr = tone(180, 0.2, 44100), 44100
    announced = PartedUpload(2, len(samples), sr, "snare", take=3)
    gathered = ask(GatheredUpload(announced, samples))
    upload = ask(Upload(1, wav_file(samples, sr), "snare", take=3))
    assert (gathered.id, gathered.category, gathered.take) == (2, "snare", 3)
    np.testing.assert_array_equal(read_pcm(gathered.path), read_pcm(upload.path))
    assert ask(Encode(3, 2, "kick")).category == "kick"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (None, "the uploaded file"),
        ("", "the uploaded file"),
        ("Kick 01 – été.wav", "Kick 01 – été.wav"),
        ("../../etc/passwd", "../../etc/passwd"),
        ("two\nlines\x1b[31m\u202egpj.wav\ud800", "two�lines�[31m�gpj.wav�"),
        ("k" * 256, "k" * 97 + "..."),
    ],
)
def test_files_that_are_no_sound_are_refused_by_name(ask, name, shown):
    silent = wav_file(np.zeros(4000))
    for data, sentence in ((b"MZ\x90", "not readable as audio"), (silent, "silent")):
        reply = ask(Upload(1, data, name=name))
        assert (reply.id, reply.code) == (1, "bad-audio")
        assert reply.sentence.startswith(f"{shown}: {sentence}")


@pytest.mark.parametrize("container", ["VOC", "PAF", "SDS", "MAT5", "FLAC", "AIFF", "CAF"])
def test_only_the_documented_containers_are_taken_whatever_a_file_is_called(ask, container):
    file = io.BytesIO()
    soundfile.write(file, 0.5 * tone(200, 0.2), 22050, format=container, subtype="PCM_16")
    reply = ask(Upload(1, file.getvalue(), "snare", name="Kick.wav"))
    if container in ("FLAC", "AIFF", "CAF"):
        assert isinstance(reply, protocol.SoundReply)
    else:
        assert reply.code == "bad-audio"
        assert "is not read here" in reply.sentence


def test_a_length_cuts_and_fades(ask, small_machine):
    reply = ask(generate(1, length=50.0))
    whole = small_machine.render("kick", (0, 0, 0)).samples
    n, fade = round(0.05 * 44100), round(0.005 * 44100)
    samples = read_pcm(reply.path)
    assert len(samples) == n == reply.samples
    np.testing.assert_array_equal(samples[: n - fade], pcm(whole[: n - fade]))
    assert samples[-1] == 0
    assert reply.length == pytest.approx(50, abs=0.05)
    uncut = ask(generate(2, length=2000.0))
    np.testing.assert_array_equal(read_pcm(uncut.path), pcm(whole))


@pytest.mark.parametrize(
    ("request_", "code", "sentence"),
    [
        (generate(1, category="gong"), "unknown-category", "no category 'gong'; there are kick"),
        (generate(2, inverter="magic"), "unknown-inverter", "no inverter 'magic'; there are"),
        (Variation(3, 77, 0.5), "unknown-sound", "no sound 77 is remembered"),
        (Encode(4, 77), "unknown-sound", "no sound 77 is remembered"),
        (Encode(5, 77, "gong"), "unknown-category", "no category 'gong'"),
    ],
)
def test_unknown_things_are_named(ask, request_, code, sentence):
    reply = ask(request_)
    assert (reply.id, reply.code) == (request_.id, code)
    assert reply.sentence.startswith(sentence)


def test_a_client_knows_no_sounds_of_another(ask):
    ask(generate(6), client="one")
    assert ask(Variation(7, 6, 1.0), client="two").code == "unknown-sound"
    assert ask(Variation(8, 6, 1.0), client="one").id == 8


def test_hello_tells_what_the_model_can_do(ask, small_machine):
    hello = ask(Hello())
    assert hello.protocol == 1
    assert (hello.model, hello.hash) == ("small", small_machine.hash)
    assert hello.categories == small_machine.categories
    assert set(hello.axes) == set(small_machine.categories)
    assert all(len(axes) == 3 for axes in hello.axes.values())
    assert hello.ranges == (0.5, 1, 2, 4)
    assert hello.inverters[0] == small_machine.inverter
    assert "mcnn" in hello.inverters[1:]


def test_files_are_mono_at_the_models_rate(ask, small_machine):
    info = soundfile.info(ask(generate(1)).path)
    assert (info.samplerate, info.channels, info.subtype) == (small_machine.sr, 1, "PCM_16")
