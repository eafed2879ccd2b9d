"""The section on the latent space and its axes."""

from typing import Any

from neural_drum_machine.evaluation.study.report.formatting import Result, number, picture
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
        "Statistics of the codes of training sounds. A standard Gaussian has a mean of length 0, "
        "1 in the columns from variance to kurtosis, and an MMD² of 0.",
        "",
        *table([*head, "skewness", "kurtosis", "MMD²"], rows),
        "",
        "Effects of the three controls: the share of a category's variance along each axis; how "
        "far it moves the spectrogram from −1 to +1 (log-spectral distance); its rank correlation "
        "with each descriptor; and, in brackets, the change of the descriptor for one unit of the "
        "control (in octaves; noisiness as a share). An axis has a name if a correlation is at "
        "least 0.6.",
        "",
        *table(
            [
                "axis",
                "variance",
                "distance dB",
                *(d.name for d in DESCRIPTORS),
                "name",
            ],
            axes,
        ),
        "",
        "An axis may have a clear effect within one category only (some of the "
        f"{len(part['axes']) * len(part['names_by_category'])} correlations are large by chance). "
        "The names that the machine shows were found in the same way with other sounds when the "
        "model was exported. If the two names differ, the effect is weak:",
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
