"""Ask a running server for kicks over OSC: python osc_client.py [PORT].

Start the server first, with ``ndm play``. docs/protocol.md has all messages.
"""

import socket
import sys

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

port = int(sys.argv[1]) if len(sys.argv) > 1 else 9710

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
    client.settimeout(5)
    for number, p1 in enumerate((-1.0, 0.0, 1.0)):
        request = OscMessageBuilder("/ndm/generate")
        for value in (number, "kick", p1, 0.0, 0.0):
            request.add_arg(value)
        client.sendto(request.build().dgram, ("127.0.0.1", port))
        try:
            answer = OscMessage(client.recv(65536))
        except TimeoutError:
            sys.exit(f"no answer from UDP port {port} within 5 s; start the server with: ndm play")
        if answer.address != "/ndm/sound":
            sys.exit(f"{answer.address}: {answer.params}")
        _, path, milliseconds, *_ = answer.params
        print(f"P1 {p1:+.1f}: {path} after {milliseconds:.0f} ms")
