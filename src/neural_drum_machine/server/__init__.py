"""The live server: OSC clients and the page ask for sounds, one engine makes them.

``protocol`` holds the messages (pure), ``queue`` decides which request is next (pure), ``handlers``
has a table with a handler for each type of request, ``engine`` runs the worker. ``osc`` and ``web``
are adapters: they only translate.

>>> with serving(load(), port=0) as (engine, osc), serving_web(engine, port=0) as web:
...     print(osc.address, web.url, engine.status())
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from neural_drum_machine.server.listening import (
    DEFAULT_PORT,
    DEFAULT_WEB_PORT,
    LOCALHOST,
    LOOPBACK,
    is_loopback,
)

if TYPE_CHECKING:
    from neural_drum_machine.server.engine import Engine
    from neural_drum_machine.server.files import SoundFolder
    from neural_drum_machine.server.osc import OscServer
    from neural_drum_machine.server.running import serving
    from neural_drum_machine.server.shelf import Shelf
    from neural_drum_machine.server.web import WebServer, serving_web

__all__ = [
    "DEFAULT_PORT",
    "DEFAULT_WEB_PORT",
    "LOCALHOST",
    "LOOPBACK",
    "Engine",
    "OscServer",
    "Shelf",
    "SoundFolder",
    "WebServer",
    "is_loopback",
    "serving",
    "serving_web",
]


_PLACES: Final = {
    "Engine": "engine",
    "SoundFolder": "files",
    "OscServer": "osc",
    "serving": "running",
    "Shelf": "shelf",
    "WebServer": "web",
    "serving_web": "web",
}
"""Where the names are that take long to import: they are imported when they are asked for."""


def __getattr__(name: str) -> Any:
    """Return one of the names that take long to import."""
    if name in _PLACES:
        return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
