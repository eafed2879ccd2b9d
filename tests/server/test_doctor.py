import importlib
import socket
import sys

import pytest

from neural_drum_machine import cli
from neural_drum_machine.extras import pip_install
from neural_drum_machine.server import doctor
from neural_drum_machine.server.doctor import examine
from neural_drum_machine.server.ports import free_port

CHECKS = [
    "Python", "numpy", "onnxruntime", "soundfile", "soxr", "python-osc", "starlette", "uvicorn",
    "websockets", "model", "UDP port", "TCP port", "folder for sounds", "a sound over OSC",
    "the page over HTTP",
]  # fmt: skip


def by_name(findings):
    return {finding.name.rpartition(" ")[0] if "port" in finding.name else finding.name: finding
            for finding in findings}  # fmt: skip


def test_a_healthy_machine_is_well_in_everything(small_bundle, tmp_path):
    web_port = free_port(transport="TCP")
    findings = by_name(examine(small_bundle, free_port(), tmp_path, web_port))
    assert list(findings) == CHECKS
    assert [name for name, finding in findings.items() if not finding.ok] == []
    assert findings["Python"].found == ".".join(map(str, sys.version_info[:3]))
    assert findings["model"].found.startswith("small (")
    assert findings["a sound over OSC"].found.split(" samples in ")[0].isdigit()
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_names_its_holder_and_a_free_one(small_bundle, tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        found = by_name(examine(small_bundle, other.getsockname()[1], tmp_path))["UDP port"]
    assert not found.ok
    assert found.found.startswith("held by process" if sys.platform == "linux" else "")
    port = int(found.remedy.rpartition(" ")[2])
    assert "end that, or use: ndm play --osc-port" in found.remedy
    assert 1024 <= port <= 65535
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        found = by_name(examine(small_bundle, free_port(), tmp_path, port))["TCP port"]
    assert not found.ok
    assert "end that, or use: ndm play --port" in found.remedy


def test_an_altered_model_and_a_missing_folder_fail_with_a_remedy(small_bundle, tmp_path):
    data = bytearray(small_bundle.read_bytes())
    data[len(data) // 2] ^= 1
    altered = tmp_path / "altered.ndm"
    altered.write_bytes(data)
    findings = by_name(examine(altered, free_port(), tmp_path / "missing"))
    failed = {name for name, finding in findings.items() if not finding.ok}
    assert failed == {"model", "folder for sounds", "a sound over OSC", "the page over HTTP"}
    assert "set TMPDIR" in findings["folder for sounds"].remedy
    assert "install the package again" in findings["model"].remedy


def test_an_old_or_broken_library_is_named(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "1.9.9")
    old = doctor._library("numpy", (2, 0))
    assert (old.ok, old.found, old.remedy) == (False, "1.9.9", pip_install("numpy>=2.0"))
    gone = doctor._library("no_such_library", (1, 0))
    assert not gone.ok
    assert "No module named 'no_such_library'" in gone.found
    monkeypatch.setattr(doctor, "PYTHON", (99, 0))
    assert doctor._python().remedy == "install Python 99.0 or later"


@pytest.mark.parametrize("taken", [False, True])
def test_the_command_says_what_to_do(small_bundle, tmp_path, monkeypatch, capsys, taken):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("COLUMNS", "300")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1] if taken else free_port()
        words = ["ndm", "doctor", "--model", str(small_bundle), "--osc-port", str(port)]
        words += ["--port", str(free_port(transport="TCP"))]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as caught:
            cli.main()
    out = capsys.readouterr().out
    assert (caught.value.code or 0) == int(taken)
    assert out.count(" ok ") == len(CHECKS) - taken
    assert out.count("failed") == int(taken)
    assert (f"UDP port {port}: end that, or use: ndm play --osc-port " in out) == taken
