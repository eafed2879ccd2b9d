"""The page in Firefox, driven by WebDriver BiDi from Node.js."""

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.support.patience import PATIENCE

from neural_drum_machine.arrays import FloatArray

ROOT = Path(__file__).parents[2]
SEEDS = (1, 3)
"""Of the two sounds of each category that it draws."""


def in_firefox(address: str, changes: int = 0) -> dict[str, Any]:
    """Open the page, draw two sounds of each category, and touch the map.

    Parameters
    ----------
    address : str
        The page's.
    changes : int
        Changes whose times are measured.

    Returns
    -------
    dict
        ``version``, ``ready`` (ms), ``heard`` (sounds that the touch played), ``times`` (ms of each
        change), ``errors``, and ``sounds``: float32 samples by category and seed.
    """
    found = _run("firefox.mjs", address, changes)
    found["sounds"] = {
        (each["category"], each["seed"]): _samples(each["text"]) for each in found["sounds"]
    }
    return found


def dropped_in_firefox(address: str, file: Path, seconds: float) -> dict[str, Any]:
    """Drop a WAV file on a pad of the page, and type a decay at its knob.

    Parameters
    ----------
    address : str
        The page's.
    file : Path
        The file.
    seconds : float
        The decay.

    Returns
    -------
    dict
        ``at_rest`` and ``bent``: float32 samples ``(channels, n)``; ``wish``, of the recipe of the
        latter; and ``errors``.
    """
    found = _run("firefox_own.mjs", address, file, seconds)
    return {
        "at_rest": np.stack([_samples(each) for each in found["atRest"]["channels"]]),
        "bent": np.stack([_samples(each) for each in found["bent"]["channels"]]),
        "wish": found["bent"]["wish"],
        "errors": found["errors"],
    }


def _samples(text: str) -> FloatArray:
    samples: FloatArray = np.frombuffer(base64.b64decode(text), "<f4")
    return samples


def _run(script: str, *words: object) -> dict[str, Any]:
    """What a script in this folder says of the page in Firefox."""
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    if firefox is None:
        pytest.skip("needs Firefox (scripts/system-packages)")
    if not (ROOT / "node_modules" / "puppeteer-core").exists():
        pytest.skip("needs puppeteer-core (scripts/check_page installs it)")
    done = subprocess.run(
        ["node", ROOT / "tests/support" / script, firefox, *map(str, words)],
        capture_output=True, encoding="utf-8", timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
