"""A kit as samples: velocity layers and round robins of each voice."""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from neural_drum_machine.cores import cores
from neural_drum_machine.errors import KitError
from neural_drum_machine.kits.bounds import MOST_LAYERS, MOST_ROUND_ROBINS
from neural_drum_machine.kits.hand import Hand
from neural_drum_machine.kits.kit import Kit, KitVoice
from neural_drum_machine.kits.rendered import Layer, RenderedKit, RenderedVoice
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.blas import one_thread
from neural_drum_machine.sound import Sound
from neural_drum_machine.wishes.velocity import LOUDEST, SOFTEST

Task = TypeVar("Task")
Result = TypeVar("Result")


def layer_bounds(layers: int) -> list[tuple[int, int]]:
    """Return the lowest and the highest velocity of each layer, from soft to loud.

    The layers are equally wide, to within one velocity, and cover 1 to 127.

    Raises
    ------
    KitError
        If there are not 1 to 16.
    """
    if not isinstance(layers, int) or not 1 <= layers <= MOST_LAYERS:
        raise KitError(f"a kit has 1 to {MOST_LAYERS} velocity layers, got {layers!r:.40}")
    edges = np.linspace(SOFTEST - 1, LOUDEST, layers + 1).round().astype(int).tolist()
    return [(low + 1, high) for low, high in itertools.pairwise(edges)]


def rendered_kit(
    machine: DrumMachine,
    kit: Kit,
    layers: int = 4,
    round_robins: int = 3,
    *,
    amount: float = 1.0,
    seed: int = 0,
    threads: int | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> RenderedKit:
    """Return a kit as samples.

    Parameters
    ----------
    machine : DrumMachine
        The kit's model. Its rate and width are those of the samples.
    kit : Kit
        The kit.
    layers, round_robins : int
        1 to 16 each. A layer is made for its highest velocity. The first round robin of the
        loudest layer is the drum itself.
    amount : float
        How far round robins differ, 0 to 2; see :class:`.hand.Hand`.
    seed : int
        Another seed gives other round robins.
    threads : int, optional
        How many are used at most; as many as there are cores if absent.
    progress : callable
        Called with the number of sounds that are done, and of all, in the thread that has made the
        last one. What it raises ends the work.

    Returns
    -------
    RenderedKit
        The round robins of a layer are equally loud.

    Raises
    ------
    KitError
        If the kit is of another model, or a number is out of range.
    """
    kit.check_model(machine)
    bounds = layer_bounds(layers)
    if not isinstance(round_robins, int) or not 1 <= round_robins <= MOST_ROUND_ROBINS:
        raise KitError(f"a kit has 1 to {MOST_ROUND_ROBINS} round robins, got {round_robins!r:.40}")
    total = len(kit.voices) * layers * round_robins
    done = 0
    recordings: dict[str, dict[str, str]] = {}

    def finished(count: int) -> None:
        nonlocal done
        done += count
        progress(done, total)

    def voice(each: KitVoice) -> RenderedVoice:
        sound = each.sound(machine)
        recordings.update({credit["name"]: credit for credit in sound.recordings})
        hand = Hand(machine, sound, seed + each.note, amount)
        made: list[Layer] = []
        for low, high in bounds:
            made.append(_layer(low, high, hand.strokes(high, round_robins)))
            finished(round_robins)
        return RenderedVoice(
            each.name,
            each.category,
            each.note,
            each.choke,
            _ended_in(kit, each),
            each.level_db,
            each.pan,
            each.pitch,
            tuple(made),
        )

    voices = tuple(in_threads(voice, kit.voices, threads))
    return RenderedKit(kit.name, machine.sr, voices, tuple(recordings.values()))


def in_threads(
    function: Callable[[Task], Result], tasks: tuple[Task, ...], threads: int | None = None
) -> Iterator[Result]:
    """Yield the results of tasks in their order, computed on all cores or in so many threads.

    Leaving it early, such as by Ctrl-C, starts none of the tasks that still wait.
    """
    pool = ThreadPoolExecutor(max(1, min(threads or cores(), len(tasks))))
    try:
        # Once for all: BLAS would else build its threads anew for every sound.
        with one_thread():
            yield from pool.map(function, tasks)
    finally:
        pool.shutdown(cancel_futures=True)


def _layer(low: int, high: int, takes: list[Sound]) -> Layer:
    return Layer(
        low,
        high,
        high,
        tuple(each.samples for each in takes),
        tuple(each.comment() for each in takes),
        tuple(each.block() for each in takes),
    )


def _ended_in(kit: Kit, voice: KitVoice) -> float:
    """Return how long a voice takes to fall silent when the quickest of its group ends it."""
    others = [each.choke_ms for each in kit if each.choke == voice.choke and each is not voice]
    return min(others, default=voice.choke_ms)
