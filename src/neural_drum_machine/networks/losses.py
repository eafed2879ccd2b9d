"""The losses of the paper, one function each."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import torch
from torch import Tensor

MMD_SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Kernel scales of Tolstikhin et al. 2017 for CelebA."""


def inverse_multiquadratic(x: Tensor, y: Tensor, scales: Sequence[float] = MMD_SCALES) -> Tensor:
    """Return the kernel matrix: the sum over scales of ``C / (C + |x - y|²)``.

    Parameters
    ----------
    x, y : torch.Tensor
        Shapes ``(..., n, dim)`` and ``(..., m, dim)``.
    scales : sequence of float
        ``C = 2 * dim * scale`` for each (Tolstikhin et al. 2017, unit prior variance).

    Returns
    -------
    torch.Tensor
        Shape ``(..., n, m)``, between 0 and ``len(scales)``.
    """
    # cdist's product form loses digits for near points; with few codes the exact form is cheap.
    distance = (x.unsqueeze(-2) - y.unsqueeze(-3)).square().sum(-1)
    constants = 2.0 * x.shape[-1] * torch.tensor(list(scales), dtype=x.dtype, device=x.device)
    kernel = constants / (constants + distance.unsqueeze(-1))
    return kernel.sum(-1)


def mmd2_unbiased(x: Tensor, y: Tensor, scales: Sequence[float] = MMD_SCALES) -> Tensor:
    """Return the unbiased estimate of the squared maximum mean discrepancy.

    Parameters
    ----------
    x, y : torch.Tensor
        Samples of the two distributions, shapes ``(..., n, dim)`` and ``(..., m, dim)``; both
        need at least two rows.
    scales : sequence of float
        Scales of the kernel.

    Returns
    -------
    torch.Tensor
        Shape ``(...)``; near 0, also slightly below, for equal distributions. Gretton et al. 2012,
        equation 3.
    """
    across = inverse_multiquadratic(x, y, scales).mean(dim=(-2, -1))
    return _within(x, scales) + _within(y, scales) - 2.0 * across


def _within(x: Tensor, scales: Sequence[float]) -> Tensor:
    """Return the mean of the kernel over all pairs of different rows."""
    kernel = inverse_multiquadratic(x, x, scales)
    own = kernel.diagonal(dim1=-2, dim2=-1).sum(dim=-1)
    n = x.shape[-2]
    return (kernel.sum(dim=(-2, -1)) - own) / (n * (n - 1))


def category_mmd2(
    code: Tensor,
    category: Tensor,
    scales: Sequence[float] = MMD_SCALES,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Return the paper's D: the mean over the categories of MMD² to a standard Gaussian.

    Parameters
    ----------
    code : torch.Tensor
        Shape ``(batch, dim)``.
    category : torch.Tensor
        Shape ``(batch,)``; categories with fewer than two codes have no estimate and
        are left out of the mean.
    scales : sequence of float
        Scales of the kernel.
    generator : torch.Generator, optional
        Draws the Gaussian samples, as many as the category has codes.

    Returns
    -------
    torch.Tensor
        Scalar, float32; 0 if no category has two codes.
    """
    code = code.float()
    counts = sorted(Counter(category.tolist()).items())
    # Sorted and split, not masked: a mask makes a GPU wait for each category.
    groups = torch.split(code[category.argsort(stable=True)], [n for _, n in counts])
    by_size: dict[int, list[tuple[Tensor, Tensor]]] = defaultdict(list)
    for group in groups:
        if len(group) > 1:
            prior = torch.randn(
                group.shape, generator=generator, device=group.device, dtype=group.dtype
            )
            by_size[len(group)].append((group, prior))
    # Categories with equally many codes, as in a balanced batch, are computed together.
    terms = []
    for pairs in by_size.values():
        codes, priors = map(torch.stack, zip(*pairs, strict=True))
        terms.append(mmd2_unbiased(codes, priors, scales))
    return torch.cat(terms).mean() if terms else code.sum() * 0.0


def spectral_convergence(target: Tensor, estimate: Tensor) -> Tensor:
    """Return SC, ``||target - estimate||_F / ||target||_F``, per sound.

    Parameters
    ----------
    target, estimate : torch.Tensor
        Mel magnitudes, shape ``(..., n_mels, frames)``.

    Returns
    -------
    torch.Tensor
        Shape ``(...)``; 0 is perfect, silence scores 1. A silent target gives the
        estimate's own norm over the smallest positive number, large but finite.
    """
    error = torch.linalg.vector_norm(target - estimate, dim=(-2, -1))
    norm = torch.linalg.vector_norm(target, dim=(-2, -1))
    sc: Tensor = error / norm.clamp_min(1e-8)
    return sc


def log_spectral_convergence(target: Tensor, estimate: Tensor, eps: float) -> Tensor:
    """Return SClog, the 1-norm of the log difference over that of the target's logs.

    Parameters
    ----------
    target, estimate : torch.Tensor
        Mel magnitudes, shape ``(..., n_mels, frames)``.
    eps : float
        Added before the logarithm.

    Returns
    -------
    torch.Tensor
        Shape ``(...)``; 0 is perfect.
    """
    log_target = torch.log(target + eps)
    error = (log_target - torch.log(estimate + eps)).abs().sum(dim=(-2, -1))
    return error / log_target.abs().sum(dim=(-2, -1)).clamp_min(1e-8)


def mask_bce(logits: Tensor, mask: Tensor) -> Tensor:
    """Return the mean binary cross-entropy (nats a sample) of mask logits against 0 and 1."""
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, mask)
