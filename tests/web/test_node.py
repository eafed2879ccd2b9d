"""The page's own tests, which Node.js runs: everything that needs no browser."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.patience import PATIENCE

ROOT = Path(__file__).parents[2]
NODE = shutil.which("node")


@pytest.mark.slow
@pytest.mark.skipif(NODE is None, reason="needs Node.js 20.12 or newer")
def test_the_pages_javascript_under_node():
    run = subprocess.run(
        [NODE, "--test", "--test-reporter=spec", "tests/web"],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[run.stdout.rfind("failing tests") :]
    assert "ℹ pass 0" not in run.stdout
