"""How long requests of each kind take, from the message to the bytes of the file.

``python -m benchmarks.requests`` prints the table of docs/engine.md. NumPy and the engine with each
kind of kernels take turns in one thread, and its time of the processor counts, so that other
programs disturb little.
"""

import argparse
import time
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from benchmarks.engine import engines

from neural_drum_machine.machine import DrumMachine, load
from neural_drum_machine.server import protocol
from neural_drum_machine.server.recent_sounds import RecentSounds
from neural_drum_machine.server.rendered import RenderPlan
from neural_drum_machine.server.rendering import Renderer
from neural_drum_machine.signal.audio_file import Clip
from neural_drum_machine.signal.full_hit import FULL_SR

OWN: Final = 1_000_000
"""The id of the own sound, and the first of the others that are asked for."""


def flat(exemplars: Any) -> tuple[float, ...]:
    """Return exemplars as requests name them."""
    return tuple(float(value) for each in exemplars for value in each)


def requests(machine: DrumMachine, own: RenderPlan, count: int) -> Iterator[tuple[str, list[Any]]]:
    """Yield kinds of requests with some of each."""
    names = [machine.categories[k % len(machine.categories)] for k in range(count)]
    kick, snare = machine.render("kick", seed=3), machine.render("snare", seed=4)

    def generate(k: int, **more: Any) -> protocol.Generate:
        return protocol.Generate(k, names[k], 0.3, -0.2, 0.1, seed=k, **more)

    def morph(k: int, other: Any) -> protocol.Morph:
        codes = [tuple(each.code.tolist()) for each in (kick, other)]
        return protocol.Morph(
            k,
            "kick",
            codes[0],
            "snare",
            codes[1],
            (k + 0.5) / count,
            exemplars=flat(kick.exemplars),
            to_exemplars=flat(other.exemplars),
        )

    few = range(max(2, count // 8))
    kinds = {
        "a drawn sound": lambda k: generate(k),
        "another take": lambda k: generate(k, take=3),
        "a morph": lambda k: morph(k, snare),
        "velocity 64": lambda k: generate(k, velocity=64),
        "a wish: decay": lambda k: protocol.Generate(
            k, "snare", 0.3, -0.2, 0.1, seed=k, decay=0.15 + k / 200
        ),
        "an own sound, bent": lambda k: protocol.Bend(k, OWN, 0.1 + 0.02 * k, 0.3, -0.2),
        "a morph to an own sound": lambda k: morph(k, own),
        "values": lambda k: protocol.Describe(k, OWN + 1),
        "three layers": lambda k: protocol.Layers(k, OWN + 1),
        "MCNN": lambda k: generate(k, inverter="mcnn"),
    }
    for name, make in kinds.items():
        yield name, [make(k) for k in range(count)]
    yield "16 hits", [protocol.Layers(k, OWN + 1, hits=4, seed=k) for k in few]
    yield "an encoding", [protocol.Encode(k, OWN + 1) for k in few]


def answer(renderer: Renderer, recent: RecentSounds, request: Any) -> None:
    """Do all that the server does for a request, but for writing the file."""
    made = getattr(renderer, request.type)(request, recent)
    if isinstance(made, RenderPlan):
        sound = renderer.render(request, made)
        recent.keep(request.id, sound.remembered())
        sound.wav()
    elif hasattr(made, "wav"):
        made.wav()


def measure(machines: dict[str, DrumMachine], count: int) -> dict[str, dict[str, list[float]]]:
    """Return milliseconds of the processor by kind of request and by what computes."""
    out: dict[str, dict[str, list[float]]] = {}
    renderers, sets = {}, {}
    for name, machine in machines.items():
        renderer, recent = Renderer(machine), RecentSounds()
        renderer.warm_up()
        snare = machine.render("snare", seed=4)
        clip = Clip(np.stack([snare.samples, snare.samples]), FULL_SR)
        times = []
        for _ in range(5):
            start = time.process_time()
            own = renderer.anchored(clip, None, "own")
            times.append(1000 * (time.process_time() - start))
        out.setdefault("an upload, its category guessed", {})[name] = times
        for number, plan in ((OWN, own), (OWN + 1, None)):
            request = protocol.Random(number, "snare", seed=5)
            plan = plan or renderer.random(request, recent)
            recent.keep(number, renderer.render(request, plan).remembered())
        renderers[name] = renderer, recent
        sets[name] = dict(requests(machine, own, count))
    for kind in next(iter(sets.values())):
        for k in range(-1, len(next(iter(sets.values()))[kind])):
            for name, (renderer, recent) in renderers.items():
                start = time.process_time()
                answer(renderer, recent, sets[name][kind][max(k, 0)])
                if k >= 0:  # the first one loads and plans
                    taken = 1000 * (time.process_time() - start)
                    out.setdefault(kind, {}).setdefault(name, []).append(taken)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=33, help="requests of each kind")
    arguments = parser.parse_args()
    reference = load(engine="reference")
    machines = {"NumPy": reference}
    for engine in engines(reference.bundle.path):
        if engine.kernels != "baseline":
            machines[engine.kernels] = reference.with_engine(engine)
    print(f"| median, p95 in ms | {' | '.join(machines)} |\n|---|{'---:|' * len(machines)}")
    for kind, times in measure(machines, arguments.count).items():
        cells = [f"{np.median(times[n]):.1f}, {np.percentile(times[n], 95):.1f}" for n in machines]
        print(f"| {kind} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
