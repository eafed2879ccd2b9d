"""The source of the TouchOSC layout: its controls, their messages, and the .tosc file.

A .tosc file is XML, compressed with zlib: ``lexml`` → one GROUP node → its children. A node has
typed properties (``b`` boolean, ``i``/``f`` number, ``s`` text, ``r`` frame, ``c`` colour), values
(the state of the control) and messages. The address and arguments of a message are lists of
partials: a constant, or a value of the control, scaled from 0…1 to scaleMin…scaleMax. The file has
version 3, which TouchOSC has written since 2021; newer releases write version 6 and read both.
Buttons have no text, so a label that ignores touches lies on each.
"""

import uuid
import zlib
from dataclasses import dataclass
from xml.sax.saxutils import escape

CATEGORIES = (
    "kick", "clap", "snare", "open_hihat", "closed_hihat", "tambourine",
    "conga", "bongo", "shaker", "snap", "tom",
)  # fmt: skip
WIDTH, HEIGHT = 1024, 768
GAP = 16
DARK, SURFACE = (0.07, 0.08, 0.10), (0.22, 0.25, 0.30)
ACCENT, LIGHT = (0.98, 0.55, 0.25), (0.93, 0.94, 0.96)
_NAMES = uuid.UUID("0f2f6d3e-9a55-4c0e-8d7e-6e646d000001")
"""Node ids are derived from names, so the same layout gives the same bytes."""


@dataclass(frozen=True)
class Value:
    """An argument that follows the value ``name`` of the control, scaled from 0…1 to low…high."""

    name: str
    low: float = 0
    high: float = 1


@dataclass(frozen=True)
class Control:
    """A control: its frame in pixels and its message."""

    kind: str
    name: str
    frame: tuple[int, int, int, int]
    arguments: tuple[Value | float | str, ...] = ()
    text: str = ""
    start: float = 0.5

    @property
    def address(self) -> str:
        """The OSC address of its message; ``category_kick`` and its like share one address."""
        return "/touch/" + self.name.split("_")[0]


def controls() -> list[Control]:
    """Return all controls, from back to front."""
    pad, row = 480, 56
    right = GAP + pad + GAP
    half = (WIDTH - right - 2 * GAP) // 2
    made = [
        Control("LABEL", "status", (GAP, GAP, WIDTH - 2 * GAP, 40), text="Neural Drum Machine"),
        Control("XY", "pad", (GAP, 72, pad, pad), (Value("x", -1, 1), Value("y", -1, 1))),
    ]
    for i, (name, low, text) in enumerate((("p3", -1, "P3"), ("wild", 0, "Wild"))):
        top = 72 + pad + GAP + i * (row + GAP)
        made += [
            Control("LABEL", f"caption_{name}", (GAP, top, 64, row), text=text),
            Control("FADER", name, (GAP + 80, top, pad - 80, row), (Value("x", low, low + 2),)),
        ]
    buttons: list[tuple[str, str, tuple[float | str, ...]]] = [
        (f"category_{name}", name.replace("_", " "), (name,)) for name in CATEGORIES
    ]
    buttons += [
        ("typical", "Typical", (1.0,)),
        ("random", "Random", (1.0,)),
        ("variation", "Variation", (1.0,)),
    ]
    for i, (name, text, arguments) in enumerate(buttons):
        frame = (
            right + i % 2 * (half + GAP), 72 + i // 2 * (row + GAP), half, row
        )  # fmt: skip
        made.append(Control("BUTTON", name, frame, arguments, text, 0))
    top = 72 + len(buttons) // 2 * (row + GAP)
    frame = (right, top, WIDTH - right - GAP, HEIGHT - top - GAP)
    return [*made, Control("BUTTON", "hit", frame, (1.0,), "Hit", 0)]


def build() -> bytes:
    """Return the bytes of the file."""
    nodes = "".join(_node(control) for control in controls())
    root = (
        _open("GROUP", "root")
        + _properties((0, 0, WIDTH, HEIGHT), DARK, name="Neural Drum Machine", interactive=True)
        + f"<values>{_value('touch', 'false')}</values><children>{nodes}</children></node>"
    )
    text = f"<?xml version='1.0' encoding='UTF-8'?><lexml version='3'>{root}</lexml>"
    # The level of TouchOSC's own files.
    return zlib.compress(text.encode(), 6)


def _node(control: Control) -> str:
    if control.kind == "LABEL":
        status = control.name == "status"
        return _label(control, _message(control) if status else "")
    axes = ("x", "y") if control.kind == "XY" else ("x",)
    values = "".join(_value(axis, f"{control.start:g}") for axis in axes)
    color = ACCENT if control.name in ("pad", "p3", "wild", "hit") else SURFACE
    extra = {"buttonType": ("i", 0)} if control.kind == "BUTTON" else {}
    if control.kind == "FADER":
        extra = {"orientation": ("i", 1)}  # horizontal
    node = (
        _open(control.kind, control.name)
        + _properties(control.frame, color, control.name, interactive=True, extra=extra)
        + f"<values>{values}{_value('touch', 'false')}</values>"
        + f"<messages>{_message(control)}</messages></node>"
    )
    caption = Control("LABEL", f"caption_{control.name}", control.frame, text=control.text)
    return node + (_label(caption) if control.text else "")


def _label(control: Control, message: str = "") -> str:
    extra = {"textSize": ("i", 18), "textColor": ("c", LIGHT)}
    return (
        _open("LABEL", control.name)
        + _properties(
            control.frame, DARK, control.name, interactive=False, background=False, extra=extra
        )
        + f"<values>{_value('text', control.text)}{_value('touch', 'false')}</values>"
        + (f"<messages>{message}</messages>" if message else "")
        + "</node>"
    )


def _open(kind: str, name: str) -> str:
    return f"<node ID='{uuid.uuid5(_NAMES, name)}' type='{kind}'>"


def _properties(
    frame: tuple[int, ...],
    color: tuple[float, ...],
    name: str,
    interactive: bool,
    background: bool = True,
    extra: dict[str, tuple[str, object]] | None = None,
) -> str:
    """Return the properties that differ from TouchOSC's defaults, sorted as TouchOSC does."""
    every: dict[str, tuple[str, object]] = {
        "background": ("b", int(background)),
        "color": ("c", color),
        "frame": ("r", frame),
        "interactive": ("b", int(interactive)),
        "name": ("s", name),
        "outline": ("b", int(background)),
        "visible": ("b", 1),
        **(extra or {}),
    }
    return f"<properties>{''.join(_property(k, *every[k]) for k in sorted(every))}</properties>"


def _property(key: str, kind: str, value: object) -> str:
    if isinstance(value, tuple):
        parts = zip("xywh" if kind == "r" else "rgba", (*value, 1)[:4], strict=True)
        text = "".join(f"<{part}>{number:g}</{part}>" for part, number in parts)
    else:
        text = escape(str(value))
    return f"<property type='{kind}'><key>{key}</key><value>{text}</value></property>"


def _value(key: str, default: str) -> str:
    return (
        f"<value><key>{key}</key><locked>0</locked>"
        "<lockedDefaultCurrent>0</lockedDefaultCurrent>"
        f"<default>{escape(default)}</default><defaultPull>0</defaultPull></value>"
    )


def _message(control: Control) -> str:
    """Return the message of a control; buttons send only when pressed, labels only receive."""
    receives = control.kind == "LABEL"
    condition = "RISE" if control.kind == "BUTTON" else "ANY"
    variables = [] if receives else ["x", "y"] if control.kind == "XY" else ["x"]
    triggers = "".join(
        f"<trigger><var>{v}</var><condition>{condition}</condition></trigger>" for v in variables
    )
    arguments = "".join(_argument(each) for each in control.arguments)
    if receives:
        arguments = _partial("VALUE", "STRING", "text")
    return (
        f"<osc><enabled>1</enabled><send>{int(not receives)}</send>"
        f"<receive>{int(receives)}</receive><feedback>0</feedback>"
        "<connections>00001</connections>"  # the first connection, counted from the right
        + (f"<triggers>{triggers}</triggers>" if triggers else "")
        + f"<path>{_partial('CONSTANT', 'STRING', control.address)}</path>"
        + f"<arguments>{arguments}</arguments></osc>"
    )


def _argument(argument: Value | float | str) -> str:
    if isinstance(argument, Value):
        return _partial("VALUE", "FLOAT", argument.name, argument.low, argument.high)
    if isinstance(argument, str):
        return _partial("CONSTANT", "STRING", argument)
    return _partial("CONSTANT", "FLOAT", f"{argument:g}")


def _partial(kind: str, conversion: str, value: str, low: float = 0, high: float = 1) -> str:
    return (
        f"<partial><type>{kind}</type><conversion>{conversion}</conversion>"
        f"<value>{escape(value)}</value>"
        f"<scaleMin>{low:g}</scaleMin><scaleMax>{high:g}</scaleMax></partial>"
    )
