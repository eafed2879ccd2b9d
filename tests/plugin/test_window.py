"""The window, drawn in a real host on a screen that nobody sees: jalv.gtk3 under Xvfb."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import numpy as np
import pytest
import soundfile
from PIL import ImageGrab
from tests.support.jack import LONGEST, needed, sound_server, until

HERE = Path(__file__).resolve().parent
URI = "urn:neural-drum-machine:instrument"
GROUND, PANEL, LIGHT_GROUND = (0x11, 0x13, 0x17), (0x19, 0x1C, 0x22), (0xF6, 0xF6, 0xF4)
ACCENTS = (
    0xFF9D90, 0xF8AA66, 0xD9BC56, 0xA9CC71, 0x6FD6A0, 0x3BD7D2, 0x50CEF9, 0x89C0FF, 0xBCB0FF,
    0xE4A2ED, 0xFD9BC1,
)  # fmt: skip
"""Of the eleven categories, in the dark."""


class Screen:
    """What is on a screen, and the hand and the keys before it."""

    def __init__(self, display: str, environment: dict[str, str]) -> None:
        self.display, self.environment = display, {**environment, "DISPLAY": display}

    def picture(self) -> np.ndarray:
        """Return the screen, ``(rows, columns, 3)``."""
        return np.asarray(ImageGrab.grab(xdisplay=self.display).convert("RGB"))

    def count(self, rgb: tuple[int, int, int]) -> int:
        """Return how many dots have a colour."""
        return int((self.picture() == rgb).all(axis=2).sum())

    def corner(self) -> tuple[int, int]:
        """Return where the window's own ground begins, under the host's menu."""
        rows, columns = np.nonzero((self.picture() == GROUND).all(axis=2))
        return int(columns.min()), int(rows.min())

    def do(self, *arguments: object) -> None:
        """Move, click or type by xdotool."""
        subprocess.run(["xdotool", *map(str, arguments)], env=self.environment, check=True)

    def click(self, x: float, y: float) -> None:
        """Click at a place of the window."""
        left, top = self.origin
        self.do("mousemove", left + x, top + y, "click", 1)


@contextmanager
def running(command, environment, **options):
    """Run a program as long as the block lasts."""
    program = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, **options)
    try:
        yield program
    finally:
        program.kill()
        program.wait(LONGEST)


@pytest.fixture(scope="module")
def screen(bundles, tmp_path_factory):
    """A screen with the window on it."""
    needed("Xvfb", "xdotool", "jalv.gtk3", "jackd", "jack_wait")
    folder = tmp_path_factory.mktemp("screen")
    (folder / "lv2").mkdir()
    (folder / "lv2" / "ours.lv2").symlink_to(bundles / "neural-drum-machine.lv2")
    read, write = os.pipe()
    xvfb = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1300x900x24", "-nolisten", "tcp"]
    with sound_server(folder / "lv2") as sounds, running(xvfb, sounds, pass_fds=(write,)):
        os.close(write)
        with os.fdopen(read) as number:
            display = f":{number.readline().strip()}"
        out = Screen(display, {**sounds, "GDK_BACKEND": "x11"})
        with running(["jalv.gtk3", URI], out.environment, stdout=subprocess.DEVNULL):
            until(lambda: out.count(PANEL) > 100_000, "the window never appears")
            out.origin = out.corner()
            until(lambda: all(out.count(tuple(each.to_bytes(3))) for each in ACCENTS), "no pads")
            yield out


def test_pads_of_all_categories_are_drawn(screen):
    for each in ACCENTS:
        assert screen.count(tuple(each.to_bytes(3))) > 50
    assert screen.count(GROUND) > 50_000


def test_a_click_chooses_a_pad_and_the_theme_turns(screen):
    before = screen.picture()
    screen.click(34 + 2 * 96 + 44, 60 + 12 + 3 * 96 + 44)  # the third pad, a snare
    snare = tuple(ACCENTS[2].to_bytes(3))
    until(lambda: screen.count(snare) > 2_000, "the snare is never chosen")
    assert (screen.picture() != before).any()
    screen.click(1010, 30)
    until(lambda: screen.count(LIGHT_GROUND) > 50_000, "the window stays dark")
    screen.click(1010, 30)
    until(lambda: screen.count(GROUND) > 50_000, "the window stays light")


@pytest.fixture(scope="module")
def drag(tmp_path_factory):
    """A program that drags and drops."""
    out = tmp_path_factory.mktemp("drag") / "drag"
    subprocess.run(["cc", "-O1", HERE / "programs" / "drag.c", "-o", out, "-lX11"], check=True)
    return out


def pad_at(number: int) -> tuple[int, int]:
    """Return the middle of a pad in the window; pads count from 0."""
    return 34 + 96 * (number % 4) + 44, 72 + 96 * (3 - number // 4) + 44


def test_files_are_dropped_on_pads(screen, drag, tmp_path):
    t = np.arange(8820) / 44100
    dying = np.random.RandomState(1).uniform(-1, 1, (8820, 1)) * np.exp(-t * 30)[:, None]
    paths = [tmp_path / name for name in ("a hat.wav", "zwei Töne.wav")]
    for path in paths:
        soundfile.write(path, dying, 44100)
    left, top = screen.origin
    x, y = pad_at(11)
    before = screen.picture()
    uris = "".join(f"{each.as_uri()}\r\n" for each in paths)
    said = subprocess.run(
        [drag, str(left + x), str(top + y), f"# files\r\n{uris}"],
        env=screen.environment, capture_output=True, text=True, check=True, timeout=LONGEST,
    ).stdout.split()  # fmt: skip
    assert said == ["accepted", "finished"]

    def is_drawn_anew(pad: int) -> bool:
        x, y = (each + corner for each, corner in zip(pad_at(pad), (left, top), strict=True))
        rows, columns = slice(y - 22, y + 16), slice(x - 35, x + 36)
        return bool((screen.picture()[rows, columns] != before[rows, columns]).any())

    until(lambda: is_drawn_anew(11) and is_drawn_anew(12), "the pads never change")


def test_a_pad_is_dragged_out_as_a_file(screen, drag):
    left, top = screen.origin
    x, y = pad_at(0)
    place = 1200, 600
    with subprocess.Popen(
        [drag, *map(str, place)], env=screen.environment, stdout=subprocess.PIPE, text=True
    ) as receiver:
        assert receiver.stdout.readline() == "ready\n"
        screen.do("mousemove", left + x, top + y, "mousedown", 1)
        until(lambda: screen.count((0xFF, 0x9D, 0x90)) > 200, "the kick is never chosen")
        screen.do("mousemove", left + x + 40, top + y)
        screen.do("mousemove", *place)
        assert receiver.stdout.readline() == "over\n"
        screen.do("mouseup", 1)
        uri = receiver.stdout.read().strip()
    path = Path(url2pathname(urlsplit(uri).path))
    assert path.name == "Kick.wav"
    samples, sr = soundfile.read(path)
    assert sr == 44100
    assert np.abs(samples).max() > 0.99
    shutil.rmtree(path.parent)
