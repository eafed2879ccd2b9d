"""The Max objects that the device uses: their inlets, outlets and messages.

Max ignores unknown names without an error, so the patch may use only what is listed here.
"""

from dataclasses import dataclass
from typing import Final

ANY: Final = "*"
"""Stands for any message."""


@dataclass(frozen=True)
class MaxObject:
    """A class of Max objects.

    Attributes
    ----------
    inlets, outlets : int
        Their number. If it depends on the object's arguments: -1 is one per argument, -2 one
        more than that, -3 one more than the second argument says.
    accepts : tuple of tuple of str
        The messages of each inlet: ``bang``, ``number``, ``list``, ``signal``, or a word. The
        last entry also holds for all further inlets.
    ui : bool
        Whether the box has a class of its own; otherwise it is a text in a ``newobj``.
    parameter : bool
        Whether the object is a parameter in Live.
    """

    inlets: int
    outlets: int
    accepts: tuple[tuple[str, ...], ...]
    ui: bool = False
    parameter: bool = False


_VALUE: Final = (("number", "bang", "set"),)

OBJECTS: Final[dict[str, MaxObject]] = {
    # User interface.
    "live.menu": MaxObject(1, 3, _VALUE, ui=True, parameter=True),
    "live.tab": MaxObject(1, 3, _VALUE, ui=True, parameter=True),
    "live.dial": MaxObject(1, 2, _VALUE, ui=True, parameter=True),
    "live.numbox": MaxObject(1, 2, _VALUE, ui=True, parameter=True),
    "live.text": MaxObject(1, 2, _VALUE, ui=True, parameter=True),
    "live.drop": MaxObject(1, 2, (("set",),), ui=True, parameter=True),
    "live.comment": MaxObject(1, 0, (("set",),), ui=True),
    "waveform~": MaxObject(5, 6, (("number", "set"), ("number",)), ui=True),
    "jsui": MaxObject(1, 1, ((ANY,),), ui=True),
    "panel": MaxObject(1, 0, ((),), ui=True),
    # Messages.
    "message": MaxObject(2, 1, (("bang", "number", "list", "set"), (ANY,)), ui=True),
    "prepend": MaxObject(1, 1, ((ANY,),)),
    "route": MaxObject(1, -2, ((ANY,),)),
    "trigger": MaxObject(1, -1, ((ANY,),)),
    "pack": MaxObject(-1, 1, (("number", "list", "bang"), ("number",))),
    "unpack": MaxObject(1, -1, (("list", "number"),)),
    "expr": MaxObject(-1, 1, (("number", "bang"), ("number",))),
    "change": MaxObject(1, 3, (("number",),)),
    "gate": MaxObject(2, 1, (("number",), (ANY,))),
    "*": MaxObject(2, 1, (("number", "bang"), ("number",))),
    "float": MaxObject(2, 1, (("number", "bang"), ("number",))),
    "select": MaxObject(2, 2, (("number",), ("number",))),
    "send": MaxObject(1, 0, ((ANY,),)),
    "receive": MaxObject(1, 1, (("set",),)),
    "js": MaxObject(1, 2, ((ANY,),)),
    "node.script": MaxObject(1, 2, ((ANY,),)),
    "pattr": MaxObject(1, 3, (("list", "bang"),)),
    "live.thisdevice": MaxObject(1, 3, (("bang",),)),
    "notein": MaxObject(1, 3, (("number",),)),
    "stripnote": MaxObject(2, 2, (("number",), ("number",))),
    "udpsend": MaxObject(1, 0, ((ANY,),)),
    "udpreceive": MaxObject(1, 1, (("port",),)),
    # Sound.
    "buffer~": MaxObject(1, 2, (("replace", "write"),)),
    "play~": MaxObject(1, -3, (("signal", "set"),)),
    "line~": MaxObject(2, 2, (("number", "list"), ("number",))),
    "*~": MaxObject(2, 1, (("signal",), ("signal",))),
    "plugout~": MaxObject(2, 2, (("signal",), ("signal",))),
}
_SHORT: Final = {"t": "trigger", "f": "float"}


def name_of(text: str) -> str:
    """Return the full name of the object in a box with this text."""
    first = text.split()[0]
    return _SHORT.get(first, first)


def ports(name: str, text: str) -> tuple[int, int]:
    """Return the number of inlets and outlets of an object with this text.

    Raises
    ------
    KeyError
        If the object is not listed.
    """
    listed = OBJECTS[name]
    arguments = text.split()[1:]
    if name == "expr":
        highest = max(int(part[1]) for part in text.split("$")[1:])
        return highest, listed.outlets
    count = {-1: len(arguments), -2: len(arguments) + 1}
    if listed.outlets == -3:
        return listed.inlets, int(arguments[1]) + 1
    return count.get(listed.inlets, listed.inlets), count.get(listed.outlets, listed.outlets)
