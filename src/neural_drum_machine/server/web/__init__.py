"""The adapter for browsers: the page's files, and requests over a WebSocket."""

from neural_drum_machine.server.web.server import (
    WebServer,
    make_app,
    serving_web,
)

__all__ = ["WebServer", "make_app", "serving_web"]
