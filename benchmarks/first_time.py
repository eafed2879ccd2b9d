"""How long a first-time user waits: ``git clone``, ``make play``, the page, a drum, a WAV file.

This clones the repository into a new folder and sets it up with the command of the README. Then a
real Chromium with scripted clicks plays the first drum, drags the XY pad, and downloads a file. It
prints the seconds since the start.

    .venv/bin/python benchmarks/first_time.py [REPOSITORY]
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from page_latency import UNTIL
from playwright.sync_api import Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-sync", "--no-first-run"]
PEAK = """globalThis.peak = () => {
  const data = new Float32Array(2048);
  ndm.app.output.analyser?.getFloatTimeDomainData(data);
  return Math.max(...data.map(Math.abs));
}"""


class Walk:
    """Prints each step with its time."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def say(self, what: str) -> None:
        """Print a step with the seconds since the start."""
        print(f"{time.perf_counter() - self._start:7.1f} s  {what}", flush=True)


def play(page: Page, url: str, walk: Walk) -> None:
    page.goto(url)
    page.wait_for_selector("body.is-ready")
    walk.say("the page is open and shows its first drum")
    page.evaluate(PEAK)
    page.locator("#play").click()
    page.evaluate(UNTIL % "peak() > 0.01")
    walk.say("Play: the sound has started")
    box = page.locator("#xy-pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for i in range(30):
        x, y = 0.5 + i / 80, 0.5 - i / 100
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.wait_for_timeout(1000 / 60)
    page.mouse.up()
    page.evaluate(UNTIL % "!ndm.app.gesture.isMoving && ndm.app.state.history.past.length")
    walk.say("changed by one drag of half a second on the XY pad")
    with page.expect_download() as waiting:
        page.locator("#export").click()
        page.locator("#save-wav").click()
    size = Path(waiting.value.path()).stat().st_size
    walk.say(f"{waiting.value.suggested_filename} downloaded, {size} bytes")


def main() -> None:
    repository = sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).parents[1])
    ours = ("VIRTUAL_ENV", "PYTHONPATH")
    clean = {name: value for name, value in os.environ.items() if name not in ours}
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "clone"
        walk = Walk()
        clone = ["git", "clone", "--quiet", repository, str(folder)]
        subprocess.run(clone, check=True)  # noqa: S603
        walk.say("cloned")
        server = subprocess.Popen(
            ["make", "play"],  # noqa: S607
            cwd=folder, stdout=subprocess.PIPE, text=True,
            env={**clean, "PIP_NO_CACHE_DIR": "1"}, start_new_session=True,
        )  # fmt: skip
        assert server.stdout is not None
        url = ""
        for line in server.stdout:
            walk.say(f"| {line.rstrip()}")
            url = url or next(iter(re.findall(r"Page: (\S+)", line)), "")
            if "Ctrl-C" in line:
                break
        assert url, "make play ended before it served the page"
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=FLAGS
                )
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                walk.say("the browser has started")
                play(page, url, walk)
                browser.close()
        finally:
            os.killpg(server.pid, signal.SIGINT)
            server.communicate(timeout=60)


if __name__ == "__main__":
    main()
