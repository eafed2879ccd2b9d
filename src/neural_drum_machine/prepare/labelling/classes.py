"""What a label may be: one of the eleven categories, or none of them."""

from typing import Final

from neural_drum_machine.categories import CATEGORIES

OTHER: Final = "other"
"""Another instrument. It becomes no sound of a dataset, but the classifier learns from it what is
none of the eleven."""
SKIP: Final = "skip"
"""No hit at all (a loop, a roll, a sweep), or a file that the user wants left out."""
CLASSES: Final = (*CATEGORIES, OTHER)
"""The classes of the classifier."""
