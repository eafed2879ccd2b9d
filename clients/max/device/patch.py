"""A patch: boxes and patch cords, checked as they are added, and their JSON form."""

from dataclasses import dataclass, field
from typing import Any

from .objects import OBJECTS, name_of, ports
from .parameters import Parameter

Rect = tuple[float, float, float, float]


@dataclass
class Box:
    """A box of a patch: `at` is its rectangle in the patcher, `shown` the one in the device."""

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
        """Return the box in the form that Max reads."""
        listed = OBJECTS[self.name]
        box: dict[str, Any] = {
            "id": self.id,
            "maxclass": self.name if listed.ui else "newobj",
            "numinlets": self.inlets,
            "numoutlets": self.outlets,
            "patching_rect": list(self.at),
        }
        if self.outlets:
            signal = self.name in ("play~", "line~", "*~", "plugout~")
            box["outlettype"] = ["signal" if signal else ""] * self.outlets
        if self.text:
            box["text"] = self.text
        if self.shown is not None:
            box |= {"presentation": 1, "presentation_rect": list(self.shown)}
        if self.parameter is not None:
            box |= self.parameter.keys()
        attributes = {
            **box.get("saved_attribute_attributes", {}),
            **self.keys.get("saved_attribute_attributes", {}),
        }
        box |= self.keys
        if attributes:
            box["saved_attribute_attributes"] = attributes
        return {"box": box}


class Patch:
    """Boxes and the patch cords between them."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.cords: list[tuple[Box, int, Box, int]] = []

    def add(
        self,
        element: str,
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
        element : str
            The text of an object, or the class of a user interface box.
        at : tuple of float
            Left and top in the patcher.
        shown : tuple of float, optional
            Left, top, width and height in the device.
        parameter : Parameter, optional
            The parameter that the box represents.
        text : str, optional
            The text of a message or comment.
        **keys
            Further attributes of the box.

        Raises
        ------
        KeyError
            If the object is not listed.
        ValueError
            If `parameter` is missing, or given for an object that is no parameter.
        """
        name = name_of(element)
        listed = OBJECTS[name]
        if (parameter is not None) != listed.parameter and name != "pattr":
            raise ValueError(f"{element}: {'no ' if listed.parameter else 'a '}parameter is given")
        words = text if listed.ui else element
        inlets, outlets = ports(name, words or element)
        width = shown[2] if shown else max(40.0, 7.0 * len(words or element))
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

    def connect(self, *path: Box | int) -> Box:
        """Connect boxes in a row; numbers between two boxes are the outlet and the inlet.

        ``connect(a, b)`` connects outlet 0 to inlet 0, ``connect(a, 1, b)`` outlet 1 to inlet 0,
        ``connect(a, 1, 2, b)`` outlet 1 to inlet 2.

        Returns
        -------
        Box
            The last box.

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
        """Return the boxes, cords and list of parameters in the form that Max reads."""
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
