"""The Max objects that the device is made of: inlets, outlets, and what they understand.

Max ignores unknown names in silence, so the patch may use nothing that is not listed here.
"""

from dataclasses import dataclass
from typing import Final

ANY: Final = "*"
"""An object that passes on, or is given by us, whatever comes."""


@dataclass(frozen=True)
class Kind:
    """A kind of object.

    Attributes
    ----------
    inlets, outlets : int
        Fixed counts; counted from the arguments where they are negative: -1 is one for each
        argument, -2 one more than that.
    takes : tuple of tuple of str
        For each inlet the messages it understands (the last one's hold for all further ones):
        ``bang``, ``number``, ``list``, ``signal``, or a word.
    ui : bool
        Whether it is a box of its own class, not a text in a ``newobj``.
    parameter : bool
        Whether it is a parameter of Live.
    """

    inlets: int
    outlets: int
    takes: tuple[tuple[str, ...], ...]
    ui: bool = False
    parameter: bool = False


_VALUE: Final = (("number", "bang", "set"),)

KINDS: Final[dict[str, Kind]] = {
    # What Live shows.
    "live.menu": Kind(1, 3, _VALUE, ui=True, parameter=True),
    "live.tab": Kind(1, 3, _VALUE, ui=True, parameter=True),
    "live.dial": Kind(1, 2, _VALUE, ui=True, parameter=True),
    "live.numbox": Kind(1, 2, _VALUE, ui=True, parameter=True),
    "live.text": Kind(1, 2, _VALUE, ui=True, parameter=True),
    "live.drop": Kind(1, 2, (("set",),), ui=True, parameter=True),
    "live.comment": Kind(1, 0, (("set",),), ui=True),
    "waveform~": Kind(5, 6, (("number", "set"), ("number",)), ui=True),
    "jsui": Kind(1, 1, ((ANY,),), ui=True),
    "panel": Kind(1, 0, ((),), ui=True),
    # Messages.
    "message": Kind(2, 1, (("bang", "number", "list", "set"), (ANY,)), ui=True),
    "prepend": Kind(1, 1, ((ANY,),)),
    "route": Kind(1, -2, ((ANY,),)),
    "trigger": Kind(1, -1, ((ANY,),)),
    "pack": Kind(-1, 1, (("number", "list", "bang"), ("number",))),
    "unpack": Kind(1, -1, (("list", "number"),)),
    "expr": Kind(-1, 1, (("number", "bang"), ("number",))),
    "change": Kind(1, 3, (("number",),)),
    "gate": Kind(2, 1, (("number",), (ANY,))),
    "*": Kind(2, 1, (("number", "bang"), ("number",))),
    "/": Kind(2, 1, (("number", "bang"), ("number",))),
    "js": Kind(1, 2, ((ANY,),)),
    "pattr": Kind(1, 3, (("list", "bang"),)),
    "live.thisdevice": Kind(1, 3, (("bang",),)),
    "notein": Kind(1, 3, (("number",),)),
    "stripnote": Kind(2, 2, (("number",), ("number",))),
    "udpsend": Kind(1, 0, ((ANY,),)),
    "udpreceive": Kind(1, 1, (("port",),)),
    # Sound.
    "buffer~": Kind(1, 2, (("replace", "write"),)),
    "play~": Kind(1, 2, (("signal",),)),
    "line~": Kind(2, 2, (("number", "list"), ("number",))),
    "*~": Kind(2, 1, (("signal",), ("signal",))),
    "plugout~": Kind(2, 2, (("signal",), ("signal",))),
}
_SHORT: Final = {"t": "trigger"}


def name_of(text: str) -> str:
    """Return the full name of the object that a box with this text is."""
    first = text.split()[0]
    return _SHORT.get(first, first)


def ports(name: str, text: str) -> tuple[int, int]:
    """Return how many inlets and outlets an object with this text has.

    Raises
    ------
    KeyError
        If the object is not listed.
    """
    kind = KINDS[name]
    words = text.split()[1:]
    if name == "expr":
        highest = max(int(part[1]) for part in text.split("$")[1:])
        return highest, kind.outlets
    count = {-1: len(words), -2: len(words) + 1}
    return count.get(kind.inlets, kind.inlets), count.get(kind.outlets, kind.outlets)
