"""Inverters: from mel spectrograms to waveforms.

An inverter takes mel magnitudes ``(n_mels, frames)`` and returns ``(frames * hop_length,)`` float32
samples, not normalised. Silence gives exact silence, and nothing sounds after the last sounding
frame of the spectrogram (MCNN: seven frames after it). ``docs/inverters.md`` and
``docs/evaluation.md`` compare them.
"""

from typing import Final, Literal, Protocol, get_args

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import ControlError
from neural_drum_machine.inverters.griffin_lim import GriffinLim, Iterations
from neural_drum_machine.inverters.mcnn import McnnInverter
from neural_drum_machine.inverters.refined import Refined, equal_time_iterations
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.signal.spec import AudioSpec

InverterName = Literal["mcnn", "refined", "light", "griffin-lim"]
INVERTERS: Final[tuple[str, ...]] = get_args(InverterName)
"""Names of all inverters."""
DEFAULT_INVERTER: Final[InverterName] = "refined"
"""It is nearer to the original than MCNN in every measure, has no stripes, and is faster
(``docs/inverters.md``)."""
_ITERATIONS: Final[dict[str, int | Iterations]] = {
    "refined": equal_time_iterations,
    "light": 2,
    "griffin-lim": 16,
}


class Inverter(Protocol):
    """Turns mel spectrograms into waveforms."""

    def __call__(self, mel: FloatArray, take: int = 0) -> FloatArray:
        """Return the waveform ``(frames * hop_length,)`` of magnitudes ``(n_mels, frames)``.

        `take` is the noise that the spectrogram's grain is from
        (:func:`neural_drum_machine.detail.noise.noise_take`). Some inverters start from its phases.
        """
        ...


def make_inverter(name: str, networks: Networks, spec: AudioSpec) -> Inverter:
    """Return an inverter by its name.

    Parameters
    ----------
    name : str
        One of :data:`INVERTERS`.
    networks : Networks
        Of the model.
    spec : AudioSpec
        Audio format.

    Raises
    ------
    ControlError
        If there is no inverter of this name.
    """
    if name == "mcnn":
        return McnnInverter(networks)
    if name in _ITERATIONS:
        kind = GriffinLim if name == "griffin-lim" else Refined
        return kind(spec, _ITERATIONS[name])
    raise ControlError(f"no inverter {name!r}; there are {', '.join(INVERTERS)}")
