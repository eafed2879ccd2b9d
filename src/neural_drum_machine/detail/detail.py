"""All detail of a model: partials and grain, together."""

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.detail.grain import Grain, jumps_of, noise_roughness, roughness_of
from neural_drum_machine.detail.noise import check_take, noise_take
from neural_drum_machine.detail.partials import Partials
from neural_drum_machine.signal.spec import AudioSpec


class Detail:
    """What a model adds to its decoded spectrograms.

    Parameters
    ----------
    spec : AudioSpec
        Audio format.
    partials : Partials, optional
        The model's partials, if it has any.
    grain : Grain, optional
        The model's grain, if it has any.
    """

    def __init__(self, spec: AudioSpec, partials: Partials | None, grain: Grain | None) -> None:
        self.spec = spec
        self.partials = partials
        self.grain = grain

    def log_gain(
        self, code: FloatArray, categories: tuple[int, ...], shares: FloatArray, take: int
    ) -> FloatArray:
        """Return the gain that adds the detail to the decoded log-mel of a code.

        Parameters
        ----------
        code : numpy.ndarray
            Shape ``(latent_dim,)``.
        categories : tuple of int
            The categories that the code is decoded as.
        shares : numpy.ndarray
            Shape ``(len(categories),)``: the share of each in a blend. They sum to 1.
        take : int
            The noise that the grain is taken from, 0 to 63.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_mels, n_frames)``, natural logarithms.

        Raises
        ------
        ControlError
            If there is no such take.
        """
        check_take(take)
        gain = np.zeros((self.spec.n_mels, self.spec.n_frames), np.float32)
        if self.partials:
            patterns = np.stack([self.partials.pattern(code, each) for each in categories])
            gain += (shares @ patterns)[:, None]
        if self.grain:
            amounts = np.stack([self.grain.amount(code, each) for each in categories])
            gain += np.tensordot(shares, amounts, 1) * noise_take(self.spec, take).jumps
        return gain

    def other_take(self, log_mel: FloatArray, take: int) -> FloatArray:
        """Return the gain that makes another take of a sound that has noise of its own.

        The take's noise replaces the sound's own, and is as strong where the sound is noise. Two
        hits of one drum differ in their noise, not in its amount.

        Parameters
        ----------
        log_mel : numpy.ndarray
            Shape ``(n_mels, n_frames)``, natural logarithms: the sound without the gain.
        take : int
            As for :meth:`log_gain`.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_mels, n_frames)``, natural logarithms.

        Raises
        ------
        ControlError
            If there is no such take.
        """
        check_take(take)
        own = jumps_of(log_mel)
        share = roughness_of(own) / noise_roughness(self.spec)[:, None]
        amount = np.sqrt(np.minimum(share, 1))
        jumps = noise_take(self.spec, take).jumps
        out: FloatArray = amount * jumps - (1 - np.sqrt(1 - np.square(amount))) * own
        return out.astype(np.float32)
