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
from neural_drum_machine.errors import ConfigError
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
        If PyTorch is not installed, or the model file does not tell how its networks are built.
    """
    need("torch", "train")
    from neural_drum_machine.networks.eager import EagerNetworks, one_thread

    machine = Stopwatch(bundle, 1, "mcnn")
    reference = machine.render(*work[0]).samples
    try:
        networks = EagerNetworks(bundle)
        machine.use(networks)  # type: ignore[arg-type]  # it has the methods that are called
    except (KeyError, TypeError, ConfigError) as error:
        raise Skipped(
            f"the model file does not tell how its networks are built ({error!r})"
        ) from error

    def run(i: int) -> dict[str, float]:
        with one_thread():
            return machine.time(work[i])

    fit = networks.weights_fit
    weights = "the model's" if fit else "random, of the same sizes: the time is the same"
    facts: dict[str, Any] = {"threads": 1, "inverter": "mcnn", "weights": weights}
    if fit:
        difference = np.abs(machine.render(*work[0]).samples - reference).max()
        facts["largest_difference"] = float(f"{difference:.3g}")
    return Contender(len(work), run, facts=facts)
