"""Render a bar of hi-hats that a drummer might play: python humanise.py [FILE].

The drum is the same in all hits. Takes change its noise, and level and timing vary a little, with
an accent on each quarter.
"""

import sys

import numpy as np

import neural_drum_machine as ndm
from neural_drum_machine.signal.sound_file import write_sound_file

path = sys.argv[1] if len(sys.argv) > 1 else "bar.wav"
tempo = 120  # quarters a minute
eighth = 60 / tempo / 2  # seconds

machine = ndm.load()
random = np.random.default_rng(1)
sr = machine.sr
bar = np.zeros(round(8 * eighth * sr) + machine.n_samples, np.float32)
for number in range(8):
    hit = machine.render("closed_hihat", seed=4, take=number)
    level = (0.9 if number % 2 == 0 else 0.6) * random.uniform(0.9, 1.1)
    late = max(0.0, random.normal(0, 0.004)) if number else 0.0  # seconds
    start = round((number * eighth + late) * sr)
    bar[start : start + len(hit.samples)] += level * hit.samples

write_sound_file(path, 0.9 * bar / np.abs(bar).max(), sr)
print(f"{path}: {len(bar) / sr:.2f} s")
