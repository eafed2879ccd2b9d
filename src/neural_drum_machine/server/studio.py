"""From a request to a sound: what the engine's one worker does."""

import dataclasses
import io
import json
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.audio import make_hit, read_stream, wav_bytes
from neural_drum_machine.errors import AudioError, ControlError
from neural_drum_machine.inverters import INVERTERS
from neural_drum_machine.machine import DrumMachine, Sound
from neural_drum_machine.server import protocol
from neural_drum_machine.server.protocol import ErrorCode, ProtocolError, SoundRequest

REMEMBERED: Final = 64
"""Sounds of a client that variations and encodings may refer to."""
_FADE_MS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Made:
    """A sound and what was asked of it.

    Attributes
    ----------
    sound : Sound
        Cut to the length asked for.
    wild : float
        As asked; 1 where it means nothing.
    position : tuple of float
        P1, P2, P3 of its code.
    """

    sound: Sound
    wild: float
    position: tuple[float, float, float]

    def wav(self) -> bytes:
        """Return a WAV file that can be recalled from its comment, as :meth:`Sound.write`'s."""
        comment = json.dumps(self.sound.metadata(), separators=(",", ":"))
        return wav_bytes(self.sound.samples, self.sound.sr, comment)


class Memory:
    """The last sounds of a client by request id, without their samples."""

    def __init__(self) -> None:
        self._sounds: OrderedDict[int, Sound] = OrderedDict()

    def keep(self, id: int, sound: Sound) -> None:  # noqa: A002
        """Remember a sound; the oldest goes when there are too many."""
        self._sounds.pop(id, None)
        self._sounds[id] = dataclasses.replace(sound, samples=np.empty(0, np.float32))
        if len(self._sounds) > REMEMBERED:
            self._sounds.popitem(last=False)

    def find(self, id: int) -> Sound:  # noqa: A002
        """Return a sound without samples.

        Raises
        ------
        ProtocolError
            If there is none.
        """
        if id not in self._sounds:
            raise ProtocolError(
                ErrorCode.UNKNOWN_SOUND,
                f"no sound {id} is remembered for this client; the last {REMEMBERED} are",
            )
        return self._sounds[id]


class Studio:
    """A loaded model that meets requests. Not thread-safe: it belongs to one worker.

    Parameters
    ----------
    machine : DrumMachine
        Its inverter is the default one.
    """

    def __init__(self, machine: DrumMachine) -> None:
        self.machine = machine
        self.inverters = tuple(sorted(INVERTERS, key=lambda name: name != machine.inverter))
        self._machines = {
            name: machine if name == machine.inverter else machine.with_inverter(name)
            for name in self.inverters
        }

    def warm_up(self) -> None:
        """Use every network and inverter once, so that no request waits for loading."""
        machine = self.machine
        machine.networks.load_all()
        for each in self._machines.values():
            sound = each.render(machine.categories[0])
        x = np.zeros((1, machine.spec.n_mels, machine.spec.n_frames), np.float32)
        machine.networks.encode(x, np.array([0]))
        wav_bytes(sound.samples, sound.sr)

    def check(self, request: SoundRequest) -> None:
        """Refuse at once what this model can't do.

        Raises
        ------
        ProtocolError
            If there is no such category or inverter.
        """
        machine = self.machine
        category = None if isinstance(request, protocol.Variation) else request.category
        if category is not None and category not in machine.categories:
            raise ProtocolError(
                ErrorCode.UNKNOWN_CATEGORY,
                f"no category {protocol.shown(category)}; there are "
                f"{', '.join(machine.categories)}",
                request.id,
            )
        if request.inverter is not None and request.inverter not in self._machines:
            raise ProtocolError(
                ErrorCode.UNKNOWN_INVERTER,
                f"no inverter {protocol.shown(request.inverter)}; there are "
                f"{', '.join(self.inverters)}",
                request.id,
            )

    def make(self, request: SoundRequest, memory: Memory) -> Made:
        """Make a sound and remember it.

        Raises
        ------
        ProtocolError
            If the request cannot be met.
        """
        try:
            category, code, seed = self._code(request, memory)
            machine = self._machines[request.inverter or self.machine.inverter]
            sound = machine.render_code(category, code, seed=seed, take=request.take)
        except ControlError as error:
            raise ProtocolError(ErrorCode.OUT_OF_RANGE, str(error), request.id) from error
        except AudioError as error:
            raise ProtocolError(ErrorCode.BAD_AUDIO, str(error), request.id) from error
        except ProtocolError as error:
            error.id = request.id
            raise
        memory.keep(request.id, sound)
        p1, p2, p3 = machine.controls.position(machine.index(category), code).tolist()
        wild = getattr(request, "wild", 1.0)
        return Made(_cut(sound, request.length), wild, (p1, p2, p3))

    def _code(
        self, request: SoundRequest, memory: Memory
    ) -> tuple[str, npt.NDArray[np.float32], int | None]:
        machine, controls = self.machine, self.machine.controls
        match request:
            case protocol.Generate():
                p = [request.range * value for value in (request.p1, request.p2, request.p3)]
                index = machine.index(request.category)
                code = controls.code(index, p, request.seed, request.wild)
                return request.category, code, request.seed
            case protocol.Random():
                seed = _drawn(request.seed)
                code = controls.sample(machine.index(request.category), seed, request.wild)
                return request.category, code, seed
            case protocol.Variation():
                origin = memory.find(request.of)
                seed, index = _drawn(request.seed), machine.index(origin.category)
                step = np.float32(request.amount * request.wild)
                code = origin.code + step * controls.deviation(index, seed)
                return origin.category, code, seed
            case protocol.Encode():
                origin = memory.find(request.of)
                # Made once more rather than kept: 64 sounds of every client would be much memory.
                again = self._machines[origin.inverter].render_code(
                    origin.category, origin.code, take=origin.take
                )
                hit = make_hit(again.samples, again.sr, machine.spec, f"sound {request.of}")
                category = request.category or origin.category
                return category, machine.encode(hit, category), None
            case protocol.Upload():
                samples, sr = read_stream(io.BytesIO(request.audio), "the uploaded file")
                hit = make_hit(samples, sr, machine.spec, "the uploaded file")
                category = request.category or machine.guess_category(hit)
                return category, machine.encode(hit, category), None


def _drawn(seed: int | None) -> int:
    return secrets.randbelow(protocol.MAX_INT + 1) if seed is None else seed


def _cut(sound: Sound, length_ms: float | None) -> Sound:
    """Return a sound of at most a length, faded out over its last 5 ms."""
    if length_ms is None:
        return sound
    n = round(length_ms / 1000 * sound.sr)
    if n >= len(sound.samples):
        return sound
    samples = sound.samples[:n].copy()
    n_fade = round(_FADE_MS / 1000 * sound.sr)
    samples[-n_fade:] *= np.linspace(1, 0, n_fade + 1, dtype=np.float32)[1:]
    return dataclasses.replace(sound, samples=samples)
