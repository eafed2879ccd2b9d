"""A drawing of the device, made from its layout. It is not a screenshot of Live.

Rectangles, names, values and texts are the device's own; the colours are similar to those of
Live's dark and light themes.
"""

import math
from pathlib import Path
from typing import Any, Final

import matplotlib
from PIL import Image, ImageDraw, ImageFont

from .instrument import instrument
from .layout import HEIGHT, WIDTH
from .parameters import DECIBELS, HERTZ, MILLISECONDS, PERCENT, PLAIN, Parameter
from .patch import Box

SCALE: Final = 3
MARGIN: Final = 14
TITLE: Final = 18
DARK: Final = {
    "desk": "#1c1c1c", "surface": "#3a3a3a", "frame": "#303030", "control": "#1f1f1f",
    "text": "#d8d8d8", "dim": "#9a9a9a", "lcd": "#181818", "line": "#3c3c3c", "ink": "#ffb532",
    "select": "#4a4330", "on": "#ffb532", "on_text": "#181818", "title": "#2a2a2a",
}  # fmt: skip
LIGHT: Final = {
    "desk": "#cfcfcf", "surface": "#a5a5a5", "frame": "#b4b4b4", "control": "#d6d6d6",
    "text": "#141414", "dim": "#3a3a3a", "lcd": "#1e1e1e", "line": "#444444", "ink": "#ffb532",
    "select": "#4a4330", "on": "#ffb532", "on_text": "#141414", "title": "#8f8f8f",
}  # fmt: skip
STATUS: Final = {
    "status": "engine in the device, default",
    "info": "kick, 743 ms, took 18 ms",
    "error": "ready",
}
"""Texts in the drawing: the device while its engine runs."""
PLACE: Final = (0.35, -0.2)
SHOWN: Final = {"P1": PLACE[0], "P2": PLACE[1], "End": 420.0, "Humanise": 50.0, "Choke": 1.0}
"""Parameters with other values than in a new device."""


class Pen:
    """Draws in the device's coordinates, scaled up."""

    def __init__(self, image: Image.Image, left: float, top: float, colours: dict[str, str]):
        self._draw = ImageDraw.Draw(image)
        self._left, self._top = left, top
        self.colours = colours

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (self._left + x) * SCALE, (self._top + y) * SCALE

    def box(self, rect: tuple[float, ...], colour: str, radius: float = 2) -> None:
        """Fill a rectangle with rounded corners."""
        x, y, w, h = rect
        self._draw.rounded_rectangle(
            [self._at(x, y), self._at(x + w, y + h)], radius * SCALE, self.colours[colour]
        )

    def line(self, points: list[tuple[float, float]], colour: str, width: float = 1) -> None:
        """Draw a line through points."""
        self._draw.line(
            [self._at(*p) for p in points], self.colours[colour], round(width * SCALE), "curve"
        )

    def dot(self, x: float, y: float, r: float, colour: str) -> None:
        """Fill a circle."""
        self._draw.ellipse([self._at(x - r, y - r), self._at(x + r, y + r)], self.colours[colour])

    def arc(self, x: float, y: float, r: float, start: float, end: float, colour: str) -> None:
        """Draw an arc from `start` to `end`: degrees, clockwise from the right."""
        self._draw.arc(
            [self._at(x - r, y - r), self._at(x + r, y + r)],
            start, end, self.colours[colour], round(2 * SCALE),
        )  # fmt: skip

    def text(
        self, x: float, y: float, words: str, colour: str, anchor: str = "lm", size: float = 9
    ) -> None:
        """Write words; `anchor` is the part of the text that is placed at the point."""
        self._draw.text(self._at(x, y), words, self.colours[colour], font(size), anchor)

    def width(self, words: str, size: float = 9) -> float:
        """Return the width of words."""
        return float(self._draw.textlength(words, font(size))) / SCALE

    def paragraph(self, rect: tuple[float, ...], words: str, colour: str) -> None:
        """Write words from the top left, wrapped at the width of the rectangle."""
        x, y, w, _ = rect
        line = ""
        for word in words.split():
            if line and self.width(f"{line} {word}") > w - 4:
                self.text(x + 2, y + 8, line, colour)
                line, y = word, y + 12
            else:
                line = f"{line} {word}".strip()
        self.text(x + 2, y + 8, line, colour)


def font(size: float) -> ImageFont.FreeTypeFont:
    """Return the font that is installed with matplotlib."""
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return ImageFont.truetype(str(path), round(size * SCALE))


def value_text(parameter: Parameter, value: float) -> str:
    """Return the text that Live shows for a value."""
    if parameter.words:
        return parameter.words[int(value)]
    if parameter.style == PLAIN:
        return str(round(value))
    if parameter.style == MILLISECONDS:
        return f"{value / 1000:.2f} s" if value >= 1000 else f"{value:.0f} ms"
    if parameter.style == HERTZ:
        return f"{value / 1000:.2f} kHz" if value >= 1000 else f"{value:.1f} Hz"
    if parameter.style in (DECIBELS, PERCENT):
        return f"{value:.1f} {'dB' if parameter.style == DECIBELS else '%'}"
    return f"{value:.2f}"


def draw(path: Path) -> None:
    """Write the picture: the device in both themes, marked as a drawing."""
    from neural_drum_machine import load

    sound = load().render("kick", (*PLACE, 0.0))
    high = 2 * (HEIGHT + TITLE + MARGIN) + MARGIN + 16
    size = (round((WIDTH + 2 * MARGIN) * SCALE), round(high * SCALE))
    image = Image.new("RGB", size, "#8a8a8a")
    for row, colours in enumerate((DARK, LIGHT)):
        top = MARGIN + row * (HEIGHT + TITLE + MARGIN)
        pen = Pen(image, MARGIN, top, colours)
        pen.box((-4, -4, WIDTH + 8, HEIGHT + TITLE + 8), "desk", 4)
        pen.box((0, 0, WIDTH, HEIGHT + TITLE), "surface", 4)
        pen.box((0, 0, WIDTH, TITLE), "title", 4)
        pen.text(8, TITLE / 2, "Neural Drum Machine", "text")
        device = Pen(image, MARGIN, top + TITLE, colours)
        for box in instrument().boxes:
            if box.shown is not None:
                _box(device, box, sound)
    pen = Pen(image, MARGIN, high - 16 - MARGIN / 2, {"ink": "#101010"})
    pen.text(0, 6, "A drawing from the device's own layout, in colours like those of Live's dark "
             "and light themes; not a screenshot.", "ink")  # fmt: skip
    image.resize((size[0] * 2 // SCALE, size[1] * 2 // SCALE), Image.Resampling.LANCZOS).quantize(
        128
    ).save(path, optimize=True)


def _box(pen: Pen, box: Box, sound: Any) -> None:
    assert box.shown is not None
    rect, parameter = box.shown, box.parameter
    x, y, w, h = rect
    centre = (x + w / 2, y + h / 2)
    value = 0.0
    if parameter is not None:
        value = SHOWN.get(parameter.name, float(parameter.initial or 0))
    match box.name:
        case "panel":
            pen.box(rect, "frame", 4)
        case "live.comment":
            word = box.text if box.text in ("status", "info") else None
            word = "error" if box.text == "opening" else word
            pen.paragraph(rect, STATUS[word] if word else box.text, "text" if word else "dim")
        case "live.text":
            on = value == 1
            pen.box(rect, "on" if on else "control")
            pen.text(*centre, box.text, "on_text" if on else "text", "mm")
        case "live.menu" | "live.numbox":
            pen.box(rect, "control")
            assert parameter is not None
            pen.text(*centre, value_text(parameter, value), "text", "mm")
            if box.name == "live.menu":
                pen.text(x + w - 9, y + h / 2, "▾", "dim", "mm")
        case "live.tab":
            assert parameter is not None
            each = w / len(parameter.words)
            for i, word in enumerate(parameter.words):
                on = i == int(value)
                pen.box((x + i * each + 0.5, y, each - 1, h), "on" if on else "control")
                pen.text(x + (i + 0.5) * each, y + h / 2, word, "on_text" if on else "text", "mm")
        case "live.dial":
            _dial(pen, rect, parameter, value)
        case "live.drop":
            pen.box(rect, "lcd")
            pen.text(*centre, "Drop a sample here", "ink", "mm")
        case "jsui":
            _xy_pad(pen, rect)
        case "waveform~":
            _wave(pen, rect, sound)
        case _:
            raise ValueError(f"no drawing of {box.name}")


def _dial(pen: Pen, rect: tuple[float, ...], parameter: Parameter | None, value: float) -> None:
    assert parameter is not None
    x, y, w, _ = rect
    share = (value - parameter.low) / (parameter.high - parameter.low)
    cx, cy, r = x + w / 2, y + 24, 10
    pen.text(cx, y + 6, parameter.short, "text", "mm")
    pen.arc(cx, cy, r, 135, 405, "control")
    zero = -parameter.low / (parameter.high - parameter.low) if parameter.low < 0 else 0
    start, end = sorted((135 + 270 * zero, 135 + 270 * share))
    if end > start:
        pen.arc(cx, cy, r, start, end, "on")
    angle = math.radians(135 + 270 * share)
    pen.line([(cx, cy), (cx + 9 * math.cos(angle), cy + 9 * math.sin(angle))], "text", 1.5)
    pen.text(cx, y + 42, value_text(parameter, value), "text", "mm")


def _xy_pad(pen: Pen, rect: tuple[float, ...]) -> None:
    x, y, w, h = rect
    margin = 6
    pen.box(rect, "lcd", 0)
    for i in range(5):
        across = x + margin + (w - 2 * margin) * i / 4
        down = y + margin + (h - 2 * margin) * i / 4
        pen.line([(across, y + margin), (across, y + h - margin)], "line", 0.7)
        pen.line([(x + margin, down), (x + w - margin, down)], "line", 0.7)
    lcd_text = {**pen.colours, "dim": "#9a9a9a"}
    pen.colours, kept = lcd_text, pen.colours
    pen.text(x + 9, y + h - 13, "P1 →", "dim")
    pen.text(x + 9, y + 13, "↑ P2", "dim")
    pen.colours = kept
    a, b = PLACE
    pen.dot(
        x + margin + (w - 2 * margin) * (a + 1) / 2,
        y + margin + (h - 2 * margin) * (1 - b) / 2,
        5,
        "ink",
    )


def _wave(pen: Pen, rect: tuple[float, ...], sound: Any) -> None:
    samples, sr = sound.samples, sound.sr
    x, y, w, h = rect
    pen.box(rect, "lcd", 0)
    share = SHOWN["End"] / 1000 * sr / len(samples)
    pen.box((x, y, w * min(1.0, share), h), "select", 0)
    columns = round(w * 2)
    for i in range(columns):
        part = samples[i * len(samples) // columns : (i + 1) * len(samples) // columns]
        low, high = float(part.min()), float(part.max())
        at = x + i / 2
        middle, reach = y + h / 2, h / 2 - 3
        pen.line([(at, middle - reach * high - 0.3), (at, middle - reach * low + 0.3)], "ink", 0.5)
