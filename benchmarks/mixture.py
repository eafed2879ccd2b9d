"""Whether a mixture head could take the place of partials and grain.

    .venv/bin/python benchmarks/mixture.py MODEL.ndm data/open

Trains the head of ``mixture_head.py`` on encoded training sounds. Then draws sounds from the model
with exemplars; and from its generator alone: with partials and grain, without detail, and with
samples of the head, whose cells are independent of each other or as alike as in recordings. Prints
KAD against recordings, and against recordings balanced over the kits, as ``ndm evaluate`` does;
diversity beside recordings'; and an engineer's figures. The labeller of the package, and not the
judge, says whether the category is heard. One process; about ten CPU minutes.
"""

import argparse
import zlib
from pathlib import Path

import numpy as np
import torch
from mixture_head import Fields, Head, Inputs, Pairs, autocovariance, train
from scipy.special import ndtr

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.index import AUGMENTED, REAL
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.judges.embedding import Embedder
from neural_drum_machine.evaluation.study.ear import by_category
from neural_drum_machine.evaluation.study.set_distances import diversity_by_category, set_distances
from neural_drum_machine.evaluation.study.sound_sets import (
    SoundSet,
    balanced_rows,
    generate,
    halves_by_kit,
    of_dataset,
    real_rows,
    spread,
)
from neural_drum_machine.inverters.renderer import Rendering
from neural_drum_machine.machine import DrumMachine, load
from neural_drum_machine.prepare.labelling.classifier import Labeller
from neural_drum_machine.prepare.recordings.thumbnail import thumbnail
from neural_drum_machine.prepare.report import table
from neural_drum_machine.signal.full_hit import FULL_SR

FIGURES = ("first_sample", "rise_ms", "jitter_cents", "ripple_db", "air")
LOW_ENDS = ("kick", "tom")
MOST = 2.8
"""Normal scores are cut off here."""
GAINS = (-5.0, 2.0)
"""Nepers. No cell rises by more than 17 dB, as with exemplars."""


def pairs_of(machine: DrumMachine, data: Dataset, each: int) -> Pairs:
    """Encode and decode training sounds, recordings first."""
    parts = []
    for number, category in enumerate(machine.categories):
        rows = spread(data.rows("train", category, REAL), each)
        more = data.rows("train", category, AUGMENTED)
        rows = np.concatenate([rows, spread(more, each - len(rows)) if len(rows) < each else []])
        for some in np.array_split(rows.astype(np.int64), -(-len(rows) // 32)):
            recorded, numbers = data.levels(some), np.full(len(some), number)
            code = machine.networks.encode(machine.scale.forward(recorded), numbers)
            decoded = machine.scale.inverse(machine.networks.decode(code, numbers))
            mels = (x.mel.astype(np.float16) for x in (recorded, decoded))
            parts.append((*mels, code, numbers))
    return Pairs(*map(np.concatenate, zip(*parts, strict=True)))


class MixtureMachine(DrumMachine):
    """A machine whose generator alone has samples of a mixture head as its detail."""

    def __init__(
        self, machine: DrumMachine, head: Head, fields: Fields | None, strength: float
    ) -> None:
        super().__init__(machine.bundle, Rendering(without=frozenset({"exemplars"})))
        self.head, self.fields, self.strength = head, fields, strength

    def _detail(self, log_mel: FloatArray, code: FloatArray, *others: object) -> FloatArray:
        category = others[0][0]  # type: ignore[index]
        random = np.random.default_rng(zlib.crc32(code.tobytes()))
        inputs = Inputs(log_mel[None], code[None], np.array([category]), self.scale.mel)
        if self.fields:
            scores = self.fields(category, random)
        else:
            scores = random.standard_normal(log_mel.shape)
        lost = self.head.mixture(inputs, 0).quantile(ndtr(np.clip(scores, -MOST, MOST)))
        # The head knows log(magnitude + eps); the renderer takes gains of magnitudes.
        before, after = (
            np.exp(logs) - np.float32(self.spec.log_eps)
            for logs in (log_mel, log_mel + self.strength * lost)
        )
        gain = np.log(np.maximum(after, 1e-4) / np.maximum(before, 1e-4))
        out: FloatArray = np.where(before > 1e-4, np.clip(gain, *GAINS), 0).astype(np.float32)
        return out


def main() -> None:
    """Train, measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--each", type=int, default=48, help="sounds of a category")
    parser.add_argument("--training", type=int, default=220, help="training sounds of a category")
    parser.add_argument("--seconds", type=float, default=240, help="CPU seconds of training")
    parser.add_argument("--strength", type=float, default=0.8, help="share of what was lost")
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = Dataset.open(options.data, verify=False)
    machine = load(options.model)
    pairs = pairs_of(machine, data, options.training)
    head = train(pairs, machine.scale.mel, options.seconds)
    fields = Fields(autocovariance(head, pairs, machine.scale.mel), machine.spec)

    embed, labeller = Embedder(), Labeller.load()
    rows = [f(data, machine.categories, options.each) for f in (real_rows, balanced_rows)]
    sets = [of_dataset(data, some) for some in rows]
    real = [embed(each.full, FULL_SR) for each in sets]
    halves = [halves_by_kit(data, some) for some in rows]
    varied = diversity_by_category(real[0], sets[0].categories)
    counts = np.bincount(sets[0].categories, minlength=len(CATEGORIES))
    ears = [f"{drum}: {x}" for x in ("rise_ms", "jitter_cents", "ripple_db") for drum in LOW_ENDS]

    def line(name: str, sounds: SoundSet) -> list[str]:
        embedded = embed(sounds.full, FULL_SR)
        kads = [
            set_distances({"real": x, "generated": embedded}, half)["kad"]["generated"]
            for x, half in zip(real, halves, strict=True)
        ]
        mine = diversity_by_category(embedded, sounds.categories)
        pictures = np.stack([thumbnail(x, data.spec.sr) for x in sounds.sounds])
        heard = labeller.probabilities(pictures)[:, : len(CATEGORIES)].argmax(axis=1)
        right = [np.mean(heard[sounds.categories == c] == c) for c in np.unique(sounds.categories)]
        ear = by_category(sounds)
        means = [np.nanmean([values[figure] for values in ear.values()]) for figure in FIGURES]
        low = [ear[drum][figure] for drum, figure in (x.split(": ") for x in ears)]
        out = [name, *(f"{value:.2f} [{least:.2f}, {most:.2f}]" for least, value, most in kads)]
        out.append(f"{np.mean([mine[c] / varied[c] for c in mine]):.2f}")
        out.append(f"{100 * np.mean(right):.0f}, {100 * min(right):.0f} %")
        out += [f"{value:.3g}" for value in (*means, *low)]
        print(" | ".join(out), flush=True)
        return out

    lines = [line("recordings, by kits", sets[1])]
    machines = {
        "with exemplars": machine,
        "partials and grain": load(options.model, without=("exemplars",)),
        "no detail": load(options.model, without=("exemplars", "detail")),
        "mixture, independent cells": MixtureMachine(machine, head, None, options.strength),
        "mixture, alike as in recordings": MixtureMachine(machine, head, fields, options.strength),
    }
    lines += [line(name, generate(each, counts)) for name, each in machines.items()]
    columns = ["sounds", "KAD", "KAD by kits", "diversity", "heard", *FIGURES, *ears]
    print("\n".join(table(columns, lines)))


if __name__ == "__main__":
    main()
