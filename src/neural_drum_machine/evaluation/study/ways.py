"""The ways from a sound's mel spectrogram back to a sound that an evaluation compares."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.benchmark.librosa_inverter import librosa_griffin_lim
from neural_drum_machine.evaluation.study import peers
from neural_drum_machine.inverters import DEFAULT_INVERTER, INVERTERS, make_inverter
from neural_drum_machine.machine import DrumMachine

TRUE, DECODED, SEARCHED, PLAYED = (
    "true mel",
    "generator's mel, encoder alone",
    "generator's mel",
    "as it is played",
)


@dataclass(frozen=True, slots=True)
class Way:
    """A way from a sound's mel spectrogram back to a sound.

    Attributes
    ----------
    name : str
        In the report's JSON.
    source : str
        :data:`TRUE`: from the sound's own mel; :data:`DECODED`: from what the generator makes
        of it, encoded by its encoder and decoded in its category, as in the paper;
        :data:`SEARCHED`: from what it makes of the code that the machine finds;
        :data:`PLAYED`: from that with the partials and the noise it lacks, which is what the
        machine plays.
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
    return librosa_griffin_lim(mel, machine.spec)


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
    *(
        Way(f"searched_{name}", SEARCHED, f"`--inverter {name}`", _ours(name))
        for name in ("mcnn", DEFAULT_INVERTER)
    ),
    Way("searched_griffin_lim_32", SEARCHED, "Griffin-Lim, 32 iterations (whole FFT)", _fast(32)),
    *(Way(f"played_{name}", PLAYED, f"`--inverter {name}`", _ours(name)) for name in INVERTERS),
)
PERCEIVED = (
    *INVERTERS,
    "griffin_lim_32",
    "path_mcnn",
    *(f"{path}_{DEFAULT_INVERTER}" for path in ("path", "searched", "played")),
)
"""The ways that the slow perceptual distance is asked about."""
SAMPLER = "sampler"
"""The nearest training sound: what a sampler with a perfect browser would answer."""
CWAE = "cwae"
"""The generator's mel, not yet inverted, of the encoder's code …"""
CWAE_SEARCHED = "cwae_searched"
"""… and of the code that the machine finds."""


def mels(
    machine: DrumMachine, mel: FloatArray, category: str
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Return what the generator makes of a mel, and what each source starts from.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    mel : numpy.ndarray
        Magnitudes ``(n_mels, n_frames)``.
    category : str
        What it is encoded and decoded as.

    Returns
    -------
    tuple
        Decoded standardised log-mels by :data:`DECODED` and :data:`SEARCHED`; magnitudes by
        source.
    """
    index = machine.index(category)
    codes = {
        DECODED: machine.encode_mel(mel, index, steps=0),
        SEARCHED: machine.encode_mel(mel, index),
    }
    decoded: dict[str, FloatArray] = {
        source: machine.networks.decode(code[None], np.array([index]))[0]
        for source, code in codes.items()
    }
    return decoded, {
        TRUE: mel,
        **{source: machine.standardisation.inverse(x) for source, x in decoded.items()},
        PLAYED: machine.spectrogram(codes[SEARCHED], index),
    }
