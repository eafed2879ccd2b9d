"""The queue of requests: which are dropped, which wait, and who comes first.

Over 250 lines, because a queue has many laws, each a short test, and one set of helpers.
"""

import numpy as np
import pytest

from neural_drum_machine.server import clients, queue
from neural_drum_machine.server.clients import Entry, Lane
from neural_drum_machine.server.protocol import MAX_WAITING, ProtocolError
from neural_drum_machine.server.queue import RequestQueue
from neural_drum_machine.sound import Sound


def entry(id_, lane=Lane.IN_TURN):
    return Entry(id_, lane, f"item {id_}")


@pytest.fixture
def kick():
    return Sound(np.zeros(8, np.float32), 44100, "kick", np.zeros(8, np.float32), 1, "", "")


@pytest.fixture
def requests(clock):
    return RequestQueue(clock)


def drained(requests, take=None):
    """The ids of everything that waits for a worker, in the order in which it is handled."""
    ids = []
    take = take or requests.next
    while (turn := take()) is not None:
        ids.append(turn.entry.id)
        requests.finish(turn)
    return ids


def refused(requests, client, one):
    with pytest.raises(ProtocolError) as caught:
        requests.add(client, one)
    assert caught.value.id == one.id
    return caught.value


def test_requests_of_a_client_are_handled_in_order(requests):
    for i in range(3):
        assert requests.add("a", entry(i)) == []
    assert requests.waiting == 3
    assert drained(requests) == [0, 1, 2]
    assert (requests.waiting, requests.next()) == (0, None)


def test_the_newest_drag_overtakes_the_one_that_waits(requests):
    overtaken = [requests.add("a", entry(i, Lane.NEWEST)) for i in range(4)]
    assert overtaken == [[], *([(entry(i, Lane.NEWEST), None)] for i in range(3))]
    assert drained(requests) == [3]


def test_a_drag_that_is_being_handled_is_not_overtaken(requests):
    requests.add("a", entry(0, Lane.NEWEST))
    turn = requests.next()
    assert requests.add("a", entry(1, Lane.NEWEST)) == []
    requests.finish(turn)
    assert drained(requests) == [1]


def test_a_line_is_handled_one_request_at_a_time(requests):
    requests.add("a", entry(1))
    requests.add("a", entry(2))
    turn = requests.next()
    assert requests.next() is None
    requests.finish(turn)
    assert drained(requests) == [2]


def test_between_two_other_requests_comes_a_drag(requests):
    for i in range(MAX_WAITING):
        requests.add("a", entry(i))
        requests.add(f"b{i}", entry(10 + i))
    handled = []
    for i in range(2 * MAX_WAITING):  # somebody drags all the time
        requests.add("drag", entry(100 + i, Lane.NEWEST))
        handled += [(turn := requests.next()).entry.id]
        requests.finish(turn)
    assert [id_ >= 100 for id_ in handled] == [True, False] * MAX_WAITING


def test_what_takes_long_waits_for_a_worker_of_its_own(requests):
    requests.add("a", entry(1))
    requests.add("a", entry(2, Lane.SEARCH))
    requests.add("a", entry(3))
    requests.add("a", entry(4, Lane.NEWEST))
    assert requests.next_long() is None  # the line's order is kept: the search may need sound 1
    assert drained(requests) == [4, 1]
    search = requests.next_long()
    assert search.entry.id == 2
    requests.add("a", entry(5, Lane.NEWEST))
    assert drained(requests) == [5]  # a drag waits for nothing
    requests.finish(search)
    assert drained(requests) == [3]


def test_drags_of_different_clients_do_not_overtake_each_other(requests):
    assert requests.add("a", entry(1, Lane.NEWEST)) == []
    assert requests.add("b", entry(2, Lane.NEWEST)) == []
    assert drained(requests) == [1, 2]


def test_clients_take_turns(requests):
    for client, id_ in (("a", 0), ("a", 1), ("a", 2), ("b", 10), ("b", 11), ("c", 20)):
        requests.add(client, entry(id_))
    assert drained(requests) == [0, 10, 20, 1, 11, 2]


def test_a_client_has_so_many_waiting_and_may_still_drag(requests):
    for i in range(MAX_WAITING):
        requests.add("a", entry(i))
    error = refused(requests, "a", entry(98))
    assert error.code == "busy"
    assert str(error).startswith("8 requests of this client wait already")
    requests.add("a", entry(99, Lane.NEWEST))
    assert refused(requests, "a", entry(98)).code == "busy"
    requests.add("b", entry(100))
    assert drained(requests) == [99, 100, *range(MAX_WAITING)]


def test_few_searches_wait_and_whoever_has_most_of_them_gives_way(requests):
    for i in range(queue.MAX_SEARCHES_OF_PARTY):
        requests.add("a", entry(i, Lane.SEARCH))
    assert refused(requests, "a", entry(9, Lane.SEARCH)).code == "busy"
    for i in range(queue.MAX_WAITING_SEARCHES - queue.MAX_SEARCHES_OF_PARTY):
        requests.add("b", entry(10 + i, Lane.SEARCH))
    ((dropped, reason),) = requests.add("c", entry(20, Lane.SEARCH))
    assert (dropped.id, reason.code, reason.id) == (3, "busy", 3)
    assert requests.next_long().entry.id == 0
    # Those who had no turn yet are next.
    assert [requests.next_long().entry.id for _ in range(2)] == [10, 20]


def test_a_search_is_refused_if_nobody_has_more_of_them(requests):
    for i in range(queue.MAX_WAITING_SEARCHES):
        requests.add(f"client {i}", entry(i, Lane.SEARCH))
    error = refused(requests, "another", entry(9, Lane.SEARCH))
    assert error.code == "busy"
    assert str(error).startswith("8 such requests wait already, a second each")
    requests.next_long()
    assert requests.add("another", entry(11, Lane.SEARCH)) == []


def test_what_measures_waits_for_no_search(requests):
    requests.add("a", entry(1, Lane.SEARCH))
    requests.add("b", entry(2, Lane.SEARCH))
    requests.add("c", entry(3, Lane.MEASURE))
    requests.add("d", entry(4, Lane.BACKGROUND))
    assert requests.next_long().entry.id == 1
    assert [requests.next_measure().entry.id for _ in range(2)] == [3, 4]
    assert requests.next_measure() is None
    # Each lane has room of its own, and no more for one sender.
    for id_ in range(queue.MAX_SEARCHES_OF_PARTY):
        requests.add("e", entry(10 + id_, Lane.MEASURE))
    assert str(refused(requests, "e", entry(99, Lane.MEASURE))).startswith("4 such requests wait")
    assert requests.add("e", entry(20, Lane.SEARCH)) == []


def test_measures_and_background_requests_alternate(requests):
    for id_ in (1, 2):
        requests.add("a", entry(id_, Lane.BACKGROUND))
        requests.add("b", entry(10 + id_, Lane.MEASURE))
    requests.add("b", entry(3))
    assert requests.waiting == 3  # background entries are not counted
    assert requests.next() is None
    measure = requests.next_measure()
    turn = requests.next_measure()
    assert (measure.entry.id, turn.entry.id, turn.client) == (11, 2, None)
    assert requests.put_back(turn)
    requests.finish(measure)
    assert drained(requests, requests.next_measure) == [12, 2, 1]


def test_so_many_background_entries_wait(requests):
    for id_ in range(queue.MAX_WAITING_BACKGROUND):
        requests.add("a", entry(id_, Lane.BACKGROUND))
    error = refused(requests, "b", entry(99, Lane.BACKGROUND))
    assert error.code == "busy"
    assert str(error).startswith("64 map requests wait already")


def test_the_client_that_is_idle_longest_makes_room(requests, monkeypatch):
    monkeypatch.setattr(clients, "MAX_CLIENTS", 2)
    numbers = {}
    for id_, client in enumerate("abac"):  # c takes the place of b
        requests.add(client, entry(id_))
        turn = requests.next()
        numbers.setdefault(client, turn.client.number)
        assert turn.client.number == numbers[client]
        requests.finish(turn)
    assert numbers == {"a": 0, "b": 1, "c": 1}
    assert requests.clients == 2


def test_a_client_keeps_its_recent_sounds_until_it_is_forgotten(requests):
    requests.add("a", entry(1))
    turn = requests.next()
    requests.finish(turn)
    requests.add("a", entry(2))
    assert requests.next().client.recent is turn.client.recent
    requests.leave("a")
    requests.add("a", entry(3))
    assert requests.next().client.recent is not turn.client.recent


def test_who_asks_most_makes_room_if_all_wait(requests, monkeypatch):
    monkeypatch.setattr(clients, "MAX_CLIENTS", 2)
    requests.add("a", entry(1))
    turn = requests.next()  # a client that is being served stays
    requests.add("b", entry(2))
    requests.add("b", entry(3))
    dropped = requests.add("c", entry(4))
    assert [(each.id, reason.code, reason.id) for each, reason in dropped] == [
        (2, "busy", 2), (3, "busy", 3)
    ]  # fmt: skip
    requests.finish(turn)
    assert drained(requests) == [4]


def test_nobody_makes_room_for_a_newcomer_who_is_being_served(requests, monkeypatch):
    monkeypatch.setattr(clients, "MAX_CLIENTS", 1)
    requests.add("a", entry(1))
    requests.next()
    assert refused(requests, "b", entry(2)).code == "busy"


def test_who_has_made_several_sounds_is_not_forgotten_for_passers_by(requests, kick):
    requests.add("silent", entry(0))
    turn = requests.next()
    requests.finish(turn)
    for id_ in (0, 1):
        turn.client.recent.keep(id_, kick)
    for id_ in range(3 * clients.MAX_CLIENTS):
        requests.add(f"passer-by {id_}", entry(id_))
        drained(requests)
    requests.add("silent", entry(1))
    assert requests.next().client.recent.find(0).category == kick.category


def test_one_who_speaks_for_many_clients_has_no_more_turns(requests):
    for id_ in range(40):
        requests.add(f"port {id_}", entry(id_, Lane.NEWEST), sender="a")
    for id_ in range(100, 103):
        requests.add("b", entry(id_))
        requests.add("c", entry(id_, Lane.NEWEST))
    first = [requests.next().entry.id for _ in range(4)]
    assert 102 in first  # c's newest one: its turn comes after one of the forty, not after all
    assert 100 in first


def test_one_who_speaks_for_many_clients_makes_room_itself(requests):
    requests.add("silent", entry(0))
    drained(requests)
    for id_ in range(3 * clients.MAX_CLIENTS):
        requests.add(f"port {id_}", entry(id_), sender="a")
        drained(requests)
    known = requests.clients
    requests.add("silent", entry(1))
    assert requests.clients == known


def test_a_client_that_leaves_takes_its_requests_along(requests):
    requests.add("a", entry(1))
    requests.add("b", entry(2))
    requests.add("a", entry(3))
    requests.leave("a")
    requests.leave("nobody")
    assert drained(requests) == [2]
    assert requests.clients == 1


def test_a_client_that_leaves_during_its_turn_is_forgotten(requests):
    requests.add("a", entry(1))
    turn = requests.next()
    requests.add("a", entry(2))
    requests.leave("a")
    requests.finish(turn)
    assert (requests.next(), requests.clients) == (None, 0)


def test_a_closed_queue_returns_what_waits_and_takes_nothing(requests):
    for id_, lane in enumerate((Lane.NEWEST, Lane.IN_TURN, Lane.BACKGROUND, Lane.BACKGROUND)):
        requests.add("a", entry(id_, lane))
    turn = requests.next()
    assert [each.id for each in requests.close()] == [1, 2, 3]
    requests.finish(turn)
    assert (requests.next(), requests.waiting) == (None, 0)
    assert refused(requests, "b", entry(9)).code == "closing"
    assert refused(requests, "b", entry(9, Lane.BACKGROUND)).code == "closing"


def test_background_work_is_not_put_back_into_a_closed_queue(requests):
    requests.add("a", entry(1, Lane.BACKGROUND))
    turn = requests.next_measure()
    assert requests.close() == []
    assert not requests.put_back(turn)
    assert requests.next_measure() is None


RENDER = 0.03
"""Seconds that a sound takes in a simulated server: as on two cores without AVX-512."""


def simulated(requests, clock, crowd, rate, *, crowd_from, me_from, seconds=6.0):
    """The 95th percentile of the waits, and the longest gap, of somebody beside a crowd.

    I drag at 60 messages a second, each of the crowd at `rate`.
    """
    heard, sent, free_at, in_hand = [], {}, 0.0, None
    for ms in range(round(1000 * seconds)):
        clock.now = ms / 1000
        if ms % 17 == 0 and clock.now >= me_from:
            sent[ms] = clock.now
            requests.add("me", entry(ms, Lane.NEWEST))
        for i in range(crowd if clock.now >= crowd_from else 0):
            if (ms + 7 * i) % round(1000 / rate) == 0:
                requests.add(f"crowd {i}", entry(-1, Lane.NEWEST))
        if clock.now < free_at:
            continue
        if in_hand is not None:
            requests.finish(in_hand)
            if in_hand.entry.id >= 0:
                heard.append((clock.now, clock.now - sent[in_hand.entry.id]))
        in_hand = requests.next()
        if in_hand is not None:
            free_at = clock.now + RENDER
    times = [me_from, *(at for at, _ in heard), seconds]
    return np.percentile([wait for _, wait in heard], 95), np.diff(times).max()


@pytest.mark.parametrize(("crowd", "rate"), [(40, 2), (100, 5)])
def test_a_crowd_costs_who_was_here_before_it_one_turn_of_two(requests, clock, crowd, rate):
    p95, gap = simulated(requests, clock, crowd, rate, crowd_from=3, me_from=0)
    assert p95 <= 4 * RENDER
    assert gap <= 6 * RENDER


@pytest.mark.parametrize(("crowd", "rate"), [(40, 2), (100, 5)])
def test_who_comes_into_a_crowd_has_sounds_soon(requests, clock, crowd, rate):
    p95, gap = simulated(requests, clock, crowd, rate, crowd_from=0, me_from=3)
    assert p95 <= 6 * RENDER
    assert gap <= 8 * RENDER


def test_questions_about_the_library_have_lines_and_a_worker_of_their_own(requests):
    for i in range(MAX_WAITING):
        requests.add("a", entry(i, Lane.LIBRARY))
    assert refused(requests, "a", entry(50, Lane.LIBRARY)).code == "busy"
    requests.add("b", entry(60, Lane.LIBRARY))
    requests.add("a", entry(70))  # its sounds do not wait for its questions
    assert drained(requests) == [70]
    assert requests.next_long() is None
    first, second = requests.next_question(), requests.next_question()
    assert {first.entry.id, second.entry.id} == {0, 60}
    assert requests.next_question() is None  # one of each client at a time
    requests.finish(first)
    requests.finish(second)
    assert requests.next_question().entry.id == 1
    assert {each.id for each in requests.close()} == set(range(2, MAX_WAITING))
    assert requests.next_question() is None


def test_files_have_a_line_of_their_own_and_wait_for_no_sound(requests):
    requests.add("a", entry(1, Lane.FILES))
    requests.add("a", entry(2, Lane.FILES))
    requests.add("a", entry(3))
    first = requests.next_file()
    assert (first.entry.id, requests.next_file()) == (1, None)  # one of a client at a time
    assert drained(requests) == [3]
    requests.finish(first)
    assert requests.next_file().entry.id == 2


def test_few_files_may_wait(requests):
    for client in range(queue.MAX_WAITING_FILES_OF_ALL // queue.MAX_WAITING_FILES):
        for i in range(queue.MAX_WAITING_FILES):
            requests.add(client, entry(i, Lane.FILES))
        assert "2 requests of this client wait" in str(
            refused(requests, client, entry(9, Lane.FILES))
        )
    assert "16 loops and exports wait" in str(refused(requests, "other", entry(9, Lane.FILES)))


@pytest.mark.parametrize("lane", [Lane.NEWEST, Lane.IN_TURN, Lane.SEARCH, Lane.LIBRARY, Lane.FILES])
def test_a_request_that_waits_can_be_withdrawn_by_its_client_alone(requests, lane):
    one, other = entry(1, lane), entry(2, Lane.IN_TURN)
    requests.add("a", one)
    requests.add("a", other)
    assert requests.withdraw("b", 1) == []
    assert requests.withdraw("a", 1) == [one]
    assert requests.withdraw("a", 1) == []
    assert requests.waiting == 1
    assert requests.close() == [other]
