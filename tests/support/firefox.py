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
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    if firefox is None:
        pytest.skip("needs Firefox (scripts/system-packages)")
    if not (ROOT / "node_modules" / "puppeteer-core").exists():
        pytest.skip("needs puppeteer-core (scripts/check_page installs it)")
    done = subprocess.run(
        ["node", ROOT / "tests/support/firefox.mjs", firefox, address, str(changes)],
        capture_output=True, encoding="utf-8", timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    found["sounds"] = {
        (each["category"], each["seed"]): np.frombuffer(base64.b64decode(each["text"]), "<f4")
        for each in found["sounds"]
    }
    return found
