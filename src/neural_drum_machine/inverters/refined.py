"""The default inverter: phase-gradient phases, refined by accelerated Griffin-Lim."""

from typing import Final

from neural_drum_machine.arrays import ComplexArray, FloatArray
from neural_drum_machine.inverters.griffin_lim import GriffinLim
from neural_drum_machine.inverters.phase_gradient import gradient_phases

MOMENTUM: Final = 0.9
RELAXATION: Final = 1.3
"""Found on training sounds for some 18 iterations from good phases. Larger values diverge."""
_FRAME_ITERATIONS: Final = 1000
"""Iterations times sounding frames."""
_FEWEST, _MOST = 8, 64


class Refined(GriffinLim):
    """Accelerated Griffin-Lim from phase-gradient phases, which halves the iterations needed."""

    momentum, relaxation = MOMENTUM, RELAXATION

    def start(self, magnitude: FloatArray, take: int) -> ComplexArray:  # noqa: ARG002
        """Return the phases whose gradient fits the magnitudes."""
        return gradient_phases(magnitude, self.spec, self.n_fft)


def equal_time_iterations(frames: int) -> int:
    """Return a number of iterations that takes about the same time for every number of frames.

    Short sounds get the time that long ones would take. On recordings the mean SC and the slowest
    render are both better than with one number of iterations for all.
    """
    return min(max(round(_FRAME_ITERATIONS / frames), _FEWEST), _MOST)
