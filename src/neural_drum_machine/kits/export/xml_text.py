"""XML files: written by the standard library, from names with anything in them."""

import xml.etree.ElementTree as ET

from neural_drum_machine.text import clean

Value = str | int | float | bool


def element(
    parent: ET.Element | None, tag: str, text: Value = "", **attributes: Value
) -> ET.Element:
    """Return a new element, the last child of `parent` if there is one.

    Parameters
    ----------
    parent : Element or None
        Where it goes.
    tag : str
        Its name.
    text : str, int, float or bool
        What stands in it.
    **attributes
        What stands in its tag.
    """
    made = ET.Element(tag, {name: told(value) for name, value in attributes.items()})
    if text != "":
        made.text = told(text)
    if parent is not None:
        parent.append(made)
    return made


def told(value: Value) -> str:
    """Return a value as text: six decimals at most, ``true`` and ``false``, one clean line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".") or "0"
    return clean(value) if isinstance(value, str) else str(value)


def document(root: ET.Element) -> bytes:
    """Return an XML file, indented, in UTF-8."""
    ET.indent(root)
    out: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return out + b"\n"
