"""The section on an engineer's figures: start, body, air and tail beside recordings."""

from neural_drum_machine.evaluation.study.ear import SHARES
from neural_drum_machine.evaluation.study.report.formatting import Result
from neural_drum_machine.prepare.report import table

TITLES = {
    "first_sample": "first sample over 1 %",
    "rise_ms": "rise, ms",
    "peak_ms": "peak, ms",
    "late": "peak after 20 ms",
    "jitter_cents": "body: jitter, cents",
    "ripple_db": "body: ripple, dB",
    "air": "energy above 11 kHz",
    "loud_end": "ends above −50 dB",
    "returns": "rises again by 10 dB",
}
"""Figures of the report; the JSON has some more."""


def ear(result: Result) -> list[str]:
    """Return the section's lines."""
    part = result["ear"]
    rows = []
    for category, made in part["generated"].items():
        real = part["real"].get(category, {})
        cells = [
            f"{_cell(name, real.get(name))} \\| {_cell(name, made.get(name))}" for name in TITLES
        ]
        rows.append([category, *cells, f"{part['takes_lu'][category]:.1f}"])
    return [
        "## Start, body, air and tail",
        "",
        "Recordings \\| new sounds, at 44.1 kHz as they are played. The recordings are balanced "
        "over the kits. Values are medians, shares are means (–: not defined). The last column is "
        "the median difference between the loudest and the softest of four takes of a new drum, in "
        "LU.",
        "",
        *table(["category", *TITLES.values(), "takes, LU"], rows),
        "",
    ]


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name in SHARES or name == "air":
        return f"{100 * value:.3g} %"
    return f"{value:.3g}"
