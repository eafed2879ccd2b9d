"""The page's files. They are read once; a path from a client is looked up, never opened.

The page itself is asked for each time. It names all other files below ``/v/`` and a number of this
version, which a browser may keep for good. So a page that was opened once opens with one request.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from neural_drum_machine.server.web.bare_script import bare_script

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""Media types by suffix; other files are not served."""
INDEX: Final = "index.html"
ENGINE: Final = "js/engine/"
"""The modules of a page without a server."""
KEEP: Final = "public, max-age=31536000, immutable"
"""Cache-Control of a file below the number of its version."""
ASK: Final = "no-cache"
"""Cache-Control of other files: a browser may keep one, but asks each time if it has changed."""
_BELOW: Final = re.compile("^v/[0-9a-f]{16}/")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page.

    Attributes
    ----------
    type : str
        Media type.
    data, packed : bytes
        The content, plain and gzipped.
    tag : str
        ETag.
    """

    type: str
    data: bytes
    packed: bytes
    tag: str


def read_assets(*, alone: bool = False) -> dict[str, Asset]:
    """Return the files of the page by their path from the page's root.

    Parameters
    ----------
    alone : bool
        Whether the page has no server, so that it needs the modules of the engine, too.
    """
    found = dict(_files(resources.files("neural_drum_machine") / "web", ""))
    return {path: each for path, each in found.items() if alone or not path.startswith(ENGINE)}


def _files(folder: Traversable, prefix: str) -> list[tuple[str, Asset]]:
    found = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found += _files(entry, f"{prefix}{entry.name}/")
            continue
        suffix = "." + entry.name.rpartition(".")[2]
        if suffix in TYPES:
            data = entry.read_bytes()
            if suffix == ".js":
                data = bare_script(data.decode()).encode()
            found.append((prefix + entry.name, _asset(TYPES[suffix], data)))
    return found


def _asset(type_: str, data: bytes) -> Asset:
    return Asset(type_, data, gzip.compress(data, mtime=0), f'"{_digest(data)}"')


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _version(assets: dict[str, Asset]) -> str:
    """Return a number that changes with every name and every byte of the files."""
    return _digest(repr([(path, each.tag) for path, each in sorted(assets.items())]).encode())


class Pages:
    """Answers requests for the page's files."""

    def __init__(self) -> None:
        assets = read_assets()
        self._below = f"v/{_version(assets)}/"
        index = assets.pop(INDEX)
        self._files = assets
        self._index = _asset(index.type, index.data.replace(b'="/', f'="/{self._below}'.encode()))

    async def __call__(self, request: Request) -> Response:
        """Return a file, 304 if the client has it already, 404 if there is no such file."""
        path = request.path_params["path"]
        # A page of another version may still be open; it gets the files of this one.
        asset = self._index if path in ("", INDEX) else self._files.get(_BELOW.sub("", path))
        if asset is None:
            return Response("no such file", 404, media_type="text/plain")
        headers = {
            "cache-control": KEEP if path.startswith(self._below) else ASK,
            "etag": asset.tag,
            "vary": "accept-encoding",
        }
        if request.headers.get("if-none-match") == asset.tag:
            return Response(status_code=304, headers=headers)
        data = asset.data
        if "gzip" in request.headers.get("accept-encoding", ""):
            data, headers["content-encoding"] = asset.packed, "gzip"
        return Response(data, headers=headers, media_type=asset.type)
