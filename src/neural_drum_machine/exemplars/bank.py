"""The bank: the recordings that new sounds of a model begin at, and whose they are.

This file is longer than 250 lines because everything that a bank states is checked and refused by
name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import ControlError, ExemplarError
from neural_drum_machine.exemplars.residual import check_residual, decode_residual
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.spec import AudioSpec

FREE_LICENCES: Final = frozenset(
    {"CC0-1.0", "LicenseRef-public-domain", "public-domain", "Unlicense"}
)
"""Licences that leave sounds made from a recording free of any duty."""
MOST_EXEMPLARS: Final = 4096
MOST_BANK_BYTES: Final = 32_000_000
CODES: Final = "exemplars.codes"
RESIDUALS: Final = "exemplars.residuals"
ENDS: Final = "exemplars.ends"
TENSORS: Final = (CODES, RESIDUALS, ENDS)
_FORMAT: Final = 1
_LONGEST_TEXT: Final = 2000
_TEXTS: Final = ("category", "kit", "name", "source", "licence", "attribution")
_AGAIN: Final = "make the bank again with scripts/make_exemplars"


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A recording that new sounds begin at.

    Attributes
    ----------
    category : str
        One of the eleven.
    kit : str
        The kit that it is from.
    name : str
        Its path in the source.
    source, licence, attribution : str
        Where it is from, its SPDX licence, and whom to name.
    code : numpy.ndarray
        Shape ``(latent_dim,)``, float16.
    residual : bytes
        From :func:`~neural_drum_machine.exemplars.residual.encode_residual`.
    """

    category: str
    kit: str
    name: str
    source: str
    licence: str
    attribution: str
    code: npt.NDArray[np.float16]
    residual: bytes

    def credit(self) -> dict[str, str]:
        """Return whose recording it is, as a sound's recipe tells it: JSON values."""
        return {name: getattr(self, name) for name in _TEXTS[2:]}


class Bank:
    """Exemplars of a model.

    Parameters
    ----------
    spec : AudioSpec
        The format of the levels.
    generator : str
        Identity of the generator, such as a checksum of its weights: residuals of one generator do
        not fit another.
    exemplars : sequence of Exemplar
        At most :data:`MOST_EXEMPLARS`.

    Raises
    ------
    ExemplarError
        If one has another length of code, a code that is not finite, an unknown category, a licence
        that is not free, a residual of another format or size, or a text of more than 2,000
        characters, or of some that are not printed.
    """

    def __init__(self, spec: AudioSpec, generator: str, exemplars: Sequence[Exemplar]) -> None:
        self.spec = spec
        self.generator = generator
        self.exemplars = tuple(exemplars)
        if not 0 < len(self.exemplars) <= MOST_EXEMPLARS:
            raise ExemplarError(
                f"a bank has 1 to {MOST_EXEMPLARS} exemplars, not {len(self.exemplars)}; {_AGAIN}"
            )
        length = self.exemplars[0].code.shape
        for number, each in enumerate(self.exemplars):
            _check(each, length, spec, f"exemplar {number} ({each.name!r:.60})")

    def __len__(self) -> int:
        """Return the number of exemplars."""
        return len(self.exemplars)

    @cached_property
    def _by_category(self) -> dict[str, list[list[int]]]:
        """Numbers of the exemplars of each kit of each category, kits in the order they come."""
        out: dict[str, dict[str, list[int]]] = {}
        for number, each in enumerate(self.exemplars):
            out.setdefault(each.category, {}).setdefault(each.kit, []).append(number)
        return {category: list(kits.values()) for category, kits in out.items()}

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories that it has exemplars of."""
        return tuple(self._by_category)

    def kits(self, category: str) -> list[list[int]]:
        """Return the numbers of a category's exemplars, a list for each kit.

        Raises
        ------
        ControlError
            If the bank has none of the category.
        """
        if category not in self._by_category:
            have = ", ".join(self._by_category)
            raise ControlError(f"the model has no exemplars of {category!r}, only of {have}")
        return self._by_category[category]

    def nearest(self, category: str, code: FloatArray) -> int:
        """Return the number of a category's exemplar whose code is nearest to a given one.

        Raises
        ------
        ControlError
            If the bank has none of the category.
        """
        numbers = [number for kit in self.kits(category) for number in kit]
        distances = [float(np.square(self.code(number) - code).sum()) for number in numbers]
        return numbers[int(np.argmin(distances))]

    def code(self, number: int) -> FloatArray:
        """Return an exemplar's code, float32 ``(latent_dim,)``.

        Raises
        ------
        ControlError
            If there is no such exemplar.
        """
        return self._exemplar(number).code.astype(np.float32)

    def residual(self, number: int) -> Levels:
        """Return an exemplar's residual.

        Raises
        ------
        ControlError
            If there is no such exemplar.
        ExemplarError
            If its residual is damaged.
        """
        return decode_residual(self._exemplar(number).residual, self.spec)

    def _exemplar(self, number: int) -> Exemplar:
        if not 0 <= number < len(self.exemplars):
            raise ControlError(f"no exemplar {number}; there are 0 to {len(self.exemplars) - 1}")
        return self.exemplars[number]

    def to_tensors(self) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
        """Return the bank as arrays by name, and a description of JSON values.

        Returns
        -------
        tensors : dict
            :data:`CODES` float16 ``(n, latent_dim)``; :data:`RESIDUALS` uint8 ``(bytes,)``, one
            blob after the other; :data:`ENDS` int32 ``(n,)``, the end of each blob.
        description : dict
            For :meth:`from_tensors`.
        """
        blobs = [each.residual for each in self.exemplars]
        tensors: dict[str, npt.NDArray[Any]] = {
            CODES: np.stack([each.code for each in self.exemplars]),
            RESIDUALS: np.frombuffer(b"".join(blobs), np.uint8),
            ENDS: np.cumsum([len(blob) for blob in blobs]).astype(np.int32),
        }
        texts = [{name: getattr(each, name) for name in _TEXTS} for each in self.exemplars]
        return tensors, {"format": _FORMAT, "generator": self.generator, "exemplars": texts}

    @classmethod
    def from_tensors(
        cls,
        tensors: Mapping[str, npt.NDArray[Any]],
        description: Mapping[str, Any],
        spec: AudioSpec,
    ) -> Self:
        """Return the bank of :meth:`to_tensors`. Everything but the streams is checked.

        A residual's stream is checked when it is first used.

        Raises
        ------
        ExemplarError
            If it is damaged, contradicts itself, or is of another format.
        """
        if description.get("format") != _FORMAT:
            raise ExemplarError(
                f"a bank of format {description.get('format')!r}, this program reads {_FORMAT}; "
                "update the program"
            )
        codes, residuals, ends = (_tensor(tensors, name) for name in TENSORS)
        texts, generator = description.get("exemplars"), description.get("generator")
        if not isinstance(texts, list) or not isinstance(generator, str):
            raise ExemplarError(f"a bank without a list of exemplars or a generator; {_AGAIN}")
        if not len(texts) == len(codes) == len(ends):
            raise ExemplarError(
                f"a bank names {len(texts)} exemplars, and has {len(codes)} codes and {len(ends)} "
                f"residuals; {_AGAIN}"
            )
        starts = [0, *ends.tolist()]
        if starts != sorted(starts) or starts[-1] != len(residuals):
            raise ExemplarError(f"the residuals of a bank do not follow one another; {_AGAIN}")
        # Copies: views would keep a whole model file in memory.
        data, codes = residuals.tobytes(), codes.copy()
        exemplars = []
        for number, (text, code) in enumerate(zip(texts, codes, strict=True)):
            if not isinstance(text, dict) or set(text) != set(_TEXTS):
                raise ExemplarError(f"exemplar {number} is not described by {_TEXTS}; {_AGAIN}")
            blob = data[starts[number] : starts[number + 1]]
            exemplars.append(Exemplar(**text, code=code, residual=blob))
        return cls(spec, generator, exemplars)


def _tensor(tensors: Mapping[str, npt.NDArray[Any]], name: str) -> npt.NDArray[Any]:
    """Return an array of a bank, of the right type and number of axes."""
    kinds = {CODES: (np.float16, 2), RESIDUALS: (np.uint8, 1), ENDS: (np.int32, 1)}
    values, (dtype, axes) = tensors.get(name), kinds[name]
    if values is None or values.dtype != dtype or values.ndim != axes:
        found = "nothing" if values is None else f"{values.dtype} {values.shape}"
        raise ExemplarError(f"{name} must be {np.dtype(dtype)} with {axes} axes, is {found}")
    if values.nbytes > MOST_BANK_BYTES:
        raise ExemplarError(f"{name} has {values.nbytes} bytes, more than {MOST_BANK_BYTES}")
    return values


def _check(each: Exemplar, length: tuple[int, ...], spec: AudioSpec, name: str) -> None:
    """Raise :class:`ExemplarError` unless an exemplar is sound; see :class:`Bank`."""
    for field in _TEXTS:
        text = getattr(each, field)
        # They are shown in terminals and pages, where some characters move the cursor.
        if not isinstance(text, str) or len(text) > _LONGEST_TEXT or not text.isprintable():
            raise ExemplarError(
                f"{name}: its {field} is no text of up to {_LONGEST_TEXT} printed characters; "
                "change it in the dataset's index"
            )
    if each.category not in CATEGORIES:
        raise ExemplarError(f"{name}: unknown category {each.category!r}; update the program")
    if each.licence not in FREE_LICENCES:
        raise ExemplarError(
            f"{name}: licence {each.licence!r}; sounds made from it would have duties. Use "
            f"recordings under {', '.join(sorted(FREE_LICENCES))}"
        )
    if each.code.dtype != np.float16 or each.code.shape != length or len(length) != 1:
        raise ExemplarError(f"{name}: its code is {each.code.dtype} {each.code.shape}; {_AGAIN}")
    if not np.isfinite(each.code).all():
        raise ExemplarError(f"{name}: its code is not finite; {_AGAIN}")
    try:
        check_residual(each.residual, spec)
    except ExemplarError as error:
        raise ExemplarError(f"{name}: {error}") from error
