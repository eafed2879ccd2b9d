"""A live benchmark as ``docs/latency.md``, and its picture."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from neural_drum_machine.benchmark.computer import provenance
from neural_drum_machine.extras import require
from neural_drum_machine.pictures import new_figure, save_figure

Rows = list[tuple[str, str, str]]

_MB_PER_MIB: Final = 2**20 / 1e6


def rows(result: Mapping[str, Any]) -> Rows:
    """Return (quantity, measured value, target) as text; the target is empty if there is none."""
    single, drag, memory = result["single"], result["drag"], result["memory"]
    most = 10 if result["machine"].get("avx512") else 15
    table: Rows = [
        (
            "start of the program to first sound",
            f"{result['start']['first_sound_s']:.2f} s",
            "≤ 0.3 s",
        )
    ]
    for name, figures in single.items():
        p50, p95 = figures["answer_ms_p50"], figures["answer_ms_p95"]
        default = name == result["inverter"]
        title = f"message to answer, {name}" + (" (default)" if default else "")
        table.append((f"{title}, p50", f"{p50:.1f} ms", ""))
        table.append((f"{title}, p95", f"{p95:.1f} ms", f"≤ {most} ms" if default else ""))
    newest = f"drag, {drag['messages_per_s']} messages a second: newest state available"
    table.append((f"{newest}, p50", f"{drag['heard_ms_p50']:.1f} ms", ""))
    table.append((f"{newest}, p95", f"{drag['heard_ms_p95']:.1f} ms", "≤ 20 ms"))
    for when, title, target in (
        ("start", "after the first sound", "≤ 120 MB"),
        ("drag", f"after {drag['seconds']:g} s of dragging", "≤ 120 MB"),
        ("mcnn", "once MCNN was used, whose weights stay", ""),
    ):
        if (mib := memory[f"resident_mib_{when}"]) is not None:  # older results lack some
            table.append((f"resident memory {title}", f"{_MB_PER_MIB * mib:.0f} MB", target))
    if "skipped" not in result["pytorch"]:
        ratio = result["pytorch"]["render_over_our_mcnn_answer"]
        eager = result["pytorch"]["render_ms_p50"]
        title = "decoder and MCNN in eager PyTorch without a server, p50"
        table.append((title, f"{eager:.1f} ms", ""))
        table.append(("the same, divided by our answer's time with MCNN", f"× {ratio:.2f}", "≥ 3"))
    return table


def markdown(result: Mapping[str, Any], picture: str | None, packaged_hash: str) -> str:
    """Return ``docs/latency.md``.

    Parameters
    ----------
    result : Mapping
        From :func:`~neural_drum_machine.benchmark.live.measure_live`.
    picture : str, optional
        Path of the picture, relative to the document.
    packaged_hash : str
        Hash of the model in this package.
    """
    drag = result["drag"]
    lines = [
        "# How fast the live server answers",
        "",
        "`ndm benchmark --live --out docs` makes this document in one run. It starts a real server",
        "in a process of its own and sends it messages over UDP, as a client on the same computer",
        "does. A time lasts from sending a message to receiving its answer. Every file that an",
        "answer names was then complete.",
        "",
        *provenance(
            result["machine"],
            result["model"],
            packaged_hash,
            ("python", "neural_drum_machine", "numpy", "torch"),
        ),
        "",
        "| quantity | measured | target |",
        "|---|---:|---:|",
        *(f"| {quantity} | {value} | {target} |" for quantity, value, target in rows(result)),
        "",
        f"In the drag, {drag['superseded']} of {drag['messages']} messages were superseded by a "
        "newer one",
        "before their turn. A state is available with the sound of it or of a newer state.",
    ]
    if picture:
        lines += ["", f"![Histograms of the times]({picture})"]
    return "\n".join(lines) + "\n"


def live_histogram(result: Mapping[str, Any], path: Path) -> None:
    """Draw histograms of the times: single sounds above, the drag below.

    Parameters
    ----------
    result : Mapping
        From :func:`~neural_drum_machine.benchmark.live.measure_live`.
    path : Path
        The PNG.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OutputError
        If the picture cannot be written.
    """
    require("matplotlib", "plot")
    figure = new_figure(8, 5.4, 120)
    above, below = figure.subplots(2, 1, sharex=True)
    colours = ("#1f6f8b", "#d1603d")
    panels = [
        (above, f"message to answer, {name}", figures["answer_ms"], colours[i])
        for i, (name, figures) in enumerate(result["single"].items())
    ]
    panels.append((below, "drag: newest state available", result["drag"]["heard_ms"], colours[0]))
    # A single delayed answer must not squeeze all others together.
    right = 1.2 * max(float(np.percentile(times, 99)) for _, _, times, _ in panels)
    bins = np.linspace(0, right, 80).tolist()
    for axes, title, times, colour in panels:
        p50, p95 = (float(np.percentile(times, p)) for p in (50, 95))
        beyond = int((np.asarray(times) > right).sum())
        label = f"{title}: p50 {p50:.1f}, p95 {p95:.1f} ms" + (
            f" ({beyond} later, not shown)" if beyond else ""
        )
        axes.hist(times, bins=bins, color=colour, alpha=0.65, label=label)
        for value, style in ((p50, "-"), (p95, "--")):
            axes.axvline(value, color=colour, linestyle=style, linewidth=1.3)
    for axes, unit in ((above, "sounds"), (below, "messages")):
        axes.margins(y=0.35)  # room for the legend
        axes.legend(fontsize=8, loc="upper right", framealpha=0.9)
        axes.set_ylabel(unit)
    below.set_xlabel("ms; lines: median and, dashed, 95th percentile")
    below.set_xlim(0, right)
    figure.suptitle(f"The live server on {result['machine']['cpu']}", fontsize=11)
    save_figure(figure, path)
