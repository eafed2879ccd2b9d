"""Of an evaluation's report: the latent space, its axes, and speed."""

from typing import Any

from neural_drum_machine.evaluation.study.report.words import Result, number, picture
from neural_drum_machine.prepare.report import table
from neural_drum_machine.signal.descriptors import DESCRIPTORS


def latent(result: Result) -> list[str]:
    """Return the section's lines."""
    part = result["latent"]
    rows = [
        [
            category,
            v["n"],
            number(v["mean_norm"]),
            number(v["variance"]),
            f"{number(v['least_variance'])} to {number(v['greatest_variance'])}",
            f"{v['anisotropy']:,.3g}",
            number(v["skewness"]),
            number(v["kurtosis"]),
            number(v["mmd2"], 3),
        ]
        for category, v in part["statistics"].items()
    ]
    explained = part["explained"]
    effects = {(e["axis"], e["descriptor"]): e for e in part["axes"]}
    axes = [
        [
            f"P{axis + 1}",
            f"{100 * explained['within'][axis]:.0f} %",
            number(part["movement_db"][axis], 1),
            *(_effect(effects.get((axis, d.name))) for d in DESCRIPTORS),
            part["names"][axis] or "–",
        ]
        for axis in range(len(part["names"]))
    ]
    head = ["category", "codes", "length of mean", "variance", "of a dimension", "anisotropy"]
    return [
        "## The latent space",
        "",
        "Training sounds' codes; a standard Gaussian in every category has a mean of length 0, and "
        "1 in the columns from variance to kurtosis, and an MMD² of 0.",
        "",
        *table([*head, "skewness", "kurtosis", "MMD²"], rows),
        "",
        "What the three controls do: the share of a category's variance along each, how far it "
        "moves the spectrogram from −1 to +1 (log-spectral distance), then its rank correlation "
        "with each descriptor and the change a unit of control brings (octaves, of noisiness a "
        "share). An axis is named where the correlation is at least 0.6.",
        "",
        *table(
            [
                "axis",
                "of the variance",
                "moves dB",
                *(d.name for d in DESCRIPTORS),
                "name",
            ],
            axes,
        ),
        "",
        "Within a category an axis may do something clear that it does not do elsewhere (of "
        f"{len(part['axes']) * len(part['names_by_category'])} correlations some are large by "
        "chance). The machine shows names that were found in this way when the model was exported, "
        "of other sounds; where the two differ, the effect is weak:",
        "",
        *table(
            ["category", *(f"P{axis + 1}" for axis in range(len(part["names"])))],
            [[c, *(n or "–" for n in names)] for c, names in part["names_by_category"].items()],
            left=1 + len(part["names"]),
        ),
        *picture("latent_map.png"),
    ]


def _effect(effect: dict[str, Any] | None) -> str:
    if effect is None or effect["rho"] is None:
        return "–"
    return f"{effect['rho']:+.2f} ({effect['slope']:+.2f})"


def speed(result: Result) -> list[str]:
    """Return the section's lines."""
    part = result["benchmark"]
    rows = []
    for name, title in (
        ("ndm", f"the machine as it plays ({result['model']['inverter']})"),
        ("mcnn", "with MCNN"),
        ("mcnn_2_threads", "with MCNN, two threads"),
        ("pytorch", "decoder and MCNN in PyTorch"),
        ("librosa", "librosa's mel inversion, 32 iterations"),
    ):
        figures = part["contenders"].get(name, {"skipped": "not measured"})
        if "skipped" in figures:
            rows.append([title, f"left out: {figures['skipped']}", "", "", ""])
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
        f"{part['machine']['cpu']}, {part['machine']['cores']} cores; `ndm benchmark` measures the "
        "same again. The arithmetic of decoder and MCNN alone takes "
        f"{part['arithmetic']['floor_ms_p50']:.1f} ms at this machine's matrix rate. From a cold "
        f"start the first sound is there after {number(cold.get('first_sound_s_p50'))} s, with "
        f"{number(cold.get('peak_memory_mib_p50'), 0)} MiB at its peak (medians). Load at the "
        f"start: {number(part['machine']['load_average_1min'], 1)}; a busy machine is slower.",
        "",
        *table(["contender", "render p50 ms", "p95", "decode p50", "invert p50"], rows),
        *picture("latency.png"),
    ]
