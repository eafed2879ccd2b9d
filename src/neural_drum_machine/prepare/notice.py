"""``NOTICE`` of a dataset: whom its recordings are from, and what their licences ask for."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from neural_drum_machine.dataset.index import REAL, Entry
from neural_drum_machine.prepare.sources.licences import PERMISSIVE, asks_for, parts_of
from neural_drum_machine.text import clean

NOTICE: Final = "NOTICE"
_OTHER: Final = "Asks for more than naming the author, or is unknown; read it before you publish."
_NONE: Final = "Nobody states a licence; ask the authors before you publish."


def notice(entries: Sequence[Entry]) -> str:
    """Return the text: licences in alphabetical order, with sources and attributions.

    Parameters
    ----------
    entries : sequence of Entry
        A dataset's sounds. Derived ones are left out, because their parents are named.

    Returns
    -------
    str
        Plain text. Line breaks in an attribution are spaces there.
    """
    by_licence: dict[str, Counter[tuple[str, str]]] = {}
    for entry in entries:
        if entry.origin == REAL:
            who = clean(entry.attribution), clean(entry.source)
            by_licence.setdefault(clean(entry.licence), Counter())[who] += 1
    total = sum(counts.total() for counts in by_licence.values())
    lines = [f"{total} recordings, by licence, with their authors and sources."]
    for licence, counts in sorted(by_licence.items()):
        lines += ["", f"{licence or 'No licence'}: {counts.total()} recordings"]
        if not licence:
            lines.append(f"  {_NONE}")
        for part in parts_of(licence) if licence else ():
            lines.append(f"  {asks_for(part) or _OTHER}")
            if not part.startswith("LicenseRef-") and part in PERMISSIVE:
                lines.append(f"  https://spdx.org/licenses/{part}.html")
        for (attribution, source), count in sorted(counts.items()):
            where = f"{source}, {count}" if source else f"{count}"
            lines.append(f"  - {attribution or 'no author stated'} ({where})")
    return "\n".join(lines) + "\n"
