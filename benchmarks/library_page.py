"""How fast the page's Library view is, and how near made sounds are to the ones at their places.

    .venv/bin/python benchmarks/library_page.py /tmp/library.sqlite

Prints tables. The view is opened in Chromium, and the page measures itself. Then recordings of the
library are left out one at a time, with all others of their kit and all that lie near them on the
map, so that the ground there is empty. The sound that would be made at the recording's place is
compared with the recording, as the library compares sounds: made from all sounds, and from those of
the recording's category alone. Run it with and without a map by `ndm library map`.
"""

import argparse
import shutil
from pathlib import Path
from typing import NamedTuple

import numpy as np
from playwright.sync_api import sync_playwright

from neural_drum_machine.arrays import DoubleArray, FloatArray, IntArray
from neural_drum_machine.library.adding.measuring import point_of, version_of
from neural_drum_machine.library.library import Library
from neural_drum_machine.library.map_points import MapPoints, map_points
from neural_drum_machine.library.reading import read_clip
from neural_drum_machine.machine import DrumMachine, load
from neural_drum_machine.prepare.report import table
from neural_drum_machine.server import Shelf, serving, serving_web
from neural_drum_machine.server.library_questions import LibraryQuestions
from neural_drum_machine.server.protocol import LibraryBetween
from neural_drum_machine.server.recent_sounds import RecentSounds
from neural_drum_machine.server.rendered import mono
from neural_drum_machine.server.rendering import Renderer
from neural_drum_machine.sound import Sound

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
MAKERS = 3
EACH = 6
"""Recordings of each category that are left out."""
EMPTY = 0.03
"""A place is empty if nothing lies within this share of the map's width."""
MEASURE = """async () => {
  const { app, library } = ndm;
  const { output, client } = app;
  const bytes = { all: 0, map: 0 };
  const receive = client._receive.bind(client);
  client._receive = (data) => {
    bytes.all += data.byteLength ?? data.length;
    receive(data);
  };
  const time = async (act) => {
    const start = performance.now();
    await act();
    return performance.now() - start;
  };
  document.getElementById("library").showModal();
  const opened = await time(() => library.open());
  const times = { map: [], sound: [], again: [], ground: [] };
  for (let n = 0; n < 20; n++) {
    bytes.all = 0;
    times.map.push(await time(() => library._load(library.state.status)));
    bytes.map = bytes.all;
  }
  const play = output.preview.bind(output);
  let heard = () => {};
  output.preview = (...all) => {
    play(...all);
    heard();
  };
  const hear = (act) => time(() => new Promise((go) => {
    heard = go;
    void act();
  }));
  const { shown } = library.state;
  bytes.all = 0;
  for (const name of ["sound", "again"]) {
    for (let n = 0; n < 200; n++) {
      times[name].push(await hear(() => library.choose(shown[(37 * n) % shown.length])));
      await new Promise((go) => setTimeout(go, 30));
    }
    bytes.sounds ??= bytes.all / 200;
  }
  for (let n = 0; n < 60; n++) {
    times.ground.push(await hear(() => library.ground(((13 * n) % 60) / 60, ((29 * n) % 60) / 60)));
    await new Promise((go) => setTimeout(go, 60));
  }
  return { opened, bytes, times };
}"""


def measure_page(machine: DrumMachine, file: Path) -> list[list[str]]:
    """Return the rows of the table of times."""
    shelf = Shelf(file, point_of, lambda: version_of(None))
    with (
        serving(machine, port=0, shelf=shelf) as (engine, _),
        serving_web(engine, port=0) as web,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(web.url)
        page.wait_for_selector("body.is-ready")
        found = page.evaluate(MEASURE)
        browser.close()
    names = {
        "map": "the map is loaded",
        "sound": "a sound, the first time: from choosing to playing",
        "again": "the same sounds again",
        "ground": "a sound for an empty place, made and played",
    }
    rows = [
        [words, *(f"{np.percentile(found['times'][name], q):.1f}" for q in (50, 95))]
        for name, words in names.items()
    ]
    kilobytes = [found["bytes"]["map"] / 1000, found["bytes"]["sounds"] / 1000]
    print(
        f"first opening {found['opened']:.0f} ms; map {kilobytes[0]:.0f} kB, a sound "
        f"{kilobytes[1]:.0f} kB"
    )
    return rows


def judge_ground(machine: DrumMachine, file: Path) -> list[list[str]]:
    """Return the rows of the table of distances."""
    rng = np.random.default_rng(1)
    away: dict[str, tuple[list[float], list[float]]] = {}
    with Library.open(file) as library:
        points = map_points(library.database)
        categories, kits = np.array(points.categories), np.array(points.kits)
        for category in machine.categories:
            of_it = np.flatnonzero(categories == category)
            for i in rng.choice(of_it, min(EACH, len(of_it)), replace=False):
                wanted = library.point(int(points.ids[i]))
                for column, shown in enumerate(
                    (np.isin(categories, machine.categories), categories == category)
                ):
                    apart = np.linalg.norm(points.places - points.places[i], axis=1)
                    others = np.flatnonzero(shown & (kits != kits[i]) & (apart >= EMPTY))
                    makers = nearest(points, points.places[i], others)
                    for name, point in made_of(machine, library, makers).items():
                        columns = away.setdefault(name, ([], []))
                        columns[column].append(float(np.linalg.norm(point - wanted)))
    return [[name, *(f"{np.median(v):.2f}" for v in columns)] for name, columns in away.items()]


class Maker(NamedTuple):
    """A sound near a place: its number, its category, and how much it counts."""

    id: int
    category: str
    weight: float


def nearest(points: MapPoints, place: DoubleArray, others: IntArray) -> list[Maker]:
    """Return the sounds that make the sound of a place, nearest first, as the page chooses them."""
    apart = np.linalg.norm(points.places[others] - place, axis=1)
    order = np.argsort(apart, kind="stable")[:MAKERS]
    return [
        Maker(int(points.ids[n]), points.categories[n], 1 / max(1e-4, float(apart[at])))
        for n, at in zip(others[order], order, strict=True)
    ]


def made_of(machine: DrumMachine, library: Library, makers: list[Maker]) -> dict[str, FloatArray]:
    """Return the points of what could be the sound of a place, nearest maker first."""

    def heard(sound: Sound) -> FloatArray:
        return point_of(mono(sound.samples), sound.sr)

    ends = [
        machine.bend(machine.anchor(read_clip(library, each.id, "it"), each.category, name="it"))
        for each in makers[:2]
    ]
    t = makers[1].weight / (makers[0].weight + makers[1].weight)
    asked = LibraryBetween(1, tuple(v for each in makers for v in (each.id, each.weight)))
    shelf = Shelf(library.database.path, point_of)
    plan = LibraryQuestions(shelf, Renderer(machine)).between(asked, RecentSounds())
    shelf.close()
    generated = machine.render_code(plan.category, plan.code, to=plan.to, t=plan.t)
    return {
        "the nearest recording on the map": library.point(makers[0].id),
        "a morph of the two nearest recordings": heard(machine.morph(*ends, t)),
        "the generator at the mean code of the three nearest": heard(generated),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", type=Path)
    file = parser.parse_args().library
    machine = load()
    print(f"model {machine.hash[:12]}")
    rows = measure_page(machine, file)
    print("\n".join(table(("what", "median, ms", "95 %, ms"), rows)))
    rows = judge_ground(machine, file)
    print(
        "\n".join(
            table(("distance to the recording", "all sounds shown", "its category shown"), rows)
        )
    )


if __name__ == "__main__":
    main()
