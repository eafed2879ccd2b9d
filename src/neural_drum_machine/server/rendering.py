"""From a request to a sound: one method for each type of request makes its recipe.

Over 250 lines, because one class answers every type of request, and most methods are short.
"""

import dataclasses
import io
import secrets
from typing import Final

import numpy as np

from neural_drum_machine.anchors.own_sound import noted
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.axes import example, learn_axis
from neural_drum_machine.errors import AxisError
from neural_drum_machine.exemplars.overlay import Exemplars, between
from neural_drum_machine.inverters import INVERTERS
from neural_drum_machine.kits.hand import Hand
from neural_drum_machine.latent.controls import MAX_CONTROL
from neural_drum_machine.latent.prior import interpolate
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.server import protocol
from neural_drum_machine.server.along import Along
from neural_drum_machine.server.own_sounds import OwnSounds
from neural_drum_machine.server.protocol import (
    AxisReply,
    ErrorCode,
    ProtocolError,
    SoundRequest,
    ValuesReply,
)
from neural_drum_machine.server.recent_sounds import RecentSounds
from neural_drum_machine.server.rendered import RenderedLayers, RenderedSound, RenderPlan, mono
from neural_drum_machine.signal.audio_file import COMMON_CONTAINERS, Clip, read_stream
from neural_drum_machine.signal.hit import clip_hit, make_hit
from neural_drum_machine.sound import NATIVE, Sound
from neural_drum_machine.wishes.axis_file import content_of
from neural_drum_machine.wishes.velocity import LOUDEST

_FADE_MS: Final = 5.0
_UNNAMED: Final = "the uploaded file"
LAYERS: Final = (96, 64, 32)
"""The velocities of the softer strokes that a client may ask for at once. With the loud one they
lie evenly, so that a note finds the nearest of four by simple arithmetic."""


class Renderer:
    """A loaded model that makes sounds for requests. Several threads may use it.

    Each method that is named after a type of request returns its :class:`RenderPlan`. It may raise
    ``ControlError``, ``AudioError`` or ``ProtocolError``.

    Parameters
    ----------
    machine : DrumMachine
        The model; its inverter is the default one.
    """

    def __init__(self, machine: DrumMachine) -> None:
        self.machine = machine
        self.owns = OwnSounds(machine)
        self._along = Along()
        offered = (name for name in INVERTERS if machine.bundle.mcnn or name != "mcnn")
        self.inverters = tuple(sorted(offered, key=lambda name: name != machine.inverter))
        """Names of the inverters; the default comes first."""
        self._machines = {
            name: machine if name == machine.inverter else machine.with_inverter(name)
            for name in self.inverters
        }

    def warm_up(self) -> None:
        """Use what computes once, so that no request waits for loading.

        With the engine in C that is the engine alone. What it cannot play, such as another
        inverter, loads its networks when it is asked for first, a fifth of a second.
        """
        machine = self.machine
        machine.render(machine.categories[0]).wav()
        if machine.engines[0] == NATIVE:
            return
        machine.networks.load_all()
        for each in self._machines.values():
            each.render(machine.categories[0])
        code, category = machine.controls.means[:1], np.array([0])
        machine.networks.encode(machine.networks.decode(code, category), category)

    def render(self, request: SoundRequest, recipe: RenderPlan) -> RenderedSound:
        """Render a recipe with the request's take and inverter.

        Returns
        -------
        RenderedSound
            Cut to the request's length. :attr:`Sound.category` may differ from the recipe's: a
            morph that has arrived is of its second category.
        """
        machine = self._machines[request.inverter or self.machine.inverter]
        anchors, others = self.owns.anchors(recipe.exemplars), self.owns.others(recipe.exemplars)
        code, wish = self._along.moved(machine, recipe, request.take, others, anchors)
        whole = machine.render_code(
            recipe.category,
            code,
            seed=recipe.seed,
            take=request.take,
            to=recipe.to,
            t=recipe.t,
            exemplars=others,
            anchors=anchors,
            blend=recipe.blend,
            wish=wish,
            velocity=recipe.velocity,
            engine=recipe.engine,
        )
        index = machine.index(whole.category)
        p1, p2, p3 = machine.controls.position(index, recipe.code).tolist()
        sound = _cut(whole, request.length)
        place = (p1, p2, p3)
        if not (recipe.encoded and anchors):
            return RenderedSound(sound, recipe, place, machine.spec.sr, channels=request.channels)
        anchor, _ = anchors[0]
        form, own = anchor.packed(), anchor.sound
        return RenderedSound(
            sound, recipe, place, machine.spec.sr, form, own, channels=request.channels
        )

    def generate(self, request: protocol.Generate, _: RecentSounds) -> RenderPlan:
        """Return the recipe of a place on the axes."""
        index = self.machine.index(request.category)
        wish = request.wish
        drawn, exemplars = self.machine.draw(request.category, request.seed, request.wild, wish)
        code = self.machine.controls.moved(index, drawn, request.place)
        return RenderPlan(
            request.category,
            code,
            request.seed,
            wild=request.wild,
            exemplars=exemplars,
            wish=wish,
            velocity=request.velocity,
        )

    def random(self, request: protocol.Random, _: RecentSounds) -> RenderPlan:
        """Return the recipe of a draw from the category."""
        seed, wish = seed_of(request.seed), request.wish
        code, exemplars = self.machine.draw(request.category, seed, request.wild, wish)
        return RenderPlan(
            request.category,
            code,
            seed,
            wild=request.wild,
            exemplars=exemplars,
            wish=wish,
            velocity=request.velocity,
        )

    def variation(self, request: protocol.Variation, recent: RecentSounds) -> RenderPlan:
        """Return the recipe of a neighbour of an earlier sound."""
        origin = recent.find(request.of)
        seed, index = seed_of(request.seed), self.machine.index(origin.category)
        step = np.float32(request.amount * request.wild)
        code = origin.code + step * self.machine.controls.prior.deviation(index, seed)
        return RenderPlan(
            origin.category,
            code,
            seed,
            origin.to,
            origin.t,
            request.wild,
            origin.exemplars,
            origin.blend,
            wish={**origin.wish, **request.wish},
            velocity=request.velocity,
        )

    def bend(self, request: protocol.Bend, recent: RecentSounds) -> RenderPlan:
        """Return the recipe of an earlier sound that is moved from where it lies."""
        origin = recent.find(request.of)
        controls, index = self.machine.controls, self.machine.index(origin.category)
        code = origin.code
        if any(request.place):
            place = controls.position(index, code) + np.array(request.place)
            code = controls.moved(index, code, place.clip(-MAX_CONTROL, MAX_CONTROL).tolist())
        to, t = (request.to, request.t) if request.to else (origin.to, origin.t)
        return RenderPlan(
            origin.category,
            code,
            origin.seed,
            to,
            t,
            exemplars=origin.exemplars,
            blend=request.blend,
            wish={**origin.wish, **request.wish},
            velocity=request.velocity,
        )

    def recall(self, request: protocol.Recall, _: RecentSounds) -> RenderPlan:
        """Return the recipe that the request spells out."""
        plan = self._described(request, self._latent(request.code))
        return dataclasses.replace(plan, engine=request.engine)

    def move(self, request: protocol.Move, _: RecentSounds) -> RenderPlan:
        """Return the recipe of a latent vector that was moved along the axes."""
        index = self.machine.index(request.category)
        code = self.machine.controls.moved(index, self._latent(request.code), request.place)
        return self._described(request, code)

    def morph(self, request: protocol.Morph, _: RecentSounds) -> RenderPlan:
        """Return the recipe between two sounds."""
        code = interpolate(self._latent(request.code), self._latent(request.to_code), request.t)
        ends = _exemplars(request.exemplars), _exemplars(request.to_exemplars)
        exemplars = between(*ends, request.t)
        return RenderPlan(
            request.category,
            code,
            None,
            request.to,
            request.t,
            exemplars=exemplars,
            blend=request.blend,
            wish=request.wish,
            velocity=request.velocity,
        )

    def _described(self, request: protocol.Recall | protocol.Move, code: FloatArray) -> RenderPlan:
        """Return the recipe of a sound that a request spells out, with a code."""
        return RenderPlan(
            request.category,
            code,
            request.seed,
            request.to,
            request.t,
            exemplars=_exemplars(request.exemplars),
            blend=request.blend,
            wish=request.wish,
            velocity=request.velocity,
            axes=request.axes,
        )

    def encode(self, request: protocol.Encode, recent: RecentSounds) -> RenderPlan:
        """Return the recipe of an earlier sound, as the generator decodes it in a category."""
        origin = recent.find(request.of)
        again = self.again(origin)
        hit = make_hit(mono(again.samples), again.sr, self.machine.spec, f"sound {request.of}")
        category = request.category or origin.category
        return RenderPlan(category, self.machine.encode(hit, category), encoded=hit)

    def describe(self, request: protocol.Describe, recent: RecentSounds) -> ValuesReply:
        """Return the values of an earlier sound."""
        again = self.again(recent.find(request.of))
        offered, values = self.machine.ranges(again.category), self.machine.describe(again)
        has = {name: values[name] for name in offered if np.isfinite(values[name])}
        return ValuesReply(request.id, request.of, again.category, has)

    def layers(self, request: protocol.Layers, recent: RecentSounds) -> RenderedLayers:
        """Return softer strokes of an earlier sound, or several hits of each strength."""
        origin = recent.find(request.of)
        if request.hits == 1:
            strokes = [self.again(origin, each) for each in LAYERS]
        else:
            machine, drum = self._machines[origin.inverter], self.again(origin, LOUDEST)
            hand = Hand(machine, drum, seed_of(request.seed), request.amount)
            strokes = [
                _within_full_scale(each)
                for layer in (LOUDEST, *LAYERS)
                for each in hand.strokes(layer, request.hits)
            ]
        sounds = [_cut(each, request.length) for each in strokes]
        return RenderedLayers(request.of, tuple(sounds), request.channels)

    def axis(self, request: protocol.Axis, recent: RecentSounds) -> AxisReply:
        """Return the axis that earlier sounds teach."""
        sides = [[int(number) for number in side] for side in (request.more, request.less)]
        if both := set(sides[0]) & set(sides[1]):
            raise AxisError(f"sound {min(both)} is an example for more and for less; name it once")
        more, less = (
            [example(self.machine, self.again(recent.find(number))) for number in side]
            for side in sides
        )
        axis = learn_axis(self.machine, protocol.shown_name(request.name), more, less)
        return AxisReply(request.id, content_of(axis))

    def again(self, origin: Sound, velocity: int | None = None) -> Sound:
        """Return a sound that is remembered with its samples, perhaps at another velocity."""
        # Rendered again, not kept: the samples of 64 sounds of every client would be much memory.
        return self._machines[origin.inverter].render_code(
            origin.category,
            origin.code,
            take=origin.take,
            to=origin.to,
            t=origin.t,
            exemplars=self.owns.others(origin.exemplars),
            anchors=self.owns.anchors(origin.exemplars),
            blend=origin.blend,
            wish=origin.wish,
            velocity=origin.velocity if velocity is None else velocity,
            engine=origin.engine,
        )

    def upload(self, request: protocol.Upload, _: RecentSounds) -> RenderPlan:
        """Return the recipe of a sound file."""
        name = protocol.shown_name(request.name or _UNNAMED)
        clip = read_stream(io.BytesIO(request.audio), name, COMMON_CONTAINERS)
        return self.anchored(clip, request.category, name)

    def gathered_upload(self, request: protocol.GatheredUpload, _: RecentSounds) -> RenderPlan:
        """Return the recipe of samples."""
        channels = request.samples.reshape(request.announced.source_channels, -1)
        clip = Clip(channels, request.announced.sr)
        return self.anchored(clip, request.category, _UNNAMED)

    def anchored(self, clip: Clip, category: str | None, name: str) -> RenderPlan:
        """Return the recipe of a sound that is taken in as an own sound."""
        hit = clip_hit(noted(clip), self.machine.spec, name)
        anchor = self.machine.anchor(clip, category, name=name)
        number = self.owns.keep(anchor)
        return RenderPlan(
            anchor.category,
            anchor.code,
            exemplars=((number, 1.0),),
            encoded=hit,
        )

    def _latent(self, code: tuple[float, ...]) -> FloatArray:
        if len(code) != self.machine.bundle.latent_dim:
            raise ProtocolError(
                ErrorCode.OUT_OF_RANGE,
                f"this model's codes are {self.machine.bundle.latent_dim} numbers, got {len(code)}",
            )
        return np.array(code, np.float32)


def _exemplars(numbers: tuple[float, ...]) -> Exemplars:
    """Return exemplars from a message's numbers: each exemplar's number, then its share.

    Raises
    ------
    ProtocolError
        If they are no pairs.
    """
    if len(numbers) % 2 or any(number != int(number) for number in numbers[::2]):
        raise ProtocolError(
            ErrorCode.OUT_OF_RANGE,
            f"exemplars are pairs of a number and a share, got {protocol.shown(numbers)}",
        )
    return tuple((int(n), share) for n, share in zip(numbers[::2], numbers[1::2], strict=True))


def _within_full_scale(sound: Sound) -> Sound:
    """Return a sound that a file can hold: a hit that is as loud as another may be higher."""
    peak = float(np.abs(sound.samples).max(initial=0.0))
    return sound if peak <= 1 else dataclasses.replace(sound, samples=sound.samples / peak)


def seed_of(seed: int | None) -> int:
    """Return a seed, drawn if there is none."""
    return secrets.randbelow(protocol.MAX_INT + 1) if seed is None else seed


def _cut(sound: Sound, length_ms: float | None) -> Sound:
    """Return a sound of at most a length, faded out over its last 5 ms."""
    if length_ms is None:
        return sound
    n = round(length_ms / 1000 * sound.sr)
    if n >= sound.samples.shape[-1]:
        return sound
    samples = sound.samples[..., :n].copy()
    n_fade = round(_FADE_MS / 1000 * sound.sr)
    samples[..., -n_fade:] *= np.linspace(1, 0, n_fade + 1, dtype=np.float32)[1:]
    return dataclasses.replace(sound, samples=samples)
