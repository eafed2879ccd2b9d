"""Who may speak to the server."""

import json
import socket
import sys
import urllib.error
import urllib.request

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from tests.support.patience import PATIENCE
from tests.support.web import WebClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from neural_drum_machine.server import serving_web
from neural_drum_machine.server.web import make_app

OURS = {"host": "127.0.0.1:9720", "origin": "http://127.0.0.1:9720"}
FORGED = {
    "a page from elsewhere": {"origin": "http://evil.example"},
    "a page of another program here": {"origin": "http://127.0.0.1:3000"},
    "the same name, another scheme": {"origin": "https://127.0.0.1:9720"},
    "a file, or a sandboxed frame": {"origin": "null"},
    "an empty origin": {"origin": ""},
    "a name that was made to point here": {"host": "evil.example:9720"},
    "that name, as its own origin": {
        "host": "evil.example:9720",
        "origin": "http://evil.example:9720",
    },
    "a name that begins like ours": {
        "host": "localhost.evil.example",
        "origin": "http://localhost.evil.example",
    },
    "a name that ends like ours": {"host": "evil-localhost"},
    "an address in a name": {"host": "127.0.0.1.evil.example"},
    "credentials in front": {"host": "localhost@evil.example"},
    "an address of the network": {"host": "192.168.1.7:9720"},
    "every address": {"host": "0.0.0.0:9720"},
    "no port, but letters": {"host": "localhost:evil"},
    "nothing": {"host": ""},
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_hosts_and_origins_get_nothing(page, shared_server, name):
    received = shared_server[0].status().received
    for path in ("/", "/js/main.js", "/nothing"):
        answer = page.get(path, headers=FORGED[name])
        assert answer.status_code == 403
        assert "script" not in answer.text
    headers = OURS | FORGED[name]
    with (
        pytest.raises(WebSocketDisconnect) as caught,
        page.websocket_connect("/ws", headers=headers),
    ):
        pass
    assert caught.value.code == 1008
    assert shared_server[0].status().received == received


@pytest.mark.parametrize(
    "host", ["127.0.0.1:9720", "localhost:9720", "[::1]:9720", "LOCALHOST", "127.3.2.1:9720"]
)
def test_loopback_addresses_are_admitted(page, host):
    headers = {"host": host, "origin": f"http://{host}"}
    assert page.get("/", headers=headers).status_code == 200
    with page.websocket_connect("/ws", headers=headers) as sock:
        sock.send_text('{"type":"ping","n":3}')
        assert json.loads(sock.receive_text()) == {"type": "pong", "n": 3}


def test_an_open_server_admits_addresses_but_no_foreign_names(shared_server):
    app = make_app(shared_server[0], "0.0.0.0")
    with TestClient(app, base_url="http://192.0.2.7:9720") as client:
        own_page = {"origin": "http://192.0.2.7:9720"}
        assert client.get("/", headers=own_page).status_code == 200
        name = socket.gethostname().lower()
        assert client.get("/", headers={"host": name}).status_code == 200
        assert client.get("/", headers={"host": "evil.example"}).status_code == 403
        assert client.get("/", headers={"origin": "http://192.0.2.8:9720"}).status_code == 403


@pytest.fixture
def guarded(shared_server):
    """A client of a server that other computers can reach."""
    app = make_app(shared_server[0], "0.0.0.0", "secret")
    with TestClient(app, base_url="http://192.0.2.7:9720") as made:
        yield made


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/?token=", "/?token=secre", "/?Token=secret"]
)
def test_without_the_token_there_is_no_page(guarded, path):
    answer = guarded.get(path)
    assert answer.status_code == 403
    assert "ndm play has printed" in answer.text
    assert "set-cookie" not in answer.headers
    socket_ = "ws://192.0.2.7:9720/ws"
    with pytest.raises(WebSocketDisconnect) as caught, guarded.websocket_connect(socket_):
        pass
    assert (caught.value.code, "token" in caught.value.reason) == (1008, True)


def test_with_the_token_there_is_and_the_browser_keeps_it(guarded):
    answer = guarded.get("/?token=secret")
    assert answer.status_code == 200
    kept = answer.headers["set-cookie"]
    assert "HttpOnly" in kept
    assert "SameSite=Strict" in kept
    assert guarded.get("/").status_code == 200  # the client has the cookie now
    with guarded.websocket_connect("ws://192.0.2.7:9720/ws") as sock:
        sock.send_text('{"type":"ping","n":3}')
        assert json.loads(sock.receive_text()) == {"type": "pong", "n": 3}


def test_a_server_of_this_computer_alone_needs_no_token(shared_web):
    assert shared_web.token == ""
    assert "?" not in shared_web.url


def test_every_server_for_others_has_its_own_token(engine):
    with serving_web(engine, "0.0.0.0", 0) as one, serving_web(engine, "0.0.0.0", 0) as other:
        assert one.token != other.token
        assert len(one.token) > 16
        with urllib.request.urlopen(one.url, timeout=PATIENCE) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(one.url.replace(one.token, other.token), timeout=PATIENCE)
        assert refused.value.code == 403
        refused.value.close()


def test_two_hosts_in_one_request_are_refused(shared_web):
    with socket.create_connection(shared_web.address) as tcp:
        tcp.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")
        assert int(tcp.recv(64).split()[1]) in (400, 403)


def test_the_real_server_refuses_a_foreign_page(shared_server):
    engine, _, web = shared_server
    clients = engine.status().clients
    with (
        pytest.raises(InvalidStatus) as caught,
        connect(f"ws://127.0.0.1:{web.address[1]}/ws", origin="http://evil.example"),
    ):
        pass
    assert caught.value.response.status_code == 403
    request = urllib.request.Request(web.url, headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=PATIENCE)
    assert refused.value.code == 403
    refused.value.close()
    assert engine.status().clients == clients


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        pytest.param(
            "127.3.2.1",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="others have 127.0.0.1 only"),
        ),
    ],
)
def test_a_loopback_server_of_any_address_serves_its_own_page(shared_server, host):
    with serving_web(shared_server[0], host, 0) as web, WebClient(web) as sock:
        assert sock.ask("ping", n=1) == {"type": "pong", "n": 1}
        with urllib.request.urlopen(web.url, timeout=PATIENCE) as answer:
            assert answer.status == 200
