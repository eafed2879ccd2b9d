"""From mel spectrograms to waveforms: the ways to choose from.

An inverter takes mel magnitudes ``(n_mels, frames)`` and returns ``(frames * hop_length,)`` float32
samples, not normalised. Silence in gives exact silence, and no sample sounds after the end that it
hears in the spectrogram. How they compare stands in ``docs/evaluation.md``.
"""

from typing import Final, Literal, Protocol, get_args

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import ControlError
from neural_drum_machine.inverters.griffin_lim import GriffinLim, Iterations, Refined, even_work
from neural_drum_machine.inverters.mcnn import McnnInverter
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.signal.spec import AudioSpec

InverterName = Literal["mcnn", "refined", "light", "griffin-lim"]
INVERTERS: Final[tuple[str, ...]] = get_args(InverterName)
"""Names of all inverters."""
DEFAULT_INVERTER: Final[InverterName] = "refined"
"""Nearer to the original than MCNN in every measure, without stripes, and faster
(``docs/inverters.md``)."""
_ITERATIONS: Final[dict[str, int | Iterations]] = {
    "refined": even_work,
    "light": 2,
    "griffin-lim": 16,
}


class Inverter(Protocol):
    """What turns mels into sound."""

    def __call__(self, mel: FloatArray, take: int = 0) -> FloatArray:
        """Return the waveform ``(frames * hop_length,)`` of magnitudes ``(n_mels, frames)``.

        `take` says which noise (:func:`neural_drum_machine.detail.grain.noise_take`) the
        spectrogram's grain is from, for inverters that can make something of it.
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
        The signal's numbers.

    Raises
    ------
    ControlError
        If there is none of that name.
    """
    if name == "mcnn":
        return McnnInverter(networks)
    if name in _ITERATIONS:
        kind = GriffinLim if name == "griffin-lim" else Refined
        return kind(spec, _ITERATIONS[name])
    raise ControlError(f"no inverter {name!r}; there are {', '.join(INVERTERS)}")
