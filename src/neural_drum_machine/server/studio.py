"""From a request to a sound: what the engine's one worker does."""

import dataclasses
import io
import json
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError, ControlError
from neural_drum_machine.inverters import INVERTERS
from neural_drum_machine.latent.prior import interpolate
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.pad_map import PLACES, map_row
from neural_drum_machine.server import protocol
from neural_drum_machine.server.protocol import ErrorCode, Pcm, ProtocolError, SoundRequest
from neural_drum_machine.signal.audio_file import read_stream
from neural_drum_machine.signal.distance import distance
from neural_drum_machine.signal.hit import Hit, make_hit
from neural_drum_machine.signal.pcm import to_pcm
from neural_drum_machine.signal.sound_file import sound_file_bytes
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.sound import Sound

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
    original : numpy.ndarray, optional
        Shape ``(n,)``: what was encoded, if anything was, at the sound's rate.
    left_out : int
        Samples at the original's end that did not fit.
    """

    sound: Sound
    wild: float
    position: tuple[float, float, float]
    original: FloatArray | None = None
    left_out: int = 0

    def pcm(self) -> Pcm:
        """Return the samples as a file holds them, ``(n,)``."""
        return _pcm(self.sound.samples)

    def original_pcm(self) -> Pcm | None:
        """Return what was encoded, if anything was, without its padding."""
        return None if self.original is None else _pcm(self.original)

    def fidelity(self, spec: AudioSpec) -> float | None:
        """Return how far the sound lies from what was encoded: SC of mels at the best gain."""
        if self.original is None:
            return None
        return distance(self.original, self.sound.samples, spec)

    def wav(self) -> bytes:
        """Return a WAV file that can be recalled from its comment, as :meth:`Sound.write`'s."""
        comment = json.dumps(self.sound.recipe(), separators=(",", ":"))
        return sound_file_bytes(self.sound.samples, self.sound.sr, comment)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to make: as in :class:`~neural_drum_machine.sound.Sound`."""

    category: str
    code: FloatArray
    seed: int | None = None
    to: str | None = None
    t: float = 0.0


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
        self._map_rows: dict[str, list[FloatArray]] = {}

    def warm_up(self) -> None:
        """Use every network and inverter once, so that no request waits for loading."""
        machine = self.machine
        machine.networks.load_all()
        for each in self._machines.values():
            sound = each.render(machine.categories[0])
        x = np.zeros((1, machine.spec.n_mels, machine.spec.n_frames), np.float32)
        machine.networks.encode(x, np.array([0]))
        sound_file_bytes(sound.samples, sound.sr)

    def check(self, request: SoundRequest | protocol.PadMap) -> None:
        """Refuse at once what this model can't do.

        Raises
        ------
        ProtocolError
            If there is no such category or inverter.
        """
        for category in (getattr(request, name, None) for name in ("category", "to")):
            if category is not None and category not in self.machine.categories:
                raise ProtocolError(
                    ErrorCode.UNKNOWN_CATEGORY,
                    f"no category {protocol.shown(category)}; there are "
                    f"{', '.join(self.machine.categories)}",
                    request.id,
                )
        inverter = getattr(request, "inverter", None)
        if inverter is not None and inverter not in self._machines:
            raise ProtocolError(
                ErrorCode.UNKNOWN_INVERTER,
                f"no inverter {protocol.shown(inverter)}; there are {', '.join(self.inverters)}",
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
            hit = self._heard(request, memory)
            plan = self._encoded(request, hit, memory) if hit else self._plan(request, memory)
            category, code = plan.category, plan.code
            machine = self._machines[request.inverter or self.machine.inverter]
            sound = machine.render_code(
                category, code, seed=plan.seed, take=request.take, to=plan.to, t=plan.t
            )
            category = sound.category
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
        original = hit.samples[: hit.length] if hit else None
        left_out = hit.left_out if hit else 0
        return Made(_cut(sound, request.length), wild, (p1, p2, p3), original, left_out)

    def _plan(self, request: SoundRequest, memory: Memory) -> _Plan:
        """Return what to make where nothing is encoded."""
        machine, controls = self.machine, self.machine.controls
        match request:
            case protocol.Generate():
                p = [request.range * value for value in (request.p1, request.p2, request.p3)]
                index = machine.index(request.category)
                code = controls.code(index, p, request.seed, request.wild)
                return _Plan(request.category, code, request.seed)
            case protocol.Random():
                seed = _drawn(request.seed)
                code = controls.prior.sample(machine.index(request.category), seed, request.wild)
                return _Plan(request.category, code, seed)
            case protocol.Variation():
                origin = memory.find(request.of)
                seed, index = _drawn(request.seed), machine.index(origin.category)
                step = np.float32(request.amount * request.wild)
                code = origin.code + step * controls.prior.deviation(index, seed)
                return _Plan(origin.category, code, seed, origin.to, origin.t)
            case protocol.Recall():
                code = self._latent(request.code)
                return _Plan(request.category, code, request.seed, request.to, request.t)
            case protocol.Move():
                p = [request.range * value for value in (request.p1, request.p2, request.p3)]
                index = machine.index(request.category)
                code = controls.moved(index, self._latent(request.code), p)
                return _Plan(request.category, code, request.seed, request.to, request.t)
            case protocol.Morph():
                ends = self._latent(request.code), self._latent(request.to_code)
                code = interpolate(*ends, request.t)
                return _Plan(request.category, code, None, request.to, request.t)
        raise AssertionError(f"{request.name} encodes")

    def _latent(self, code: tuple[float, ...]) -> FloatArray:
        if len(code) != self.machine.bundle.latent_dim:
            raise ProtocolError(
                ErrorCode.OUT_OF_RANGE,
                f"this model's codes are {self.machine.bundle.latent_dim} numbers, got {len(code)}",
            )
        return np.array(code, np.float32)

    def _heard(self, request: SoundRequest, memory: Memory) -> Hit | None:
        """Return the hit that a request wants encoded, if it wants that."""
        match request:
            case protocol.Encode():
                origin = memory.find(request.of)
                # Made once more rather than kept: 64 sounds of every client would be much memory.
                again = self._machines[origin.inverter].render_code(
                    origin.category, origin.code, take=origin.take, to=origin.to, t=origin.t
                )
                return make_hit(again.samples, again.sr, self.machine.spec, f"sound {request.of}")
            case protocol.Upload():
                samples, sr = read_stream(io.BytesIO(request.audio), "the uploaded file")
                return make_hit(samples, sr, self.machine.spec, "the uploaded file")
        return None

    def _encoded(self, request: SoundRequest, hit: Hit, memory: Memory) -> _Plan:
        match request:
            case protocol.Encode():
                category = request.category or memory.find(request.of).category
            case protocol.Upload():
                category = request.category or self.machine.guess_category(hit)
            case _:
                raise AssertionError(f"{request.name} encodes nothing")
        return _Plan(category, self.machine.encode(hit, category))

    def map_step(self, category: str) -> FloatArray | None:
        """Measure another row of a category's map, and return the map once it is whole.

        Of a model file that brings its maps along nothing need be measured.
        """
        if self.machine.pad_maps is not None:
            whole: FloatArray = self.machine.pad_maps[self.machine.index(category)]
            return whole
        rows = self._map_rows.setdefault(category, [])
        if len(rows) < PLACES:
            rows.append(map_row(self.machine, category, len(rows)))
        return np.stack(rows, axis=1) if len(rows) == PLACES else None


def _pcm(samples: FloatArray) -> Pcm:
    return to_pcm(samples)


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
