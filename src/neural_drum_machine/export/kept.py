"""Categories without training sounds keep what the model file had for them."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.layout import MIXTURE

BY_CATEGORY: Final = (
    "controls.axes",
    "codes.mean",
    "codes.covariance",
    "texture.weights",
    "partials.weights",
    *MIXTURE,
)
"""Tensors whose first dimension is the category."""


def kept_categories(
    given: Bundle, absent: npt.NDArray[np.bool_], tensors: Mapping[str, npt.NDArray[Any]]
) -> dict[str, npt.NDArray[Any]]:
    """Return the tensors with a part for each category, absent categories as in a model file.

    Parameters
    ----------
    given : Bundle
        The model file.
    absent : numpy.ndarray
        Shape ``(11,)``: categories that keep what `given` has.
    tensors : mapping
        Newly fitted tensors by name.

    Returns
    -------
    dict
        Replacements for `tensors`; without those that `given` does not have.
    """
    out: dict[str, npt.NDArray[Any]] = {}
    if given.categories != CATEGORIES:
        return out
    for name in BY_CATEGORY:
        new = tensors[name]
        old = given.axes() if name == "controls.axes" else given.optional_tensor(name)
        if old is None:
            continue
        if name in MIXTURE[:2]:  # shares and centres: the number of centres may differ
            most = max(old.shape[1], new.shape[1])
            old, new = (
                np.pad(x, [(0, 0), (0, most - x.shape[1])] + [(0, 0)] * (x.ndim - 2))
                for x in (old, new)
            )
        where = absent.reshape(-1, *[1] * (new.ndim - 1))
        out[name] = np.where(where, old, new).astype(new.dtype)
    return out
