"""Morph a conga into a clap in seven steps: python morph.py [FOLDER]."""

import sys
from pathlib import Path

import numpy as np

import neural_drum_machine as ndm

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "morph")
folder.mkdir(parents=True, exist_ok=True)

machine = ndm.load()
conga = machine.render("conga", seed=3)
clap = machine.render("clap", seed=5)

# The first step is exactly the conga, and the last one exactly the clap.
for number, t in enumerate(np.linspace(0, 1, 7)):
    step = machine.morph(conga, clap, float(t))
    path = folder / f"{number}.wav"
    step.write(path)
    print(f"{path}: {t:.0%} clap")
