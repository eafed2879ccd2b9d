"""A UDP socket that reads OSC as the server does."""

import socket

from tests.support.patience import PATIENCE

from neural_drum_machine.server.osc import parse_packet, read_request


class Listener:
    """A UDP socket of the test, in the place of a server."""

    def __init__(self, port=0):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.socket.settimeout(PATIENCE)
        self.port = self.socket.getsockname()[1]

    def take(self):
        """The bytes of the next packet."""
        self.data, self.sender = self.socket.recvfrom(65536)
        return self.data

    def request(self):
        """The next packet as the server's own request."""
        request, reply = read_request(parse_packet(self.take(), 0).messages[0])
        assert reply is None
        return request

    def answer(self, data):
        self.socket.sendto(data, self.sender)

    def close(self):
        self.socket.close()
