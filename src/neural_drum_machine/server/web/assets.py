"""The page's files. They are read once; a path from a client is looked up, never opened."""

import gzip
import hashlib
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
"""Media types by suffix; other files are not served."""
INDEX: Final = "index.html"


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


def read_assets() -> dict[str, Asset]:
    """Return all files of the page by their path from the page's root."""
    return dict(_files(resources.files("neural_drum_machine") / "web", ""))


def _files(folder: Traversable, prefix: str) -> list[tuple[str, Asset]]:
    found = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found += _files(entry, f"{prefix}{entry.name}/")
            continue
        suffix = "." + entry.name.rpartition(".")[2]
        if suffix in TYPES:
            data = entry.read_bytes()
            tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
            asset = Asset(TYPES[suffix], data, gzip.compress(data, mtime=0), tag)
            found.append((prefix + entry.name, asset))
    return found


class Pages:
    """Answers requests for the page's files."""

    def __init__(self) -> None:
        self._assets = read_assets()

    async def __call__(self, request: Request) -> Response:
        """Return a file, 304 if the client has it already, 404 if there is no such file."""
        asset = self._assets.get(request.path_params["path"] or INDEX)
        if asset is None:
            return Response("no such file", 404, media_type="text/plain")
        # no-cache: a browser may keep the file, but asks each time whether it has changed.
        headers = {"cache-control": "no-cache", "etag": asset.tag, "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == asset.tag:
            return Response(status_code=304, headers=headers)
        data = asset.data
        if "gzip" in request.headers.get("accept-encoding", ""):
            data, headers["content-encoding"] = asset.packed, "gzip"
        return Response(data, headers=headers, media_type=asset.type)
