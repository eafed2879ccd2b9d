"""The time from a change on the page to samples that are ready to play, in a real Chromium.

Pointer events drag the XY pad. The page measures the time from the event to the buffer that is
ready to play, which includes the server, the network and decoding. Prints medians and percentiles.

    .venv/bin/python benchmarks/page_latency.py [--drags 300] [--inverter light] [--json]
"""

import argparse
import json
import math
import shutil

import numpy as np
from playwright.sync_api import sync_playwright

from neural_drum_machine.benchmark.live_server import LiveServer
from neural_drum_machine.machine import default_model_path

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
WARM_UP = 20
# The page's security policy forbids eval, which Playwright's own waiting needs.
UNTIL = "(async () => { while (!(%s)) await new Promise((go) => setTimeout(go, 1)); })()"


def measure(url: str, drags: int, inverter: str) -> dict[str, list[float]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(url)
        page.wait_for_selector("body.is-ready")
        page.evaluate(UNTIL % "ndm.app.state.map?.nodes.length === 49")
        page.evaluate(f"ndm.app.newSounds.invertWith('{inverter}')")
        box = page.locator("#xy-pad").bounding_box()
        assert box is not None
        times: dict[str, list[float]] = {}
        for name, pause in (("one at a time", None), ("dragged, 60 a second", 1000 / 60)):
            page.evaluate("ndm.app.latencies.length = 0")
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            page.mouse.down()
            for i in range(drags + WARM_UP):
                if i == WARM_UP:
                    page.evaluate("ndm.app.latencies.length = 0")
                x = 0.5 + 0.4 * math.sin(i / 7)
                y = 0.5 + 0.4 * math.cos(i / 11)
                page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
                if pause is None:
                    page.evaluate(UNTIL % "!ndm.app.gesture.isMoving")
                else:
                    page.wait_for_timeout(pause)
            page.evaluate(UNTIL % "!ndm.app.gesture.isMoving")
            assert page.evaluate("ndm.app.state.sound.inverter") == inverter
            times[name] = page.evaluate("ndm.app.latencies")
            page.mouse.up()
        browser.close()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drags", type=int, default=300)
    parser.add_argument("--inverter", default="refined")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    server = LiveServer(default_model_path())  # in a process of its own, as for a user
    try:
        times = measure(server.url, options.drags, options.inverter)
        server.send("/ndm/status")
        answer = server.receive()[1]
        status = dict(zip(answer[::2], answer[1::2], strict=True))
    finally:
        server.close()
    result = {
        name: {"n": len(each), **{f"p{q}": float(np.percentile(each, q)) for q in (50, 95, 99)}}
        for name, each in times.items()
    }
    if options.json:
        print(json.dumps({"inverter": options.inverter, **result}, indent=1))
        return
    for name, each in result.items():
        print(f"{name}: n {each['n']}, p50 {each['p50']:.1f}, p95 {each['p95']:.1f} ms")
    print(
        f"of which in the server (last 1000): p50 {status['p50']:.1f}, p95 {status['p95']:.1f} ms"
    )


if __name__ == "__main__":
    main()
