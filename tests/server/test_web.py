import asyncio
import concurrent.futures
import contextlib
import gzip
import io
import json
import logging
import math
import re
import socket
import struct
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
import soundfile
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from neural_drum_machine.errors import ServerError
from neural_drum_machine.pad_map import pad_map
from neural_drum_machine.server import protocol, security, serving_web, sockets, web_format
from neural_drum_machine.server.assets import read_assets
from neural_drum_machine.server.engine import Delivery
from neural_drum_machine.server.ports import free_port, holder
from neural_drum_machine.server.protocol import (
    ErrorCode,
    Morph,
    Move,
    ProtocolError,
    Random,
    Recall,
    SamplesReply,
    Upload,
)
from neural_drum_machine.server.web import WebServer, make_app
from neural_drum_machine.server.web_format import read_binary, read_text, write_reply
from neural_drum_machine.signal.distance import best_gain_spectral_convergence
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.mel import mel_spectrogram

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src" / "neural_drum_machine" / "web"


@pytest.fixture
def web(engine):
    with serving_web(engine, port=0) as made:
        yield made


@pytest.fixture
def page(engine):
    """The application without a server, as the page's own browser sees it."""
    with TestClient(make_app(engine), base_url="http://127.0.0.1:9720") as client:
        yield client


def own(web):
    return connect(f"ws://127.0.0.1:{web.address[1]}/ws", origin=web.url.rstrip("/"))


def frame(header, body=b""):
    text = json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text + body


def sound_of(data):
    (length,) = struct.unpack_from("<I", data)
    facts = json.loads(data[4 : 4 + length])
    pcm = np.frombuffer(data, "<i2", offset=4 + length)
    return facts, pcm[: facts["samples"]], pcm[facts["samples"] :]


def ask(sock, name, **values):
    sock.send(json.dumps({"type": name, **values}))
    data = sock.recv(timeout=30)
    return json.loads(data) if isinstance(data, str) else sound_of(data)


def wav_file(samples, sr=22050):
    out = io.BytesIO()
    soundfile.write(out, samples, sr, format="WAV", subtype="FLOAT")
    return out.getvalue()


def pcm(samples):
    return np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)


# Who may speak to it.

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
def test_forged_hosts_and_origins_get_nothing(page, engine, name):
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
    assert engine.status().received == 0


@pytest.mark.parametrize("host", ["127.0.0.1:9720", "localhost:9720", "[::1]:9720", "LOCALHOST"])
def test_our_own_names_are_let_in(page, host):
    headers = {"host": host, "origin": f"http://{host}"}
    assert page.get("/", headers=headers).status_code == 200
    with page.websocket_connect("/ws", headers=headers) as sock:
        sock.send_text('{"type":"ping","n":3}')
        assert json.loads(sock.receive_text()) == {"type": "pong", "n": 3}


def test_an_open_server_takes_addresses_but_no_foreign_names(engine):
    with TestClient(make_app(engine, "0.0.0.0"), base_url="http://192.0.2.7:9720") as client:
        own_page = {"origin": "http://192.0.2.7:9720"}
        assert client.get("/", headers=own_page).status_code == 200
        name = socket.gethostname().lower()
        assert client.get("/", headers={"host": name}).status_code == 200
        assert client.get("/", headers={"host": "evil.example"}).status_code == 403
        assert client.get("/", headers={"origin": "http://192.0.2.8:9720"}).status_code == 403


def test_two_hosts_in_one_request_are_refused(web):
    with socket.create_connection(web.address) as tcp:
        tcp.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")
        assert int(tcp.recv(64).split()[1]) in (400, 403)


def test_the_real_server_refuses_a_foreign_page(web, engine):
    url = f"ws://127.0.0.1:{web.address[1]}/ws"
    with pytest.raises(InvalidStatus) as caught:
        connect(url, origin="http://evil.example")
    assert caught.value.response.status_code == 403
    request = urllib.request.Request(web.url, headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 403
    refused.value.close()
    assert engine.status().clients == 0


# What it serves.


def test_every_answer_keeps_the_browser_strict(page):
    for path, status in (("/", 200), ("/js/main.js", 200), ("/nothing", 404)):
        answer = page.get(path)
        assert answer.status_code == status
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy.replace("https:", "")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
    assert page.post("/").status_code == 405
    for path in ("/../web.py", "/%2e%2e/web.py", "/js/../../web.py", "//etc/passwd", "/js"):
        assert page.get(path).status_code == 404


def test_files_are_asked_for_again_and_sent_once(page):
    first = page.get("/css/theme.css")
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["cache-control"] == "no-cache"
    assert first.text == (STATIC / "css" / "theme.css").read_text()
    again = page.get("/css/theme.css", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = page.get("/css/theme.css", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


def test_the_page_is_small_and_names_no_other_host():
    assets = read_assets()
    assert {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.*")} == set(assets)
    assert sum(len(asset.packed) for asset in assets.values()) < 150 * 1024
    for name, asset in assets.items():
        text = asset.data.decode().replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text, name
        assert "https://" not in text, name
        assert "innerHTML" not in text, name
    html = assets["index.html"].data.decode()
    assert " style=" not in html
    assert " onclick" not in html
    assert html.count("<script") == html.count('<script type="module" src="/js/') == 1
    assert gzip.decompress(assets["index.html"].packed) == assets["index.html"].data


# Messages.


def test_sounds_are_exact_and_recalled_exactly(web, small_machine):
    with own(web) as sock:
        facts, samples, _ = ask(sock, "random", id=1, category="kick", seed=3, wild=1.5, take=2)
        want = small_machine.render("kick", seed=3, wild=1.5, take=2)
        np.testing.assert_array_equal(samples, pcm(want.samples))
        np.testing.assert_array_equal(np.float32(facts["code"]), want.code)
        assert (facts["to"], facts["fidelity"], facts["original"]) == (None, None, 0)
        assert "path" not in facts
        values = {"category": "kick", "code": facts["code"], "take": 2}
        recalled, again, _ = ask(sock, "recall", id=2, seed=3, **values)
        np.testing.assert_array_equal(again, samples)
        assert (recalled["code"], recalled["seed"]) == (facts["code"], 3)
        # The other way of hearing: a sound that was moved, recalled by its own code.
        moved, samples, _ = ask(sock, "move", id=3, p1=0.5, p2=-1, p3=0.25, range=2, **values)
        assert [moved["p1"], moved["p2"], moved["p3"]] == pytest.approx([1, -2, 0.5], abs=1e-5)
        _, again, _ = ask(sock, "recall", id=4, **values | {"code": moved["code"]})
        np.testing.assert_array_equal(again, samples)


def test_a_move_without_a_way_is_the_sound_itself(web, small_machine):
    code = small_machine.render("snare", seed=8).code.tolist()
    index = small_machine.index("snare")
    p = small_machine.controls.position(index, np.float32(code))
    with own(web) as sock:
        place = dict(zip(("p1", "p2", "p3"), (p / 4).tolist(), strict=True))
        facts, _, _ = ask(sock, "move", id=1, category="snare", code=code, range=4, **place)
        np.testing.assert_allclose(facts["code"], code, atol=1e-5)


def test_a_morph_is_the_machines_and_its_answer_recalls_it(web, small_machine):
    kick, snare = (small_machine.render(c, seed=1) for c in ("kick", "snare"))
    ends = {"category": "kick", "code": kick.code.tolist(), "to": "snare",
            "to_code": snare.code.tolist()}  # fmt: skip
    with own(web) as sock:
        for t in (0, 0.3, 1):
            facts, samples, _ = ask(sock, "morph", id=1, t=t, **ends)
            want = small_machine.morph(kick, snare, t)
            np.testing.assert_array_equal(samples, pcm(want.samples))
            values = {key: facts[key] for key in ("category", "code", "t")}
            if facts["to"]:
                values["to"] = facts["to"]
            _, again, _ = ask(sock, "recall", id=2, **values)
            np.testing.assert_array_equal(again, samples)
        assert (facts["category"], facts["to"]) == ("snare", None)


def test_an_upload_comes_back_with_its_original_and_a_distance(web, small_machine):
    sound = small_machine.render("snare", seed=5)
    late = np.concatenate([np.zeros(3000, np.float32), 0.5 * sound.samples])
    with own(web) as sock:
        sock.send(frame({"type": "upload", "id": 1, "category": "snare"}, wav_file(late)))
        facts, samples, original = sound_of(sock.recv(timeout=30))
    hit = make_hit(late, 22050, small_machine.spec)
    want = small_machine.render_code("snare", small_machine.encode(hit, "snare"))
    np.testing.assert_array_equal(samples, pcm(want.samples))
    np.testing.assert_array_equal(original, pcm(hit.samples[: hit.length]))
    spec, padded = small_machine.spec, np.zeros(small_machine.spec.n_samples, np.float32)
    padded[: len(want.samples)] = want.samples
    mels = [mel_spectrogram(x, spec) for x in (hit.samples, padded)]
    assert facts["fidelity"] == pytest.approx(best_gain_spectral_convergence(*mels), abs=1e-3)
    assert 0 < facts["fidelity"] <= 1
    assert facts["original"] == hit.length


BAD = {
    "no JSON": ("{", "not JSON"),
    "no object": ("[1]", "a request is a JSON object"),
    "no type": ("{}", "no type None; there are hello"),
    "an unknown type": ('{"type":"eval"}', "no type 'eval'"),
    "a type that is no word": ('{"type":[1]}', "no type [1]"),
    "a number that is none": ('{"type":"ping","n":NaN}', "n must be a finite number"),
    "a list that is none": ('{"type":"recall","id":1,"category":"kick","code":"x"}', "list of"),
    "a code with a word": ('{"type":"recall","id":1,"category":"kick","code":["x"]}', "number"),
    "an upload as text": ('{"type":"upload","id":1}', "an upload is a binary message"),
    "deep nesting": ("[" * 100_000, "not JSON"),
    "too long": (" " * (web_format.MAX_TEXT + 1), "a text may have"),
    "bytes without header": (b"\1\2", "has no header"),
    "a header that is cut off": (struct.pack("<I", 99) + b"{}", "a header of 99 bytes"),
    "a huge header": (struct.pack("<I", 2**32 - 1), "a header of 4294967295 bytes"),
    "a header that is no UTF-8": (struct.pack("<I", 2) + b"\xff\xfe", "no UTF-8"),
    "bytes that are no upload": (frame({"type": "ping", "n": 1}), "must be an upload"),
    "audio in the header": (frame({"type": "upload", "id": 1, "audio": "x"}), "comes after"),
    "no audio": (frame({"type": "upload", "id": 1}), "audio must be 1 to"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_request_is_refused_in_a_sentence(page, engine, name):
    message, sentence = BAD[name]
    with page.websocket_connect("/ws", headers=OURS) as sock:
        (sock.send_text if isinstance(message, str) else sock.send_bytes)(message)
        reply = json.loads(sock.receive_text())
        assert reply["type"] == "error"
        ErrorCode(reply["code"])  # raises if there is no such code
        assert sentence in reply["sentence"]
        assert len(reply["sentence"]) < 300
        assert engine.status().bad == 1
        sock.send_text('{"type":"ping","n":1}')
        assert json.loads(sock.receive_text())["type"] == "pong"


def test_codes_of_another_model_are_refused(web):
    with own(web) as sock:
        for code, sentence in (([0.0] * 7, "this model's codes are 8 numbers, got 7"),
                               ([1e9] * 8, "code must lie between -1000 and 1000")):  # fmt: skip
            reply = ask(sock, "recall", id=6, category="kick", code=code)
            assert (reply["id"], reply["code"]) == (6, "out-of-range")
            assert sentence in reply["sentence"]


def test_files_that_are_no_sound_are_refused(web):
    with own(web) as sock:
        for data, sentence in ((b"MZ\x90", "not readable"), (wav_file(np.zeros(5000)), "silent")):
            sock.send(frame({"type": "upload", "id": 4}, data))
            reply = json.loads(sock.recv(timeout=30))
            assert (reply["id"], reply["code"]) == (4, "bad-audio")
            assert sentence in reply["sentence"]


def test_a_message_that_is_too_large_ends_the_connection_and_nothing_else(web):
    def send_too_much():
        with own(web) as sock:
            sock.send(bytes(web_format.MAX_MESSAGE + 1))
            sock.recv(timeout=30)

    with pytest.raises(ConnectionClosed):  # told, or cut off while it still sends
        send_too_much()
    with own(web) as sock:
        assert ask(sock, "ping", n=1) == {"type": "pong", "n": 1}


def test_messages_and_uploads_have_a_rate(web, monkeypatch):
    monkeypatch.setattr(sockets, "MESSAGES_PER_SECOND", 5.0)
    with own(web) as sock:
        replies = [ask(sock, "ping", n=n)["type"] for n in range(50)]
        assert replies[:5] == ["pong"] * 5
        assert replies.count("error") >= 35
        time.sleep(0.5)
        assert ask(sock, "ping", n=1)["type"] == "pong"
    monkeypatch.setattr(sockets, "UPLOADS_AT_ONCE", 2.0)
    monkeypatch.setattr(sockets, "MESSAGES_PER_SECOND", 500.0)
    with own(web) as sock:
        for n in range(6):
            sock.send(frame({"type": "upload", "id": n}, b"no sound"))
        codes = [json.loads(sock.recv(timeout=30))["code"] for _ in range(6)]
        assert codes.count("bad-audio") in (2, 3)
        assert codes.count("busy") == 6 - codes.count("bad-audio")


def test_what_cannot_be_read_has_the_same_rate(web, engine, monkeypatch):
    monkeypatch.setattr(sockets, "MESSAGES_PER_SECOND", 0.5)
    with own(web) as sock:
        replies = []
        for message in ("{", '{"id":7}', frame({"type": "upload", "id": 8}, b"x"), b"?"):
            sock.send(message)
            replies.append(json.loads(sock.recv(timeout=30)))
    assert [(r["code"], r["id"]) for r in replies] == [
        ("busy", -1), ("busy", 7), ("busy", 8), ("busy", -1)
    ]  # fmt: skip
    assert engine.status().bad == 0


def test_a_failure_in_one_message_is_answered_and_ends_nothing(web, engine, monkeypatch):
    def fail(self, client, request, *rest):
        raise OverflowError("int too large")

    with own(web) as sock:
        with monkeypatch.context() as patch:
            patch.setattr(type(engine), "submit", fail)
            reply = ask(sock, "random", id=5, category="kick")
            assert (reply["id"], reply["code"]) == (5, "internal")
            for n in range(sockets.UPLOADS_WAITING + 1):  # none is kept as waiting
                sock.send(frame({"type": "upload", "id": n}, b"no sound"))
                reply = json.loads(sock.recv(timeout=30))
                assert (reply["id"], reply["code"]) == (n, "internal")
        # A number that JSON has and no float holds.
        sock.send('{"type":"ping","n":1' + 400 * "0" + "}")
        assert json.loads(sock.recv(timeout=30))["type"] == "error"
        assert ask(sock, "ping", n=1) == {"type": "pong", "n": 1}


def test_an_answer_that_cannot_be_written_is_an_error(web, engine, monkeypatch):
    sentence = "half a pair: \ud800"
    with own(web) as sock:
        monkeypatch.setattr(engine, "status", lambda: protocol.Pong(math.nan))
        assert ask(sock, "status")["code"] == "internal"
        error = protocol.ErrorReply(3, ErrorCode.DISK, sentence)
        monkeypatch.setattr(engine, "status", lambda: error)
        reply = ask(sock, "status")
        assert (reply["id"], reply["code"]) == (3, "internal")
        assert ask(sock, "ping", n=1) == {"type": "pong", "n": 1}


def test_a_glance_finds_an_id_or_none():
    assert web_format.id_of('{"id":3}') == 3
    assert web_format.id_of(frame({"id": 4}, b"\xff")) == 4
    for data in ("", "[]", "{}", "\ud800", b"", b"\1", struct.pack("<I", 2) + b"\xff\xff",
                 '{"id":1' + 400 * "0" + "}", "[" * 4000, '{"id":3}' + 4096 * " "):  # fmt: skip
        assert web_format.id_of(data) == -1


def masked(text):
    """A whole text message of a client, shorter than 126 bytes, by hand."""
    data = text.encode()
    return bytes([0x81, 0x80 | len(data)]) + bytes(4) + data


def test_a_burst_within_the_limit_is_answered_whole(web):
    with own(web) as sock:
        pings = (masked(json.dumps({"type": "ping", "n": n})) for n in range(400))
        sock.socket.sendall(b"".join(pings))  # in one packet
        replies = [json.loads(sock.recv(timeout=30)) for _ in range(400)]
    assert replies == [{"type": "pong", "n": n} for n in range(400)]


@pytest.mark.parametrize(("size", "most"), [(1, sockets.MAX_UNSENT), (1 << 20, 16), (1 << 25, 1)])
def test_who_does_not_read_is_let_go(size, most):
    class Slow:
        codes = ()

        async def close(self, code, reason):
            self.codes = (*self.codes, code)

    async def main():
        slow = Slow()
        each = sockets._Socket(None, slow)
        for _ in range(most):
            each._put(bytes(size))
        assert each._unsent.qsize() == most
        each._put(b"one more")
        assert each._unsent.qsize() == 1
        await each._send_all()
        assert slow.codes == (sockets.TRY_AGAIN,)

    # In a thread of its own: Playwright's loop may still run in this one.
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, main()).result(60)


def test_so_many_clients_at_a_time(web, monkeypatch, engine):
    with contextlib.ExitStack() as stack:
        open_ones = [stack.enter_context(own(web)) for _ in range(32)]
        assert ask(open_ones[0], "random", id=1, category="kick")
        with pytest.raises(InvalidStatus) as caught:  # before it could send anything
            own(web)
        refusal = caught.value.response
        assert (refusal.status_code, refusal.headers["x-frame-options"]) == (503, "DENY")
        assert b"32 others are connected" in refusal.body
    deadline = time.monotonic() + 30
    while engine.status().clients and time.monotonic() < deadline:
        time.sleep(0.01)
    assert engine.status().clients == 0  # who leaves is forgotten
    with own(web) as again:
        assert ask(again, "ping", n=1)["type"] == "pong"


def test_who_leaves_with_uploads_waiting_takes_them_along(web, engine, gate):
    with own(web) as other:
        other.send(json.dumps({"type": "random", "id": 1, "category": "kick"}))
        assert gate.entered.wait(30)
        with own(web) as sock:
            for n in range(sockets.UPLOADS_WAITING):
                sock.send(frame({"type": "upload", "id": n}, b"no sound"))
            assert ask(sock, "ping", n=1)["type"] == "pong"  # so they have been read
            other.send(frame({"type": "upload", "id": 9}, b"no sound"))
            assert json.loads(other.recv(timeout=30))["code"] == "busy"
        deadline = time.monotonic() + 30
        while engine.status().clients > 1 and time.monotonic() < deadline:
            time.sleep(0.01)
        gate.open()
        assert sound_of(other.recv(timeout=30))[0]["id"] == 1
        other.send(frame({"type": "upload", "id": 10}, b"no sound"))
        reply = json.loads(other.recv(timeout=30))
        assert (reply["id"], reply["code"]) == (10, "bad-audio")


def test_idle_connections_give_way(web, monkeypatch):
    monkeypatch.setattr(security, "MOST", 8)
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(socket.create_connection(web.address)) for _ in range(40)]
        for tcp in idle[:30]:
            tcp.settimeout(30)
            tcp.send(b"GET / HTT")
            with contextlib.suppress(ConnectionError):  # it may have been closed before
                assert tcp.recv(64) == b""
        with urllib.request.urlopen(web.url, timeout=30) as answer:
            assert answer.status == 200
        with own(web) as sock:
            assert ask(sock, "ping", n=1) == {"type": "pong", "n": 1}


def test_a_socket_is_not_idle(web, monkeypatch):
    monkeypatch.setattr(security, "MOST", 4)
    monkeypatch.setattr(security, "IDLE_SECONDS", 0.05)
    with contextlib.ExitStack() as stack:
        socks = [stack.enter_context(own(web)) for _ in range(4)]
        with contextlib.suppress(ConnectionError), socket.create_connection(web.address) as tcp:
            tcp.settimeout(30)
            assert tcp.recv(64) == b""  # no place, and none that could be taken from another
        for sock in socks:
            assert ask(sock, "ping", n=1) == {"type": "pong", "n": 1}


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: local"])
def test_who_asks_nothing_is_let_go(web, monkeypatch, begun):
    monkeypatch.setattr(security, "IDLE_SECONDS", 0.05)
    with socket.create_connection(web.address) as tcp:
        tcp.settimeout(30)
        tcp.sendall(begun)
        assert tcp.recv(64) == b""


def test_a_dripping_header_is_let_go(web, monkeypatch):
    monkeypatch.setattr(security, "IDLE_SECONDS", 0.05)

    def drip(tcp):
        tcp.sendall(b"GET / HTTP/1.1\r\n")
        for _ in range(3000):
            tcp.sendall(b"X: y\r\n")
            time.sleep(0.01)

    with socket.create_connection(web.address) as tcp, pytest.raises(ConnectionError):
        drip(tcp)


def test_a_flood_of_one_line_is_logged_once_a_second(caplog):
    logger = logging.getLogger("some test")
    logger.addFilter(security.Dam(1e6))
    for n in range(100):
        logger.error("socket.accept() out of system resource\nsocket: %s", n)
    logger.error("something else")
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2
    assert lines[1] == "something else"


def test_more_files_are_allowed_where_there_were_few():
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
        security.allow_files()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert hard == before[1]
        assert soft == security.FILES or soft == hard < security.FILES
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_hello_says_what_there_is(web, small_machine):
    with own(web) as sock:
        hello = ask(sock, "hello")
    assert hello["hash"] == small_machine.hash
    assert hello["categories"] == list(small_machine.categories)
    assert set(hello["axes"]) == set(small_machine.categories)
    assert hello["ranges"] == [0.5, 1, 2, 4]


def test_a_pads_map_is_measured_where_the_model_has_none(web, engine, small_machine, monkeypatch):
    shipped = small_machine.pad_maps
    assert shipped is not None
    want = pad_map(small_machine, "snare")
    np.testing.assert_allclose(shipped[small_machine.index("snare")], want, rtol=1e-3)
    with own(web) as sock:
        theirs = ask(sock, "pad_map", id=4, category="snare")
        monkeypatch.setattr(small_machine, "pad_maps", None)
        ours = ask(sock, "pad_map", id=5, category="snare")
        assert ask(sock, "pad_map", id=6, category="gong")["code"] == "unknown-category"
    for reply, expected in ((theirs, shipped[small_machine.index("snare")]), (ours, want)):
        assert (reply["type"], reply["category"]) == ("pad_map", "snare")
        np.testing.assert_allclose([reply["brightness"], reply["decay"]], expected, rtol=1e-6)


# The document's examples.

DOCUMENT = (ROOT / "docs" / "protocol-web.md").read_text()


def examples(name):
    (text,) = re.findall(rf"```{name}\n(.*?)\n```", DOCUMENT, re.DOTALL)
    return bytes.fromhex(text) if name.endswith("bytes") else text.split("\n")


CODE = (0.5, -1.25, 0, 0, 0, 0, 0, 0)
MEANT = [
    protocol.Hello(),
    protocol.Ping(7),
    protocol.Status(),
    protocol.Generate(2, "kick", 0.5, -0.25, 0, 2, 1234, take=3),
    Random(3, "snare", wild=0.5),
    protocol.Variation(4, 3, 0.35, 99),
    protocol.Encode(5, 2, "snare"),
    Recall(6, "kick", CODE, take=3, inverter="light"),
    Move(7, "kick", CODE, 0.1, 0, -1),
    Morph(8, "kick", CODE, "snare", (0, 0, 0, 0, 0, 0, 0, 1), 0.4),
    protocol.PadMap(9, "kick"),
    None,  # refused
]


def test_the_documents_requests_are_what_they_mean_and_there_is_one_of_every_type():
    asked = examples("ask")
    for text, meant in zip(asked, MEANT, strict=True):
        if meant is not None:
            assert read_text(text) == meant
    assert {json.loads(text)["type"] for text in asked} == set(web_format.REQUESTS)
    assert read_binary(examples("ask-bytes")).id == 13


def test_the_documents_requests_are_met_by_a_server(web, small_machine):
    got = {}
    with own(web) as sock:
        for text in examples("ask"):
            sock.send(text)
            data = sock.recv(timeout=30)
            facts = json.loads(data) if isinstance(data, str) else sound_of(data)[0]
            got[json.loads(text).get("id", facts["type"])] = facts
            if facts["type"] in ("pong", "error"):
                assert data in examples("answer")
        assert [got[n]["type"] for n in range(2, 11)] == ["sound"] * 7 + ["pad_map", "error"]
        assert {"hello", "pong", "status"} <= set(got)
        data = examples("ask-bytes")
        assert (
            data
            == struct.pack("<I", 43) + b'{"type":"upload","id":13,"category":"kick"}' + (data[47:])
        )
        assert len(data[47:]) == 250
        sock.send(data)
        facts, _, original = sound_of(sock.recv(timeout=30))
    assert (facts["id"], facts["category"]) == (13, "kick")
    hit = make_hit(*soundfile.read(io.BytesIO(data[47:]), dtype="float32"), small_machine.spec)
    np.testing.assert_array_equal(original, pcm(hit.samples[: hit.length]))


def test_the_documents_answers_are_these_bytes():
    answers = [
        protocol.Pong(7),
        protocol.Superseded(6, 7),
        protocol.ErrorReply(
            10, ErrorCode.OUT_OF_RANGE, "p1 must lie between -1 and 1, got 1.5"
        ),
    ]  # fmt: skip
    assert [write_reply(each) for each in answers] == examples("answer")
    sound = protocol.SoundReply(
        2, "", 9.5, 1.0, 2, 22050, 0.09070294784580499, "kick", -1, 0.5, -0.25, 0.0, "refined",
        1.0, 0,
    )  # fmt: skip
    reply = SamplesReply(
        sound, np.array([32767, -16384], np.int16), tuple(map(float, CODE)), None, 0.0
    )
    data = examples("answer-bytes")
    assert write_reply(reply) == data
    facts, samples, original = sound_of(data)
    assert (facts["type"], samples.tolist(), len(original)) == ("sound", [32767, -16384], 0)
    assert struct.unpack_from("<I", data) == (284,)
    assert data[286:288] == b"} "


def test_the_document_has_every_request_of_its_own_with_its_values():
    for name, kind in (("recall", Recall), ("move", Move), ("morph", Morph),
                       ("pad_map", protocol.PadMap), ("upload", Upload)):  # fmt: skip
        ((required, optional),) = re.findall(
            rf"^\| `{name}` \| `([\w ]+)`(?: \[`([\w ]+)`\])? \|", DOCUMENT, re.MULTILINE
        )
        assert sorted(required.split()) == sorted(set(kind.required()) - {"audio"})
        assert sorted(optional.split()) == sorted(kind.optional())


# The format as pure functions.


def test_requests_are_the_protocols():
    assert read_text('{"type":"recall","id":1,"category":"kick","code":[0,1.5],"t":0.5}') == Recall(
        1, "kick", (0.0, 1.5), t=0.5
    )
    made = read_text('{"type":"move","id":1,"category":"kick","code":[1],"p1":0,"p2":1,"p3":-1}')
    assert made == Move(1, "kick", (1.0,), 0, 1, -1)
    ends = '"category":"a","code":[1],"to":"b","to_code":[2]'
    assert read_text(f'{{"type":"morph","id":1,{ends},"t":1}}') == Morph(1, "a", (1,), "b", (2,), 1)
    assert read_binary(frame({"type": "upload", "id": 2}, b"RIFF")) == Upload(2, b"RIFF")
    with pytest.raises(ProtocolError) as caught:
        read_text('{"type":"morph","id":5,"t":2}')
    assert caught.value.id == 5


def test_samples_start_on_a_multiple_of_four(engine, mailbox):
    for seed in range(6):
        engine.submit("a", Random(1, "kick", seed), mailbox.put, deliver=Delivery.SAMPLES)
        reply = mailbox.get(timeout=30)
        assert isinstance(reply, SamplesReply)
        data = write_reply(reply)
        assert (4 + struct.unpack_from("<I", data)[0]) % 4 == 0
        np.testing.assert_array_equal(sound_of(data)[1], reply.pcm)
    assert list(engine._folder.path.glob("c*")) == []  # no file was made


# Coming and going.


def test_a_taken_port_is_named_with_who_holds_it(engine, web):
    port = web.address[1]
    with pytest.raises(ServerError) as caught, serving_web(engine, port=port):
        pass
    assert f"cannot listen at TCP port {port} of 127.0.0.1" in str(caught.value)
    assert "choose another one, such as --port" in str(caught.value)
    if sys.platform == "linux":
        assert "process" in str(caught.value)
        assert holder(free_port(transport="TCP"), "TCP") is None


def test_an_unknown_host_is_named(engine):
    with pytest.raises(ServerError, match=r"TCP port 0 of 192\.0\.2\.1"):
        serving_web(engine, "192.0.2.1", 0).__enter__()
    with pytest.raises(ServerError, match="no address 'no such host'"):
        serving_web(engine, "no such host", 0).__enter__()


def test_the_end_is_told_and_the_port_is_free_at_once(engine):
    server = WebServer(engine, port=0)
    port = server.address[1]
    with own(server) as sock:
        ask(sock, "ping", n=1)
        server.close()
        with pytest.raises(ConnectionClosed) as caught:
            sock.recv(timeout=30)
        assert caught.value.rcvd.code == 1012  # the service restarts: come again
    with serving_web(engine, port=port) as again, own(again) as sock:
        assert ask(sock, "ping", n=2) == {"type": "pong", "n": 2}


def test_who_leaves_in_the_middle_is_no_reason_to_stop(web, engine):
    with own(web) as sock:
        for n in range(5):
            sock.send(json.dumps({"type": "random", "id": n, "category": "kick"}))
    with own(web) as other:
        assert ask(other, "random", id=1, category="kick")[0]["id"] == 1
    assert dict(engine.counters.errors) == {}
