"""Eager PyTorch as a contender. Only this file uses :mod:`neural_drum_machine.networks`."""

from typing import Any, Final

import numpy as np

from neural_drum_machine.benchmark.contenders import (
    Contender,
    Request,
    Skipped,
    Stopwatch,
    need,
)
from neural_drum_machine.model_file.bundle import Bundle

COLD_START: Final = """
from neural_drum_machine.networks.eager import first_sound
first_sound(sys.argv[1])
"""
"""Program of a fresh process that makes one sound; the model's path is its argument."""


def pytorch(bundle: Bundle, work: list[Request]) -> Contender:
    """Return decoder and MCNN in eager PyTorch on one thread.

    Raises
    ------
    Skipped
        If PyTorch is not installed, or the model has no MCNN.
    """
    need("torch", "train")
    if bundle.mcnn is None:
        raise Skipped("the model has no MCNN")
    from neural_drum_machine.networks.eager import EagerNetworks, one_thread

    machine = Stopwatch(bundle, "mcnn")
    reference = machine.render(*work[0]).samples
    machine.use(EagerNetworks(bundle))  # type: ignore[arg-type]  # it has the methods that are called

    def run(i: int) -> dict[str, float]:
        with one_thread():
            return machine.time(work[i])

    difference = np.abs(machine.render(*work[0]).samples - reference).max()
    facts: dict[str, Any] = {
        "threads": 1,
        "inverter": "mcnn",
        "largest_difference": float(f"{difference:.3g}"),
    }
    return Contender(len(work), run, facts=facts)
