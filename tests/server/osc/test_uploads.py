"""Sounds that come in parts, over the wire and with a clock that the test turns."""

import random

import numpy as np
import pytest
import soundfile
from neural_drum_machine.server.uploads import Uploads
from tests.server.conftest import osc
from tests.support.sounds import noise, tone

from neural_drum_machine.server import uploads
from neural_drum_machine.server.protocol import PartedUpload, ProtocolError, Samples
from neural_drum_machine.signal.hit import make_hit


def parts(id_, samples, size=1024):
    return [
        osc("/ndm/samples", id_, i, *map(float, samples[i : i + size]))
        for i in range(0, len(samples), size)
    ]


def pcm(samples):
    return np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)


def versions(machine, samples, sr, category):
    hit = make_hit(samples, sr, machine.spec, "")
    return machine.render_code(category, machine.encode(hit, category))


@pytest.mark.parametrize("sr", [22050, 44100, 48000])
def test_parts_in_any_order_and_twice_are_the_sound(client, small_machine, sr):
    samples = tone(220, 0.2, sr) + np.float32(0.1) * noise(0.2, sr)
    client.send(osc("/ndm/upload", 7, len(samples), sr, "category", "snare"))
    messages = parts(7, samples)
    messages += messages[:3]
    random.Random(sr).shuffle(messages)
    for message in messages:
        client.send(message)
    address, values = client.receive()
    assert (address, values[0], values[7]) == ("/ndm/sound", 7, "snare")
    want = versions(small_machine, samples, sr, "snare")
    heard, _ = soundfile.read(values[1], dtype="int16")
    np.testing.assert_array_equal(heard, pcm(want.samples))
    # It is a sound like any other: it can be heard as another category, and late parts are nothing.
    client.send(messages[0])
    address, values = client.ask("/ndm/encode", 8, 7, "category", "kick")
    assert (address, values[0], values[7]) == ("/ndm/sound", 8, "kick")
    assert client.status()["errors"] == 0


def test_without_a_category_the_best_one_is_taken(client, small_machine):
    samples = tone(60, 0.18)
    client.send(osc("/ndm/upload", 1, len(samples), 22050))
    for message in parts(1, samples, 500):
        client.send(message)
    hit = make_hit(samples, 22050, small_machine.spec, "")
    assert client.receive()[1][7] == small_machine.guess_category(hit)


def test_what_is_wrong_is_said(client):
    address, values = client.ask("/ndm/samples", 5, 0, 0.5)
    assert (address, values[:2]) == ("/ndm/error", [5, "unknown-sound"])
    assert "no upload 5 is in progress for this client; begin with /ndm/upload" in values[2]
    client.send(osc("/ndm/upload", 5, 100, 22050))
    address, values = client.ask("/ndm/samples", 5, 99, 0.5, 0.5)
    assert (address, values[:2]) == ("/ndm/error", [5, "out-of-range"])
    assert values[2] == "samples must end at 100, the total, got 2 from 99 on"
    address, values = client.ask("/ndm/upload", 6, 50, 22050, "category", "gong")
    assert (address, values) == ("/ndm/superseded", [5, 6])
    assert client.ask("/ndm/samples", 6, 0, *[0.5] * 50)[1][:2] == [6, "unknown-category"]
    client.send(osc("/ndm/upload", 7, 4000, 22050))
    for message in parts(7, np.zeros(4000)):
        client.send(message)
    assert client.receive()[1][:2] == [7, "bad-audio"]


def test_parts_that_do_not_come_are_an_error_in_time(client, monkeypatch):
    monkeypatch.setattr(uploads, "TIMEOUT_SECONDS", 0.5)
    client.send(osc("/ndm/upload", 3, 3000, 22050))
    client.send(parts(3, np.ones(3000))[1])
    address, values = client.receive()
    assert (address, values[:2]) == ("/ndm/error", [3, "incomplete"])
    assert values[2] == (
        "1976 of 3000 samples have not come, the first is number 0; send the sound again, "
        "more slowly"
    )
    assert client.status()["errors"] == 1


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def gathered(engine):
    clock = Clock()
    return Uploads(engine, clock), clock


def test_every_part_buys_time(gathered, mailbox):
    uploads_, clock = gathered
    uploads_.begin("a", PartedUpload(1, 3, 8000), mailbox.put, 0)
    clock.now = 2.9
    uploads_.add("a", Samples(1, 0, (0.5,)))
    clock.now = 5.8
    uploads_.expire()
    assert mailbox.empty()
    clock.now = 5.9
    uploads_.expire()
    assert mailbox.get(timeout=30).code == "incomplete"


def test_uploads_are_of_one_client_and_bounded(gathered, mailbox):
    uploads_, _ = gathered
    for client in range(uploads.MAX_UPLOADS):
        uploads_.begin(client, PartedUpload(client, 3, 8000), mailbox.put, 0)
    with pytest.raises(ProtocolError, match="8 other clients upload sounds") as caught:
        uploads_.begin("late", PartedUpload(9, 3, 8000), mailbox.put, 0)
    assert (caught.value.code, caught.value.id) == ("busy", 9)
    # Who is among them may begin anew, and is told of the first.
    uploads_.begin(0, PartedUpload(10, 3, 8000), mailbox.put, 0)
    assert (mailbox.get(timeout=30).by, len(uploads_._open)) == (10, 8)
    with pytest.raises(ProtocolError, match="no upload 1 is in progress for this client"):
        uploads_.add(0, Samples(1, 0, (0.5,)))
    uploads_.close()
    assert {(r.id, r.code) for r in mailbox.take(8)} == {
        (id_, "closing") for id_ in (*range(1, 8), 10)
    }


def test_an_answer_that_cannot_be_sent_ends_nothing(gathered):
    uploads_, clock = gathered

    def gone(_):
        raise OSError("gone")

    uploads_.begin("a", PartedUpload(1, 3, 8000), gone, 0)
    clock.now = 9
    uploads_.expire()
    assert uploads_._open == {}
