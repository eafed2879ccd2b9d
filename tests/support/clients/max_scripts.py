"""Scripts of the Max device, run in one process of Node."""

import itertools
import json
import subprocess
from pathlib import Path

_HARNESS = Path(__file__).with_name("max_harness.cjs")


class Node:
    """A process that runs scripts as Max would; see ``max_harness.cjs``."""

    def __init__(self):
        self._numbers = itertools.count()
        self._process = subprocess.Popen(
            ["node", str(_HARNESS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            encoding="utf-8",
        )  # fmt: skip

    def load(self, path, *arguments):
        """Run a script."""
        script = Script(self, next(self._numbers))
        script._send({"load": [str(path), *arguments]})
        return script

    def ask(self, line):
        """Send a line and return the answers."""
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        answers = []
        while True:
            text = self._process.stdout.readline()
            assert text, f"Node ended at {line}"
            answer = json.loads(text)
            if answer.get("done"):
                return answers
            answers.append(answer)

    def close(self):
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


class Script:
    """A running script: a list is a message to it, a dictionary a command of the harness."""

    def __init__(self, node, number):
        self._node, self._number = node, number

    def __call__(self, given):
        return self._send({"message": given} if isinstance(given, list) else given)

    def _send(self, command):
        return self._node.ask({"script": self._number, **command})

    def close(self):
        self._send({"close": True})
