"""From the levels of a hit to its samples: which inverter, which parts, which rate, how wide."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import soxr

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.detail.width import widen
from neural_drum_machine.errors import ControlError
from neural_drum_machine.inverters import DEFAULT_INVERTER, make_inverter
from neural_drum_machine.inverters.full_band import (
    Core,
    at_rate,
    check_rate,
    ended,
    invert_core,
    render_full,
)
from neural_drum_machine.inverters.griffin_lim import Shape
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.mel import exp_mel
from neural_drum_machine.signal.spec import AudioSpec

PARTS: Final = ("exemplars", "attack", "air", "body", "detail")
"""Parts of a sound that can be left out: the recordings that draws begin at, the fine attack, the
air, the body's oscillator, and synthetic partials and grain."""
_LIGHT_ITERATIONS: Final = 2


@dataclass(frozen=True, slots=True)
class Rendering:
    """How a machine turns levels into samples.

    Attributes
    ----------
    inverter : str
        One of :data:`neural_drum_machine.inverters.INVERTERS`.
    sr : int
        Sample rate in Hz, one of :data:`neural_drum_machine.inverters.full_band.RATES`.
    width : float
        0 gives mono, up to 1 stereo whose mean is the mono sound.
    without : frozenset of str
        Parts that are left out, of :data:`PARTS`.
    """

    inverter: str = DEFAULT_INVERTER
    sr: int = FULL_SR
    width: float = 0.0
    without: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Check rate, width and parts.

        Raises
        ------
        ControlError
            If one is not offered.
        """
        check_rate(self.sr)
        if not isinstance(self.width, int | float) or not 0 <= self.width <= 1:
            raise ControlError(f"width must lie between 0 and 1, got {self.width!r}")
        check_parts(self.without)


def check_parts(names: Iterable[str]) -> None:
    """Raise :class:`ControlError` if a sound has no part of a name."""
    for name in names:
        if name not in PARTS:
            raise ControlError(f"a sound has no part {name!r}; it has {', '.join(PARTS)}")


class HitRenderer:
    """Turns the levels of hits into samples.

    Parameters
    ----------
    spec : AudioSpec
        The core's format.
    networks : Networks
        Of the model; MCNN is one of the inverters.
    rendering : Rendering
        Inverter, rate, width and parts.

    Raises
    ------
    ControlError
        If there is no such inverter.
    """

    def __init__(self, spec: AudioSpec, networks: Networks, rendering: Rendering) -> None:
        self.spec = spec
        self.rendering = rendering
        self._invert = make_inverter(rendering.inverter, networks, spec)

    def __call__(
        self,
        levels: Levels,
        detail: FloatArray | None = None,
        take: int = 0,
        *,
        body: bool = True,
    ) -> FloatArray:
        """Return the samples of a hit, not normalised.

        Parameters
        ----------
        levels : Levels
            Of one hit, natural logarithms.
        detail : numpy.ndarray, optional
            Shape ``(n_mels, n_frames)``: logarithms of gains, such as partials and grain.
        take : int
            Seed of the air's noise, and of the width's.
        body : bool
            Whether a low partial is played as an oscillator. The levels of a recording are rendered
            more exactly without.

        Returns
        -------
        numpy.ndarray
            Shape ``(n,)``, or ``(2, n)`` with a width; float32. It ends where it falls silent.
        """
        sound = ended(self._full(levels, detail, take, body=body))
        if self.rendering.width:
            sound = widen(sound, self.rendering.width, take)
        return np.ascontiguousarray(at_rate(sound, self.rendering.sr))

    def core(self, mel: FloatArray, take: int = 0) -> FloatArray:
        """Return the core of mel magnitudes alone, at its own rate, ``(n_samples,)``."""
        return self._invert(mel, take)[: self.spec.n_samples]

    def _full(
        self, levels: Levels, detail: FloatArray | None, take: int, *, body: bool
    ) -> FloatArray:
        if levels.attack is None and levels.air is None:
            # A generator without air and fine attack: nothing but the core is known.
            logs = levels.mel if detail is None else levels.mel + detail
            samples = self.core(exp_mel(logs, self.spec), take)
            out: FloatArray = soxr.resample(samples, self.spec.sr, FULL_SR, quality="HQ")
            return out[: self.spec.n_samples * FULL_SR // self.spec.sr]
        without = self.rendering.without
        return render_full(
            exp_mel(levels.mel, self.spec),
            None if "attack" in without else levels.attack,
            None if "air" in without else levels.air,
            self.spec,
            take,
            detail=detail,
            body=body and "body" not in without,
            invert=self._core_inverter(take),
        )

    def _core_inverter(self, take: int) -> Core:
        if self.rendering.inverter == "refined":
            return invert_core
        if self.rendering.inverter == "light":
            return lambda mel, spec, silent, shape: invert_core(
                mel, spec, silent, shape, _LIGHT_ITERATIONS
            )

        def shaped(mel: FloatArray, _: AudioSpec, silent: int, shape: Shape | None) -> FloatArray:
            # MCNN and Griffin-Lim know nothing of the onset: the attack is put in afterwards.
            samples = self._invert(mel, take)
            samples[:silent] = 0
            if shape and samples.any():
                shape(samples, 1.0)
            return samples

        return shaped
