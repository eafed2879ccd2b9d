"""Boxes that occur several times in the device."""

from typing import Any

from .controls import BY_NAME
from .layout import CONTROLS
from .patch import Box, Patch


def theme(**colours: str) -> dict[str, Any]:
    """Return attributes that take their colours from Live's theme."""
    return {name: {"expression": f"themecolor.live_{colour}"} for name, colour in colours.items()}


def control(patch: Patch, name: str, kind: str, at: tuple[float, float], **keys: Any) -> Box:
    """Add the box of a parameter, at its place in the device."""
    return patch.add(kind, at, shown=CONTROLS[name], parameter=BY_NAME[name], **keys)


def button(patch: Patch, name: str, at: tuple[float, float], **keys: Any) -> Box:
    """Add the button of a parameter, labelled with its name."""
    return control(patch, name, "live.text", at, text=name, texton=name, **keys)
