"""The routes from a sound's mel spectrogram back to a sound that an evaluation compares."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.benchmark.librosa_inverter import librosa_griffin_lim
from neural_drum_machine.inverters import DEFAULT_INVERTER, INVERTERS, make_inverter
from neural_drum_machine.inverters.griffin_lim import griffin_lim
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.mel import exp_mel

TRUE, DECODED, SEARCHED, PLAYED = (
    "true mel",
    "generator's mel, encoder alone",
    "generator's mel",
    "as it is played",
)
"""Sources: the spectrograms that a route can start from."""
FAST_ITERATIONS = (2, 4, 8, 16, 32)
"""Numbers of iterations of fast Griffin-Lim that are compared."""


@dataclass(frozen=True, slots=True)
class Route:
    """A route from a sound's mel spectrogram back to a sound.

    Attributes
    ----------
    name : str
        Name in the report's JSON.
    source : str
        :data:`TRUE`: the sound's own mel. :data:`DECODED`: the generator's mel of the code that
        the encoder returns, as in the paper. :data:`SEARCHED`: the generator's mel of the code
        that the machine finds by search. :data:`PLAYED`: the same with partials and grain, which
        is what the machine plays.
    title : str
        Name of the inverter, for people.
    invert : callable
        Takes a machine and a mel ``(n_mels, n_frames)``, returns samples ``(n_samples,)``.
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
        return griffin_lim(mel, machine.spec, n_iter=n_iter)[: machine.spec.n_samples]

    return invert


ROUTES = (
    *(Route(name, TRUE, f"`--inverter {name}`", _ours(name)) for name in INVERTERS),
    Route("librosa_32", TRUE, "Griffin-Lim, 32 iterations (librosa)", _librosa),
    *(
        Route(f"griffin_lim_{n}", TRUE, f"Griffin-Lim, {n} iterations (whole FFT)", _fast(n))
        for n in FAST_ITERATIONS
    ),
    *(Route(f"path_{name}", DECODED, f"`--inverter {name}`", _ours(name)) for name in INVERTERS),
    Route("path_griffin_lim_32", DECODED, "Griffin-Lim, 32 iterations (whole FFT)", _fast(32)),
    *(
        Route(f"searched_{name}", SEARCHED, f"`--inverter {name}`", _ours(name))
        for name in ("mcnn", DEFAULT_INVERTER)
    ),
    Route("searched_griffin_lim_32", SEARCHED, "Griffin-Lim, 32 iterations (whole FFT)", _fast(32)),
    *(Route(f"played_{name}", PLAYED, f"`--inverter {name}`", _ours(name)) for name in INVERTERS),
)
PERCEPTUAL = (
    *INVERTERS,
    "griffin_lim_32",
    "path_mcnn",
    *(f"{path}_{DEFAULT_INVERTER}" for path in ("path", "searched", "played")),
)
"""Names of the routes that the slow perceptual distance is measured for."""
SAMPLER = "sampler"
"""Name of the sampler in the results: it answers with the nearest training sound."""
CWAE = "cwae"
"""Name of the generator's mel, before any inverter, of the encoder's code."""
CWAE_SEARCHED = "cwae_searched"
"""Name of the generator's mel, before any inverter, of the code found by search."""


def routes_of(machine: DrumMachine) -> tuple[Route, ...]:
    """Return the routes that a machine has: without MCNN there are fewer."""
    return tuple(r for r in ROUTES if machine.bundle.mcnn or not r.name.endswith("mcnn"))


def mels(
    machine: DrumMachine, levels: Levels, category: str
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Return the generator's versions of a hit, and the mel that each source starts from.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    levels : Levels
        Of the hit, natural logarithms.
    category : str
        The category it is encoded and decoded in.

    Returns
    -------
    decoded : dict
        Standardised log-mels by source, of :data:`DECODED` and :data:`SEARCHED`.
    sources : dict
        Magnitudes by source, of all four.
    """
    index = machine.index(category)
    codes = {
        DECODED: machine.encode_levels(levels, index, steps=0),
        SEARCHED: machine.encode_levels(levels, index),
    }
    decoded: dict[str, FloatArray] = {
        source: machine.networks.decode(code[None], np.array([index])).mel[0]
        for source, code in codes.items()
    }
    return decoded, {
        TRUE: exp_mel(levels.mel, machine.spec),
        **{source: machine.scale.mel.inverse(x) for source, x in decoded.items()},
        PLAYED: machine.spectrogram(codes[SEARCHED], index),
    }
