"""The patch in a real Pd: servers that start, stop and restart; requests and errors."""

import socket
import threading

import pytest
from tests.clients.pd.conftest import needs_pd
from tests.clients.pd.test_playback import assert_same
from tests.support.clients.pd import file_samples, free_ports
from tests.support.osc import osc

from neural_drum_machine import __version__
from neural_drum_machine.server import serving
from neural_drum_machine.server.osc import parse_packet, read_request

pytestmark = [needs_pd, pytest.mark.slow]


def test_a_patch_waits_for_its_server_and_survives_a_restart(pd, small_machine, tmp_path):
    (port,) = free_ports(1)
    patch = pd(port, audition=0)
    patch.wait_for("status", "no server at this port: run make play")
    with serving(small_machine, port=port, parent=tmp_path):
        patch.wait_for("status", f"server {__version__}")
        patch.wait_for("info", "kick")
        patch.send("p1", 0.5)
    patch.clear()
    patch.wait_for("status", "no server at this port")
    patch.clear()
    patch.send("p2", 0.5)
    with serving(small_machine, port=port, parent=tmp_path):
        patch.wait_for("status", f"server {__version__}")
        patch.wait_for("info", "kick")
        assert_same(patch.record(), file_samples(small_machine.render("kick", (0.5, 0.5, 0))))


def test_requests_are_well_formed_and_errors_are_shown_unchanged(pd):
    """A server of the test reads every request strictly and answers with an error."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.2)
        requests, ended = [], threading.Event()

        def serve():
            while not ended.is_set():
                try:
                    data, sender = server.recvfrom(65536)
                except TimeoutError:
                    continue
                request, reply = read_request(parse_packet(data, 0).messages[0])
                assert reply is None
                requests.append(request)
                if type(request).__name__ == "Hello":
                    server.sendto(osc("/ndm/hello", 1, "0.1.0", "fake", "0"), sender)
                    server.sendto(osc("/ndm/categories", "kick"), sender)
                if type(request).__name__ == "Generate":
                    words = "the sound could not be written (no space, at all); free some space"
                    server.sendto(osc("/ndm/error", request.id, "disk", words), sender)

        thread = threading.Thread(target=serve)
        thread.start()
        patch = pd(server.getsockname()[1])
        patch.wait_for(
            "error", "the sound could not be written (no space, at all); free some space"
        )
        for word, value in (("p1", -1), ("p2", 1), ("range", 0), ("wild", 0.5), ("amount", 0.5)):
            patch.send(word, value)
        patch.send("random", "bang")
        patch.until(lambda: any(type(r).__name__ == "Random" for r in requests))
        patch.send("variation", "bang")
        patch.until(lambda: any(type(r).__name__ == "Variation" for r in requests))
        patch.send("p3", 0.5)
        patch.until(lambda: getattr(requests[-1], "seed", None) is not None
                    and type(requests[-1]).__name__ == "Generate")  # fmt: skip
        before = len(requests)
        for words in (("wish", "decay", 0.5), ("wish", "pitch", 49), ("wish", "pitch", 50),
                      ("wish", "body"), ("wish", "gong", 1)):  # fmt: skip
            patch.send(*words)
        asked = {"pitch": 50, "decay": 0.5}
        patch.until(lambda: getattr(requests[-1], "wish", None) == asked)
        for word in ("random", "variation"):
            patch.send(word, "bang")
            patch.until(lambda word=word: type(requests[-1]).__name__.lower() == word
                        and requests[-1].wish == asked)  # fmt: skip
        patch.send("clear", "pitch")
        patch.until(lambda: getattr(requests[-1], "wish", None) == {"decay": 0.5})
        patch.send("clear")
        patch.until(lambda: getattr(requests[-1], "wish", None) == {})
        assert {getattr(each, "channels", 2) for each in requests} == {2}
        del requests[before:]
        ended.set()
        thread.join()
    last = [r for r in requests if type(r).__name__ == "Generate"][-1]
    random = next(r for r in requests if type(r).__name__ == "Random")
    assert (last.p1, last.p2, last.p3, last.range, last.wild) == (-1, 1, 0.5, 0.5, 0.5)
    assert last.seed == random.seed
    vary = next(r for r in requests if type(r).__name__ == "Variation")
    assert (vary.of, vary.amount) == (random.id, 0.5)
    assert patch.log.read_text() == ""
