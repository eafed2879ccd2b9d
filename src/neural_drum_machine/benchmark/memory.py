"""Memory of processes.

A fresh process imports this module after its first sound. It must therefore import nothing large.
"""

import sys
from pathlib import Path


def peak_memory_mib() -> float | None:
    """Return this process's largest resident memory in MiB, or None if the system has no figure."""
    try:
        # Not getrusage: on Linux it includes the parent's memory from before the exec.
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)  # macOS counts bytes


def resident_mib(pid: int) -> float:
    """Return the resident memory of a running process in MiB."""
    import psutil

    return float(psutil.Process(pid).memory_info().rss) / 2**20
