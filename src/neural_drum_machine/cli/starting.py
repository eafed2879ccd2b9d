"""What makes a start of ``ndm`` shorter."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def without_collections() -> Iterator[None]:
    """Collect no garbage until the block ends.

    Imports make many objects, which all stay. Python would look through all of them several times,
    for a twentieth of the start.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
