"""Render a kit of four drums: python render_kit.py [FOLDER] [SEED]."""

import sys
from pathlib import Path

import neural_drum_machine as ndm

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "kit")
seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
folder.mkdir(parents=True, exist_ok=True)

machine = ndm.load()
for category in ("kick", "snare", "closed_hihat", "open_hihat"):
    sound = machine.render(category, seed=seed)
    path = folder / f"{category}.wav"
    sound.write(path)
    print(path)
