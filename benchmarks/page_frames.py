"""How smoothly the page runs in a real Chromium, and how soon it is there.

Measures frames a second and long tasks (over 50 ms) while the beat runs, and while the map is
dragged besides; the time from the start of the navigation until the page is ready, without and
with a cache; the size of the scripts; and the time until a first beat of one's own is heard. The
computer should do nothing else: the load is printed, too.

    .venv/bin/python benchmarks/page_frames.py [--seconds 10] [--loads 5] [--pause 1] [--json]
"""

import argparse
import itertools
import json
import math
import os
import re
import shutil
import statistics
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from neural_drum_machine.benchmark.live_server import LiveServer
from neural_drum_machine.machine import default_model_path
from neural_drum_machine.server.web.assets import read_assets

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
WATCH = """
globalThis.watched = { frames: [], tasks: [], scripts: [], ready: 0 };
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) watched.tasks.push(duration);
}).observe({ type: "longtask", buffered: true });
if (PerformanceObserver.supportedEntryTypes.includes("long-animation-frame")) {
  new PerformanceObserver((list) => {
    for (const { scripts } of list.getEntries()) {
      for (const { duration, invoker, sourceFunctionName, sourceURL } of scripts) {
        const file = sourceURL.split("/").slice(-2).join("/");
        watched.scripts.push([duration, `${file} ${sourceFunctionName || invoker}`]);
      }
    }
  }).observe({ type: "long-animation-frame", buffered: true });
}
const frame = (now) => {
  watched.frames.push(now);
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
document.addEventListener("DOMContentLoaded", () => {
  const look = () => {
    if (document.body.classList.contains("is-ready")) watched.ready ||= performance.now();
  };
  new MutationObserver(look).observe(document.body, { attributes: true });
  look();
});
"""
"""What the page records of itself, from its beginning."""
# The page's security policy forbids eval, which Playwright's own waiting needs.
UNTIL = "(async () => { while (!(%s)) await new Promise((go) => setTimeout(go, 10)); })()"
STEPS = {1: (1, 5, 9, 13), 3: (5, 13), 8: (3, 7, 11, 15)}
"""A first beat: the steps of the pads with these numbers, all counted from 1."""


def opened(browser: Browser, url: str) -> Page:
    """Open the page as a new visitor, with nothing in the cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("body.is-ready")
    return page


def loads(browser: Browser, url: str, times: int) -> dict[str, list[float]]:
    """Seconds until the page is ready, without a cache and with one."""
    seconds: dict[str, list[float]] = {"cold": [], "warm": []}
    for _ in range(times):
        page = opened(browser, url)
        seconds["cold"].append(page.evaluate("watched.ready") / 1000)
        page.evaluate(UNTIL % "ndm.app.state.map?.nodes.length === 49")
        page.reload()
        page.wait_for_selector("body.is-ready")
        seconds["warm"].append(page.evaluate("watched.ready") / 1000)
        page.context.close()
    return seconds


def smoothness(page: Page, seconds: float, dragged: bool) -> dict[str, Any]:
    """Frames and long tasks for some seconds, while the map is dragged or not."""
    box = page.locator("#xy-pad").bounding_box()
    assert box is not None
    page.evaluate("watched.frames.length = watched.tasks.length = watched.scripts.length = 0")
    if dragged:
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        for i in range(round(60 * seconds)):
            x, y = 0.5 + 0.4 * math.sin(i / 7), 0.5 + 0.4 * math.cos(i / 11)
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            page.wait_for_timeout(1000 / 60)
        page.mouse.up()
    else:
        page.wait_for_timeout(1000 * seconds)
    frames, tasks, scripts = page.evaluate("[watched.frames, watched.tasks, watched.scripts]")
    gaps = [after - before for before, after in itertools.pairwise(frames)]
    ours: dict[str, float] = {}
    for duration, name in scripts:
        ours[name] = ours.get(name, 0) + duration
    return {
        "frames a second": 1000 * len(gaps) / sum(gaps),
        "frame p95 ms": sorted(gaps)[round(0.95 * (len(gaps) - 1))],
        "longest frame ms": max(gaps),
        "long tasks": len(tasks),
        "longest task ms": max(tasks, default=0.0),
        "scripts in long frames ms": dict(
            sorted(ours.items(), key=lambda each: -each[1])[:8]
        ),
    }  # fmt: skip


def first_beat(browser: Browser, url: str, pause: float) -> float:
    """Seconds from the start of the navigation until the last stroke of an own beat is heard."""
    page = opened(browser, url)
    wait = lambda: page.wait_for_timeout(1000 * pause)  # noqa: E731  # as a hand takes
    wait()
    page.locator("#pattern-menu-button").click()
    wait()
    page.get_by_role("menuitem", name=re.compile("Empty pattern")).click()
    for pad, steps in STEPS.items():
        for step in steps:
            wait()
            page.locator(f"#grid .row:nth-of-type({pad + 1}) .cell:nth-child({step})").click()
    heard = """(() => {
      watched.heard = new Set();
      ndm.app.addEventListener("hit", ({ detail: { at, n } }) => at && watched.heard.add(n));
    })()"""
    page.evaluate(heard)
    wait()
    page.locator("#run").click()
    page.evaluate(UNTIL % f"watched.heard.size >= {len(STEPS)}")
    seconds: float = page.evaluate("performance.now() / 1000")
    page.context.close()
    return seconds


def sizes() -> dict[str, float]:
    """Compressed kilobytes of what the page begins with, and of all its scripts."""
    files = read_assets()
    first = re.findall(r' (?:href|src)="/(js/[^"]*)"', files["index.html"].data.decode())
    of = lambda names: sum(len(files[name].packed) for name in names) / 1000  # noqa: E731
    return {
        "first scripts": of(first),
        "all scripts": of(name for name in files if name.endswith(".js")),
        "styles": of(name for name in files if name.endswith(".css")),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--loads", type=int, default=5)
    parser.add_argument("--pause", type=float, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    load = [os.getloadavg()[0]]
    server = LiveServer(default_model_path())  # in a process of its own, as for a user
    try:
        with sync_playwright() as playwright:
            path = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            found = loads(browser, server.url, options.loads)
            page = opened(browser, server.url)
            page.evaluate(UNTIL % "ndm.app.state.map?.nodes.length === 49")
            page.evaluate(
                UNTIL % "ndm.app.kit.grooves.length && ndm.app.state.voices.every(Boolean)"
            )
            page.locator("#run").click()
            page.wait_for_timeout(1000)
            result = {
                "load": load,
                "ready s": {name: statistics.median(each) for name, each in found.items()},
                "kB": sizes(),
                "beat": smoothness(page, options.seconds, dragged=False),
                "beat and drag": smoothness(page, options.seconds, dragged=True),
                f"first beat s, {options.pause:g} s between clicks": first_beat(
                    browser, server.url, options.pause
                ),
            }
            browser.close()
    finally:
        server.close()
    load.append(os.getloadavg()[0])
    if options.json:
        print(json.dumps(result, indent=1))
        return
    for name, each in result.items():
        print(f"{name}: {json.dumps(rounded(each))}")
    if max(load) > 1.5:
        print("The computer had other work: these figures say little.")


def rounded(value: Any) -> Any:
    """Round numbers so that they can be read."""
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return round(value, 2) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
