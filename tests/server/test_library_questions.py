"""Questions about a library: numbers go out, never paths, and each refusal names its reason.

Over 250 lines, because all tests ask one server, and the library behind it is indexed only once.
"""

import os
import threading

import numpy as np
import pytest
import soundfile
from tests.support.library import SR, drum, write_hits
from tests.support.sounds import noise, tone

from neural_drum_machine.errors import AudioError
from neural_drum_machine.library.adding.indexing import add
from neural_drum_machine.library.adding.measuring import point_of, version_of
from neural_drum_machine.library.library import Library
from neural_drum_machine.server import Engine, Shelf, SoundFolder
from neural_drum_machine.server.delivery import Delivery
from neural_drum_machine.server.library_questions import LISTEN_SECONDS
from neural_drum_machine.server.protocol import (
    ErrorCode,
    ErrorReply,
    LibraryAudio,
    LibraryAudioReply,
    LibraryBetween,
    LibraryFind,
    LibraryLike,
    LibraryMap,
    LibraryNear,
    LibraryStatus,
    LibraryTake,
    ProtocolError,
    Random,
    SamplesReply,
)
from neural_drum_machine.signal.pcm import to_pcm

HITS = {
    "Kick 1.wav": tone(60, 0.3) + 0.02 * drum(1, 0.3),
    "Kick 2.wav": tone(62, 0.3) + 0.02 * drum(2, 0.3),
    "Snare 1.wav": 0.5 * tone(190, 0.2) + noise(0.2, seed=3),
    "Closed Hat 1.wav": noise(0.08, seed=4),
    "Cowbell 1.wav": tone(800, 0.2),
}


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    return write_hits(tmp_path_factory.mktemp("library") / "Secret Folder" / "Kit", HITS)


@pytest.fixture(scope="module")
def indexed(samples, small_bundle, tmp_path_factory):
    path = tmp_path_factory.mktemp("index") / "all.sqlite"
    add([samples.parent], path, model=str(small_bundle), workers=1)
    return path


class Asker:
    """An engine with a library, and its answers."""

    def __init__(self, machine, folder, file, version=None):
        self.engine = Engine(machine, folder, Shelf(file, point_of, version))

    def __call__(self, request):
        done, replies = threading.Event(), []

        def answer(reply):
            replies.append(reply)
            done.set()

        self.engine.submit("page", request, answer, deliver=Delivery.SAMPLES)
        assert done.wait(30)
        return replies[0]


@pytest.fixture(scope="module")
def ask(small_machine, indexed, tmp_path_factory):
    folder = SoundFolder(tmp_path_factory.mktemp("sounds"))
    made = Asker(small_machine, folder, indexed)
    yield made
    made.engine.close()
    folder.close()


@pytest.fixture
def asker(small_machine, folder):
    """Makes askers of a test's own library."""
    made = []

    def make(file, version=None):
        made.append(Asker(small_machine, folder, file, version))
        return made[-1]

    yield make
    for each in made:
        each.engine.close()


@pytest.fixture(scope="module")
def numbers(indexed):
    with Library.open(indexed) as library:
        found, _ = library.find({})
        return {entry.name.rpartition("/")[2]: entry.id for entry in found}


def refusal(reply):
    assert isinstance(reply, ErrorReply)
    return reply.code, reply.sentence


def test_the_status_counts_the_sounds_and_says_how_to_get_a_better_map(ask):
    reply = ask(LibraryStatus(1))
    assert reply.sounds == len(HITS)
    assert reply.categories == {
        "kick": 2, "snare": 1, "closed_hihat": 1, "other": 1
    }  # fmt: skip
    assert reply.layout == "values"
    assert reply.command == "ndm library map --out map.html --library FILE"


def test_the_map_has_all_sounds_with_names_that_are_no_paths(ask, numbers):
    reply = ask(LibraryMap(1))
    n = len(HITS)
    assert (reply.first, reply.total, len(reply.data)) == (0, n, 18 * n)
    ids = np.frombuffer(reply.data, "<u4", n)
    assert ids.tolist() == sorted(numbers.values())
    assert sorted(reply.names) == sorted(name.removesuffix(".wav") for name in HITS)
    x, y, centroid, decay, pitch, length = np.frombuffer(
        reply.data, "<u2", 6 * n, 4 * n
    ).reshape(6, n)  # fmt: skip
    categories = np.frombuffer(reply.data, "u1", n, 16 * n)
    at = {name: reply.names.index(name.removesuffix(".wav")) for name in HITS}
    kick, hat = at["Kick 1.wav"], at["Closed Hat 1.wav"]
    assert [reply.categories[categories[i]] for i in (kick, hat, at["Cowbell 1.wav"])] == [
        "kick", "closed_hihat", "other"
    ]  # fmt: skip
    assert x[kick] < x[hat]
    assert y[kick] > y[hat]
    assert centroid[kick] < centroid[hat]
    assert decay[kick] > decay[hat]
    assert pitch[kick] / 10 == pytest.approx(60, abs=2)
    assert 0.2 < length[kick] / 100 <= 0.3
    assert ask(LibraryMap(2, 3)).names == reply.names[3:]
    assert ask(LibraryMap(3, n)).names == ()


def test_no_answer_holds_a_path(ask, numbers, samples):
    number = numbers["Kick 1.wav"]
    asked = [
        LibraryStatus(1), LibraryMap(2), LibraryFind(3), LibraryNear(4, number),
        LibraryAudio(5, number), LibraryTake(6, number), LibraryAudio(7, 10**6),
    ]  # fmt: skip
    for request in asked:
        told = repr(ask(request))
        assert "Secret Folder" not in told
        assert str(samples) not in told


def test_a_find_is_that_of_the_library(ask, indexed):
    reply = ask(LibraryFind(1, among="kick", pitch_range="40..70", brightness_range="dark"))
    with Library.open(indexed) as library:
        want = library.matching({"pitch": "40..70", "brightness": "dark"}, "kick")
    assert np.frombuffer(reply.data, "<u4").tolist() == want.tolist()
    assert reply.total == len(want) == 1
    code, sentence = refusal(ask(LibraryFind(2, pitch_range="purple")))
    assert code is ErrorCode.LIBRARY
    assert sentence.startswith("pitch purple: use low, high, or a range")
    assert refusal(ask(LibraryFind(3, among="piano")))[0] is ErrorCode.OUT_OF_RANGE


def test_near_is_that_of_the_library_by_number_and_by_sound(ask, numbers, indexed, small_machine):
    number = numbers["Kick 1.wav"]
    reply = ask(LibraryNear(1, number, count=3))
    assert reply.sounds[0] == numbers["Kick 2.wav"]
    assert list(reply.distances) == sorted(reply.distances)
    assert number not in reply.sounds
    others = ask(LibraryNear(2, number, among="other"))
    assert others.sounds == (numbers["Cowbell 1.wav"],)
    drawn = ask(Random(3, "snare", 5))
    like = ask(LibraryLike(4, "snare", drawn.code, exemplars=drawn.exemplars, count=5))
    sound = small_machine.render("snare", seed=5)
    with Library.open(indexed) as library:
        want = library.near(point_of(sound.samples, sound.sr), 5)
    assert like.sounds == tuple(entry.id for entry, _ in want)


def test_a_sound_that_was_taken_in_is_the_nearest_to_itself(ask, numbers):
    number = numbers["Kick 2.wav"]
    taken = ask(LibraryTake(1, number))
    like = ask(LibraryLike(2, taken.sound.category, taken.code, exemplars=taken.exemplars))
    assert like.sounds[0] == number
    assert like.distances[0] < 0.1


def test_the_audio_is_what_taking_the_sound_in_keeps(ask, numbers, samples):
    number = numbers["Snare 1.wav"]
    audio = ask(LibraryAudio(1, number))
    taken = ask(LibraryTake(2, number))
    assert isinstance(taken, SamplesReply)
    assert (taken.sound.category, taken.own is not None) == ("snare", True)
    assert audio.sr == taken.sound.sr == 44100
    assert (audio.left_out, audio.channels) == (0, 1)
    np.testing.assert_array_equal(np.frombuffer(audio.data, "<i2"), taken.original)
    both = ask(LibraryAudio(4, number, channels=2))
    pairs = np.frombuffer(both.data, "<i2").reshape(-1, 2)
    assert both.channels == 2
    np.testing.assert_array_equal(pairs, np.stack([taken.original] * 2, axis=1))
    file, _ = soundfile.read(samples / "Snare 1.wav")
    assert abs(len(taken.original) / 44100 - len(file) / SR) < 0.01
    # It is a request like any other: its sound can be varied.
    assert ask(LibraryTake(3, number, category="kick")).sound.category == "kick"


def test_the_sound_between_some_is_decoded_from_the_mean_of_their_codes(
    ask, numbers, indexed, small_machine
):
    one, two = numbers["Kick 1.wav"], numbers["Snare 1.wav"]
    reply = ask(LibraryBetween(1, (one, 0.75, two, 0.25)))
    with Library.open(indexed) as library:
        code = np.float32(0.75) * library.code(one) + np.float32(0.25) * library.code(two)
    want = small_machine.render_code("kick", code, to="snare", t=0.25)
    np.testing.assert_allclose(reply.code, code, atol=1e-5)
    assert (reply.sound.category, reply.to, reply.t) == ("kick", "snare", pytest.approx(0.25))
    assert np.abs(reply.pcm.astype(int) - to_pcm(want.samples)).max() <= 1
    alone = ask(LibraryBetween(2, (one, 2.0)))
    assert (alone.sound.category, alone.to) == ("kick", None)
    other = numbers["Cowbell 1.wav"]
    assert refusal(ask(LibraryBetween(3, (other, 1.0))))[0] is ErrorCode.LIBRARY


@pytest.mark.parametrize("sounds", [(1, 0.5, 2), (1.5, 1), (-1, 1), (1, 0), (), (1, 1) * 5])
def test_sounds_to_lie_between_are_pairs(sounds):
    with pytest.raises(ProtocolError) as caught:
        LibraryBetween(1, sounds)
    assert caught.value.code is ErrorCode.OUT_OF_RANGE


def test_codes_of_another_model_are_refused(asker, indexed, numbers, small_bundle):
    same = asker(indexed, lambda: version_of(str(small_bundle)))
    assert isinstance(same(LibraryBetween(1, (numbers["Kick 1.wav"], 1.0))), SamplesReply)
    other = asker(indexed, lambda: "another")
    code, sentence = refusal(other(LibraryBetween(1, (numbers["Kick 1.wav"], 1.0))))
    assert code is ErrorCode.LIBRARY
    assert "--model" in sentence


def test_without_a_library_the_status_names_the_command_and_the_rest_is_refused(
    asker, tmp_path, samples, small_bundle
):
    file = tmp_path / "later.sqlite"
    ask = asker(file)
    reply = ask(LibraryStatus(1))
    assert (reply.sounds, reply.command) == (0, "ndm library add ~/Samples --library FILE")
    assert refusal(ask(LibraryMap(2))) == (ErrorCode.LIBRARY, "there is no library yet")
    # It may be made meanwhile, and made anew.
    add([samples], file, model=str(small_bundle), workers=1)
    first = ask(LibraryStatus(3))
    assert first.sounds == len(HITS)
    with Library.open(file) as library:
        library.forget(ask(LibraryNear(4, 1)).sounds[0])
    second = ask(LibraryStatus(5))
    assert second.sounds == len(HITS) - 1
    assert second.version != first.version
    file.unlink()
    assert ask(LibraryStatus(6)).sounds == 0


def test_a_server_without_a_library_says_so(engine, mailbox):
    engine.submit("page", LibraryStatus(1), mailbox.put)
    (reply,) = mailbox.take()
    assert refusal(reply)[0] is ErrorCode.LIBRARY


def test_a_damaged_library_is_an_error_that_names_no_path(asker, tmp_path, indexed):
    file = tmp_path / "hurt.sqlite"
    data = bytearray(indexed.read_bytes())
    data[4096:] = b"\x5a" * (len(data) - 4096)
    file.write_bytes(data)
    code, sentence = refusal(asker(file)(LibraryStatus(1)))
    assert code is ErrorCode.LIBRARY
    assert "damaged" in sentence
    assert "ndm library add" in sentence
    assert str(tmp_path) not in sentence


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has no user numbers")
def test_a_library_of_another_user_is_refused(asker, indexed, monkeypatch):
    mine = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)
    code, sentence = refusal(asker(indexed)(LibraryStatus(1)))
    assert code is ErrorCode.LIBRARY
    assert "belongs to another user" in sentence


def test_files_that_changed_or_are_gone_or_lead_elsewhere_are_refused_by_name(
    asker, tmp_path, small_bundle
):
    folder = write_hits(tmp_path / "Own", HITS)
    file = tmp_path / "own.sqlite"
    add([folder], file, model=str(small_bundle), workers=1)
    with Library.open(file) as library:
        ids = {entry.name.rpartition("/")[2]: entry.id for entry in library.find({})[0]}
    secret = write_hits(tmp_path / "Elsewhere", {"secret.wav": drum(9)}) / "secret.wav"
    soundfile.write(folder / "Kick 1.wav", drum(5), SR)
    (folder / "Kick 2.wav").unlink()
    (folder / "Snare 1.wav").unlink()
    (folder / "Snare 1.wav").symlink_to(secret)
    ask = asker(file)
    said = {name: refusal(ask(LibraryAudio(1, ids[name]))) for name in list(HITS)[:3]}
    assert {code for code, _ in said.values()} == {ErrorCode.LIBRARY}
    assert said["Kick 1.wav"][1].startswith("Kick 1.wav: the file has changed")
    for name in ("Kick 2.wav", "Snare 1.wav"):
        assert "no longer where it was" in said[name][1]
        assert str(tmp_path) not in said[name][1]
    assert refusal(ask(LibraryTake(2, ids["Kick 1.wav"])))[0] is ErrorCode.LIBRARY
    assert isinstance(ask(LibraryAudio(3, ids["Closed Hat 1.wav"])), LibraryAudioReply)


def test_a_long_sound_is_sent_in_part(asker, tmp_path, small_bundle):
    long = np.concatenate([tone(60, 0.5), 0.01 * noise(5.5, seed=1, decay=0)])
    folder = write_hits(tmp_path / "Own", {"Kick 1.wav": long})
    add([folder], tmp_path / "own.sqlite", model=str(small_bundle), workers=1)
    reply = asker(tmp_path / "own.sqlite")(LibraryAudio(1, 1))
    sent = np.frombuffer(reply.data, "<i2")
    assert len(sent) == LISTEN_SECONDS * 44100
    assert reply.left_out == pytest.approx(2 * 44100, abs=100)
    assert sent[-1] == 0


def test_a_question_waits_for_no_sound_and_no_sound_for_a_question(
    asker, indexed, numbers, monkeypatch, small_machine
):
    ask = asker(indexed)
    entered, go = threading.Event(), threading.Event()
    matching = Library.matching

    def held(*arguments):
        entered.set()
        assert go.wait(30)
        return matching(*arguments)

    monkeypatch.setattr(Library, "matching", held)
    found = []
    ask.engine.submit("page", LibraryFind(1), found.append)
    assert entered.wait(30)
    assert isinstance(ask(Random(2, "kick")), SamplesReply)  # while the library is busy
    assert not found
    go.set()


def test_silence_is_like_nothing(small_machine):
    with pytest.raises(AudioError):
        point_of(np.zeros(4410, np.float32), 44100)
