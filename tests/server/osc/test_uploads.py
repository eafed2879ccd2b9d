"""Uploads in parts: over the wire, and with a clock that the test moves."""

import random

import numpy as np
import pytest
from tests.support.audio import pcm, read_pcm
from tests.support.osc import Client, osc
from tests.support.sounds import noise, tone

from neural_drum_machine.server.counters import Counters
from neural_drum_machine.server.osc import uploads
from neural_drum_machine.server.osc.uploads import Uploads
from neural_drum_machine.server.protocol import PartedUpload, ProtocolError, Samples
from neural_drum_machine.signal.audio_file import Clip
from neural_drum_machine.signal.hit import make_hit


def parts(id_, samples, size=1024):
    return [
        osc("/ndm/samples", id_, i, *map(float, samples[i : i + size]))
        for i in range(0, len(samples), size)
    ]


@pytest.fixture
def client(shared_server):
    with Client(shared_server[1].address[1]) as made:
        yield made


@pytest.mark.parametrize("sr", [22050, 44100, 48000])
def test_parts_in_any_order_and_twice_are_the_sound(client, small_machine, sr):
    errors = client.status()["errors"]
    samples = tone(220, 0.2, sr) + np.float32(0.1) * noise(0.2, sr)
    client.send(osc("/ndm/upload", 7, len(samples), sr, "category", "snare"))
    messages = parts(7, samples)
    messages += messages[:3]
    random.Random(sr).shuffle(messages)
    for message in messages:
        client.send(message)
    address, values = client.receive()
    assert (address, values[0], values[7]) == ("/ndm/sound", 7, "snare")
    # It is taken in as it is.
    want = small_machine.bend(small_machine.anchor(Clip(samples[None], sr), "snare"))
    np.testing.assert_array_equal(read_pcm(values[1]), pcm(want.samples))
    assert len(want.samples) == round(len(samples) * 44100 / sr)
    # It can be named like any other sound. A part that comes late is ignored.
    client.send(messages[0])
    address, values = client.ask("/ndm/encode", 8, 7, "category", "kick")
    assert (address, values[0], values[7]) == ("/ndm/sound", 8, "kick")
    assert client.status()["errors"] == errors


def test_without_a_category_the_best_one_is_taken(client, small_machine):
    samples = tone(60, 0.18)
    client.send(osc("/ndm/upload", 1, len(samples), 22050))
    for message in parts(1, samples, 500):
        client.send(message)
    hit = make_hit(samples, 22050, small_machine.spec)
    assert client.receive()[1][7] == small_machine.guess_category(hit)


def test_errors_name_the_upload_and_the_reason(client):
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
    address, values = client.receive()
    assert values[:2] == [7, "bad-audio"]
    assert values[2].startswith("the uploaded file: silent")


@pytest.fixture
def gathered(clock):
    counters = Counters()
    return Uploads(counters, clock), counters


def test_the_last_missing_part_completes_the_upload(gathered, mailbox):
    uploads_, _ = gathered
    announced = PartedUpload(1, 3, 8000)
    uploads_.begin("a", announced, mailbox.put, 12.5)
    assert uploads_.add("a", Samples(1, 2, (0.5,))) is None
    complete = uploads_.add("a", Samples(1, 0, (-0.25, 1)))
    assert (complete.announced, complete.answer, complete.received) == (
        announced, mailbox.put, 12.5
    )  # fmt: skip
    assert complete.samples.dtype == np.float32
    assert complete.samples.tolist() == [-0.25, 1, 0.5]
    assert uploads_.in_progress == 0
    assert uploads_.add("a", Samples(1, 0, (0.5,))) is None  # late, and ignored


def test_every_part_restarts_the_timeout(gathered, clock, mailbox):
    uploads_, counters = gathered
    uploads_.begin("a", PartedUpload(3, 3000, 22050), mailbox.put, 0)
    clock.now = 2.9
    uploads_.add("a", Samples(3, 1024, (1.0,) * 1024))
    clock.now = 5.8
    uploads_.expire()
    assert mailbox.empty()
    clock.now = 5.9
    uploads_.expire()
    (error,) = mailbox.take()
    assert (error.id, error.code) == (3, "incomplete")
    assert error.sentence == (
        "1976 of 3000 samples have not come, the first is number 0; send the sound again, "
        "more slowly"
    )
    assert counters.snapshot(0, 0).errors == 1


def test_uploads_belong_to_a_client_and_are_bounded(gathered, mailbox):
    uploads_, _ = gathered
    for client in range(uploads.MAX_UPLOADS):
        uploads_.begin(client, PartedUpload(client, 3, 8000), mailbox.put, 0)
    with pytest.raises(ProtocolError, match="8 other clients upload sounds") as caught:
        uploads_.begin("late", PartedUpload(9, 3, 8000), mailbox.put, 0)
    assert (caught.value.code, caught.value.id) == ("busy", 9)
    # A client that is among them may begin again; its first upload is superseded.
    uploads_.begin(0, PartedUpload(10, 3, 8000), mailbox.put, 0)
    assert (mailbox.take()[0].by, uploads_.in_progress) == (10, 8)
    with pytest.raises(ProtocolError, match="no upload 1 is in progress for this client"):
        uploads_.add(0, Samples(1, 0, (0.5,)))
    uploads_.close()
    assert {(r.id, r.code) for r in mailbox.take(8)} == {
        (id_, "closing") for id_ in (*range(1, 8), 10)
    }


def test_the_slowest_upload_gives_way_to_another_one(gathered, clock, mailbox):
    uploads_, _ = gathered
    for client in range(uploads.MAX_UPLOADS):
        uploads_.begin(client, PartedUpload(client, 3000, 8000), mailbox.put, 0)
    for second in range(3):  # each is kept alive; one sends more than the others
        clock.now += 1
        for client in range(uploads.MAX_UPLOADS):
            n = 1 if client == 5 else 2
            uploads_.add(client, Samples(client, n * second, (0.5,) * n))
    uploads_.begin("late", PartedUpload(9, 3, 8000), mailbox.put, 0)
    (reply,) = mailbox.take()
    assert (reply.id, reply.code) == (5, "incomplete")
    assert "others upload faster" in reply.sentence
    assert uploads_.in_progress == uploads.MAX_UPLOADS


def test_one_sender_has_few_uploads(gathered, mailbox):
    uploads_, _ = gathered
    for client in range(uploads.MAX_UPLOADS_OF_SENDER):
        uploads_.begin(client, PartedUpload(client, 3, 8000), mailbox.put, 0, "one")
    with pytest.raises(ProtocolError, match="you upload 2 sounds"):
        uploads_.begin(8, PartedUpload(9, 3, 8000), mailbox.put, 0, "one")
    uploads_.begin(9, PartedUpload(9, 3, 8000), mailbox.put, 0, "another")


def test_an_answer_that_cannot_be_sent_ends_nothing(gathered, clock):
    uploads_, _ = gathered

    def gone(_):
        raise OSError("gone")

    uploads_.begin("a", PartedUpload(1, 3, 8000), gone, 0)
    clock.now = 9
    uploads_.expire()
    assert uploads_.in_progress == 0
