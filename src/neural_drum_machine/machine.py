"""DrumMachine: the façade everybody calls."""

import copy
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import category_index
from neural_drum_machine.detail.grain import Texture, noise_take, short_fft
from neural_drum_machine.detail.partials import Partials
from neural_drum_machine.errors import BundleError, ControlError
from neural_drum_machine.inverters import DEFAULT_INVERTER, make_inverter
from neural_drum_machine.latent.controls import DEFAULT_WILD, Controls
from neural_drum_machine.latent.prior import Mixture
from neural_drum_machine.latent.search import STEPS, CodeSearch
from neural_drum_machine.model_file.bundle import AXES, Bundle
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.signal.blas import one_thread
from neural_drum_machine.signal.hit import Hit
from neural_drum_machine.signal.mel import exp_mel, log_mel, mel_spectrogram
from neural_drum_machine.signal.standardisation import Standardisation
from neural_drum_machine.sound import Sound


class DrumMachine:
    """A loaded model that makes sound; safe to use from several threads.

    Parameters
    ----------
    bundle : Bundle
        The model.
    threads : int
        Threads of one run.
    inverter : str
        One of :data:`neural_drum_machine.inverters.INVERTERS`.

    Raises
    ------
    ControlError
        If there is no such inverter.
    """

    def __init__(self, bundle: Bundle, threads: int = 1, inverter: str = DEFAULT_INVERTER) -> None:
        self.bundle = bundle
        self.spec = bundle.spec
        self.categories: tuple[str, ...] = bundle.categories
        self.inverter = inverter
        self.use(Networks(bundle, threads))
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
            raise BundleError(f"{bundle.path}: {error}; export the model anew") from error
        weights = bundle.optional_tensor("texture.weights")
        self.texture = None if weights is None else Texture(self.spec, weights)
        weights = bundle.optional_tensor("partials.weights")
        self.partials = None if weights is None else Partials(self.spec, weights)
        self.pad_maps = bundle.optional_tensor("controls.map")

    def use(self, networks: Networks) -> None:
        """Decode and invert with other networks from now on, such as another runtime's."""
        self.networks = networks
        self._invert = make_inverter(self.inverter, networks, self.spec)

    def with_inverter(self, inverter: str) -> "DrumMachine":
        """Return this machine with another inverter; the networks are shared, not loaded again.

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
        """Return what P1, P2 and P3 do, such as "darker – brighter"; "" where nothing can be said.

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
        """The model's name: SHA-256 of its header as hex digits."""
        return self.bundle.hash

    def index(self, category: str) -> int:
        """Return the number this model gives a category.

        Raises
        ------
        ControlError
            If it has none.
        """
        if category not in self.categories:
            category_index(category)  # raises, with the names
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
        """Make a sound.

        Parameters
        ----------
        category : str
            One of :attr:`categories`.
        p : sequence of float, optional
            The controls P1, P2, P3: 0 is the category's mean, ±1 the comfortable range.
        seed : int, optional
            Draws a code of the category; without it, its mean.
        wild : float
            How far such draws reach: 0 gives the mean, 1 the training sounds' own variety, 2
            twice that.
        take : int
            0 to 63: other takes are the same drum hit once more. They differ in the grain of
            their noise alone.

        Returns
        -------
        Sound
            The same for the same arguments.

        Raises
        ------
        ControlError
            If a control is out of range.
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
            Noted in the sound, not used.
        take : int
            As for :meth:`render`.
        to : str, optional
            A category to decode the code as, too: the two spectrograms are mixed in decibels,
            and so are the partials and the noise that they lack.
        t : float
            Share of `to`, 0 to 1: at 0 the sound is `category`'s alone, at 1 that of `to`.

        Returns
        -------
        Sound
            The sound.

        Raises
        ------
        ControlError
            If the code has another length or is not finite, or there is no such take, or `t`
            lies outside 0 to 1.
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
            both = self.index(category), self.index(to)
            mel = self._blended(latent, both, (1 - t, t), take)
        samples = self.invert(mel, take)
        peak = float(np.abs(samples).max())
        if peak > 0:
            samples = samples / np.float32(peak)
        return Sound(
            samples, self.spec.sr, category, latent, seed, self.hash, self.inverter, take, to, t
        )

    def morph(
        self,
        category: str,
        code: npt.ArrayLike,
        to: str,
        to_code: npt.ArrayLike,
        t: float,
        *,
        take: int = 0,
    ) -> Sound:
        """Make a sound between two others, of one category or of two.

        The codes are interpolated; where the categories differ, the code between is decoded as
        both, as :meth:`render_code` does.

        Parameters
        ----------
        category, code
            The sound at `t` 0.
        to, to_code
            The sound at `t` 1.
        t : float
            0 to 1: the ends are exactly the two sounds.
        take : int
            As for :meth:`render`.

        Returns
        -------
        Sound
            `code`, `to` and `t` of it make it again with :meth:`render_code`.

        Raises
        ------
        ControlError
            As for :meth:`render_code`.
        """
        first, second = (np.asarray(end, dtype=np.float32) for end in (code, to_code))
        for end in (first, second):
            self._check_code(end)
        return self.render_code(category, between(first, second, t), take=take, to=to, t=t)

    def _check_code(self, code: FloatArray) -> None:
        if code.shape != (self.bundle.latent_dim,) or not np.isfinite(code).all():
            raise ControlError(
                f"a code is {self.bundle.latent_dim} finite numbers, got shape {code.shape}"
            )

    def spectrogram(self, code: FloatArray, category: int, take: int = 0) -> FloatArray:
        """Return the mel ``(n_mels, n_frames)`` of a code ``(latent_dim,)`` as it is played.

        The decoder's, and where the model knows what partials and how much noise that lacks, with
        them.

        Raises
        ------
        ControlError
            If there is no such take.
        """
        return self._blended(code, (category,), (1.0,), take)

    def _blended(
        self, code: FloatArray, categories: tuple[int, ...], shares: tuple[float, ...], take: int
    ) -> FloatArray:
        """Return a code's mel heard as several categories at once, with what it lacks."""
        noise = noise_take(self.spec, take, short_fft(self.spec))
        share = np.array(shares, np.float32)
        mels = self.decode(np.repeat(code[None], len(share), axis=0), np.array(categories))
        mel: FloatArray = mels[0]
        if len(share) > 1:
            logs = share[:, None, None] * log_mel(mels, self.spec)
            mel = exp_mel(logs.sum(axis=0), self.spec)
        if self.partials:
            patterns = np.stack([self.partials.pattern(code, each) for each in categories])
            mel = self.partials.add(mel, share @ patterns)
        if self.texture:
            amounts = np.stack([self.texture.amount(code, each) for each in categories])
            mel = self.texture.grained(mel, np.tensordot(share, amounts, 1), noise)
        return mel

    def decode(self, codes: FloatArray, categories: npt.NDArray[np.int64]) -> FloatArray:
        """Return the decoder's mels ``(batch, n_mels, n_frames)`` of ``(batch, latent_dim)``."""
        return self.standardisation.inverse(self.networks.decode(codes, categories))

    def autoencode(self, mels: FloatArray, categories: npt.NDArray[np.int64]) -> FloatArray:
        """Return what encoding and decoding makes of mels ``(batch, n_mels, n_frames)``."""
        x = self.standardisation.forward(mels)
        return self.decode(self.networks.encode(x, categories), categories)

    def invert(self, mel: FloatArray, take: int = 0) -> FloatArray:
        """Return the waveform of one mel spectrogram, its tail cut, not normalised.

        Parameters
        ----------
        mel : numpy.ndarray
            Shape ``(n_mels, n_frames)``, magnitudes.
        take : int
            Which noise its grain is from.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_samples,)``, float32.
        """
        return self._invert(mel, take)[: self.spec.n_samples]

    def encode(self, hit: Hit, category: str, steps: int = STEPS) -> FloatArray:
        """Return the code ``(latent_dim,)`` of a hit heard as `category`.

        Parameters
        ----------
        hit : Hit
            From :func:`~neural_drum_machine.signal.hit.read_hit` or ``make_hit``.
        category : str
            One of :attr:`categories`.
        steps : int
            Of the search for a better code than the encoder's (a quarter of a second each); 0
            takes the encoder's.

        Raises
        ------
        ControlError
            If there is no such category.
        """
        return self.encode_mel(mel_spectrogram(hit.samples, self.spec), self.index(category), steps)

    @one_thread()
    def encode_mel(self, mel: FloatArray, category: int, steps: int = STEPS) -> FloatArray:
        """Return the code ``(latent_dim,)`` of mel magnitudes ``(n_mels, n_frames)``.

        As :meth:`encode`; `category` is its number in this model.
        """
        x = self.standardisation.forward(mel)
        code: FloatArray = self.networks.encode(x[None], np.array([category]))[0]
        if steps < 1:
            return code
        search = CodeSearch(
            lambda codes: self.networks.decode(codes, np.full(len(codes), category)),
            self.standardisation.inverse,
            self.standardisation.std,
            self.spec.log_eps,
            self.controls.means[category],
            self.controls.covariances[category],
        )
        return search.refine(code, x, mel, steps)

    @one_thread()
    def guess_category(self, hit: Hit) -> str:
        """Return the category that the generator reconstructs a hit best in.

        Every category is tried; the smallest squared error of the standardised log-mel wins.
        """
        indices = np.arange(len(self.categories))
        x = self.standardisation.forward(mel_spectrogram(hit.samples, self.spec))
        batch = np.repeat(x[None], len(indices), axis=0)
        decoded = self.networks.decode(self.networks.encode(batch, indices), indices)
        return self.categories[int(np.square(decoded - batch).mean(axis=(1, 2)).argmin())]

    def reconstruct(self, hit: Hit, category: str | None = None) -> Sound:
        """Encode and decode a hit.

        Parameters
        ----------
        hit : Hit
            From :func:`~neural_drum_machine.signal.hit.read_hit` or ``make_hit``.
        category : str, optional
            What to hear it as; guessed if absent.

        Returns
        -------
        Sound
            The model's version; its `category` says what it was heard as.

        Raises
        ------
        ControlError
            If there is no such category.
        """
        category = category or self.guess_category(hit)
        return self.render_code(category, self.encode(hit, category))


def between(first: FloatArray, second: FloatArray, t: float) -> FloatArray:
    """Return a code between two: exactly `first` at `t` 0, exactly `second` at 1."""
    # Not first + t (second - first), which misses the second by rounding.
    out: FloatArray = np.float32(1 - t) * first + np.float32(t) * second
    return out


def default_model_path() -> Path:
    """Return where the model that ships in the package lies."""
    return Path(str(resources.files("neural_drum_machine") / "weights" / "default.ndm"))


def load(
    path: str | Path | None = None, *, threads: int = 1, inverter: str = DEFAULT_INVERTER
) -> DrumMachine:
    """Load a drum machine.

    Parameters
    ----------
    path : str or Path, optional
        A model file (``.ndm``); the one that ships in the package if absent.
    threads : int
        Threads of one run of a network. NumPy's matrix products have their own (OpenBLAS:
        ``OPENBLAS_NUM_THREADS=1`` before NumPy is imported is best, and what ``ndm`` does).
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
    """
    return DrumMachine(Bundle.open(path or default_model_path()), threads, inverter)
