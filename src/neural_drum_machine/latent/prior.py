"""What new codes are drawn from."""

from dataclasses import dataclass

from neural_drum_machine.arrays import FloatArray


@dataclass(frozen=True)
class Mixture:
    """What codes are drawn from: Gaussians about several centres of each category.

    Attributes
    ----------
    shares : numpy.ndarray
        Shape ``(categories, centres)``: how often each is taken; they sum to 1.
    centres : numpy.ndarray
        Shape ``(categories, centres, latent_dim)``.
    covariances : numpy.ndarray
        Shape ``(categories, latent_dim, latent_dim)``, about every centre of a category.
    """

    shares: FloatArray
    centres: FloatArray
    covariances: FloatArray
