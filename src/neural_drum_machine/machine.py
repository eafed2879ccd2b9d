"""DrumMachine: renders, morphs and encodes sounds with one model; everybody calls it.

This file is longer than 250 lines because every public method has a full numpydoc docstring. The
work is done in ``latent``, ``exemplars``, ``detail``, ``inverters`` and ``model_file``.
"""

import contextlib
import copy
import dataclasses
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from neural_drum_machine.anchors import play
from neural_drum_machine.anchors.anchor import Anchor
from neural_drum_machine.anchors.by_engine import ByEngine
from neural_drum_machine.anchors.own_sound import OwnSound, at_full_rate
from neural_drum_machine.anchors.recall import arguments_of, recalled_anchors, recipe_of
from neural_drum_machine.anchors.tuning import Decoded
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import category_index
from neural_drum_machine.detail.attack import GATE
from neural_drum_machine.detail.detail import Detail
from neural_drum_machine.detail.grain import Grain
from neural_drum_machine.detail.noise import check_take
from neural_drum_machine.detail.partials import Partials
from neural_drum_machine.detail.takes import as_loud_as, at_full_scale
from neural_drum_machine.errors import BundleError, ControlError, EngineError, NdmWarning
from neural_drum_machine.exemplars.draw import choose
from neural_drum_machine.exemplars.overlay import Exemplars, Overlay, between, checked
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.inverters.full_band import at_rate
from neural_drum_machine.inverters.renderer import HitRenderer, Rendering
from neural_drum_machine.kept import Kept
from neural_drum_machine.latent.controls import AXES, MAX_CONTROL, Controls
from neural_drum_machine.latent.encoder import SoundEncoder
from neural_drum_machine.latent.prior import DEFAULT_WILD, Mixture, interpolate
from neural_drum_machine.latent.search import STEPS
from neural_drum_machine.model_file.bundle import Bundle, file_bytes
from neural_drum_machine.model_file.layout import LEVEL_PARTS
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.native.engine import NativeEngine
from neural_drum_machine.native.library import is_built
from neural_drum_machine.signal.audio_file import Clip, read_audio
from neural_drum_machine.signal.blas import one_thread
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.hit import Hit, clip_hit
from neural_drum_machine.signal.levels import Levels, LevelScale, levels_of
from neural_drum_machine.signal.mel import exp_mel
from neural_drum_machine.signal.standardisation import Standardisation
from neural_drum_machine.sound import ENGINES, NATIVE, REFERENCE, Sound
from neural_drum_machine.wishes.finish import finished
from neural_drum_machine.wishes.near import DRAWS, has_pitch_near, nearest
from neural_drum_machine.wishes.plain import PlainSound
from neural_drum_machine.wishes.qualities import describe
from neural_drum_machine.wishes.ranges import Range, exemplar_values, ranges
from neural_drum_machine.wishes.shape import tuning
from neural_drum_machine.wishes.strike import struck
from neural_drum_machine.wishes.velocity import LOUDEST, Stroke, check_velocity, stroke
from neural_drum_machine.wishes.wish import between_wishes, read_wish

EngineName = Literal["reference", "native", "auto"]
_PLAIN_SOUNDS: Final = 8
"""Sounds that are kept without their wish. A stereo sound of ten seconds takes 3.5 MB."""
_OTHER_ENGINE: Final = (
    "a sound was made by the engine in C, which is not here: NumPy makes it again, and it may "
    "differ, by less than -80 dB in most sounds"
)
Point = Sound | tuple[str, npt.ArrayLike]
"""A place in the latent space: a rendered sound, or a category and a code."""


class DrumMachine:
    """A loaded model that makes sound. It may be used from several threads at once.

    Parameters
    ----------
    bundle : Bundle
        The model.
    rendering : Rendering, optional
        Inverter, sample rate, width, and parts that are left out.

    Attributes
    ----------
    spec : AudioSpec
        Audio format of the core.
    sr : int
        Sample rate of the sounds in Hz.
    categories : tuple of str
        The categories of the model. A category's number is its place here.
    bundle : Bundle
        The model file.
    rendering : Rendering
        How levels become samples.
    networks : Networks
        The model's networks.
    scale : LevelScale
        Scales levels for the generator.
    controls : Controls
        The axes P1, P2, P3, and the prior.
    detail : Detail
        Partials and grain of the model.
    exemplars : Overlay or None
        The recordings that draws begin at, if the model has some and they are not left out.
    engine : NativeEngine or None
        The engine in C, if it plays; see :meth:`with_engine`.

    Raises
    ------
    BundleError
        If the model's controls do not fit each other.
    ControlError
        If there is no such inverter.
    """

    def __init__(self, bundle: Bundle, rendering: Rendering | None = None) -> None:
        self.bundle = bundle
        self.spec = bundle.spec
        self.categories: tuple[str, ...] = bundle.categories
        self.rendering = rendering or Rendering()
        mel = Standardisation(
            bundle.tensor("standardisation.mean"), bundle.tensor("standardisation.std"), self.spec
        )
        parts = [bundle.optional_tensor(name) for name in LEVEL_PARTS]
        air_mean, air_std, attack_mean, attack_std = parts
        self.scale = LevelScale(
            mel,
            None if air_mean is None or air_std is None else (air_mean, air_std),
            None if attack_mean is None or attack_std is None else (attack_mean, attack_std),
        )
        mixture = bundle.mixture()
        try:
            self.controls = Controls(
                bundle.axes(),
                bundle.tensor("codes.mean"),
                bundle.tensor("codes.covariance"),
                Mixture(*mixture) if mixture else None,
            )
        except ControlError as error:
            raise BundleError(f"{bundle.path}: {error}; export the model again") from error
        partials = bundle.optional_tensor("partials.weights")
        grain = bundle.optional_tensor("texture.weights")
        self.detail = Detail(
            self.spec,
            None if partials is None else Partials(self.spec, partials),
            None if grain is None else Grain(self.spec, grain),
        )
        self.pad_maps = bundle.optional_tensor("controls.map")
        self._values: dict[int, dict[str, float]] | None = None
        self._bank = bundle.bank()
        self.use(Networks(bundle))

    def use(self, networks: Networks) -> None:
        """Use other networks from now on, such as those of another library, and no engine."""
        self.engine: NativeEngine | None = None
        self._bending: play.Bending = play.ByNumPy(self.spec)
        self._reference: DrumMachine | None = None
        self.networks = networks
        self._plain_sounds = Kept[PlainSound](_PLAIN_SOUNDS)
        self._bases = Kept[Decoded](play.MOST)
        self._exemplar_anchors = Kept[Anchor](play.MOST)
        self._encoder = SoundEncoder(networks, self.scale, self.controls.prior)
        self._renderer = HitRenderer(self.spec, networks, self.rendering)
        bank = None if "exemplars" in self.rendering.without else self._bank
        self.exemplars = Overlay(bank, self._decode_all, self.categories) if bank else None

    def with_rendering(self, rendering: Rendering) -> "DrumMachine":
        """Return this machine with another rendering. Both share the loaded networks.

        Raises
        ------
        ControlError
            If there is no such inverter.
        """
        other = copy.copy(self)
        other.rendering = rendering
        return other._computed_by(self.networks, self.engine)

    def with_engine(self, engine: NativeEngine | None) -> "DrumMachine":
        """Return this machine with the engine in C, which shares everything else with it.

        The engine plays what it can: the inverter ``refined``, wishes, softer strokes and own
        sounds. The reference plays the rest. Their samples differ by rounding (docs/engine.md), so
        a sound and its recipe tell which of them made it.

        Parameters
        ----------
        engine : NativeEngine or None
            The engine of this model; None takes it away.

        Raises
        ------
        EngineError
            If it is the engine of another model.
        """
        if engine and engine.hash != self.hash:
            raise EngineError(f"an engine of model {engine.hash[:12]}, this is {self.hash[:12]}")
        return copy.copy(self)._computed_by(self.networks, engine)

    def _computed_by(self, networks: Networks, engine: NativeEngine | None) -> "DrumMachine":
        """Compute with other networks and another engine from now on."""
        self.use(networks)
        self.engine = engine
        if native := self._native():
            self._bending = ByEngine(native.bender)
        return self

    def _playing(self, engine: str | None) -> "DrumMachine":
        """Return the machine that computes as a sound's engine did, as far as it is here.

        Raises
        ------
        ControlError
            If there is no such engine.
        """
        if engine not in (None, *ENGINES):
            raise ControlError(f"no engine {engine!r}; there are {', '.join(ENGINES)}")
        if engine != REFERENCE or not self.engine:
            return self
        if self._reference is None:
            self._reference = self.with_engine(None)
        return self._reference

    @property
    def engines(self) -> tuple[str, ...]:
        """What can compute its sounds, the default first: the engine in C, and NumPy."""
        return (NATIVE, REFERENCE) if self._native() else (REFERENCE,)

    def _native(self) -> NativeEngine | None:
        """Return the engine in C, if it plays."""
        return self.engine if self.inverter == DEFAULT_INVERTER else None

    def with_inverter(self, inverter: str) -> "DrumMachine":
        """Return this machine with another inverter; see :meth:`with_rendering`."""
        return self.with_rendering(dataclasses.replace(self.rendering, inverter=inverter))

    @property
    def inverter(self) -> str:
        """Name of the inverter."""
        return self.rendering.inverter

    @property
    def sr(self) -> int:
        """Sample rate of the sounds in Hz."""
        return self.rendering.sr

    @property
    def n_samples(self) -> int:
        """Samples of the longest sound."""
        return self.spec.n_samples * self.sr // self.spec.sr

    def axis_names(self, category: str) -> tuple[str, ...]:
        """Return what P1, P2 and P3 do, such as "darker – brighter"; "" where nothing is clear.

        Raises
        ------
        ControlError
            If there is no such category.
        """
        self.index(category)
        names = self.bundle.header["controls"].get("axis_names", {})
        return tuple(str(name) for name in names.get(category, [""] * AXES))

    @property
    def hash(self) -> str:
        """The model's identity: the SHA-256 of its header as hex digits."""
        return self.bundle.hash

    def index(self, category: str) -> int:
        """Return the number of a category in this model.

        Raises
        ------
        ControlError
            If the model has no such category.
        """
        if category not in self.categories:
            category_index(category)  # raises for an unknown name, with a suggestion
            raise ControlError(f"this model has no {category!r}, only {', '.join(self.categories)}")
        return self.categories.index(category)

    def render(
        self,
        category: str,
        p: Sequence[float] | None = None,
        seed: int | None = None,
        *,
        wild: float = DEFAULT_WILD,
        take: int = 0,
        wish: Mapping[str, float | str] | None = None,
        velocity: int = LOUDEST,
    ) -> Sound:
        """Make a sound from a category, controls and a seed.

        Parameters
        ----------
        category : str
            One of :attr:`categories`.
        p : sequence of float, optional
            The controls P1, P2, P3. 0 is the category's mean, ±1 the comfortable range, ±8 the
            limit.
        seed : int, optional
            Draws a sound of the category. A model with exemplars draws one of them and moves its
            code; another model draws a code. Without a seed, the code is the category's mean, and
            the exemplar is the one nearest to it.
        wild : float
            How far a draw goes: 0 gives the exemplar itself (without exemplars: the category's
            mean), 1 the variety of the training sounds, 2 twice that.
        take : int
            0 to 63. Another take is another hit of the same drum: only the noise of its grain
            differs.
        wish : mapping, optional
            Values that the sound is to have, by the names of :meth:`ranges`: numbers in their
            units, or text such as ``"G1"``, ``"600 ms"``, ``"2 kHz"``. With a seed, the draw begins
            near the wish.
        velocity : int
            How hard the drum is struck, 1 to 127. At 127 the sound is as it is. Softer strokes are
            quieter, and their brightness, attack and decay change as they do in recordings of the
            category. A wish is met at 127, and changes from there.

        Returns
        -------
        Sound
            The same for the same arguments.

        Raises
        ------
        ControlError
            If the model has no such category, or a control, the seed, `wild`, the take or the
            velocity is out of range.
        BundleError
            If a network of the model cannot run.
        """
        index = self.index(category)
        code, exemplars = self.draw(category, seed, wild, wish)
        if p is not None:
            code = self.controls.moved(index, code, p)
        return self.render_code(
            category,
            code,
            seed=seed,
            take=take,
            exemplars=exemplars,
            wish=wish,
            velocity=velocity,
        )

    def ranges(self, category: str) -> dict[str, Range]:
        """Return what can be wished for in a category, and the values that recordings have.

        Parameters
        ----------
        category : str
            One of :attr:`categories`.

        Returns
        -------
        dict
            Name of the quality to its 5th, 50th and 95th percentile in recordings. Its unit and
            words are in :data:`neural_drum_machine.wishes.qualities.BY_NAME`. A wish may go
            beyond; then the nearest sound that can be reached is made.

        Raises
        ------
        ControlError
            If there is no such category.
        """
        self.index(category)
        return ranges(category)

    def describe(self, sound: Sound) -> dict[str, float]:
        """Return the values of a sound by the names of qualities, in their units.

        Parameters
        ----------
        sound : Sound
            Any sound.

        Returns
        -------
        dict
            See :func:`neural_drum_machine.wishes.qualities.describe`; NaN where it has none.
        """
        if native := self._native():
            return native.shaper.describe(sound.samples, sound.sr)
        return describe(sound.samples, sound.sr)

    def draw(
        self,
        category: str,
        seed: int | None,
        wild: float = DEFAULT_WILD,
        wish: Mapping[str, float | str] | None = None,
    ) -> tuple[FloatArray, Exemplars]:
        """Draw a code, and the exemplar that it begins at, if the model has exemplars.

        Without a seed, the code is the category's mean. With a wish, the draw begins at one of the
        exemplars that are nearest to it; a model without exemplars takes the nearest of some draws.
        A wish for a pitch takes longer: a draw whose pitch is not steady is drawn again.

        Parameters
        ----------
        category, seed, wild, wish
            As for :meth:`render`.

        Returns
        -------
        code : numpy.ndarray
            Shape ``(latent_dim,)``.
        exemplars : tuple
            For :meth:`render_code`.

        Raises
        ------
        ControlError
            If the model has no such category, or seed or `wild` is out of range.
        """
        index = self.index(category)
        asked = self._read(wish, category)
        if self.exemplars is None or category not in self.exemplars.bank.categories:
            if asked and seed is not None:
                return self._nearest_draw(category, seed, wild, asked), ()
            return self.controls.code(index, None, seed, wild), ()
        bank = self.exemplars.bank
        if seed is None:
            mean = self.controls.means[index]
            return mean.copy(), ((bank.nearest(category, mean), 1.0),)
        kits = bank.kits(category)
        if asked:
            numbers = [number for kit in kits for number in kit]
            values = [self._exemplar_values(number) for number in numbers]
            kits = [[numbers[place]] for place in nearest(values, asked, ranges(category))]
        spread = self.controls.prior.covariances[index]
        number, move = choose(kits, spread, category, wild, seed)
        drawn: tuple[FloatArray, Exemplars] = (bank.code(number) + move, ((number, 1.0),))
        if "pitch" not in asked:
            return drawn
        # A move may take the pitch away. Then others of the seed are tried.
        others = np.random.RandomState(seed).randint(0, 2**31, DRAWS).tolist()
        for other in others:
            sound = self.render_code(category, drawn[0], exemplars=drawn[1])
            if has_pitch_near(self.describe(sound), asked["pitch"]):
                return drawn
            number, move = choose(kits, spread, category, wild, other)
            drawn = bank.code(number) + move, ((number, 1.0),)
        return drawn

    def _read(self, wish: Mapping[str, float | str] | None, category: str) -> dict[str, float]:
        return read_wish(wish, ranges(category), category) if wish else {}

    def exemplar_values(self) -> list[dict[str, float]]:
        """Return the values of the exemplars as they are, by their numbers; see :meth:`describe`.

        Of a model that the package does not know, they are measured, 10 ms each.
        """
        count = len(self.exemplars.bank.exemplars) if self.exemplars else 0
        return [self._exemplar_values(number) for number in range(count)]

    def _exemplar_values(self, number: int) -> dict[str, float]:
        """Return the values of an exemplar as it is, measured if the package does not know them."""
        if self._values is None:
            self._values = dict(enumerate(exemplar_values(self.hash) or ()))
        if number not in self._values:
            assert self.exemplars is not None
            bank = self.exemplars.bank
            category, code = bank.exemplars[number].category, bank.code(number)
            sound = self.render_code(category, code, exemplars=((number, 1.0),))
            self._values[number] = self.describe(sound)
        return self._values[number]

    def _nearest_draw(
        self, category: str, seed: int, wild: float, asked: Mapping[str, float]
    ) -> FloatArray:
        """Return the draw from the prior that is nearest to a wish, of some that a seed gives."""
        index, random = self.index(category), np.random.RandomState(seed)
        seeds = random.randint(0, 2**31, DRAWS).tolist()
        codes = [self.controls.code(index, None, each, wild) for each in seeds]
        values = [self.describe(self.render_code(category, code)) for code in codes]
        return codes[nearest(values, asked, ranges(category))[0]]

    @one_thread()
    def render_code(
        self,
        category: str,
        code: npt.ArrayLike,
        *,
        seed: int | None = None,
        take: int = 0,
        to: str | None = None,
        t: float = 0.0,
        exemplars: Sequence[Sequence[float]] = (),
        anchors: Sequence[tuple[Anchor, float]] = (),
        blend: float = 0.0,
        wish: Mapping[str, float | str] | None = None,
        velocity: int = LOUDEST,
        engine: str | None = None,
    ) -> Sound:
        """Make the sound of a latent code.

        Parameters
        ----------
        category : str
            One of :attr:`categories`.
        code : array_like
            Shape ``(latent_dim,)``.
        seed : int, optional
            Kept in the sound's recipe. It changes nothing else.
        take : int
            As for :meth:`render`.
        to : str, optional
            A second category to decode the code as. The two spectrograms are mixed in decibels,
            and their partials and grain likewise.
        t : float
            Share of `to`, 0 to 1. At 0 the sound is `category` alone, at 1 it is `to` alone.
        exemplars : sequence of (int, float)
            Numbers of exemplars of the model whose residuals are laid over what is decoded, with
            their shares, which sum to 1. A machine that plays no exemplars leaves them out.
        anchors : sequence of (Anchor, float)
            Own sounds, from :meth:`anchor`, that are bent to the code, with their shares, which sum
            to 1. Exemplars beside them are taken as own sounds, too: as they play by themselves.
        blend : float
            For anchored sounds: 0 gives the own sound with the change, 1 the generator alone.
        wish, velocity
            As for :meth:`render`.
        engine : str, optional
            What is to compute, as a recipe names it: ``"reference"`` or ``"native"``. The reference
            plays if the engine is not here. By default, the machine's own.

        Returns
        -------
        Sound
            Peak 1, or silent, at velocity 127. An anchored sound is as loud as its own sound.

        Raises
        ------
        ControlError
            If the model has no such category, the code has another length or is not finite, the
            take, the velocity or the engine does not exist, or `t` lies outside 0 to 1.
        """
        player = self._playing(engine)
        if player is not self:
            return player.render_code(
                category,
                code,
                seed=seed,
                take=take,
                to=to,
                t=t,
                exemplars=exemplars,
                anchors=anchors,
                blend=blend,
                wish=wish,
                velocity=velocity,
            )
        if not 0 <= t <= 1:
            raise ControlError(f"t must lie between 0 and 1, got {t!r}")
        check_take(take)
        velocity = check_velocity(velocity)
        latent = np.asarray(code, dtype=np.float32)
        self.check_code(latent)
        own = play.checked([*anchors, *self._as_anchors(exemplars)]) if anchors else ()
        laid = checked(exemplars) if self.exemplars and not own else ()
        if to is None or to == category or t == 0:
            to, t = None, 0.0
        elif t == 1:
            category, to, t = to, None, 0.0
        indices = (self.index(category),) if to is None else (self.index(category), self.index(to))
        shares = (1.0,) if to is None else (1 - t, t)
        asked = self._read(wish, category)

        def plain() -> PlainSound:
            return self._plain(latent, indices, shares, laid, own, take, blend)

        if asked or velocity < LOUDEST:
            key = (latent.tobytes(), indices, shares, laid, own, take, blend)
            known = self._plain_sounds.get(key, plain)
            made = self._finished(known, asked, category) if asked else known
            samples = made.samples
            if velocity < LOUDEST:
                names = [self.categories[number] for number in indices]
                soft = stroke(dict(zip(names, shares, strict=True)), velocity)
                samples = self._struck(made, soft)
        else:
            samples = plain().samples
        return Sound(
            np.ascontiguousarray(samples if len(samples) == 2 else samples[0]),
            self.sr,
            category,
            latent,
            seed,
            self.hash,
            self.inverter,
            take,
            to,
            t,
            laid,
            tuple(self.exemplars.credits(laid)) if self.exemplars else (),
            own,
            blend if own else 0.0,
            asked,
            velocity,
            self.engines[0],
        )

    def _finished(self, plain: PlainSound, asked: Mapping[str, float], category: str) -> PlainSound:
        """Return a sound with a wish."""
        if native := self._native():
            samples, onset = native.shaper.finished(plain, asked, ranges(category))
        else:
            samples, onset = finished(plain, asked, ranges(category)), plain.onset
            if "pitch" in asked:
                onset = round(onset / tuning(asked, plain.partial))
        return PlainSound(samples, plain.sr, onset, plain.top)

    def _struck(self, sound: PlainSound, soft: Stroke) -> FloatArray:
        """Return the samples of a softer stroke of a sound."""
        if native := self._native():
            return native.shaper.struck(sound, soft)
        return struck(sound.samples, sound.sr, sound.onset, soft, sound.top)

    def _plain(
        self,
        latent: FloatArray,
        indices: tuple[int, ...],
        shares: tuple[float, ...],
        laid: Exemplars,
        own: play.Anchors,
        take: int,
        blend: float,
    ) -> PlainSound:
        """Return a sound without its wish."""
        onset = round(GATE * self.sr / FULL_SR)
        rendering = self.rendering
        if (native := self._native()) and not own:
            samples = native.render(
                indices[0],
                latent,
                sr=self.sr,
                take=take,
                exemplars=laid,
                without=rendering.without - {"exemplars"},
                width=rendering.width,
                to=indices[-1],
                t=shares[-1] if len(shares) > 1 else 0.0,
            )
            return PlainSound(np.atleast_2d(samples), self.sr, onset)
        levels = self._levels(latent, indices, shares, laid)

        def played(number: int) -> FloatArray:
            detail = self._detail(levels.mel, latent, indices, shares, laid, number)
            return self._renderer(levels, detail, number, body=not laid)

        if own:
            return self._anchored(own, levels, played, take, blend)
        if take == 0:
            samples = at_full_scale(played(0))
        else:
            samples = as_loud_as(played(take), played(0), self.sr)
        return PlainSound(np.atleast_2d(samples), self.sr, onset)

    def _anchored(
        self,
        anchors: play.Anchors,
        levels: Levels,
        generated: Callable[[int], FloatArray],
        take: int,
        blend: float,
    ) -> PlainSound:
        """Return an anchored sound."""

        def decode(anchor: Anchor) -> Decoded:
            self.check_code(anchor.code)
            index = self.index(anchor.category)
            key = (anchor.code.tobytes(), index)
            return self._bases.get(
                key, lambda: Decoded(self._levels(anchor.code, (index,)), self.spec)
            )

        own = play.played(anchors, Decoded(levels, self.spec), decode, self._bending)
        if blend:
            other = at_full_rate(generated(take), self.sr)
            own = play.blended(own, other, blend, self._bending)
        top = max(1.0, float(np.abs(own.samples).max()))
        samples = at_rate(own.samples, self.sr)
        return PlainSound(samples, self.sr, round(own.onset * self.sr / FULL_SR), top)

    def morph(self, first: Point, second: Point, t: float, *, take: int = 0) -> Sound:
        """Make a sound between two others, of one category or of two.

        The codes are interpolated. Where the categories differ, the code between them is decoded
        as both, as in :meth:`render_code`.

        Parameters
        ----------
        first, second : Sound or tuple of (str, array_like)
            The ends: sounds of this model, or categories with codes. If one is anchored, the other
            one's samples are taken as an own sound, too.
        t : float
            0 to 1. 0 gives exactly the first sound and 1 exactly the second, as this machine's
            inverter plays them with this take.
        take : int
            As for :meth:`render`.

        Returns
        -------
        Sound
            Its `category`, `code`, `to` and `t` recall it with :meth:`render_code`.

        Raises
        ------
        ControlError
            As for :meth:`render_code`; also if an end is a blend of two categories itself, or a
            sound of another model.
        """
        (category, code, here), (to, to_code, there) = self._point(first), self._point(second)
        if not 0 <= t <= 1:
            raise ControlError(f"t must lie between 0 and 1, got {t!r}")
        anchored = [isinstance(end, Sound) and bool(end.anchors) for end in (first, second)]
        owns = [self._owned(end) for end in (first, second)] if any(anchored) else [(), ()]
        blends = [end.blend if isinstance(end, Sound) else 0.0 for end in (first, second)]
        strengths = [end.velocity if isinstance(end, Sound) else LOUDEST for end in (first, second)]
        return self.render_code(
            category,
            interpolate(code, to_code, t),
            take=take,
            to=to,
            t=t,
            exemplars=() if any(anchored) else between(here, there, t),
            anchors=play.between(owns[0], owns[1], t),
            blend=(1 - t) * blends[0] + t * blends[1],
            wish=self._wish_between(first, second, t),
            velocity=round((1 - t) * strengths[0] + t * strengths[1]),
        )

    def rendered_again(
        self,
        sound: Sound,
        *,
        code: npt.ArrayLike | None = None,
        wish: Mapping[str, float | str] | None = None,
        velocity: int | None = None,
        take: int | None = None,
    ) -> Sound:
        """Make a sound again, with another code, wish, velocity or take.

        Parameters
        ----------
        sound : Sound
            A sound of this model.
        code, wish, velocity, take : optional
            As for :meth:`render_code`; the sound's own if they are absent.

        Returns
        -------
        Sound
            Everything else is as it was, and the same engine computes it, if it is here.

        Raises
        ------
        ControlError
            As for :meth:`render_code`; also if the sound is of another model.
        """
        self._check_model(sound)
        return self.render_code(
            sound.category,
            sound.code if code is None else code,
            seed=sound.seed,
            take=sound.take if take is None else take,
            to=sound.to,
            t=sound.t,
            exemplars=sound.exemplars,
            anchors=[(own, share) for own, share in sound.anchors if isinstance(own, Anchor)],
            blend=sound.blend,
            wish=sound.wish if wish is None else wish,
            velocity=sound.velocity if velocity is None else velocity,
            engine=sound.engine,
        )

    def softer(self, sound: Sound, velocity: int) -> Sound:
        """Return a sound as a softer stroke makes it, as :meth:`rendered_again` does, but sooner.

        Parameters
        ----------
        sound : Sound
            A sound of this model and this rendering.
        velocity : int
            1 to 127.

        Raises
        ------
        ControlError
            As for :meth:`render_code`; also if the sound is of another model.
        """
        self._check_model(sound)
        if sound.velocity == LOUDEST and not sound.anchors and "pitch" not in sound.wish:
            if check_velocity(velocity) == LOUDEST:
                return sound
            # Its onset is known, so the samples that are there are enough.
            shares = {sound.category: 1 - sound.t, sound.to or sound.category: sound.t or 1.0}
            soft = stroke(shares, velocity)
            onset = round(GATE * self.sr / FULL_SR)
            made = self._struck(PlainSound(np.atleast_2d(sound.samples), self.sr, onset), soft)
            samples = made if len(made) == 2 else made[0]
            return dataclasses.replace(
                sound, samples=np.ascontiguousarray(samples), velocity=velocity
            )
        return self.rendered_again(sound, velocity=velocity)

    def values_at_full_velocity(self, sound: Sound) -> dict[str, float]:
        """Return what a sound has at velocity 127; see :meth:`describe`."""
        if sound.velocity < LOUDEST:
            sound = self.rendered_again(sound, velocity=LOUDEST)
        return self.describe(sound)

    def _wish_between(self, first: Point, second: Point, t: float) -> dict[str, float]:
        """Return the wish of a sound between two."""
        ends = (first, second)
        wishes = [end.wish if isinstance(end, Sound) else {} for end in ends]
        if not any(wishes):
            return {}
        sounds = [end if isinstance(end, Sound) else self.render_code(*end) for end in ends]
        values = [self.values_at_full_velocity(sound) for sound in sounds]
        offered = ranges(sounds[0].category).keys() & ranges(sounds[1].category).keys()
        return between_wishes(wishes, values, t, offered)

    def _owned(self, end: Point) -> play.Anchors:
        """Return the own sounds of an end of a morph: its anchors, or its samples as one."""
        if isinstance(end, Sound) and end.anchors:
            return play.checked(end.anchors)
        if not isinstance(end, Sound):
            end = self.render_code(*end)
        elif end.velocity < LOUDEST:
            # The morph is struck as softly itself.
            end = self.render_code(
                end.category, end.code, take=end.take, exemplars=end.exemplars, wish=end.wish
            )
        return ((self.anchor_of_sound(end), 1.0),)

    def _as_anchors(self, exemplars: Sequence[Sequence[float]]) -> play.Anchors:
        """Return exemplars of the model as own sounds; beside own sounds, their shares are less."""
        if not exemplars or self.exemplars is None:
            return ()
        bank, out = self.exemplars.bank, []
        for number, share in ((int(number), float(share)) for number, share in exemplars):

            def anchor(number: int = number) -> Anchor:
                code, category = bank.code(number), bank.exemplars[number].category
                sound = self.render_code(category, code, exemplars=((number, 1.0),))
                return self.anchor_of_sound(sound)

            out.append((self._exemplar_anchors.get(number, anchor), share))
        return tuple(out)

    def anchor_of_sound(self, sound: Sound) -> Anchor:
        """Take the samples of a sound of this model as an own sound, with the sound's code."""
        samples = np.atleast_2d(at_full_rate(sound.samples, sound.sr))
        own = OwnSound(samples, GATE, f"a {sound.category} of the model")
        return Anchor.of(own, sound.category, self.spec, lambda _: sound.code)

    def _check_model(self, sound: Sound) -> None:
        if sound.model != self.hash:
            raise ControlError(
                f"the sound was made by model {sound.model[:12]}, this is {self.hash[:12]}; "
                "render it with this model first"
            )

    def _point(self, end: Point) -> tuple[str, FloatArray, Exemplars]:
        if isinstance(end, Sound):
            self._check_model(end)
            if end.to is not None:
                raise ControlError(
                    f"the sound is a blend of {end.category} and {end.to}; morph the sounds that "
                    "it was made of"
                )
            return end.category, end.code, end.exemplars
        category, values = end
        code = np.asarray(values, dtype=np.float32)
        self.check_code(code)
        return category, code, ()

    def check_code(self, code: FloatArray) -> None:
        """Check that numbers are a code of this model.

        Raises
        ------
        ControlError
            If there are too few or too many, or one is not finite.
        """
        if code.shape != (self.bundle.latent_dim,) or not np.isfinite(code).all():
            raise ControlError(
                f"a code is {self.bundle.latent_dim} finite numbers, got shape {code.shape}"
            )

    def levels(
        self,
        code: FloatArray,
        categories: tuple[int, ...],
        shares: tuple[float, ...] = (1.0,),
        exemplars: Exemplars = (),
    ) -> Levels:
        """Return the levels of a code decoded as one category, or as several at once.

        Everything happens in logarithms: the decoded levels are averaged by their shares, then the
        exemplars are laid over them.

        Parameters
        ----------
        code : numpy.ndarray
            Shape ``(latent_dim,)``.
        categories : tuple of int
            Numbers of the categories.
        shares : tuple of float
            The share of each. They sum to 1.
        exemplars : tuple
            Numbers of exemplars, with their shares.

        Returns
        -------
        Levels
            Natural logarithms, without partials and grain.
        """
        codes = np.repeat(code[None], len(shares), axis=0)
        decoded = self._decode_all(codes, np.array(categories))
        levels = decoded.mixed(np.array(shares, np.float32))
        return self.exemplars(levels, exemplars) if self.exemplars and exemplars else levels

    def _levels(
        self,
        code: FloatArray,
        categories: tuple[int, ...],
        shares: tuple[float, ...] = (1.0,),
        exemplars: Exemplars = (),
    ) -> Levels:
        """Return the levels of a sound of one or two categories, from the engine that plays."""
        if not (native := self._native()):
            return self.levels(code, categories, shares, exemplars)
        t = shares[1] if len(shares) > 1 else 0.0
        return native.levels(categories[0], code, exemplars, to=categories[-1], t=t)

    def spectrogram(self, code: FloatArray, category: int, take: int = 0) -> FloatArray:
        """Return the mel magnitudes of a code as the generator alone plays them, with detail.

        Parameters
        ----------
        code : numpy.ndarray
            Shape ``(latent_dim,)``.
        category : int
            The category's number in this model.
        take : int
            As for :meth:`render`.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_mels, n_frames)``, float32.

        Raises
        ------
        ControlError
            If there is no such take.
        """
        logs = self.levels(code, (category,)).mel
        gain = self.detail.log_gain(code, (category,), np.ones(1, np.float32), take)
        return exp_mel(logs + gain, self.spec)

    def _detail(
        self,
        log_mel: FloatArray,
        code: FloatArray,
        categories: tuple[int, ...],
        shares: tuple[float, ...],
        exemplars: Exemplars,
        take: int,
    ) -> FloatArray | None:
        """Return the gains of partials and grain; None where nothing is to be added."""
        # A recording has its own. Another take of it has some other noise.
        if "detail" in self.rendering.without or (exemplars and take == 0):
            return None
        if exemplars:
            return self.detail.other_take(log_mel, take)
        return self.detail.log_gain(code, categories, np.array(shares, np.float32), take)

    def _decode_all(self, codes: FloatArray, categories: npt.NDArray[np.int64]) -> Levels:
        """Return the decoder's levels, natural logarithms, in batches."""
        return self.scale.inverse(self.networks.decode(codes, categories))

    def decode(self, codes: FloatArray, categories: npt.NDArray[np.int64]) -> FloatArray:
        """Return the decoder's mel magnitudes, without detail.

        Parameters
        ----------
        codes : numpy.ndarray
            Shape ``(batch, latent_dim)``.
        categories : numpy.ndarray
            Shape ``(batch,)``, int64.

        Returns
        -------
        numpy.ndarray
            Shape ``(batch, n_mels, n_frames)``.
        """
        return exp_mel(self._decode_all(codes, categories).mel, self.spec)

    def autoencode(self, levels: Levels, categories: npt.NDArray[np.int64]) -> Levels:
        """Return levels in batches, encoded and decoded, without search."""
        x = self.scale.forward(levels)
        return self._decode_all(self.networks.encode(x, categories), categories)

    def play(self, levels: Levels, take: int = 0) -> FloatArray:
        """Return the waveform of levels as they are, its tail cut, not normalised.

        Parameters
        ----------
        levels : Levels
            Of one hit, natural logarithms.
        take : int
            The noise that its air is from.

        Returns
        -------
        numpy.ndarray
            Shape ``(n,)``, or ``(2, n)`` with a width, float32, at :attr:`sr`.
        """
        return self._renderer(levels, None, take)

    def invert(self, mel: FloatArray, take: int = 0) -> FloatArray:
        """Return the waveform of the mel magnitudes of a core, at the core's rate.

        Parameters
        ----------
        mel : numpy.ndarray
            Shape ``(n_mels, n_frames)``, magnitudes.
        take : int
            The noise that its grain is from.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_samples,)``, float32, not normalised.
        """
        return self._renderer.core(mel, take)

    def encode(self, hit: Hit, category: str, steps: int = STEPS) -> FloatArray:
        """Return the code of a hit in a category.

        Parameters
        ----------
        hit : Hit
            From :func:`~neural_drum_machine.signal.hit.read_hit` or ``make_hit``.
        category : str
            One of :attr:`categories`.
        steps : int
            Steps of the search for a better code than the encoder's, about a quarter of a second
            each. 0 takes the encoder's code.

        Returns
        -------
        numpy.ndarray
            Shape ``(latent_dim,)``, float32.

        Raises
        ------
        ControlError
            If there is no such category.
        """
        return self.encode_levels(levels_of(hit, self.spec), self.index(category), steps)

    @one_thread()
    def encode_levels(self, levels: Levels, category: int, steps: int = STEPS) -> FloatArray:
        """Return the code of the levels of a hit; see :meth:`encode`.

        `category` is the category's number in this model.
        """
        if native := self._native():
            with contextlib.suppress(EngineError):  # such as an encoder that it does not know
                return native.encode(levels, category, steps)
        return self._encoder.encode(levels, category, steps)

    @one_thread()
    def guess_category(self, hit: Hit) -> str:
        """Return the category in which the generator reconstructs a hit best."""
        levels = levels_of(hit, self.spec)
        if native := self._native():
            with contextlib.suppress(EngineError):
                return self.categories[native.guess(levels)]
        return self.categories[self._encoder.guess(levels, len(self.categories))]

    @one_thread()
    def anchor(
        self,
        source: str | Path | Clip,
        category: str | None = None,
        steps: int = 0,
        name: str | None = None,
    ) -> Anchor:
        """Take a sound of one's own as an anchor.

        Parameters
        ----------
        source : str, Path or Clip
            A sound file, or what was read from one. Up to ten seconds from its hit on are taken,
            with both channels.
        category : str, optional
            One of :attr:`categories`. Without it, the category is guessed.
        steps : int
            As for :meth:`encode`. The encoder's code is good enough: at rest, an anchored sound is
            itself, whatever its code.
        name : str, optional
            How recipes and errors call the sound; by default the file's name.

        Returns
        -------
        Anchor
            For :meth:`bend` and :meth:`render_code`.

        Raises
        ------
        AudioError
            If the file cannot be read, or is silent or shorter than 5 ms.
        ControlError
            If there is no such category.
        """
        clip = source if isinstance(source, Clip) else read_audio(source)
        name = name or ("sound" if isinstance(source, Clip) else Path(source).name)
        own = OwnSound.of(clip, name)
        category = category or self.guess_category(clip_hit(clip, self.spec, name))
        index = self.index(category)
        return Anchor.of(
            own, category, self.spec, lambda levels: self.encode_levels(levels, index, steps)
        )

    def bend(
        self,
        anchor: Anchor,
        p: Sequence[float] = (0.0, 0.0, 0.0),
        *,
        to: str | None = None,
        t: float = 1.0,
        blend: float = 0.0,
        take: int = 0,
        wish: Mapping[str, float | str] | None = None,
        velocity: int = LOUDEST,
    ) -> Sound:
        """Play an own sound, moved along the axes, turned into another category, or both.

        Parameters
        ----------
        anchor : Anchor
            From :meth:`anchor`.
        p : sequence of float
            How far to move along P1, P2 and P3 from where the sound lies. Zeros leave it as it is:
            its own samples.
        to : str, optional
            A category that the sound is turned into.
        t : float
            How far it is turned, 0 to 1.
        blend : float
            0 gives the own sound with the change, 1 the generator alone.
        take : int
            As for :meth:`render`; of the generator's share.
        wish : mapping, optional
            As for :meth:`render`: values that the sound is to have.
        velocity : int
            As for :meth:`render`.

        Returns
        -------
        Sound
            As loud as the own sound at velocity 127 unless the wish says otherwise, with its
            channels.

        Raises
        ------
        ControlError
            As for :meth:`render_code`.
        """
        index = self.index(anchor.category)
        code = anchor.code
        self.controls.moved(index, code, p)  # refuses what is no move
        if any(p):
            place = self.controls.position(index, code) + np.asarray(p, np.float64)
            code = self.controls.moved(index, code, place.clip(-MAX_CONTROL, MAX_CONTROL).tolist())
        return self.render_code(
            anchor.category,
            code,
            take=take,
            to=to,
            t=t if to else 0.0,
            anchors=((anchor, 1.0),),
            blend=blend,
            wish=wish,
            velocity=velocity,
        )

    def recall(self, path: str | Path) -> Sound:
        """Make the sound of a file that this program has written, from the recipe in it.

        Parameters
        ----------
        path : str or Path
            A WAV or FLAC file. An anchored sound comes back without its original file.

        Returns
        -------
        Sound
            The same with the same model, inverter, rate and engine. A sound of the engine in C is
            made by NumPy where the engine is not here, with a warning.

        Raises
        ------
        AudioError
            If the file cannot be read or holds no recipe.
        AnchorError
            If its anchors are damaged.
        ControlError
            If the recipe is of another model, or damaged.
        """
        return self._recalled(recipe_of(path, self.hash, self.spec))

    def recall_recipe(self, recipe: Mapping[str, Any], block: bytes = b"", name: str = "") -> Sound:
        """Make the sound of a recipe.

        Parameters
        ----------
        recipe : mapping
            See :meth:`~neural_drum_machine.sound.Sound.recipe`.
        block : bytes
            The compact forms of its own sounds; see
            :meth:`~neural_drum_machine.sound.Sound.block`.
        name : str
            What errors call it; by default "the recipe".

        Returns
        -------
        Sound
            The same with the same model, inverter, rate and engine. A sound of the engine in C is
            made by NumPy where the engine is not here, with a warning.

        Raises
        ------
        AnchorError
            If its own sounds are damaged.
        ControlError
            If the recipe is of another model, or damaged.
        """
        name = name or "the recipe"
        arguments = arguments_of(
            recipe, lambda: recalled_anchors(block, self.spec), model=self.hash, name=name
        )
        try:
            return self._recalled(arguments)
        except (LookupError, TypeError, ValueError) as error:
            raise ControlError(f"{name} is damaged ({error}); draw the sound again") from error

    def _recalled(self, arguments: Mapping[str, Any]) -> Sound:
        if arguments["engine"] == NATIVE and NATIVE not in self.engines:
            warnings.warn(_OTHER_ENGINE, NdmWarning, stacklevel=3)
        return self.render_code(**arguments)

    def reconstruct(self, hit: Hit, category: str | None = None) -> Sound:
        """Encode and decode a hit.

        Parameters
        ----------
        hit : Hit
            From :func:`~neural_drum_machine.signal.hit.read_hit` or ``make_hit``.
        category : str, optional
            The category to encode it in. Without it, the category is guessed.

        Returns
        -------
        Sound
            The model's version of the hit.

        Raises
        ------
        ControlError
            If there is no such category.
        """
        category = category or self.guess_category(hit)
        return self.render_code(category, self.encode(hit, category))


def default_model_path() -> Path:
    """Return the path of the model that ships in the package."""
    return Path(str(resources.files("neural_drum_machine") / "weights" / "default.ndm"))


def load(
    path: str | Path | None = None,
    *,
    inverter: str = DEFAULT_INVERTER,
    sr: int = FULL_SR,
    width: float = 0.0,
    without: Iterable[str] = (),
    engine: EngineName = "auto",
) -> DrumMachine:
    """Load a drum machine.

    Parameters
    ----------
    path : str or Path, optional
        A model file (``.ndm``). Without it, the model that ships in the package is loaded.
    inverter : str
        One of :data:`neural_drum_machine.inverters.INVERTERS`.
    sr : int
        Sample rate of the sounds in Hz: 22,050, 44,100 or 48,000.
    width : float
        0 gives mono; up to 1 gives stereo, whose mean is the mono sound.
    without : iterable of str
        Parts of a sound that are left out, of
        :data:`neural_drum_machine.inverters.renderer.PARTS`. Without ``exemplars``, draws come from
        the generator alone.
    engine : str
        ``"auto"`` takes the engine in C, three times as fast, where it is built and can play the
        model. ``"native"`` insists on it. ``"reference"`` computes with NumPy alone. Samples differ
        by rounding, so a recipe names the engine that made its sound.

    Returns
    -------
    DrumMachine
        Ready to play, and to recall the sounds of either engine. NumPy's matrix products have
        threads of their own; set ``OPENBLAS_NUM_THREADS=1`` before NumPy is imported, as ``ndm``
        does.

    Raises
    ------
    BundleError
        If the file is absent, foreign, of another format, truncated or altered.
    ControlError
        If inverter, rate, width, a part or the engine is not offered.
    EngineError
        If the native engine is asked for and is not built, or cannot play the model.

    Examples
    --------
    >>> import neural_drum_machine as ndm
    >>> machine = ndm.load()
    >>> machine.render("kick", p=(0.5, -0.2, 0.0), seed=7)
    Sound('kick', seed=7: 1.480 s at 44100 Hz, refined)
    """
    rendering = Rendering(inverter, sr, width, frozenset(without))
    if engine not in get_args(EngineName):
        raise ControlError(f"no engine {engine!r}; there are {', '.join(get_args(EngineName))}")
    path = path or default_model_path()
    data = file_bytes(path)
    if engine == "reference" or (engine == "auto" and not is_built()):
        return DrumMachine(Bundle.of(path, data), rendering)
    # Each checks all of the file, for a tenth of a second, mostly in code that other threads of
    # Python need not wait for.
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(NativeEngine, data, str(path))
        machine = DrumMachine(Bundle.of(path, data), rendering)
    try:
        native = opening.result()
    except EngineError:
        if engine == "native":
            raise
        return machine
    native.read_by(machine.bundle.file_bytes)
    machine = machine.with_engine(native)
    # The engine has copies of what it needs. What NumPy needs besides is read when it is used.
    machine.bundle.release()
    return machine
