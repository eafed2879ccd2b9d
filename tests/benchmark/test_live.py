import json
import sys
import threading

import numpy as np
import pytest
from tests.support.patience import PATIENCE

from neural_drum_machine import cli
from neural_drum_machine.benchmark import live, live_server
from neural_drum_machine.benchmark.live_report import live_histogram, markdown, rows
from neural_drum_machine.errors import ServerError
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.machine import default_model_path
from neural_drum_machine.model_file.bundle import Bundle


def ndm(monkeypatch, capsys, *words):
    monkeypatch.setattr(sys, "argv", ["ndm", *map(str, words)])
    code = 0
    try:
        cli.main()
    except SystemExit as error:
        code = error.code or 0
    return code, *capsys.readouterr()


@pytest.mark.slow
def test_the_command_drives_a_real_server(small_bundle, tmp_path, monkeypatch, capsys):
    out = tmp_path / "docs"
    words = ("--live", "--model", small_bundle, "--renders", 4, "--seconds", 0.5, "--json")
    code, text, errors = ndm(monkeypatch, capsys, "benchmark", *words, "--out", out)
    assert code == 0
    result = json.loads(text)
    assert (out / "live.json").read_text() == text
    assert list(result["single"]) == list(dict.fromkeys([DEFAULT_INVERTER, "mcnn"]))
    for figures in result["single"].values():
        assert len(figures["answer_ms"]) == 4
        assert figures["answer_ms_p50"] <= figures["answer_ms_p95"]
    drag = result["drag"]
    assert (drag["messages"], len(drag["heard_ms"])) == (50, 50)
    assert min(drag["heard_ms"]) > 0
    assert result["start"]["first_sound_s"] > 0
    assert all(20 < mib < 2000 for mib in result["memory"].values())
    ratio = result["pytorch"]["render_ms_p50"] / result["single"]["mcnn"]["answer_ms_p50"]
    assert result["pytorch"]["render_over_our_mcnn_answer"] == ratio
    document = (out / "latency.md").read_text()
    packaged = Bundle.open(default_model_path()).hash
    assert document == markdown(result, "img/live.png", packaged)
    assert all(f"| {quantity} | {value} |" in document for quantity, value, _ in rows(result))
    assert f"with another model, `{result['model']['hash'][:12]}` (small)" in document
    assert (out / "img" / "live.png").read_bytes()[:4] == b"\x89PNG"
    assert f"written: {out / 'latency.md'}" in errors


RESULT = {
    "machine": {"cpu": "A CPU", "cores": 2, "load_average_1min": 0.1, "system": "Linux",
                "python": "3.11", "numpy": "2.0"},
    "model": {"name": "default", "hash": "ab" * 32},
    "start": {"first_sound_s": 1.234},
    "inverter": "fast",
    "single": {
        "fast": {"answer_ms_p50": 10.0, "answer_ms_p95": 20.0, "answer_ms": [10.0, 20.0]},
        "mcnn": {"answer_ms_p50": 30.0, "answer_ms_p95": 40.0, "answer_ms": [30.0, 40.0]},
    },
    "drag": {"seconds": 2.0, "messages": 200, "messages_per_s": 100, "superseded": 150,
             "heard_ms_p50": 25.0, "heard_ms_p95": 35.0, "heard_ms": [25.0, 35.0]},
    "memory": {"resident_mib_start": 100.0, "resident_mib_drag": 200.0, "resident_mib_mcnn": 300.0},
    "pytorch": {"skipped": "no torch"},
}  # fmt: skip


def test_the_rows_are_values_beside_their_targets():
    assert rows(RESULT) == [
        ("start of the program to first sound", "1.23 s", "≤ 0.3 s"),
        ("message to answer, fast (default), p50", "10.0 ms", ""),
        ("message to answer, fast (default), p95", "20.0 ms", "≤ 15 ms"),
        ("message to answer, mcnn, p50", "30.0 ms", ""),
        ("message to answer, mcnn, p95", "40.0 ms", ""),
        ("drag, 100 messages a second: newest state available, p50", "25.0 ms", ""),
        ("drag, 100 messages a second: newest state available, p95", "35.0 ms", "≤ 20 ms"),
        ("resident memory after the first sound", "105 MB", "≤ 120 MB"),
        ("resident memory after 2 s of dragging", "210 MB", "≤ 120 MB"),
        ("resident memory once MCNN was used, whose weights stay", "315 MB", ""),
    ]
    eager = {"render_ms_p50": 60.0, "render_over_our_mcnn_answer": 2.0}
    assert rows({**RESULT, "pytorch": eager})[-1][1] == "× 2.00"
    fast = {**RESULT["machine"], "avx512": True}
    assert rows({**RESULT, "machine": fast})[2][2] == "≤ 10 ms"
    unknown = dict.fromkeys(RESULT["memory"])
    assert len(rows({**RESULT, "memory": unknown})) == 7
    assert "![" not in markdown(RESULT, None, "")


def test_a_delayed_answer_does_not_squeeze_the_picture(tmp_path):
    slow = [10.0] * 990 + [9000.0]
    result = {**RESULT, "drag": {**RESULT["drag"], "heard_ms": slow}}
    path = tmp_path / "live.png"
    live_histogram(result, path)
    assert path.stat().st_size > 10_000


class Scripted:
    """A server with prepared answers, each given after a number of messages."""

    def __init__(self, answers):
        self.answers, self.sent, self.changed = answers, [], threading.Condition()

    def send(self, address, *values):
        with self.changed:
            self.sent.append(values[0])
            self.changed.notify()

    def receive(self):
        address, values, after = self.answers.pop(0)
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.sent) >= after, timeout=PATIENCE)
        return address, values


def test_a_state_is_available_with_the_first_newer_sound():
    answers = [
        ("/ndm/sound", [0], 1),
        ("/ndm/superseded", [1, 2], 5),
        ("/ndm/sound", [3], 5),
        ("/ndm/sound", [4], 5),
    ]
    times, superseded = live._drag(Scripted(answers), "kick", 0.05)
    assert (len(times), superseded) == (5, 1)
    # States 1 to 3 are available at the same moment, and each was sent after the one before.
    assert times[1] > times[2] > times[3]
    with pytest.raises(ServerError, match="a drag received /ndm/error"):
        live._drag(Scripted([("/ndm/error", [0, "disk", "full"], 1)]), "kick", 0.05)


def test_an_incomplete_file_is_an_error(tmp_path, small_machine):
    path = tmp_path / "a.wav"
    sound = small_machine.render("kick")
    sound.write(path)
    live_server.check_file(path, len(sound.samples))
    with pytest.raises(ServerError, match="is incomplete"):
        live_server.check_file(path, len(sound.samples) + 1000)
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    with pytest.raises(ServerError, match=f"{len(data) - 1} of {len(data)} bytes"):
        live_server.check_file(path, len(sound.samples))
    path.write_bytes(np.zeros(8, np.uint8).tobytes())
    with pytest.raises(ServerError, match="is incomplete"):
        live_server.check_file(path, 0)


def test_a_server_that_does_not_start_says_why(tmp_path):
    with pytest.raises(
        ServerError, match=r"the server did not start: ndm: .*missing\.ndm: not readable"
    ):
        live_server.LiveServer(tmp_path / "missing.ndm")
