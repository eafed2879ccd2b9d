"""Layout of the device: left, top, width and height of each element in pixels."""

from typing import Final

from .controls import WISHES, asked_name, wish_name
from .patch import Rect

HEIGHT: Final = 169
"""Height of the device view in Live."""
WIDTH: Final = 836

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
    "Play": (248, 120, 60, 19),
    "Save": (248, 144, 60, 19),
    "Wave": (322, 8, 194, 80),
    "Start": (352, 93, 44, 15),
    "End": (472, 93, 44, 15),
    "Attack": (320, 115, 44, 48),
    "Decay": (368, 115, 44, 48),
    "Audition": (424, 120, 92, 19),
    "Note to pitch": (424, 144, 92, 19),
    "Sample": (530, 8, 146, 28),
    "Port": (628, 41, 48, 15),
    **{asked_name(name): (690, 7 + 20 * i, 76, 16) for i, name in enumerate(WISHES)},
    **{wish_name(name): (770, 7 + 20 * i, 58, 15) for i, name in enumerate(WISHES)},
}
LABELS: Final[dict[str, tuple[Rect, str]]] = {
    "P1": ((6, 147, 19, 16), "P1"),
    "P2": ((74, 147, 19, 16), "P2"),
    "Range": ((142, 57, 92, 14), "Range"),
    "Take": ((142, 96, 50, 16), "Take"),
    "Start": ((320, 92, 31, 16), "Start"),
    "End": ((446, 92, 25, 16), "End"),
    "Port": ((528, 40, 90, 16), "Server port"),
}
TEXTS: Final[dict[str, Rect]] = {
    "status": (528, 60, 152, 28),
    "info": (528, 88, 152, 16),
    "error": (528, 106, 152, 58),
}
"""Places of the text fields."""
PANELS: Final[tuple[Rect, ...]] = (
    (2, 2, 136, 165),
    (140, 2, 174, 165),
    (316, 2, 206, 165),
    (524, 2, 158, 165),
    (684, 2, 150, 165),
)
