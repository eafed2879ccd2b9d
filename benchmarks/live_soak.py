"""Ten clients drag at 100 messages a second each, for a minute, against ``ndm play``.

    python benchmarks/live_soak.py [seconds]

Prints the number of answers and the server's memory. Exits with 1 if a client's newest state was
not answered, if there was an error, or if memory grew by more than 2 %.
"""

import select
import socket
import sys
import time

from pythonosc.osc_message import OscMessage

from neural_drum_machine.benchmark.live_server import LiveServer
from neural_drum_machine.machine import default_model_path
from neural_drum_machine.server.osc import build_message

CLIENTS, PER_SECOND = 10, 100


def main(seconds: float) -> int:
    server = LiveServer(default_model_path())
    try:
        return soak(server, round(seconds * PER_SECOND))
    finally:
        server.close()


def soak(server: LiveServer, messages: int) -> int:
    clients = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(CLIENTS)]
    for client in clients:
        client.connect(server.socket.getpeername())
        client.setblocking(False)
    newest = [-1] * CLIENTS
    counts = {"/ndm/sound": 0, "/ndm/superseded": 0, "/ndm/error": 0}

    def drain(wait: float) -> None:
        for client in select.select(clients, [], [], max(0, wait))[0]:
            message = OscMessage(client.recv(65536))
            counts[message.address] += 1
            if message.address == "/ndm/sound":
                n = clients.index(client)
                newest[n] = max(newest[n], message.params[0])

    memory = []
    start = time.monotonic()
    for i in range(messages):
        for n, client in enumerate(clients):
            client.send(build_message("/ndm/generate", i, "kick", i / messages, n / CLIENTS, 0.0))
        due = start + (i + 1) / PER_SECOND
        while (left := due - time.monotonic()) > 0:
            drain(left)
        if i % PER_SECOND == 0:
            memory.append(server.resident_mib() or 0.0)
    took = time.monotonic() - start
    deadline = time.monotonic() + 30
    while sum(counts.values()) < CLIENTS * messages and time.monotonic() < deadline:
        drain(0.1)
    # In the first seconds, buffers grow to their final size.
    first, last, most = memory[min(5, len(memory) - 1)], memory[-1], max(memory)
    print(f"{CLIENTS * messages} messages in {took:.1f} s: {counts}")
    print(f"newest state received by {sum(n == messages - 1 for n in newest)} of {CLIENTS} clients")
    print(f"lost answers: {CLIENTS * messages - sum(counts.values())}")
    print(f"resident memory: {first:.1f} MiB after 5 s, {last:.1f} at the end, {most:.1f} at most")
    server.send("/ndm/status")
    print("status:", *server.receive()[1])
    passed = (
        newest == [messages - 1] * CLIENTS and not counts["/ndm/error"] and last <= 1.02 * first
    )
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60))
