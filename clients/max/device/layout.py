"""Layout of the device: left, top, width and height of each element in pixels."""

from typing import Final

from .controls import WISHES, asked_name, wish_name
from .patch import Rect

HEIGHT: Final = 169
"""Height of the device view in Live."""
WIDTH: Final = 1006

CONTROLS: Final[dict[str, Rect]] = {
    "Category": (8, 8, 124, 15),
    "XY pad": (8, 27, 124, 116),
    "P1": (26, 148, 38, 15),
    "P2": (94, 148, 38, 15),
    "Fine": (144, 6, 44, 48),
    "Wild": (192, 6, 44, 48),
    "Range": (144, 72, 92, 17),
    "Take": (200, 97, 36, 15),
    "Random": (144, 120, 92, 19),
    "Typical": (144, 144, 92, 19),
    "Amount": (248, 6, 60, 48),
    "Variation": (248, 72, 60, 19),
    "Kit": (248, 96, 60, 19),
    "Play": (248, 120, 60, 19),
    "Save": (248, 144, 60, 19),
    "Wave": (322, 8, 250, 80),
    "Start": (352, 93, 44, 15),
    "Choke": (450, 93, 26, 15),
    "End": (528, 93, 44, 15),
    "Attack": (320, 115, 44, 48),
    "Decay": (368, 115, 44, 48),
    "Humanise": (416, 115, 56, 48),
    "Audition": (480, 120, 92, 19),
    "Note to pitch": (480, 144, 92, 19),
    "Sample": (586, 8, 100, 34),
    "Toward": (586, 66, 100, 15),
    "Turn": (588, 94, 46, 48),
    "Blend": (638, 94, 46, 48),
    "Engine": (700, 8, 146, 17),
    "Port": (798, 30, 48, 15),
    **{asked_name(name): (860, 5 + 18 * i, 76, 16) for i, name in enumerate(WISHES)},
    **{wish_name(name): (940, 5 + 18 * i, 58, 15) for i, name in enumerate(WISHES)},
}
LABELS: Final[dict[str, tuple[Rect, str]]] = {
    "P1": ((6, 147, 19, 16), "P1"),
    "P2": ((74, 147, 19, 16), "P2"),
    "Range": ((142, 57, 92, 14), "Range"),
    "Take": ((142, 96, 50, 16), "Take"),
    "Start": ((320, 92, 31, 16), "Start"),
    "Choke": ((408, 92, 40, 16), "Choke"),
    "End": ((502, 92, 25, 16), "End"),
    "Toward": ((584, 48, 100, 16), "Toward"),
    "Port": ((698, 29, 90, 16), "Server port"),
}
TEXTS: Final[dict[str, Rect]] = {
    "status": (698, 49, 152, 28),
    "info": (698, 79, 152, 16),
    "error": (698, 97, 152, 66),
}
"""Places of the text fields."""
PANELS: Final[tuple[Rect, ...]] = (
    (2, 2, 136, 165),
    (140, 2, 174, 165),
    (316, 2, 262, 165),
    (580, 2, 112, 165),
    (694, 2, 158, 165),
    (854, 2, 150, 165),
)
