"""Sphinx extension: a link to a sound or film becomes a player on the site.

The Markdown source stays a plain link, which works in every other reader.
"""

from pathlib import PurePosixPath
from typing import Any
from xml.sax.saxutils import quoteattr

from docutils import nodes
from sphinx.addnodes import download_reference
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

AUDIO = {".flac", ".mp3", ".ogg", ".wav"}
VIDEO = {".mp4", ".webm"}


def player_of(node: nodes.Element) -> str | None:
    """Return the HTML element that plays a downloadable file, or None for other files."""
    suffix = PurePosixPath(node.get("filename", "")).suffix.lower()
    return "audio" if suffix in AUDIO else "video" if suffix in VIDEO else None


def visit(self: HTML5Translator, node: nodes.Element) -> None:
    """Open a player, or an ordinary download link."""
    element = player_of(node)
    if element is None:
        HTML5Translator.visit_download_reference(self, node)
        return
    path = PurePosixPath(self.builder.dlpath, node["filename"])
    label = PurePosixPath(node["filename"]).stem
    # A film shows its first picture; 44 sounds are not loaded before they are played.
    preload = "metadata" if element == "video" else "none"
    self.body.append(
        f'<{element} controls preload="{preload}" src={quoteattr(str(path))} '
        f"title={quoteattr(label)} aria-label={quoteattr(label)}>"
    )
    # Browsers that cannot play the file show the words between the tags.
    self.context.append(f"</{element}>")


def depart(self: HTML5Translator, node: nodes.Element) -> None:
    """Close what :func:`visit` opened."""
    if player_of(node) is None:
        HTML5Translator.depart_download_reference(self, node)
    else:
        self.body.append(self.context.pop())


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_node(download_reference, override=True, html=(visit, depart))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
