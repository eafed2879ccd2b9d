"""Choke groups: a note ends those of its other devices, as a closed hat ends an open one."""

from typing import Final

from .boxes import control
from .patch import Box, Patch

NAME: Final = "ndm-choke"
"""A name that all devices of a set share. Other patches may send the number of a group to it."""
FADE_MS: Final = 10


def choke(patch: Patch, note: Box, envelope: Box) -> None:
    """Let each note tell its group to the other devices, and fade out when one of them tells it.

    A device is deaf while it speaks, so a note does not end itself.
    """
    group = control(patch, "Choke", "live.numbox", (1340, 520))
    steps = patch.add("t b b b", (1340, 600))
    patch.connect(note, 1, steps)
    deaf = patch.add("gate 1 1", (1500, 660))
    patch.connect(patch.add(f"receive {NAME}", (1500, 600)), 0, 1, deaf)
    patch.connect(steps, 2, patch.message("0", (1440, 630)), deaf)
    own = patch.add("f 0.", (1340, 640))
    patch.connect(group, 0, 1, own)
    patch.connect(steps, 1, own)
    is_none = patch.add("select 0", (1340, 670))
    patch.connect(own, patch.add("t i", (1340, 655)), is_none)
    patch.connect(is_none, 1, patch.add(f"send {NAME}", (1360, 700)))
    patch.connect(steps, patch.message("1", (1400, 630)), deaf)
    same = patch.add("expr $i1 == $i2 && $i1 > 0", (1500, 700))
    patch.connect(group, 0, 1, same)
    patch.connect(deaf, same)
    is_same = patch.add("select 1", (1500, 730))
    patch.connect(same, is_same)
    patch.connect(is_same, patch.message(f"0. {FADE_MS}.", (1500, 760)), envelope)
