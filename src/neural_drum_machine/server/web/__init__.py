"""The adapter for browsers: the page's files, and requests over a WebSocket."""

from neural_drum_machine.server.web.server import (
    DEFAULT_WEB_PORT,
    WebServer,
    make_app,
    serving_web,
)

__all__ = ["DEFAULT_WEB_PORT", "WebServer", "make_app", "serving_web"]
