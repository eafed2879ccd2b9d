import pytest

from neural_drum_machine.server import queue
from neural_drum_machine.server.protocol import MAX_WAITING, ProtocolError
from neural_drum_machine.server.queue import Entry, Lane, RequestQueue


def entry(id_, lane=Lane.IN_TURN):
    return Entry(id_, lane, f"item {id_}")


@pytest.fixture
def requests():
    return RequestQueue()


def drained(requests):
    """The ids of everything that waits, in the order in which it is handled."""
    ids = []
    while (turn := requests.next()) is not None:
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
        assert requests.add("a", entry(i)) is None
    assert requests.waiting == 3
    assert drained(requests) == [0, 1, 2]
    assert (requests.waiting, requests.next()) == (0, None)


def test_the_newest_drag_overtakes_the_one_that_waits(requests):
    overtaken = [requests.add("a", entry(i, Lane.NEWEST)) for i in range(4)]
    assert overtaken == [None, *(entry(i, Lane.NEWEST) for i in range(3))]
    assert drained(requests) == [3]


def test_a_drag_that_is_being_handled_is_not_overtaken(requests):
    requests.add("a", entry(0, Lane.NEWEST))
    turn = requests.next()
    assert requests.add("a", entry(1, Lane.NEWEST)) is None
    assert requests.next() is None  # one at a time for each client
    requests.finish(turn)
    assert drained(requests) == [1]


def test_a_drag_takes_the_place_of_the_one_it_overtakes(requests):
    for one in (entry(1, Lane.NEWEST), entry(2), entry(3, Lane.NEWEST)):
        requests.add("a", one)
    assert drained(requests) == [3, 2]


def test_drags_of_different_clients_do_not_overtake_each_other(requests):
    assert requests.add("a", entry(1, Lane.NEWEST)) is None
    assert requests.add("b", entry(2, Lane.NEWEST)) is None
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
    assert drained(requests) == [0, 100, *range(1, MAX_WAITING), 99]


def test_few_searches_wait_for_all_clients_together(requests):
    for i in range(queue.MAX_WAITING_SEARCHES):
        requests.add(f"client {i}", entry(i, Lane.SEARCH))
    error = refused(requests, "another", entry(9, Lane.SEARCH))
    assert error.code == "busy"
    assert str(error).startswith("4 sounds wait already to be encoded")
    requests.add("another", entry(10))
    turn = requests.next()
    requests.finish(turn)
    requests.add("another", entry(11, Lane.SEARCH))


def test_background_entries_come_last_and_the_newest_of_them_first(requests):
    for id_ in (1, 2):
        requests.add("a", entry(id_, Lane.BACKGROUND))
    requests.add("b", entry(3))
    assert requests.waiting == 1  # background entries are not counted
    assert requests.next().entry.id == 3
    turn = requests.next()
    assert (turn.entry.id, turn.client) == (2, None)
    assert requests.put_back(turn)
    requests.add("c", entry(4))
    assert drained(requests) == [4, 2, 1]


def test_so_many_background_entries_wait(requests):
    for id_ in range(queue.MAX_WAITING_BACKGROUND):
        requests.add("a", entry(id_, Lane.BACKGROUND))
    error = refused(requests, "b", entry(99, Lane.BACKGROUND))
    assert error.code == "busy"
    assert str(error).startswith("64 map requests wait already")


def test_the_client_that_is_idle_longest_makes_room(requests, monkeypatch):
    monkeypatch.setattr(queue, "MAX_CLIENTS", 2)
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


def test_no_client_makes_room_while_it_waits_or_is_served(requests, monkeypatch):
    monkeypatch.setattr(queue, "MAX_CLIENTS", 2)
    requests.add("a", entry(1))
    turn = requests.next()
    requests.add("b", entry(2))
    error = refused(requests, "c", entry(3))
    assert error.code == "busy"
    assert str(error).startswith("2 other clients wait for sounds")
    requests.finish(turn)
    requests.add("c", entry(4))
    assert drained(requests) == [2, 4]


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
    for id_, lane in enumerate((Lane.IN_TURN, Lane.NEWEST, Lane.BACKGROUND, Lane.BACKGROUND)):
        requests.add("a", entry(id_, lane))
    turn = requests.next()
    assert [each.id for each in requests.close()] == [1, 2, 3]
    requests.finish(turn)
    assert (requests.next(), requests.waiting) == (None, 0)
    assert refused(requests, "b", entry(9)).code == "closing"
    assert refused(requests, "b", entry(9, Lane.BACKGROUND)).code == "closing"


def test_background_work_is_not_put_back_into_a_closed_queue(requests):
    requests.add("a", entry(1, Lane.BACKGROUND))
    turn = requests.next()
    assert requests.close() == []
    assert not requests.put_back(turn)
    assert requests.next() is None
