"""How fast the page without a server is, in Chromium: first sound, changes, own samples, memory.

    .venv/bin/python benchmarks/site.py site

The folder is what `ndm site` wrote. Each of five visitors has an empty cache and 20 Mbit/s. It
takes two minutes.
"""

import argparse
import base64
import contextlib
import functools
import http.server
import re
import shutil
import threading
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from neural_drum_machine.signal.sound_file import sound_file_bytes

MBIT: Final = 20
LATENCY_MS: Final = 20
VISITORS: Final = 5
CHANGES: Final = 200
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--js-flags=--expose-gc"]
ENTER: Final = """
addEventListener("ndm-all-loaded", () => (globalThis.allLoaded = performance.now()));
new MutationObserver(() => {
  if (document.body?.classList.contains("is-ready")) globalThis.ready ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
"""Notes when the first sound is there, and when the engine is."""
CHANGE: Final = """async (changes) => {
  const { client } = ndm.app;
  const { code, category, exemplars } = await client.ask("random", { category: "snare", seed: 5 });
  const times = [];
  for (let i = 0; i < changes; i++) {
    const place = { p1: Math.sin(i), p2: Math.cos(0.7 * i), p3: 0 };
    const began = performance.now();
    await client.ask("move", { category, code, exemplars, ...place });
    times.push(performance.now() - began);
  }
  return times;
}"""
OWN: Final = """async ([file, changes]) => {
  const data = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  const { client } = ndm.app;
  const taken = [];
  let sound;
  for (const name of ["first.wav", "second.wav"]) {
    const began = performance.now();
    sound = await client.upload(data.slice().buffer, { name, channels: 2 });
    taken.push(performance.now() - began);
  }
  const { code, category, exemplars } = sound;
  const times = [];
  for (let i = 0; i < changes; i++) {
    const place = { p1: Math.sin(i), p2: Math.cos(0.7 * i), p3: 0, channels: 2 };
    const began = performance.now();
    await client.ask("move", { category, code, exemplars, ...place });
    times.push(performance.now() - began);
  }
  const drum = await client.ask("random", { category: "kick", seed: 1 });
  const began = performance.now();
  await client.ask("encode", { of: drum.id, category: "tom" });
  return [taken, times, performance.now() - began];
}"""


class _Slow(http.server.SimpleHTTPRequestHandler):
    """Files at a rate that all connections share, as a line has it."""

    lock = threading.Lock()
    free = 0.0

    def log_message(self, *_: Any) -> None:
        pass

    def copyfile(self, source: Any, outputfile: Any) -> None:
        time.sleep(LATENCY_MS / 1000)
        while part := source.read(16 * 1024):
            with _Slow.lock:
                now = time.monotonic()
                _Slow.free = max(_Slow.free, now) + 8 * len(part) / (MBIT * 1e6)
                wait = _Slow.free - now
            time.sleep(wait)
            with contextlib.suppress(OSError):  # the visitor has left
                outputfile.write(part)


def renderer_mb(browser: Browser) -> float:
    """Return the memory of the largest renderer process, without what it reads from files.

    Those are Chromium's own program and its libraries: 60 MB.
    """
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    sizes = []
    for each in processes:
        if each["type"] == "renderer":
            text = Path(f"/proc/{each['id']}/smaps_rollup").read_text()
            sizes.append(int(re.search(r"^Pss_Anon: +(\d+)", text, re.MULTILINE)[1]) / 1024)  # type: ignore[index]
    return max(sizes)


def visit(browser: Browser, url: str) -> dict[str, Any]:
    """Return what one visitor measures."""
    context = browser.new_context()
    context.add_init_script(ENTER)
    page = context.new_page()
    empty = renderer_mb(browser)
    page.goto(url)
    while not all(times := page.evaluate("[globalThis.ready, globalThis.allLoaded]")):
        time.sleep(0.1)
    first, loaded = times
    times = page.evaluate(CHANGE, CHANGES)
    out = {"first": first, "loaded": loaded, "times": times, "empty": empty}
    out["at once"] = renderer_mb(browser)
    out["memory"] = _rest(page, browser)
    (out["own first"], out["own next"]), out["own times"], out["encode"] = page.evaluate(
        OWN, [_hit(), CHANGES]
    )
    out["own memory"] = _rest(page, browser)
    context.close()
    return out


def _rest(page: Page, browser: Browser) -> float:
    """Return the memory after garbage was collected."""
    for each in (page, *page.workers):
        each.evaluate("gc()")
    time.sleep(0.5)
    return renderer_mb(browser)


def _hit() -> str:
    """Return a stereo hit of a second as a WAV file, in base64."""
    t = np.arange(44100) / 44100
    noise = np.random.RandomState(1).standard_normal((2, len(t)))
    sound = (0.5 * np.sin(2 * np.pi * 180 * t) + 0.1 * noise) * np.exp(-t / 0.15)
    return base64.b64encode(sound_file_bytes(sound.astype(np.float32), 44100)).decode()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path)
    folder = parser.parse_args().site
    handler = functools.partial(_Slow, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        with sync_playwright() as playwright:
            chromium = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            made = [visit(browser, url) for _ in range(VISITORS)]
            browser.close()
        server.shutdown()
    shown = {"first": "ms", "loaded": "ms", "empty": "MB", "at once": "MB", "memory": "MB"}
    shown |= {"own first": "ms", "own next": "ms", "encode": "ms", "own memory": "MB"}
    for name, unit in shown.items():
        values = [each[name] for each in made]
        print(f"{name}: median {np.median(values):.0f} {unit}, most {max(values):.0f} {unit}")
    for name, key in (("change", "times"), ("change of an own sample", "own times")):
        times = np.concatenate([each[key] for each in made])
        least, *parts = np.percentile(times, (0, 50, 95))
        print(f"{name}: least {least:.1f} ms, median {parts[0]:.1f} ms, p95 {parts[1]:.1f} ms")


if __name__ == "__main__":
    main()
