"""A patch: boxes and cords, checked while it is made, and the patcher dictionary of it."""

from dataclasses import dataclass, field
from typing import Any

from .objects import KINDS, name_of, ports
from .parameters import Parameter

Rect = tuple[float, float, float, float]


@dataclass
class Box:
    """A box of a patch; `at` is its place in the patcher, `shown` the one in the device."""

    id: str
    name: str
    text: str
    inlets: int
    outlets: int
    at: Rect
    shown: Rect | None = None
    parameter: Parameter | None = None
    keys: dict[str, Any] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """Return the box as Max reads it."""
        kind = KINDS[self.name]
        made: dict[str, Any] = {
            "id": self.id,
            "maxclass": self.name if kind.ui else "newobj",
            "numinlets": self.inlets,
            "numoutlets": self.outlets,
            "patching_rect": list(self.at),
        }
        if self.outlets:
            signal = self.name in ("play~", "line~", "*~", "plugout~")
            made["outlettype"] = ["signal" if signal else ""] * self.outlets
        if self.text:
            made["text"] = self.text
        if self.shown is not None:
            made |= {"presentation": 1, "presentation_rect": list(self.shown)}
        if self.parameter is not None:
            made |= self.parameter.keys()
        attributes = {
            **made.get("saved_attribute_attributes", {}),
            **self.keys.get("saved_attribute_attributes", {}),
        }
        made |= self.keys
        if attributes:
            made["saved_attribute_attributes"] = attributes
        return {"box": made}


class Patch:
    """Boxes and the cords between them."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.cords: list[tuple[Box, int, Box, int]] = []

    def add(
        self,
        what: str,
        at: tuple[float, float],
        *,
        shown: Rect | None = None,
        parameter: Parameter | None = None,
        text: str | None = None,
        **keys: Any,
    ) -> Box:
        """Add a box.

        Parameters
        ----------
        what : str
            The text of an object, or the class of a box that shows something.
        at : tuple of float
            Left and top in the patcher.
        shown : tuple of float, optional
            Left, top, width and height in the device.
        parameter : Parameter, optional
            The parameter that it is.
        text : str, optional
            Of a message or comment.
        **keys
            Anything else that Max shall read.

        Raises
        ------
        KeyError
            If the object is not a known one.
        ValueError
            If it is a parameter and none is given, or the other way round.
        """
        name = name_of(what)
        kind = KINDS[name]
        if (parameter is not None) != kind.parameter and name != "pattr":
            raise ValueError(f"{what}: {'no ' if kind.parameter else 'a '}parameter is given")
        words = text if kind.ui else what
        inlets, outlets = ports(name, words or what)
        width = shown[2] if shown else max(40.0, 7.0 * len(words or what))
        height = shown[3] if shown else 22.0
        box = Box(
            f"obj-{len(self.boxes) + 1}", name, words or "", inlets, outlets,
            (*at, width, height), shown, parameter, keys,
        )  # fmt: skip
        self.boxes.append(box)
        return box

    def message(self, text: str, at: tuple[float, float]) -> Box:
        """Add a message box."""
        return self.add("message", at, text=text)

    def join(self, *path: Box | int) -> Box:
        """Connect boxes in a row; a number before a cord is its outlet, one after it its inlet.

        ``join(a, b)`` joins first outlet and first inlet, ``join(a, 1, b)`` outlet 1 of a, and
        ``join(a, 1, 2, b)`` also inlet 2 of b.

        Returns
        -------
        Box
            The last one.

        Raises
        ------
        ValueError
            If there is no such inlet or outlet.
        """
        source: Box | None = None
        numbers: list[int] = []
        for item in path:
            if isinstance(item, int):
                numbers.append(item)
                continue
            if source is not None:
                outlet, inlet = (*numbers, 0, 0)[:2]
                if not (outlet < source.outlets and inlet < item.inlets):
                    raise ValueError(
                        f"no cord from outlet {outlet} of {source.name} {source.text!r} to inlet "
                        f"{inlet} of {item.name} {item.text!r}"
                    )
                self.cords.append((source, outlet, item, inlet))
            source, numbers = item, []
        assert source is not None
        return source

    def json(self) -> dict[str, Any]:
        """Return boxes, lines and the list of parameters, as they stand in a patcher."""
        parameters = {
            box.id: [box.parameter.name, box.parameter.short, 0]
            for box in self.boxes
            if box.parameter is not None
        }
        return {
            "boxes": [box.json() for box in self.boxes],
            "lines": [
                {"patchline": {"source": [a.id, outlet], "destination": [b.id, inlet]}}
                for a, outlet, b, inlet in self.cords
            ],
            "parameters": parameters,
        }
