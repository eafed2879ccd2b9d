"""The whole device in the stand-in for Max: servers that start, stop and restart; lost answers."""

import numpy as np
from tests.clients.max.conftest import needs_node, played, same

from neural_drum_machine import __version__
from neural_drum_machine.server import LOOPBACK, serving
from neural_drum_machine.server.listening import free_port

pytestmark = needs_node


def test_a_device_waits_for_its_server_and_survives_a_restart(device, small_machine, tmp_path):
    port = free_port(LOOPBACK)
    live = device(port)
    live.until(lambda: live.text("status") == f"no server at port {port}", step=200)
    assert live.text("error") == "start the server: make play"
    live.set("P1", 0.5)  # sent when a server is there
    with serving(small_machine, port=port, parent=tmp_path):
        live.until(lambda: live.sound() is not None, step=200)
        assert same(live, small_machine.render("kick", (0.5, 0, 0)))
        assert live.text("error") == "ready"
        live.set("Variation")
        live.settle()
        varied = played(live)
    # Three seconds without an answer: the server counts as gone.
    live.until(lambda: live.text("status") == f"no server at port {port}", step=200)
    with serving(small_machine, port=port, parent=tmp_path):
        live.until(lambda: live.text("status").startswith(f"server {__version__}"), step=200)
        live.settle()
        np.testing.assert_array_equal(played(live), varied)


def test_a_restarted_server_gets_the_earlier_request_again(device, small_machine, tmp_path):
    with serving(small_machine, port=0, parent=tmp_path) as (_, server):
        port = server.address[1]
        live = device(port)
        live.until(lambda: live.sound() is not None)
        live.set("Random")
        live.settle()
    with serving(small_machine, port=port, parent=tmp_path):
        live.set("Variation")
        live.settle()
        vary = [m for m in live.sent if m[0] == "/ndm/variation"]
        assert (
            len(vary) == 2
        )  # the first was refused as unknown; random and variation were sent again
        random = [m for m in live.sent if m[0] == "/ndm/random"]
        assert len(random) == 2
        assert random[0][2:] == random[1][2:]
        assert live.text("error") == "ready"


def test_another_port_is_tried_if_the_one_for_answers_is_taken(live):
    live.lose_its_port()
    live.until(lambda: live.text("status").startswith("no server"), step=200)
    live.until(lambda: live.text("status").startswith(f"server {__version__}"), step=200)


def test_a_request_is_repeated_if_its_answer_is_lost(live, small_machine):
    live.set("P1", 0.5)
    live.advance(20)
    live.lose_an_answer()
    live.settle(step=100)
    live.until(lambda: same(live, small_machine.render("kick", (0.5, 0, 0))), step=200)
