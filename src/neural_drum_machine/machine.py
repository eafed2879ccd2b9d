"""DrumMachine: renders, morphs and encodes sounds with one model; everybody calls it.

This file is longer than 250 lines because every public method has a full numpydoc docstring. The
work is done in ``latent``, ``detail``, ``inverters`` and ``model_file``.
"""

import copy
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import category_index
from neural_drum_machine.detail.detail import Detail
from neural_drum_machine.detail.grain import Grain
from neural_drum_machine.detail.partials import Partials
from neural_drum_machine.errors import BundleError, ControlError
from neural_drum_machine.inverters import DEFAULT_INVERTER, make_inverter
from neural_drum_machine.latent.controls import AXES, Controls
from neural_drum_machine.latent.encoder import SoundEncoder
from neural_drum_machine.latent.prior import DEFAULT_WILD, Mixture, interpolate
from neural_drum_machine.latent.search import STEPS
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.signal.blas import one_thread
from neural_drum_machine.signal.hit import Hit
from neural_drum_machine.signal.mel import exp_mel, mel_spectrogram
from neural_drum_machine.signal.standardisation import Standardisation
from neural_drum_machine.sound import Sound

Point = Sound | tuple[str, npt.ArrayLike]
"""A place in the latent space: a rendered sound, or a category and a code."""


class DrumMachine:
    """A loaded model that makes sound. It may be used from several threads at once.

    Parameters
    ----------
    bundle : Bundle
        The model.
    threads : int
        Threads of one run of a network.
    inverter : str
        One of :data:`neural_drum_machine.inverters.INVERTERS`.

    Attributes
    ----------
    spec : AudioSpec
        Audio format of the model.
    categories : tuple of str
        The categories of the model. A category's number is its place here.
    bundle : Bundle
        The model file.
    inverter : str
        Name of the inverter.
    networks : Networks
        The model's networks.
    standardisation : Standardisation
        Scales log-mel spectrograms for the generator.
    controls : Controls
        The axes P1, P2, P3, and the prior.
    detail : Detail
        Partials and grain of the model.

    Raises
    ------
    BundleError
        If the model's controls do not fit each other.
    ControlError
        If there is no such inverter.
    """

    def __init__(self, bundle: Bundle, threads: int = 1, inverter: str = DEFAULT_INVERTER) -> None:
        self.bundle = bundle
        self.spec = bundle.spec
        self.categories: tuple[str, ...] = bundle.categories
        self.inverter = inverter
        self.standardisation = Standardisation(
            bundle.tensor("standardisation.mean"), bundle.tensor("standardisation.std"), self.spec
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
        self.use(Networks(bundle, threads))

    def use(self, networks: Networks) -> None:
        """Use other networks from now on, such as those of another runtime."""
        self.networks = networks
        self._encoder = SoundEncoder(networks, self.standardisation, self.controls.prior)
        self._invert = make_inverter(self.inverter, networks, self.spec)

    def with_inverter(self, inverter: str) -> "DrumMachine":
        """Return this machine with another inverter. Both share the loaded networks.

        Raises
        ------
        ControlError
            If there is no such inverter.
        """
        other = copy.copy(self)
        other.inverter = inverter
        other.use(self.networks)
        return other

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
            Draws a code of the category. Without it, the code is the category's mean.
        wild : float
            How far drawn codes lie from the mean: 0 gives the mean, 1 the variety of the training
            sounds, 2 twice that.
        take : int
            0 to 63. Another take is another hit of the same drum: only the noise of its grain
            differs.

        Returns
        -------
        Sound
            The same for the same arguments.

        Raises
        ------
        ControlError
            If the model has no such category, or a control, the seed, `wild` or the take is out
            of range.
        BundleError
            If a network of the model cannot run.
        """
        code = self.controls.code(self.index(category), p, seed, wild)
        return self.render_code(category, code, seed=seed, take=take)

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

        Returns
        -------
        Sound
            Peak 1, or silent.

        Raises
        ------
        ControlError
            If the model has no such category, the code has another length or is not finite, the
            take does not exist, or `t` lies outside 0 to 1.
        """
        if not 0 <= t <= 1:
            raise ControlError(f"t must lie between 0 and 1, got {t!r}")
        latent = np.asarray(code, dtype=np.float32)
        self._check_code(latent)
        if to is None or to == category or t == 0:
            to, t = None, 0.0
        elif t == 1:
            category, to, t = to, None, 0.0
        if to is None:
            mel = self.spectrogram(latent, self.index(category), take)
        else:
            mel = self.blend(latent, (self.index(category), self.index(to)), (1 - t, t), take)
        samples = self.invert(mel, take)
        peak = float(np.abs(samples).max())
        if peak > 0:
            samples = samples / np.float32(peak)
        return Sound(
            samples, self.spec.sr, category, latent, seed, self.hash, self.inverter, take, to, t
        )

    def morph(self, first: Point, second: Point, t: float, *, take: int = 0) -> Sound:
        """Make a sound between two others, of one category or of two.

        The codes are interpolated. Where the categories differ, the code between them is decoded
        as both, as in :meth:`render_code`.

        Parameters
        ----------
        first, second : Sound or tuple of (str, array_like)
            The ends: sounds of this model, or categories with codes.
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
        (category, code), (to, to_code) = self._point(first), self._point(second)
        return self.render_code(category, interpolate(code, to_code, t), take=take, to=to, t=t)

    def _point(self, end: Point) -> tuple[str, FloatArray]:
        if isinstance(end, Sound):
            if end.model != self.hash:
                raise ControlError(
                    f"the sound was made by model {end.model[:12]}, this is {self.hash[:12]}; "
                    "render it with this model first"
                )
            if end.to is not None:
                raise ControlError(
                    f"the sound is a blend of {end.category} and {end.to}; morph the sounds that "
                    "it was made of"
                )
            end = (end.category, end.code)
        category, values = end
        code = np.asarray(values, dtype=np.float32)
        self._check_code(code)
        return category, code

    def _check_code(self, code: FloatArray) -> None:
        if code.shape != (self.bundle.latent_dim,) or not np.isfinite(code).all():
            raise ControlError(
                f"a code is {self.bundle.latent_dim} finite numbers, got shape {code.shape}"
            )

    def spectrogram(self, code: FloatArray, category: int, take: int = 0) -> FloatArray:
        """Return the mel magnitudes of a code as they are played: decoded, with detail.

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
        return self.blend(code, (category,), (1.0,), take)

    def blend(
        self, code: FloatArray, categories: tuple[int, ...], shares: tuple[float, ...], take: int
    ) -> FloatArray:
        """Return the mel magnitudes of a code decoded as several categories at once.

        Everything happens in log-mel: the decoded spectrograms are averaged by their shares, then
        the detail is added. The exponential is taken once, at the end.

        Parameters
        ----------
        code : numpy.ndarray
            Shape ``(latent_dim,)``.
        categories : tuple of int
            Numbers of the categories.
        shares : tuple of float
            The share of each. They sum to 1.
        take : int
            As for :meth:`render`.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_mels, n_frames)``, float32.
        """
        weights = np.array(shares, np.float32)
        gain = self.detail.log_gain(code, categories, weights, take)
        codes = np.repeat(code[None], len(weights), axis=0)
        decoded = self.networks.decode(codes, np.array(categories))
        logs = np.tensordot(weights, self.standardisation.log_mel(decoded), 1)
        return exp_mel(logs + gain, self.spec)

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
        return self.standardisation.inverse(self.networks.decode(codes, categories))

    def autoencode(self, mels: FloatArray, categories: npt.NDArray[np.int64]) -> FloatArray:
        """Return mels ``(batch, n_mels, n_frames)`` encoded and decoded, without search."""
        x = self.standardisation.forward(mels)
        return self.decode(self.networks.encode(x, categories), categories)

    def invert(self, mel: FloatArray, take: int = 0) -> FloatArray:
        """Return the waveform of one mel spectrogram, its tail cut, not normalised.

        Parameters
        ----------
        mel : numpy.ndarray
            Shape ``(n_mels, n_frames)``, magnitudes.
        take : int
            The noise that its grain is from.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_samples,)``, float32.
        """
        return self._invert(mel, take)[: self.spec.n_samples]

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
        return self.encode_mel(mel_spectrogram(hit.samples, self.spec), self.index(category), steps)

    @one_thread()
    def encode_mel(self, mel: FloatArray, category: int, steps: int = STEPS) -> FloatArray:
        """Return the code of mel magnitudes ``(n_mels, n_frames)``; see :meth:`encode`.

        `category` is the category's number in this model.
        """
        return self._encoder.encode(mel, category, steps)

    @one_thread()
    def guess_category(self, hit: Hit) -> str:
        """Return the category in which the generator reconstructs a hit best."""
        mel = mel_spectrogram(hit.samples, self.spec)
        return self.categories[self._encoder.guess(mel, len(self.categories))]

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
    path: str | Path | None = None, *, threads: int = 1, inverter: str = DEFAULT_INVERTER
) -> DrumMachine:
    """Load a drum machine.

    Parameters
    ----------
    path : str or Path, optional
        A model file (``.ndm``). Without it, the model that ships in the package is loaded.
    threads : int
        Threads of one run of a network. NumPy's matrix products have threads of their own; set
        ``OPENBLAS_NUM_THREADS=1`` before NumPy is imported, as ``ndm`` does.
    inverter : str
        One of :data:`neural_drum_machine.inverters.INVERTERS`.

    Returns
    -------
    DrumMachine
        Ready to play.

    Raises
    ------
    BundleError
        If the file is absent, foreign, too new, truncated or altered.
    ControlError
        If there is no such inverter.

    Examples
    --------
    >>> import neural_drum_machine as ndm
    >>> machine = ndm.load()
    >>> machine.render("kick", p=(0.5, -0.2, 0.0), seed=7)
    Sound('kick', seed=7: 0.998 s at 22050 Hz, refined)
    """
    return DrumMachine(Bundle.open(path or default_model_path()), threads, inverter)
