"""The number of cores in containers and under other limits."""

import os

import pytest

from neural_drum_machine import cores as module
from neural_drum_machine.cores import cores


@pytest.fixture
def computer(monkeypatch, tmp_path):
    """A computer of 16 cores without limits; takes its control groups' files by name."""
    monkeypatch.delenv("LOKY_MAX_CPU_COUNT", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)), raising=False)
    monkeypatch.setattr(module, "CGROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(module, "OWN_CGROUP", tmp_path / "self")

    def limit(own: str = "", **files: str) -> None:
        (tmp_path / "self").write_text(own)
        for name, text in files.items():
            path = tmp_path / "cgroup" / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return limit


def test_without_limits_all_cores_count(computer):
    assert cores() == 16
    computer("0::/\n", cpu_dot_max="max 100000\n")
    assert cores() == 16


@pytest.mark.parametrize(
    ("own", "files", "n"),
    [
        ("0::/\n", {"cpu_dot_max": "200000 100000\n"}, 2),
        ("0::/\n", {"cpu_dot_max": "150000 100000\n"}, 2),
        ("0::/\n", {"cpu_dot_max": "5000 100000\n"}, 1),
        (
            "0::/a/b\n",
            {"a__b__cpu_dot_max": "max 100000", "a__cpu_dot_max": "300000 100000"},
            3,
        ),
        ("", {"cpu__cpu.cfs_quota_us": "400000\n", "cpu__cpu.cfs_period_us": "100000\n"}, 4),
        ("", {"cpu__cpu.cfs_quota_us": "-1\n", "cpu__cpu.cfs_period_us": "100000\n"}, 16),
        (
            "3:cpu,cpuacct:/job\n",
            {"cpu__job__cpu.cfs_quota_us": "500000\n", "cpu__job__cpu.cfs_period_us": "100000\n"},
            5,
        ),
        ("nonsense", {"cpu_dot_max": "nonsense"}, 16),
    ],
)
def test_containers_limit_the_time(computer, own, files, n):
    computer(own, **files)
    assert cores() == n


def test_the_least_limit_counts(computer, monkeypatch):
    computer("0::/\n", cpu_dot_max="800000 100000\n")
    assert cores() == 8
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5, 7}, raising=False)
    assert cores() == 3
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    assert cores() == 2
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "0")
    assert cores() == 1
