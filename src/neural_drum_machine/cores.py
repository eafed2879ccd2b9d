"""How many cores this process may use: of an affinity, of a container, of a batch system."""

import math
import os
from pathlib import Path
from typing import Final

CGROUPS: Final = Path("/sys/fs/cgroup")
OWN_CGROUP: Final = Path("/proc/self/cgroup")


def cores() -> int:
    """Return the number of cores that this process may use, at least 1.

    Returns
    -------
    int
        The least of: the computer's cores, the cores that the process is bound to, the share of
        time that its control groups allow (containers are limited so), rounded up, and the
        variable ``LOKY_MAX_CPU_COUNT``, which joblib obeys too.
    """
    limits: list[float] = [os.cpu_count() or 1]
    if hasattr(os, "sched_getaffinity"):
        limits.append(len(os.sched_getaffinity(0)))
    if (quota := _quota()) is not None:
        limits.append(math.ceil(quota))
    stated = os.environ.get("LOKY_MAX_CPU_COUNT", "")
    if stated.isdigit():
        limits.append(int(stated))
    return max(1, int(min(limits)))


def _quota() -> float | None:
    """Return the cores' worth of time that Linux control groups of version 2 or 1 allow."""
    quotas = []
    for folder in _folders():
        found = _numbers(folder / "cpu.max")
        if found is None:
            parts = [_numbers(folder / f"cpu.cfs_{name}_us") for name in ("quota", "period")]
            found = [*(parts[0] or []), *(parts[1] or [])]
        if len(found) == 2 and min(found) > 0:
            quotas.append(found[0] / found[1])
    return min(quotas, default=None)


def _folders() -> list[Path]:
    """Return the control groups that limit this process: its own and those around it."""
    folders = [CGROUPS, CGROUPS / "cpu"]
    try:
        lines = OWN_CGROUP.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return folders
    for line in lines:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" or "cpu" in controllers.split(","):
            root = CGROUPS if number == "0" else CGROUPS / "cpu"
            own = root / path.lstrip("/")
            folders += [own, *(each for each in own.parents if each.is_relative_to(root))]
    return folders


def _numbers(path: Path) -> list[int] | None:
    """Return the numbers in a file, without the word that means no limit; None if it is absent."""
    try:
        words = path.read_text(encoding="ascii", errors="replace").split()
    except OSError:
        return None
    return [int(word) for word in words if word.lstrip("-").isdigit()]
