"""The map of a library as one file for the browser, which loads nothing from anywhere."""

import base64
import hashlib
import json
import os
from importlib import resources
from pathlib import Path
from typing import Any, Final

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import LibraryError
from neural_drum_machine.library.database import Database
from neural_drum_machine.library.entry import OTHER
from neural_drum_machine.text import clean

STEPS: Final = 10_000
"""Steps of a place along the map's longer side."""


def map_page(database: Database, *, with_paths: bool = False) -> str:
    """Return the map as HTML.

    Parameters
    ----------
    database : Database
        The library; sounds without a place are left out (see
        :func:`~neural_drum_machine.library.layout.draw_map`).
    with_paths : bool
        Write the paths of the files into the page, so that it plays them on this computer.

    Raises
    ------
    LibraryError
        If no sound has a place.
    """
    rows = database.all(
        "SELECT files.id, name, category, x, y, centroid, decay, pitch, doubt, roots.path, "
        "files.path FROM files JOIN roots ON roots.id = files.root "
        "WHERE why IS NULL AND x IS NOT NULL ORDER BY category, name"
    )
    if not rows:
        raise LibraryError("no sound is on the map yet; add some with: ndm library add FOLDER")
    names = [*CATEGORIES, OTHER]
    sounds: dict[str, Any] = {
        "categories": names,
        "steps": STEPS,
        "id": [row[0] for row in rows],
        "name": [clean(row[1]) for row in rows],
        "category": [names.index(row[2]) if row[2] in names else len(names) - 1 for row in rows],
        "x": [round(STEPS * row[3]) for row in rows],
        "y": [round(STEPS * row[4]) for row in rows],
        "centroid": [row[5] and round(row[5]) for row in rows],
        "decay": [row[6] and round(row[6], 3) for row in rows],
        "pitch": [row[7] and round(row[7], 1) for row in rows],
        "doubt": [round(row[8], 2) for row in rows],
        "url": [_url(row[9], row[10]) for row in rows] if with_paths else [],
    }
    template = (resources.files(__package__) / "map.html").read_text(encoding="utf-8")
    # "<" could end the script element that holds the data.
    data = json.dumps(sounds, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    page = template.replace("{{data}}", data)
    for element in ("style", "script"):
        body = template.partition(f"<{element}>")[2].partition(f"</{element}>")[0]
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        page = page.replace(f"{{{{{element}-hash}}}}", f"'sha256-{digest}'", 1)
    return page


def _url(root: bytes, path: bytes) -> str:
    return Path(os.fsdecode(os.path.join(root, path))).as_uri()  # noqa: PTH118
