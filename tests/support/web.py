"""WebSocket messages by hand."""

import json
import struct

import numpy as np
from tests.support.patience import PATIENCE
from websockets.sync.client import connect


def binary_message(header, body=b""):
    """A binary message: the length of a JSON object, the object, bytes."""
    text = json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text + body


def frame(opcode, data=b"", *, last=True):
    """A client's frame, masked with zeros."""
    n = len(data)
    if n < 126:
        short, length = n, b""
    elif n < 65_536:
        short, length = 126, struct.pack("!H", n)
    else:
        short, length = 127, struct.pack("!Q", n)
    return bytes([opcode | 0x80 * last, 0x80 | short]) + length + bytes(4) + data


def read_sound(data):
    """(header, samples, samples of the original) of a sound."""
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    pcm = np.frombuffer(data, "<i2", offset=4 + length)
    if header.get("channels"):
        pcm = pcm.reshape(-1, header["channels"])
    return header, pcm[: header["samples"]], pcm[header["samples"] :]


class WebClient:
    """A WebSocket, opened as the server's own page does."""

    def __init__(self, web):
        url = web.url.replace("http", "ws", 1) + "ws"
        self._connection = connect(url, origin=web.url.rstrip("/"))
        self.socket = self._connection.__enter__()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._connection.__exit__(None, None, None)

    def send(self, message):
        """Send text, bytes, or a request as a dictionary."""
        self.socket.send(json.dumps(message) if isinstance(message, dict) else message)

    def receive(self):
        """A JSON object, or (header, samples, original) of a sound."""
        data = self.socket.recv(timeout=PATIENCE)
        return json.loads(data) if isinstance(data, str) else read_sound(data)

    def ask(self, type_, **values):
        self.send({"type": type_, **values})
        return self.receive()

    def make(self, type_, **values):
        """(header or JSON answer, bytes, messages of progress) of a request for a file."""
        self.send({"type": type_, **values})
        return self.receive_file()

    def receive_file(self):
        """The same of a request that was sent."""
        told = []
        while True:
            data = self.socket.recv(timeout=PATIENCE)
            if isinstance(data, bytes):
                (length,) = struct.unpack_from("<I", data)
                return json.loads(data[4 : 4 + length]), data[4 + length :], told
            reply = json.loads(data)
            if reply["type"] != "progress":
                return reply, b"", told
            told.append(reply)

    def upload(self, data, **values):
        """Send a sound file."""
        self.send_binary({"type": "upload", **values}, data)

    def send_binary(self, header, body):
        """Send a JSON object with bytes."""
        self.send(binary_message(header, body))
