"""A description of the computer, which every measured time depends on."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from neural_drum_machine import __version__
from neural_drum_machine.cores import cores


def describe_computer() -> dict[str, Any]:
    """Return a description of this computer, now, as JSON values.

    Returns
    -------
    dict
        ``cpu``, ``cores`` (that this process may use), ``avx512`` (None if unknown),
        ``load_average_1min``, ``date``, ``system``, and versions: ``python``,
        ``neural_drum_machine``, ``numpy``, ``torch``, ``librosa`` (None if not
        installed).
    """
    return {
        "cpu": _cpu(),
        "cores": cores(),
        "avx512": _avx512(),
        # Load of other programs. Measure it before the work of a benchmark starts.
        "load_average_1min": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "date": datetime.now(UTC).date().isoformat(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "neural_drum_machine": __version__,
        **{name: installed_version(name) for name in ("numpy", "torch", "librosa")},
    }


def computer_line(computer: Mapping[str, Any]) -> str:
    """Return CPU, instruction set and number of cores as text.

    Parameters
    ----------
    computer : Mapping
        From :func:`describe_computer`; older results have no ``avx512``.
    """
    avx512 = computer.get("avx512")
    note = "" if avx512 is None else " with AVX-512" if avx512 else " without AVX-512"
    return f"{computer['cpu']}{note}, {computer['cores']} cores"


def provenance(
    computer: Mapping[str, Any],
    model: Mapping[str, Any],
    packaged_hash: str,
    packages: tuple[str, ...],
) -> list[str]:
    """Return list items that state the model and the computer of a document's figures.

    A test reads the model's hash from the first line and compares it with the packaged model.

    Parameters
    ----------
    computer : Mapping
        From :func:`describe_computer`.
    model : Mapping
        ``name`` and ``hash`` of the measured model.
    packaged_hash : str
        Hash of the model in this package.
    packages : tuple of str
        Keys of `computer` whose versions are listed.
    """
    measured = f"`{model['hash'][:12]}` ({model['name']})"
    date = f" on {computer['date']}" if computer.get("date") else ""
    load = computer["load_average_1min"]
    versions = [f"{name} {computer[name]}" for name in packages if computer.get(name)]
    return [
        f"- Measured{date} with the model {measured}."
        if model["hash"] == packaged_hash
        else f"- Measured{date} with another model, {measured}, not with the one in the package.",
        f"- Computer: {computer_line(computer)}, load at the start "
        f"{'unknown' if load is None else load}.",
        f"- Versions: {', '.join([computer['system'], *versions])}.",
    ]


def installed_version(package: str) -> str | None:
    """Return the version of an installed package, None if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _cpu() -> str:
    return _cpuinfo("model name") or platform.processor() or platform.machine()


def _avx512() -> bool | None:
    """Return whether the CPU has AVX-512; None where the system does not tell."""
    if platform.machine().lower() in {"arm64", "aarch64"}:
        return False
    flags = _cpuinfo("flags")
    return "avx512f" in flags.split() if flags else None


def _cpuinfo(field: str) -> str:
    """Return the first value of a field in Linux's ``/proc/cpuinfo``; empty on other systems."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    values = (line.split(":", 1)[1].strip() for line in lines if line.startswith(field))
    return next(values, "")
