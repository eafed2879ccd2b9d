"""Bundles the engine in the device: one script that holds all its files, for Max's node.script.

One file, because Max puts the files of a frozen device somewhere of its own, and a script need not
know where.
"""

import base64
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ENGINE: Final = "ndm_engine.js"
"""The name of the script."""
_OLDEST: Final = "node16"
"""Node 16 runs the script, which says that the engine needs a newer one."""


def bundler(root: Path) -> Path:
    """Return where ``npm ci`` puts esbuild in the project's folder."""
    return root / "node_modules" / ".bin" / "esbuild"


def engine_script(root: Path, files: Mapping[str, bytes]) -> bytes:
    """Return the script.

    Parameters
    ----------
    root : Path
        The project's folder.
    files : mapping of str to bytes
        What :func:`neural_drum_machine.server.site.engine_files` returns.

    Raises
    ------
    FileNotFoundError
        If esbuild is not installed.
    subprocess.CalledProcessError
        If the script cannot be bundled.
    """
    made = subprocess.run(  # noqa: S603
        [bundler(root), root / "clients" / "max" / "engine" / "main.js", "--bundle",
         "--platform=node", "--format=cjs", f"--target={_OLDEST}", "--external:max-api",
         "--charset=ascii", "--minify-whitespace", "--legal-comments=none", "--log-level=warning"],
        cwd=root, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    # Comments: Node keeps the script's text, but not the files a second time as its values. All is
    # ASCII: one other letter, and the text would take two bytes a letter.
    lines = {name: b"//" + base64.b64encode(data) + b"\n" for name, data in files.items()}
    left, places = sum(map(len, lines.values())), {}
    for name, line in lines.items():
        places[name] = [left - 2, len(line) - 3]  # without the slashes and the end of the line
        left -= len(line)
    # Last, so that a script that was cut off has none.
    index = f"//NDM {json.dumps(places)}\n".encode("ascii")
    return b"".join([made.stdout, *lines.values(), index])
