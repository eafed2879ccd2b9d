"""The program with the model in the package, and with no more than a user installs.

The workflow runs this file with the oldest libraries that are allowed, and with the newest.
"""

import io
import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.support.patience import PATIENCE
from tests.support.web import WebClient, read_sound

from neural_drum_machine.server.doctor import LIBRARIES

ROOT = Path(__file__).parents[2]


def ndm(*words):
    return [sys.executable, "-m", "neural_drum_machine", *map(str, words)]


def test_the_commands_of_the_runtime_work(tmp_path):
    for words in (
        ("--help",),
        ("render", "--category", "kick", "--seed", 1, "--out", tmp_path),
        ("reconstruct", tmp_path / "kick_1.wav", "--out", tmp_path / "again"),
        ("doctor",),
    ):
        done = subprocess.run(ndm(*words), capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
    assert len(soundfile.read(tmp_path / "kick_1.wav")[0]) > 4000


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_page_asks_for_sounds_and_uploads_one(tmp_path):
    play = subprocess.Popen(
        ndm("play", "--osc-port", 0, "--port", 0, "--no-browser"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path), "XDG_RUNTIME_DIR": ""},
    )
    try:
        lines = []
        for line in play.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        found = re.search(r"Page: (http\S+)", "".join(lines))
        assert found, (lines, play.stderr.read())

        class Web:
            url = found[1]

        file = io.BytesIO()
        soundfile.write(file, np.hanning(9000) * np.sin(np.arange(9000) / 9), 44100, format="FLAC")
        with WebClient(Web) as page:
            page.send({"type": "random", "id": 1, "category": "kick", "seed": 1})
            header, samples, _ = read_sound(page.socket.recv(timeout=PATIENCE))
            assert (header["id"], len(samples)) == (1, header["samples"])
            page.upload(file.getvalue(), id=2, category="tom")
            header, _, original = read_sound(page.socket.recv(timeout=PATIENCE))
            assert (header["id"], len(original)) == (2, header["original"])
            # Uvicorn answers pings. It also has to send some, to notice clients that are gone.
            assert page.socket.ping().wait(300)
    finally:
        play.send_signal(signal.SIGINT)
        _, errors = play.communicate(timeout=PATIENCE)
    assert (play.returncode, errors) == (0, "")


def test_the_doctor_asks_for_the_oldest_versions_that_are_allowed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    allowed = dict(each.split(">=") for each in project["dependencies"])
    for name, oldest in LIBRARIES.items():
        package = {"pythonosc": "python-osc"}.get(name, name)
        wanted = [int(part) for part in allowed[package].split(".")]
        assert (*wanted, 0)[:2] == oldest, package


def test_the_constraints_of_the_oldest_versions_name_every_requirement():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "lowest_versions", "dask", "formats"],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    names = {line.partition("==")[0] for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime = {each.partition(">=")[0] for each in project["dependencies"]}
    assert runtime <= names
    assert {"distributed", "scipy", "codecpod"} <= names
    assert all(re.fullmatch(r"[\w-]+==[\d.]+", line) for line in lines)
