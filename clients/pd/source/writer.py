"""Writes a Pd patch as text: objects in order, and connections between their numbers."""

from dataclasses import dataclass
from typing import Final

BACKGROUND: Final = "#fcfcfc"
INK: Final = "#000000"
FONT: Final = 12


@dataclass(frozen=True)
class Node:
    """An element of a canvas that can be connected."""

    number: int


class Canvas:
    """A window of a patch.

    Parameters
    ----------
    name : str, optional
        Name of a subpatch; the main window has none.
    size : tuple of int
        Width and height of the window in pixels.
    """

    def __init__(self, name: str = "", size: tuple[int, int] = (900, 500)) -> None:
        self.name = name
        self._size = size
        self._lines: list[str] = []
        self._cords: list[str] = []
        self._count = 0

    def _add(self, *lines: str) -> Node:
        self._lines += lines
        self._count += 1
        return Node(self._count - 1)

    def obj(self, x: int, y: int, text: str) -> Node:
        """Add an object; `text` is what a user would type."""
        return self._add(f"#X obj {x} {y} {escaped(text)};")

    def msg(self, x: int, y: int, text: str) -> Node:
        """Add a message box."""
        return self._add(f"#X msg {x} {y} {escaped(text)};")

    def text(self, x: int, y: int, words: str, width: int = 0) -> Node:
        """Add a comment, `width` characters wide."""
        return self._add(f"#X text {x} {y} {escaped(words)}{f', f {width}' if width else ''};")

    def graph(self, x: int, y: int, width: int, height: int, array: str) -> Node:
        """Add a graph of an array."""
        return self._add(
            "#N canvas 0 50 450 250 (subpatch) 0;",
            f"#X array {escaped(array)} 1000 float 10 black black;",
            f"#X coords 0 1 1000 -1 {width} {height} 1 0 0;",
            f"#X restore {x} {y} graph;",
        )

    def sub(self, x: int, y: int, canvas: "Canvas") -> Node:
        """Add a subpatch."""
        width, height = canvas._size
        return self._add(
            f"#N canvas 120 80 {width} {height} {canvas.name} 0;",
            *canvas.lines(),
            f"#X restore {x} {y} pd {canvas.name};",
        )

    def connect(self, *path: Node | int) -> Node:
        """Connect nodes in a row; numbers between two nodes are the outlet and the inlet (0)."""
        source: Node | None = None
        numbers: list[int] = []
        for item in path:
            if isinstance(item, int):
                numbers.append(item)
                continue
            if source is not None:
                outlet, inlet = (*numbers, 0, 0)[:2]
                self._cords.append(f"#X connect {source.number} {outlet} {item.number} {inlet};")
            source, numbers = item, []
        assert source is not None
        return source

    def lines(self) -> list[str]:
        """Return the lines of the canvas: its elements, then its connections."""
        return self._lines + self._cords

    def file(self) -> str:
        """Return the text of the patch file, if this is the main window."""
        width, height = self._size
        return "\n".join([f"#N canvas 60 60 {width} {height} {FONT};", *self.lines(), ""])


def escaped(text: str) -> str:
    """Return a text with separators and dollars escaped, as a file stores it."""
    for special in (",", ";"):
        text = text.replace(special, f" \\{special}")
    return text.replace("$", "\\$")


def _look(label: str, dx: int, dy: int) -> str:
    words = label.replace(" ", "\\ ") or "empty"
    return f"{words} {dx} {dy} 0 {FONT} {BACKGROUND} {INK} {INK}"


def slider(
    kind: str, low: float, high: float, start: float, name: str, label: str, length: int = 160
) -> str:
    """Return a slider (``hsl`` or ``vsl``); it sends to `name` and receives from `name`-in."""
    size = f"{length} 16" if kind == "hsl" else f"16 {length}"
    place = round(100 * (length - 1) * (start - low) / (high - low))
    where = (0, -10) if kind == "hsl" else (-4, -10)
    return f"{kind} {size} {low:g} {high:g} 0 1 {name} {name}-in {_look(label, *where)} {place} 0"


def radio(kind: str, count: int, start: int, name: str, label: str, size: int = 20) -> str:
    """Return a row (``hradio``) or column (``vradio``) of `count` choices."""
    return f"{kind} {size} 1 1 {count} {name} {name}-in {_look(label, 0, -10)} {start}"


def button(name: str, label: str, size: int = 20) -> str:
    """Return a button."""
    return f"bng {size} 150 50 0 {name} {name}-in {_look(label, size + 6, size // 2)}"


def toggle(name: str, label: str, start: int, size: int = 20) -> str:
    """Return a toggle."""
    return f"tgl {size} 1 {name} {name}-in {_look(label, size + 6, size // 2)} {start} 1"


def number(name: str, label: str, low: float, high: float, start: float, digits: int = 5) -> str:
    """Return a number box."""
    look = _look(label, 0, -10)
    return f"nbx {digits} 18 {low:g} {high:g} 0 1 {name} {name}-in {look} {start:g} 256"


def label(name: str, width: int, height: int, words: str) -> str:
    """Return a text field; a ``label`` message to `name` changes its text."""
    look = f"{words.replace(' ', chr(92) + ' ')} 8 {height // 2} 0 {FONT} #e8e8e8 {INK} 0"
    return f"cnv 10 {width} {height} empty {name} {look}"
