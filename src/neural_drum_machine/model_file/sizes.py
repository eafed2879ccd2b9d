"""The sizes of a model file's networks, as its header states them."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, Final, TypeVar, get_origin

from neural_drum_machine.inference.frames import FrameSizes
from neural_drum_machine.inference.mcnn import McnnSizes
from neural_drum_machine.inference.paper import PaperSizes
from neural_drum_machine.signal.air import AIR_BANDS
from neural_drum_machine.signal.fine_attack import ATTACK_BANDS, ATTACK_STEPS

GeneratorSizes = FrameSizes | PaperSizes
Sizes = TypeVar("Sizes", FrameSizes, PaperSizes, McnnSizes)

_LARGEST: Final = 1 << 16
_MOST_LAYERS: Final = 16
_MOST_BLOCKS: Final = 64
_MOST_VALUES: Final = 1 << 25
"""Most values between two layers: 128 MiB. The largest network in use has a fiftieth."""
_KINDS: Final = ("paper", "frames", "hits")


def generator_sizes(stated: Mapping[str, Any]) -> GeneratorSizes:
    """Return the sizes of a generator from the header's ``generator``.

    Raises
    ------
    ValueError, TypeError, LookupError
        If there is no such network, or a size is missing, no whole number or out of bounds.
    """
    network = stated["network"]
    if network not in _KINDS:
        raise ValueError(f"generator {network!r}; there are {', '.join(_KINDS)}")
    sizes: GeneratorSizes = (
        _read(PaperSizes, stated) if network == "paper" else _read(FrameSizes, stated)
    )
    if isinstance(sizes, FrameSizes):
        levels = (sizes.air_bands, sizes.attack_bands, sizes.attack_steps)
        wanted = (AIR_BANDS, ATTACK_BANDS, ATTACK_STEPS) if network == "hits" else (0, 0, 0)
        if levels != wanted or (sizes.attack_hidden > 0) != (network == "hits"):
            raise ValueError(f"a generator {network!r} with {sizes}")
        if max(sizes.encoder_blocks, sizes.decoder_blocks) > _MOST_BLOCKS:
            raise ValueError(f"a generator of more than {_MOST_BLOCKS} blocks at a level")
        if sizes.kernel_size % 2 == 0:
            raise ValueError(f"kernel_size {sizes.kernel_size} is even")
    elif min(min(grid) for grid in sizes.sizes()) < 1 or any(
        pad >= kernel for pad, kernel in zip(sizes.padding, sizes.kernel_size, strict=True)
    ):
        raise ValueError(f"convolutions of {sizes} leave nothing, or pad too much")
    return sizes


def mcnn_sizes(stated: Mapping[str, Any]) -> McnnSizes:
    """Return the sizes of MCNN from the header's ``mcnn``; raises as :func:`generator_sizes`."""
    sizes = _read(McnnSizes, stated)
    if sizes.channels[-1] != 2 or sizes.kernel_size % 2 == 0 or sizes.kernel_size < 3:
        raise ValueError(f"MCNN with {sizes}")
    return sizes


def check_work(generator: GeneratorSizes, mcnn: McnnSizes | None, frames: int) -> None:
    """Raise ValueError if a network would need far more memory than any in use does."""
    if isinstance(generator, FrameSizes):
        most = generator.padded_frames * max(generator.channels) * generator.expansion
    else:
        grid, taps = generator.sizes(), math.prod(generator.kernel_size)
        widths = (1, *generator.channels)
        most = taps * max(math.prod(g) * c for g, c in zip(grid, widths, strict=True))
    if mcnn:
        widths = (mcnn.n_mels, *(c * mcnn.heads for c in mcnn.channels))
        most = max(most, *(mcnn.kernel_size * c * frames << i for i, c in enumerate(widths)))
    if most > _MOST_VALUES:
        raise ValueError(f"a layer of {most} values; there may be {_MOST_VALUES}")


def stated(sizes: FrameSizes | PaperSizes | McnnSizes) -> dict[str, Any]:
    """Return sizes as JSON values for the header."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in dataclasses.asdict(sizes).items()
    }


def _read(kind: type[Sizes], stated: Mapping[str, Any]) -> Sizes:
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        # Only air and attack may be absent, or 0.
        optional = field.default is not dataclasses.MISSING or field.name == "padding"
        value = stated.get(field.name, field.default) if optional else stated[field.name]
        numbers = value if isinstance(value, list) else [value]
        is_list = get_origin(field.type) is tuple or str(field.type).startswith("tuple")
        if is_list != isinstance(value, list) or not 0 < len(numbers) <= _MOST_LAYERS:
            raise ValueError(f"{field.name} {value!r:.80}")
        for number in numbers:
            # A Boolean is an int to Python.
            if type(number) is not int or not (0 if optional else 1) <= number <= _LARGEST:
                raise ValueError(f"{field.name} {value!r:.80}")
        values[field.name] = tuple(value) if is_list else value
    for name in ("kernel_size", "stride", "padding"):
        if isinstance(values.get(name), tuple) and len(values[name]) != 2:
            raise ValueError(f"{name} {values[name]!r}: two numbers are needed, for mel and time")
    return kind(**values)
