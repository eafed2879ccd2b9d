"""The ways from a sound's mel spectrogram back to a sound that an evaluation compares."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neural_drum_machine.evaluation import peers
from neural_drum_machine.inverters import INVERTERS, make_inverter
from neural_drum_machine.machine import DrumMachine

FloatArray = npt.NDArray[np.float32]

TRUE, DECODED = "true mel", "generator's mel"


@dataclass(frozen=True, slots=True)
class Way:
    """A way from a sound's mel spectrogram back to a sound.

    Attributes
    ----------
    name : str
        In the report's JSON.
    source : str
        :data:`TRUE`: from the sound's own mel; :data:`DECODED`: from what the generator makes
        of it, encoded and decoded in its category.
    title : str
        Of the inverter, for people.
    invert : callable
        Takes machine and mel ``(n_mels, n_frames)``, returns samples ``(n_samples,)``.
    """

    name: str
    source: str
    title: str
    invert: Callable[[DrumMachine, FloatArray], FloatArray]


def _ours(name: str) -> Callable[[DrumMachine, FloatArray], FloatArray]:
    def invert(machine: DrumMachine, mel: FloatArray) -> FloatArray:
        inverter = make_inverter(name, machine.networks, machine.spec)
        return inverter(mel)[: machine.spec.n_samples]

    return invert


def _librosa(machine: DrumMachine, mel: FloatArray) -> FloatArray:
    return peers.librosa_griffin_lim(mel, machine.spec)


def _fast(n_iter: int) -> Callable[[DrumMachine, FloatArray], FloatArray]:
    def invert(machine: DrumMachine, mel: FloatArray) -> FloatArray:
        return peers.fast_griffin_lim(mel, machine.spec, n_iter)

    return invert


WAYS = (
    *(Way(name, TRUE, f"`--inverter {name}`", _ours(name)) for name in INVERTERS),
    Way("librosa_32", TRUE, "Griffin-Lim, 32 iterations (librosa)", _librosa),
    *(
        Way(f"griffin_lim_{n}", TRUE, f"Griffin-Lim, {n} iterations (whole FFT)", _fast(n))
        for n in peers.FAST_ITERATIONS
    ),
    *(Way(f"path_{name}", DECODED, f"`--inverter {name}`", _ours(name)) for name in INVERTERS),
    Way("path_griffin_lim_32", DECODED, "Griffin-Lim, 32 iterations (whole FFT)", _fast(32)),
)
PERCEIVED = (*INVERTERS, "griffin_lim_32", *(f"path_{name}" for name in INVERTERS))
"""The ways that the slow perceptual distance is asked about."""
SAMPLER = "sampler"
"""The nearest training sound: what a sampler with a perfect browser would answer."""
CWAE = "cwae"


def decoded_mel(
    machine: DrumMachine, mel: FloatArray, category: str
) -> tuple[FloatArray, FloatArray]:
    """Return a mel encoded and decoded in its category: standardised log-mel, magnitudes."""
    index = np.array([machine.index(category)])
    x = machine.standardisation.forward(mel)
    decoded = machine.networks.decode(machine.networks.encode(x[None], index), index)[0]
    return decoded, machine.standardisation.inverse(decoded)
