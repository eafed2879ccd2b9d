"""Send a sample through the model, and hear it as a clap: python reconstruct.py SAMPLE [FOLDER]."""

import sys
from pathlib import Path

import neural_drum_machine as ndm
from neural_drum_machine.signal.hit import read_hit

if len(sys.argv) < 2:
    sys.exit(__doc__)
sample = Path(sys.argv[1])
folder = Path(sys.argv[2] if len(sys.argv) > 2 else "reconstructed")
folder.mkdir(parents=True, exist_ok=True)

machine = ndm.load()
hit = read_hit(sample, machine.spec)
own = machine.reconstruct(hit)  # the machine guesses the category
clap = machine.reconstruct(hit, "clap")
for sound in (own, clap):
    path = folder / f"{sample.stem}_as_{sound.category}.wav"
    sound.write(path)
    print(path)
