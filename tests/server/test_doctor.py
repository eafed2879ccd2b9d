import importlib
import itertools
import socket
import sys

import pytest

from neural_drum_machine import cli
from neural_drum_machine.extras import pip_install
from neural_drum_machine.server import doctor
from neural_drum_machine.server.doctor import CheckResult, examine
from neural_drum_machine.server.listening import free_port

CHECKS = [
    "Python", "numpy", "psutil", "soundfile", "soxr", "python-osc", "starlette",
    "uvicorn", "websockets", "model", "engine in C", "UDP port", "TCP port", "folder for sounds",
    "a sound over OSC", "the page over HTTP",
]  # fmt: skip


def by_name(results):
    return {
        result.name.rpartition(" ")[0] if "port" in result.name else result.name: result
        for result in results
    }


def test_every_check_succeeds_on_a_healthy_machine(small_bundle, tmp_path):
    web_port = free_port(transport="TCP")
    results = by_name(examine(small_bundle, free_port(), tmp_path, web_port))
    assert list(results) == CHECKS
    assert [name for name, result in results.items() if not result.ok] == []
    assert results["Python"].found == ".".join(map(str, sys.version_info[:3]))
    assert results["model"].found.startswith("small (")
    assert results["a sound over OSC"].found.split(" samples in ")[0].isdigit()
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_named_with_its_holder_and_a_free_one(small_bundle):
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.create_server(("127.0.0.1", 0)) as tcp,
    ):
        udp.bind(("127.0.0.1", 0))
        ports = udp.getsockname()[1], tcp.getsockname()[1]
        results = examine(small_bundle, ports[0], web_port=ports[1])
        found = by_name(itertools.islice(results, CHECKS.index("TCP port") + 1))
    for name, option in (("UDP port", "--osc-port"), ("TCP port", "--port")):
        assert not found[name].ok
        assert "process" in found[name].found
        before, _, port = found[name].remedy.rpartition(" ")
        assert before == f"end that program, or choose another one, such as {option}"
        assert 1024 <= int(port) <= 65535


def test_an_altered_model_and_a_missing_folder_fail_with_a_remedy(small_bundle, tmp_path):
    data = bytearray(small_bundle.read_bytes())
    data[len(data) // 2] ^= 1
    altered = tmp_path / "altered.ndm"
    altered.write_bytes(data)
    web_port = free_port(transport="TCP")
    results = by_name(examine(altered, free_port(), tmp_path / "missing", web_port))
    failed = {name for name, result in results.items() if not result.ok}
    assert failed == {"model", "folder for sounds", "a sound over OSC", "the page over HTTP"}
    assert "set TMPDIR" in results["folder for sounds"].remedy
    assert "install the package again" in results["model"].remedy


def test_an_old_or_broken_library_is_named(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "1.9.9")
    old = doctor.check_library("numpy", (2, 0))
    assert (old.ok, old.found, old.remedy) == (False, "1.9.9", pip_install("numpy>=2.0"))
    gone = doctor.check_library("no_such_library", (1, 0))
    assert not gone.ok
    assert "No module named 'no_such_library'" in gone.found
    monkeypatch.setattr(doctor, "PYTHON", (99, 0))
    assert doctor.check_python().remedy == "install Python 99.0 or later"


@pytest.mark.parametrize("failed", [False, True])
def test_the_command_prints_every_result_and_the_remedies(monkeypatch, capsys, failed):
    results = [CheckResult("Python", True, "3.11.0")]
    if failed:
        results.append(CheckResult("UDP port 9710", False, "taken", "use another one"))
    asked = []

    def examined(*arguments, **options):
        asked.append((*map(str, arguments), options))
        return iter(results)

    monkeypatch.setattr("neural_drum_machine.cli.doctor.examine", examined)
    words = ["ndm", "doctor", "--model", "a.ndm", "--osc-port", "1234", "--port", "5678"]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as caught:
        cli.main()
    out = capsys.readouterr().out
    assert asked == [("a.ndm", "1234", {"web_port": 5678})]
    assert (caught.value.code or 0) == int(failed)
    assert out.count(" ok ") == 1
    assert out.count("failed") == int(failed)
    assert ("UDP port 9710: use another one" in out) == failed
