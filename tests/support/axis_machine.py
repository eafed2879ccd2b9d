"""A machine whose axes have known effects on brightness."""

from types import SimpleNamespace

import numpy as np


class AxisMachine:
    """P1 raises the brightness by two octaves a unit. P3 raises or lowers it, by category."""

    categories = ("kick", "snare", "tom", "conga")

    def render(self, category, p, seed):
        t = np.arange(2048) / 22050
        side = 1 if self.categories.index(category) % 2 else -1
        hz = (900 + 30 * seed) * 2 ** (2 * p[0] + side * p[2])
        return SimpleNamespace(samples=np.sin(2 * np.pi * hz * t) * np.exp(-60 * t), sr=22050)
