"""Softer strokes in one file, and sounds of two channels: over OSC and over the WebSocket."""

import numpy as np
import pytest
import soundfile
from tests.support.audio import pcm, read_pcm, wav_file
from tests.support.osc import Client, osc
from tests.support.sounds import noise, tone
from tests.support.web import WebClient, binary_message

from neural_drum_machine import load
from neural_drum_machine.server import serving
from neural_drum_machine.server.protocol import PartedUpload, ProtocolError
from neural_drum_machine.server.rendering import LAYERS
from neural_drum_machine.signal.audio_file import Clip
from neural_drum_machine.wishes.velocity import LOUDEST, SOFTEST, level_db


@pytest.fixture
def client(shared_server):
    with Client(shared_server[1].address[1]) as made:
        yield made


@pytest.fixture
def sock(shared_server):
    with WebClient(shared_server[2]) as made:
        yield made


def stereo():
    """A sound whose channels differ, ``(2, n)``."""
    left = tone(220, 0.2, 44100)
    return np.stack([left, np.float32(0.5) * left + np.float32(0.1) * noise(0.2, 44100)])


def split(values):
    """The layers of an answer, each ``(samples, channels)``."""
    _, _, path, samples, sr, *velocities = values
    assert sr == 44100
    whole, _ = soundfile.read(path, dtype="int16", always_2d=True)
    assert len(whole) == samples * len(velocities)
    return dict(zip(velocities, np.split(whole, len(velocities)), strict=True))


def assert_layer(layer, sound, channels):
    """The layer is the sound, then silence."""
    want = pcm(np.broadcast_to(sound.samples, (channels, sound.samples.shape[-1]))).T
    np.testing.assert_array_equal(layer[: len(want)], want)
    assert not layer[len(want) :].any()


@pytest.mark.parametrize("channels", [1, 2])
def test_layers_are_the_sound_at_their_velocities(client, small_machine, channels):
    client.ask("/ndm/random", 1, "snare", "seed", 5)
    address, values = client.ask("/ndm/layers", 2, 1, "channels", channels)
    assert (address, values[:2], tuple(values[5:])) == ("/ndm/layers", [2, 1], LAYERS)
    for velocity, layer in split(values).items():
        assert_layer(layer, small_machine.render("snare", seed=5, velocity=velocity), channels)


def test_layers_keep_wish_length_and_the_sound_that_was_bent(client, small_machine):
    samples = tone(220, 0.2, 44100)
    client.send(osc("/ndm/upload", 1, len(samples), 44100, "category", "snare"))
    for i in range(0, len(samples), 1024):
        client.send(osc("/ndm/samples", 1, i, *map(float, samples[i : i + 1024])))
    client.receive()
    client.ask("/ndm/bend", 2, 1, 0.5, 0, 0, "to", "clap", "t", 0.5, "decay", 0.125)
    _, values = client.ask("/ndm/layers", 3, 2, "length", 50.0)
    anchor = small_machine.anchor(Clip(samples[None], 44100), "snare")
    want = small_machine.bend(
        anchor, (0.5, 0, 0), to="clap", t=0.5, wish={"decay": 0.125}, velocity=64
    )
    n = round(0.05 * 44100)
    faded = round(0.005 * 44100)
    layer = split(values)[64][:, 0]
    assert len(layer) == n
    np.testing.assert_array_equal(layer[: n - faded], pcm(want.samples)[: n - faded])


def test_layers_of_no_sound_are_refused(client):
    address, values = client.ask("/ndm/layers", 9, 77)
    assert (address, values[:2]) == ("/ndm/error", [9, "unknown-sound"])


def test_layers_take_one_name_of_the_ring(client):
    _, sound = client.ask("/ndm/random", 1, "kick", "seed", 1)
    _, layers = client.ask("/ndm/layers", 2, 1)
    _, later = client.ask("/ndm/random", 3, "kick", "seed", 2)
    numbers = [int(path.rsplit("/", 1)[1][:2]) for path in (sound[1], layers[2], later[1])]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]


def test_the_document_has_the_level_of_every_velocity():
    """Clients compute it by the formula of docs/protocol.md."""
    for velocity in range(SOFTEST, LOUDEST + 1):
        level = (0.1 + 0.9 * (velocity - 1) / 126) ** 2
        assert 20 * np.log10(level) == pytest.approx(level_db(velocity), abs=1e-9)
        nearest = min((LOUDEST, *LAYERS), key=lambda layer: abs(layer - velocity - 0.4))
        place = min(3, (143 - velocity) // 32)  # as clients compute it
        assert (LOUDEST, *LAYERS)[place] == nearest


def test_a_mono_sound_of_two_channels_has_equal_ones(client, sock, small_machine):
    want = pcm(small_machine.render("kick", (0.5, 0, 0)).samples)
    _, values = client.ask("/ndm/generate", 1, "kick", 0.5, 0.0, 0.0, "channels", 2)
    np.testing.assert_array_equal(read_pcm(values[1]), np.stack([want, want], axis=1))
    assert values[4] == len(want)
    sock.socket.send(
        '{"type":"generate","id":1,"category":"kick","p1":0.5,"p2":0,"p3":0,"channels":2}'
    )
    header, samples, _ = sock.receive()
    assert (header["channels"], header["samples"]) == (2, len(want))
    np.testing.assert_array_equal(samples, np.stack([want, want], axis=1))


def test_a_stereo_upload_over_osc_stays_stereo_if_it_is_asked_for(client, small_machine):
    sound = stereo()
    planar = sound.reshape(-1)
    names = ("category", "snare", "source_channels", 2, "channels", 2)
    client.send(osc("/ndm/upload", 1, len(planar), 44100, *names))
    for i in range(0, len(planar), 1024):
        client.send(osc("/ndm/samples", 1, i, *map(float, planar[i : i + 1024])))
    _, values = client.receive()
    anchor = small_machine.anchor(Clip(sound, 44100), "snare")
    np.testing.assert_array_equal(read_pcm(values[1]), pcm(sound).T)
    _, values = client.ask("/ndm/bend", 2, 1, 0.5, 0, 0, "channels", 2)
    bent = small_machine.bend(anchor, (0.5, 0, 0)).samples
    assert bent.shape[0] == 2
    np.testing.assert_array_equal(read_pcm(values[1]), pcm(bent).T)
    _, values = client.ask("/ndm/layers", 3, 2, "channels", 2)
    soft = small_machine.bend(anchor, (0.5, 0, 0), velocity=32)
    assert_layer(split(values)[32], soft, 2)
    # Without the field, the answer is the mean of both channels.
    _, values = client.ask("/ndm/bend", 4, 1, 0.5, 0, 0)
    np.testing.assert_array_equal(read_pcm(values[1]), pcm(bent.mean(axis=0)))


def test_a_stereo_file_of_the_page_comes_back_with_its_original(sock, small_machine):
    sound = stereo()
    header = {"type": "upload", "id": 1, "category": "snare", "channels": 2}
    sock.socket.send(binary_message(header, wav_file(sound.T, 44100)))
    facts, samples, original = sock.receive()
    for each in (samples, original):
        np.testing.assert_array_equal(each, pcm(sound).T)
    assert facts["original"] == sound.shape[1]


def test_a_machine_with_a_width_sends_both_channels(small_bundle, tmp_path):
    wide = load(small_bundle, width=0.5)
    with (
        serving(wide, port=0, parent=tmp_path) as (_, osc_server),
        Client(osc_server.address[1]) as client,
    ):
        want = wide.render("snare", (0, 0, 0)).samples
        _, values = client.ask("/ndm/generate", 1, "snare", 0, 0, 0, "channels", 2)
        np.testing.assert_array_equal(read_pcm(values[1]), pcm(want).T)
        _, values = client.ask("/ndm/generate", 2, "snare", 0, 0, 0)
        np.testing.assert_array_equal(read_pcm(values[1]), pcm(want.mean(axis=0)))


@pytest.mark.parametrize(
    ("total", "sentence"),
    [
        (7, "total counts both channels, which are equally long: it must be even, got 7"),
        (160_002, "total may be 10 seconds, 160000 at 8000 Hz of two channels, got 160002"),
    ],
)
def test_uploads_of_two_channels_have_limits(total, sentence):
    with pytest.raises(ProtocolError, match=sentence) as caught:
        PartedUpload(1, total, 8000, source_channels=2)
    assert caught.value.code == "out-of-range"


def test_hits_take_turns_and_no_two_are_equal(client, small_machine):
    client.ask("/ndm/random", 1, "snare", "seed", 5)
    _, values = client.ask("/ndm/layers", 2, 1, "hits", 3, "amount", 0.5, "seed", 4)
    _, _, path, samples, _, *velocities = values
    assert velocities == [127] * 3 + [96] * 3 + [64] * 3 + [32] * 3
    whole, _ = soundfile.read(path, dtype="int16")
    hits = np.split(whole, len(velocities))
    for velocity in (127, 96, 64, 32):
        first = hits[velocities.index(velocity)][:, None]
        assert_layer(first, small_machine.render("snare", seed=5, velocity=velocity), 1)
    assert len({hit.tobytes() for hit in hits}) == len(hits)
    _, again = client.ask("/ndm/layers", 3, 1, "hits", 3, "amount", 0.5, "seed", 4)
    np.testing.assert_array_equal(soundfile.read(again[2], dtype="int16")[0], whole)
    assert samples * 12 == len(whole)


def test_hits_at_amount_zero_are_all_the_sound_itself(client):
    client.ask("/ndm/random", 1, "snare", "seed", 5)
    _, values = client.ask("/ndm/layers", 2, 1, "hits", 2, "amount", 0.0)
    hits = np.split(soundfile.read(values[2], dtype="int16")[0], 8)
    for place in (0, 2, 4, 6):
        np.testing.assert_array_equal(hits[place], hits[place + 1])
