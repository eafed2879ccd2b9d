"""Moving the sounds of requests along taught axes."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Final

from neural_drum_machine.anchors.play import Anchors
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.axes import check_steps, offset
from neural_drum_machine.exemplars.overlay import Exemplars
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.server.rendered import RenderPlan

_KEPT: Final = 32


class Along:
    """Says where taught axes move sounds. Several threads may use it.

    An axis moves values from where they are, so the sound is made and measured before. Its values
    are remembered while somebody turns a control.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, Mapping[str, float]] = OrderedDict()

    def moved(
        self,
        machine: DrumMachine,
        plan: RenderPlan,
        take: int,
        exemplars: Exemplars,
        anchors: Anchors,
    ) -> tuple[FloatArray, Mapping[str, float]]:
        """Return the latent vector and the wish of a plan after its axes.

        Parameters
        ----------
        machine : DrumMachine
            What renders.
        plan : RenderPlan
            The sound.
        take : int
            Its take.
        exemplars, anchors : tuple
            The model's own exemplars and the own sounds among those of the plan.

        Raises
        ------
        AxisError
            If an axis is of another model.
        ControlError
            As for :meth:`~neural_drum_machine.machine.DrumMachine.render_code`.
        """
        if not plan.axes:
            return plan.code, plan.wish
        check_steps(machine, plan.axes)
        wish = tuple(sorted(plan.wish.items()))
        key = (
            machine.inverter, plan.category, plan.code.tobytes(), plan.to, plan.t, plan.exemplars,
            plan.blend, take, wish,
        )  # fmt: skip
        with self._lock:
            values = self._values.get(key)
        if values is None:
            sound = machine.render_code(
                plan.category,
                plan.code,
                take=take,
                to=plan.to,
                t=plan.t,
                exemplars=exemplars,
                anchors=anchors,
                blend=plan.blend,
                wish=plan.wish,
            )
            values = machine.describe(sound)
        with self._lock:
            self._values[key] = values
            self._values.move_to_end(key)
            while len(self._values) > _KEPT:
                self._values.popitem(last=False)
        arrived = plan.to if plan.to and plan.t == 1 else plan.category
        code, asked = offset(machine, arrived, values, plan.axes, kept=plan.wish)
        return plan.code + code, {**plan.wish, **asked}
