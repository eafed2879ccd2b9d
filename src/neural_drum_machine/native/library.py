"""The compiled library, and its functions and structures: ``engine/include``."""

import ctypes
import sys
from functools import cache
from pathlib import Path
from typing import Final

from neural_drum_machine.errors import EngineError

API_VERSION: Final = 4
SENTENCE: Final = 400
MOST_EXEMPLARS: Final = 4
KERNELS: Final = ("best", "baseline", "AVX2", "AVX-512")
"""Which instructions compute, by the numbers of ``ndm_kernels``."""
_SUFFIX: Final = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")
LIBRARY: Final = Path(__file__).with_name(f"libndm_engine{_SUFFIX}")
"""Where ``scripts/build_engine`` puts the library."""
_SCRIPT: Final = Path(__file__).parents[3] / "scripts" / "build_engine"
BUILD: Final = (
    "build it with scripts/build_engine, which needs a C compiler or: pip install ziglang"
    if _SCRIPT.exists()
    else "install a C compiler or ziglang, and then this package again from its source"
)
"""The way to the engine from a folder with the source, and from an installed package."""


class Facts(ctypes.Structure):
    """``ndm_facts``."""

    _fields_ = (
        ("hash", ctypes.c_char * 65),
        ("kernels", ctypes.c_char_p),
        ("categories", ctypes.c_int32),
        ("latent_dim", ctypes.c_int32),
        ("n_mels", ctypes.c_int32),
        ("n_frames", ctypes.c_int32),
        ("exemplars", ctypes.c_int32),
    )


class SoundFields(ctypes.Structure):
    """``ndm_sound``."""

    _fields_ = (
        ("category", ctypes.c_int32),
        ("code", ctypes.c_void_p),
        ("rate", ctypes.c_int32),
        ("take", ctypes.c_int32),
        ("exemplars", ctypes.c_int32),
        ("exemplar", ctypes.c_int32 * MOST_EXEMPLARS),
        ("share", ctypes.c_float * MOST_EXEMPLARS),
        ("without", ctypes.c_uint32),
        ("width", ctypes.c_float),
        ("to", ctypes.c_int32),
        ("t", ctypes.c_float),
    )


class HeardFields(ctypes.Structure):
    """``ndm_heard``."""

    _fields_ = (
        ("samples", ctypes.c_void_p),
        ("count", ctypes.c_size_t),
        ("channels", ctypes.c_int32),
        ("rate", ctypes.c_int32),
        ("onset", ctypes.c_size_t),
        ("top", ctypes.c_double),
    )


class PartFields(ctypes.Structure):
    """``ndm_parts``."""

    _fields_ = (("mel", ctypes.c_void_p), ("air", ctypes.c_void_p), ("attack", ctypes.c_void_p))


class WishFields(ctypes.Structure):
    """``ndm_wish``."""

    _fields_ = (
        ("asked", ctypes.c_uint32),
        ("offered", ctypes.c_uint32),
        ("value", ctypes.c_double * 9),
    )


class StrokeFields(ctypes.Structure):
    """``ndm_stroke``."""

    _fields_ = (
        ("attack", ctypes.c_double),
        ("decay", ctypes.c_double),
        ("bands", ctypes.c_double * 10),
        ("level", ctypes.c_double),
    )


def is_built() -> bool:
    """Return whether the library is there. It may still not load."""
    return LIBRARY.exists()


@cache
def library() -> ctypes.CDLL:
    """Load the library, once.

    Raises
    ------
    EngineError
        If it is not built, does not load, or was built from another version of the source.
    """
    if not LIBRARY.exists():
        raise EngineError(f"the engine is not built; {BUILD}")
    try:
        lib = ctypes.CDLL(str(LIBRARY))
        lib.ndm_api_version.restype = ctypes.c_int32
        version = lib.ndm_api_version()
    except (OSError, AttributeError) as error:
        raise EngineError(f"the engine does not load ({error}); {BUILD}") from error
    if version != API_VERSION:
        raise EngineError(f"the engine is of version {version}, not {API_VERSION}; {BUILD}")
    pointer, size, status = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    lib.ndm_model_open.argtypes = (ctypes.c_char_p, size, pointer, status, pointer, ctypes.c_char_p)
    lib.ndm_model_facts.argtypes = (pointer,)
    lib.ndm_model_facts.restype = Facts
    lib.ndm_engine_open.argtypes = (pointer, pointer, pointer)
    lib.ndm_most_samples.argtypes = (pointer, ctypes.c_int32)
    lib.ndm_most_samples.restype = size
    lib.ndm_render.argtypes = (pointer, pointer, pointer, pointer)
    lib.ndm_levels.argtypes = (pointer, pointer, pointer, pointer, pointer)
    lib.ndm_last_sentence.argtypes = (pointer,)
    lib.ndm_last_sentence.restype = ctypes.c_char_p
    lib.ndm_encoder_open.argtypes = (
        pointer, ctypes.c_char_p, size, pointer, pointer, ctypes.c_char_p,
    )  # fmt: skip
    lib.ndm_encode.argtypes = (
        pointer, pointer, ctypes.c_int32, pointer, pointer, pointer, ctypes.c_int32, pointer,
    )  # fmt: skip
    lib.ndm_guess.argtypes = (pointer,) * 6
    lib.ndm_shaper_open.argtypes = (status, size, pointer, pointer)
    lib.ndm_most_shaped.argtypes = (size,)
    lib.ndm_most_shaped.restype = size
    lib.ndm_shape.argtypes = (pointer,) * 6
    lib.ndm_strike.argtypes = (pointer,) * 4
    lib.ndm_describe.argtypes = (pointer,) * 3
    lib.ndm_shaper_sentence.argtypes = (pointer,)
    lib.ndm_shaper_sentence.restype = ctypes.c_char_p
    lib.ndm_bender_open.argtypes = (pointer, size, pointer, pointer)
    lib.ndm_find_hit.argtypes = (pointer, pointer, size, pointer)
    lib.ndm_hear.argtypes = (pointer,) * 4
    lib.ndm_most_bent.argtypes = (size,)
    lib.ndm_most_bent.restype = size
    lib.ndm_bend.argtypes = (pointer, pointer, pointer, ctypes.c_double, *(pointer,) * 5)
    lib.ndm_as_loud.argtypes = (pointer,) * 4
    lib.ndm_most_mixed.argtypes = (pointer, size)
    lib.ndm_most_mixed.restype = size
    lib.ndm_mix.argtypes = (pointer, pointer, pointer, size, pointer, pointer, pointer)
    lib.ndm_bender_sentence.argtypes = (pointer,)
    lib.ndm_bender_sentence.restype = ctypes.c_char_p
    for close in (
        lib.ndm_model_close, lib.ndm_engine_close, lib.ndm_encoder_close, lib.ndm_shaper_close,
        lib.ndm_bender_close,
    ):  # fmt: skip
        close.argtypes = (pointer,)
        close.restype = None
    return lib
