"""A script of ``node.script``: a process of Node with a stand-in for Max's module ``max-api``."""

import contextlib
import json
import os
import queue
import subprocess
import threading
from pathlib import Path

_MODULES = Path(__file__).with_name("node_for_max")


class NodeScript:
    """A running script; `home` holds the user's and the temporary folder that it sees."""

    def __init__(self, path, home):
        folders = dict.fromkeys(("HOME", "TMPDIR"), str(home))
        self._process = subprocess.Popen(
            ["node", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            encoding="utf-8", env=os.environ | folders | {"NODE_PATH": str(_MODULES)},
        )  # fmt: skip
        self._said = queue.SimpleQueue()
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()

    @property
    def pid(self):
        return self._process.pid

    def _listen(self):
        for line in self._process.stdout:
            self._said.put(json.loads(line))

    def tell(self, message):
        """Send a message; one that comes when the script has ended is lost."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()

    def heard(self):
        """The messages since the last call."""
        messages = []
        with contextlib.suppress(queue.Empty):
            while True:
                messages.append(self._said.get_nowait())
        return messages

    def kill(self):
        """End it by force, as when it crashes."""
        self._process.kill()
        self._process.wait(30)

    def stop(self):
        """End it as Max does."""
        self._process.terminate()
        self._process.wait(30)
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._listening.join()
        self._process.stdout.close()
