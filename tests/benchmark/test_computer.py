from neural_drum_machine.benchmark import computer as module
from neural_drum_machine.benchmark.computer import computer_line, describe_computer, provenance

INTEL = "model name\t: A CPU\nflags\t\t: fpu avx2 avx512f avx512bw\nmodel name\t: B\n"


def described(monkeypatch, tmp_path, cpuinfo, machine="x86_64"):
    path = tmp_path / "cpuinfo"
    path.write_text(cpuinfo)
    monkeypatch.setattr(module, "Path", lambda _: path)
    monkeypatch.setattr(module.platform, "machine", lambda: machine)
    monkeypatch.setattr(module.platform, "processor", lambda: "")
    return describe_computer()


def test_the_cpu_and_its_instruction_set_are_read(monkeypatch, tmp_path):
    with_it = described(monkeypatch, tmp_path, INTEL)
    assert (with_it["cpu"], with_it["avx512"]) == ("A CPU", True)
    assert computer_line(with_it) == f"A CPU with AVX-512, {with_it['cores']} cores"
    without = described(monkeypatch, tmp_path, INTEL.replace("avx512f", ""))
    assert without["avx512"] is False
    unknown = described(monkeypatch, tmp_path, "")
    assert (unknown["cpu"], unknown["avx512"]) == ("x86_64", None)
    assert computer_line({**unknown, "cores": 3}) == "x86_64, 3 cores"
    assert described(monkeypatch, tmp_path, "", "arm64")["avx512"] is False


def test_provenance_names_model_computer_date_and_versions():
    computer = {
        "cpu": "A CPU", "cores": 2, "avx512": False, "load_average_1min": 0.1,
        "date": "2026-11-26", "system": "Linux", "python": "3.11", "torch": None,
    }  # fmt: skip
    model = {"name": "default", "hash": "ab" * 32}
    assert provenance(computer, model, "ab" * 32, ("python", "torch")) == [
        "- Measured on 2026-11-26 with the model `abababababab` (default).",
        "- Computer: A CPU without AVX-512, 2 cores, load at the start 0.1.",
        "- Versions: Linux, python 3.11.",
    ]
    first = provenance(computer, model, "cd" * 32, ())[0]
    assert "with another model, `abababababab` (default), not with the one in the package" in first
