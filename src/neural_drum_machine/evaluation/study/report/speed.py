"""The section on speed."""

from neural_drum_machine.benchmark.computer import computer_line
from neural_drum_machine.evaluation.study.report.formatting import Result, number, picture
from neural_drum_machine.prepare.report import table


def speed(result: Result) -> list[str]:
    """Return the section's lines."""
    part = result["benchmark"]
    rows = []
    for name, title in (
        ("ndm", f"as the machine plays ({result['model']['inverter']})"),
        ("mcnn", "with MCNN"),
        ("pytorch", "decoder and MCNN in PyTorch"),
        ("librosa", "librosa's mel inversion, 32 iterations"),
    ):
        figures = part["contenders"].get(name, {"skipped": "not measured"})
        if "skipped" in figures:
            rows.append([title, f"skipped: {figures['skipped']}", "", "", ""])
            continue
        rows.append(
            [
                title,
                *(
                    number(figures.get(key), 1)
                    for key in ("render_ms_p50", "render_ms_p95", "decode_ms_p50", "invert_ms_p50")
                ),
            ]
        )
    cold = part["cold_start"]["ndm"]
    return [
        "## Speed",
        "",
        f"{computer_line(part['machine'])}. `ndm benchmark` measures the same on your computer. "
        "The multiply-adds of decoder and MCNN, computed as matrix products, take "
        f"{part['arithmetic']['floor_ms_p50']:.1f} ms here. A fresh process makes its first sound "
        f"after {number(cold.get('first_sound_s_p50'))} s and needs at most "
        f"{number(cold.get('peak_memory_mib_p50'), 0)} MiB (medians). The load at the start was "
        f"{number(part['machine']['load_average_1min'], 1)}; a busy computer is slower.",
        "",
        *table(["contender", "render p50 ms", "p95", "decode p50", "invert p50"], rows),
        *picture("latency.png"),
    ]
