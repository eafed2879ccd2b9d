"""A live server in a process of its own, driven over UDP as by a real client."""

import re
import socket
import subprocess
import sys
import time
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pythonosc.osc_message import OscMessage

from neural_drum_machine.benchmark.memory import resident_mib
from neural_drum_machine.errors import ServerError
from neural_drum_machine.regular_files import read_regular
from neural_drum_machine.server.osc import build_message

_TIMEOUT: Final = 30.0
_HEADER_BYTES: Final = 44
"""Size of a WAV file's header without the comment."""


class LiveServer:
    """``ndm play`` in a process of its own, with an OSC client.

    Parameters
    ----------
    model : Path
        The model file.

    Raises
    ------
    ServerError
        If the server does not start or does not answer.
    """

    def __init__(self, model: Path) -> None:
        self.started = time.perf_counter()
        command = [sys.executable, "-m", "neural_drum_machine", "play", "--quiet"]
        self.process = subprocess.Popen(  # noqa: S603  # our own program
            [*command, "--osc-port", "0", "--port", "0", "--no-browser", "--model", str(model)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if found := re.search(r"OSC: UDP .*:(\d+)", line):
                break
        else:
            self.process.communicate()
            raise ServerError(f"the server did not start: {''.join(lines).strip()}")
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", int(found[1])))
        self.socket.settimeout(_TIMEOUT)

    @cached_property
    def url(self) -> str:
        """Address of its page, which is served a moment later than sounds are made."""
        assert self.process.stdout is not None
        found = (re.search(r"Page: (\S+)", line) for line in self.process.stdout)
        return next((page[1] for page in found if page), "")

    def close(self) -> None:
        """Stop the server."""
        self.socket.close()
        self.process.terminate()
        self.process.communicate(timeout=_TIMEOUT)

    def send(self, address: str, *values: int | float | str) -> None:
        """Send one message."""
        self.socket.send(build_message(address, *values))

    def receive(self) -> tuple[str, list[Any]]:
        """Return the address and the arguments of the next answer.

        Raises
        ------
        ServerError
            If there is no answer within 30 s.
        """
        try:
            message = OscMessage(self.socket.recv(65536))
        except TimeoutError as error:
            raise ServerError(f"the server has not answered for {_TIMEOUT:g} s") from error
        return message.address, message.params

    def sound(self, *values: int | float | str) -> float:
        """Request a sound and return the milliseconds until its answer; its file must be complete.

        Raises
        ------
        ServerError
            If there is no answer, another answer, or the file is incomplete.
        """
        start = time.perf_counter()
        self.send("/ndm/generate", *values)
        address, answer = self.receive()
        ms = 1000 * (time.perf_counter() - start)
        if address != "/ndm/sound" or answer[0] != values[0]:
            raise ServerError(f"requested sound {values[0]}, received {address} {answer}")
        check_file(Path(answer[1]), answer[4])
        return ms

    def resident_mib(self) -> float:
        """Return the server's resident memory in MiB."""
        return resident_mib(self.process.pid)


def check_file(path: Path, samples: int) -> None:
    """Check that a WAV file is complete.

    Parameters
    ----------
    path : Path
        The file.
    samples : int
        Number of 16-bit samples that it must have at least.

    Raises
    ------
    ServerError
        If bytes are missing.
    """
    data = read_regular(path)
    whole = int.from_bytes(data[4:8], "little") + 8
    if data[:4] != b"RIFF" or len(data) != whole or whole < _HEADER_BYTES + 2 * samples:
        raise ServerError(f"{path} is incomplete: {len(data)} of {whole} bytes")
