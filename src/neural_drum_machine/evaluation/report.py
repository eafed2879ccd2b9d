"""An evaluation's result as Markdown."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from neural_drum_machine.data.report import table
from neural_drum_machine.evaluation.descriptors import DESCRIPTORS
from neural_drum_machine.evaluation.findings import best_path, category_means, weakest
from neural_drum_machine.evaluation.folds import shares
from neural_drum_machine.evaluation.intervals import Interval, bootstrap_mean, wilson_share
from neural_drum_machine.evaluation.reconstruction import CWAE, DECODED, SAMPLER, TRUE, WAYS
from neural_drum_machine.spec import CATEGORIES

Result = dict[str, Any]
NOT_KNOWN = (
    "of another dataset than the model's (whether it was trained on these sounds is not known)"
)
PICTURES = {
    "reconstructions.png": "A real sound of each category, the model's version, the difference",
    "error_by_category.png": "Error by category",
    "confusion.png": "What the judge hears in generated sounds",
    "latent_map.png": "The codes of training sounds",
    "latency.png": "Render times",
}
"""File names of the pictures beside the report, and what they show."""


def to_markdown(result: Result, pictures: str) -> str:
    """Return an evaluation's report.

    Parameters
    ----------
    result : dict
        From :func:`neural_drum_machine.evaluation.evaluate.evaluate`.
    pictures : str
        Where the pictures lie, seen from the report.
    """
    lines = [
        *_head(result),
        *_reconstruction(result),
        *_generation(result),
        *_fidelity(result),
        *_latent(result),
        *_speed(result),
        *_definitions(),
    ]
    text = "\n".join(lines) + "\n"
    for name in PICTURES:
        text = text.replace(f"]({name})", f"]({pictures}/{name})")
    return text


def _picture(name: str) -> list[str]:
    return ["", f"![{PICTURES[name]}]({name})", ""]


def _head(result: Result) -> list[str]:
    held_out = result["dataset"]["held_out"]
    sounds = len(result["reconstruction"]["rows"])
    kits = len(set(result["reconstruction"]["kits"]))
    settings = {k.replace("_", " "): v for k, v in result["settings"].items()}
    lines = [
        "# Evaluation",
        "",
        f"Model `{result['model']['hash'][:16]}` ({result['model']['name']}), dataset "
        f"`{result['dataset']['fingerprint'][:12]}`. {sounds} real sounds of {kits} kits "
        + ("that neither network was trained on." if held_out else NOT_KNOWN + "."),
        "Means are over the categories, each weighing the same; brackets are 95 % intervals.",
        f"Made by `ndm evaluate`; measuring took {sum(result['seconds'].values()) / 60:.1f} min on "
        f"{result['benchmark']['machine']['cores']} cores "
        f"({', '.join(f'{k} {v}' for k, v in settings.items())}).",
        "",
        "## Weakest first",
        "",
    ]
    lines += [f"{i}. {finding.sentence}" for i, finding in enumerate(weakest(result), 1)]
    return [*lines, ""]


def _interval(result: Result, way: str, measure: str, digits: int = 3) -> str:
    part = result["reconstruction"]
    values = part["figures"].get(way, {}).get(measure)
    if values is None:
        return "–"
    return _shown(bootstrap_mean(values, part["categories"], part["kits"]), digits)


def _shown(interval: Interval, digits: int) -> str:
    """Return an interval in words; of one sound a category nothing is known but the value."""
    if interval.low == interval.high:
        return f"{interval.value:.{digits}f}"
    return interval.format(digits)


def _mean(result: Result, way: str, measure: str, digits: int) -> str:
    means = category_means(result, way, measure)
    return f"{np.mean(list(means.values())):.{digits}f}"


def _ways() -> list[tuple[str, str, str]]:
    """Return (name, source, inverter) of every way that makes a sound."""
    return [
        *((way.name, way.source, way.title) for way in WAYS),
        (SAMPLER, "–", "nearest training sound (a sampler)"),
    ]


def _reconstruction(result: Result) -> list[str]:
    rows = [
        [
            source,
            title,
            _interval(result, name, "sc"),
            _interval(result, name, "best_gain_sc"),
            _mean(result, name, "log_sc", 3),
            _mean(result, name, "lsd_db", 1),
            _mean(result, name, "onset_error", 3),
            _mean(result, name, "decay_error_ms", 0),
            _mean(result, name, "stripes_db", 1),
            _heard(result, name),
            _time(result, name),
        ]
        for name, source, title in _ways()
    ]
    head = ["from", "inverter", "SC", "best-gain SC", "SClog", "LSD dB", "onset", "decay ms"]
    lines = [
        "## Reconstruction of real sounds",
        "",
        *table([*head, "stripes dB", "CDPAM", "ms"], rows, left=2),
        "",
        f"The generator alone: squared error {_interval(result, CWAE, 'mse')} (1 is "
        f"the mean spectrogram), {_mean(result, CWAE, 'mel_error_db', 1)} dB mean error of its "
        f"mels, whose SC is {_interval(result, CWAE, 'sc')} (best gain "
        f"{_mean(result, CWAE, 'best_gain_sc', 3)}). MCNN's mask is right for "
        f"{100 * float(_mean(result, 'mcnn', 'mask_accuracy', 5)):.1f} % of the samples (one that "
        "ends every sound at the same sample would be for "
        f"{100 * result['reconstruction']['constant_mask_accuracy']:.0f} %).",
    ]
    if "skipped" in result["perceptual"]:
        lines += ["", f"CDPAM was left out: {result['perceptual']['skipped']}."]
    else:
        n = len(result["perceptual"]["categories"])
        lines += ["", f"CDPAM is a mean over {n} of the sounds: it takes seconds each."]
    return [
        *lines,
        "",
        *_by_category(result),
        *_picture("error_by_category.png"),
        *_picture("reconstructions.png"),
    ]


def _time(result: Result, way: str) -> str:
    times = result["times"].get(way)
    return f"{np.median(times):.0f}" if times else "–"


def _heard(result: Result, way: str) -> str:
    part = result["perceptual"]
    values = part.get("figures", {}).get(way)
    return _shown(bootstrap_mean(values, part["categories"]), 2) if values else "–"


def _by_category(result: Result) -> list[str]:
    path = best_path(result)
    titles = {way.name: way.title for way in WAYS}
    columns = [
        ("sc", "mcnn", "MCNN SC"),
        ("sc", result["model"]["inverter"], f"{result['model']['inverter']} SC"),
        ("best_gain_sc", path, "whole path, best-gain SC"),
        ("best_gain_sc", SAMPLER, "sampler, best-gain SC"),
        ("mse", CWAE, "generator's squared error"),
        ("mel_error_db", CWAE, "its error dB"),
    ]
    labels = result["reconstruction"]["categories"]
    kits = result["reconstruction"]["kits"]
    rows = [
        [
            category,
            labels.count(category),
            len({kit for kit, label in zip(kits, labels, strict=True) if label == category}),
            *(
                f"{category_means(result, way, measure)[category]:.{1 if '_db' in measure else 3}f}"
                for measure, way, _ in columns
            ),
        ]
        for category in CATEGORIES
        if category in labels
    ]
    return [
        "By category; a kit may be one drum of a session. The whole path has its best inverter, "
        f"{titles[path]}:",
        "",
        *table(["category", "sounds", "kits", *(title for _, _, title in columns)], rows),
    ]


def _bounds(values: Sequence[float], digits: int = 2) -> str:
    low, value, high = values
    if low == high:
        return f"{value:.{digits}f}"
    return f"{value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def _generation(result: Result) -> list[str]:
    part = result["generation"]
    counts = part["counts"]
    total = sum(counts.values())
    thin = ", ".join(f"{c} {n}" for c, n in counts.items() if n < max(counts.values()))
    lines = [
        "## New sounds as a set",
        "",
        f"{total} generated sounds, drawn with the seeds 0, 1, …, beside as many recordings of the "
        f"same categories ({max(counts.values())} each" + (f"; {thin}" if thin else "") + "). "
        f"{part['held_out_among_real']} of the recordings are of the held-out side.",
        "",
    ]
    if "skipped" in part["distances"]:
        lines += [f"KAD and FAD were left out: {part['distances']['skipped']}.", ""]
    else:
        kad, fad = part["distances"]["kad"], part["distances"]["fad"]
        titles = {
            "generated": "generated sounds",
            "augmented": "variations of recordings (the training set's)",
            "halves of the real ones": "real sounds: two random halves (the floor)",
            "halves without a kit in common": "real sounds: two halves without a kit in common",
        }
        rows = [
            [title, _bounds(kad[name]), _bounds(fad[name], 1)]
            for name, title in titles.items()
            if name in kad
        ]
        diversity = part["diversity"]
        lines += [
            *table(["against real sounds", "KAD", "FAD"], rows),
            "",
            "Diversity, the mean distance between two sounds of a category over that of real ones: "
            + ", ".join(
                f"{name} {_ratio(diversity[name], diversity['real']):.2f}"
                for name in ("generated", "augmented")
                if diversity.get(name)
            )
            + ".",
            "",
        ]
    near = part["copying"]
    pitch = part["pitch"]
    lines += [
        "Is it copying? Distance to the nearest training sound (best-gain SC; 0 is a copy); means "
        "of the categories' quantiles:",
        "",
        *table(
            ["sounds", "nearest 5 %", "median", "furthest 5 %"],
            [
                [name.replace("_", " "), *(f"{value:.2f}" for value in quantiles.values())]
                for name, quantiles in near.items()
            ],
        ),
        "",
        "Character of real and generated sounds, medians (–: under a fifth of the sounds have a "
        "value):",
        "",
        *_character(part["descriptors"]),
        "",
        "A pitch on a multiple of the frame rate is the inverter's, not the drum's: "
        + ", ".join(
            f"{found['on_frame_rate']:.0f} of {found['pitched']:.0f} pitched {name} sounds"
            for name, found in pitch.items()
        )
        + ".",
        "",
    ]
    return lines


def _ratio(table_: dict[str, float], reference: dict[str, float]) -> float:
    return float(np.mean([table_[c] / reference[c] for c in table_ if c in reference]))


def _character(part: Result) -> list[str]:
    rows = []
    for category, made in part["generated"].items():
        real = part["real"].get(category, {})
        row = [category]
        for descriptor in DESCRIPTORS:
            for values in (real, made):
                middle = values.get(descriptor.name, [None] * 3)[1]
                digits = 0 if descriptor.unit == "Hz" else 3 if descriptor.unit == "s" else 2
                row.append("–" if middle is None else f"{middle:.{digits}f}")
        rows.append(row)
    head = ["category"]
    for d in DESCRIPTORS:
        unit = f" {d.unit}" if d.unit else ""
        head += [f"{d.name}{unit}, real", "generated"]
    return table(head, rows)


def _percent(values: npt.NDArray[np.float64]) -> str:
    known = values[~np.isnan(values)]
    return f"{100 * known.mean():.0f} %" if len(known) else "–"


def _fidelity(result: Result) -> list[str]:
    kinds = {
        name: np.array(result["fidelity"][name]) for name in ("generated", "augmented", "real")
    }
    made, real = kinds["generated"], kinds["real"]
    counts = result["generation"]["counts"]
    rows = []
    for i, category in enumerate(CATEGORIES):
        row: list[object] = [category]
        for name, table_ in kinds.items():
            total = int(table_[i].sum())
            if not total:
                row.append("–")
                continue
            share = table_[i, i] / total
            shown = f"{100 * share:.0f} %"
            if name == "generated":
                n = counts.get(category, total)
                interval = wilson_share(round(share * n), n)
                shown += f" [{100 * interval.low:.0f}, {100 * interval.high:.0f}] of {n}"
            elif name == "real":
                shown += f" of {total}"
            row.append(shown)
        others = made[i].copy()
        others[i] = 0
        row.append(CATEGORIES[int(others.argmax())] if others.any() else "–")
        rows.append(row)
    means = {name: _percent(shares(table_)) for name, table_ in kinds.items()}
    deaf = [c for c, share in zip(CATEGORIES, shares(real), strict=True) if share < 0.6]
    doubt = f" It is a poor judge of {', '.join(deaf)}." if deaf else ""
    return [
        "## Do categories hold?",
        "",
        "Judges trained on recordings and their variations, never on a model's output, hear "
        f"{means['generated']} of the generated sounds in the category asked (mean over "
        f"categories), {means['augmented']} of variations of recordings they never heard and "
        f"{means['real']} of the recordings of kits they never heard. More than that last "
        "share means that a model's sounds are more typical than real ones, not better." + doubt,
        "",
        *table(
            ["category", "generated, as asked", "variations", "real", "most often heard as"], rows
        ),
        *_picture("confusion.png"),
    ]


def _latent(result: Result) -> list[str]:
    part = result["latent"]
    rows = [
        [
            category,
            v["n"],
            _number(v["mean_norm"]),
            _number(v["variance"]),
            f"{_number(v['least_variance'])} to {_number(v['greatest_variance'])}",
            _number(v["anisotropy"]),
            _number(v["skewness"]),
            _number(v["kurtosis"]),
            _number(v["mmd2"], 3),
        ]
        for category, v in part["statistics"].items()
    ]
    explained = part["explained"]
    effects = {(e["axis"], e["descriptor"]): e for e in part["axes"]}
    axes = [
        [
            f"P{axis + 1}",
            f"{100 * explained['total'][axis]:.0f} %",
            f"{100 * explained['within'][axis]:.0f} %",
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
        "What the three controls do: the share of variance along each, then its rank correlation "
        "with each descriptor and the change a unit of control brings (octaves, of "
        "noisiness a share). An axis is named where the correlation is at least 0.6.",
        "",
        *table(
            [
                "axis",
                "of all variance",
                "within a category",
                *(d.name for d in DESCRIPTORS),
                "name",
            ],
            axes,
        ),
        "",
        "Within a category an axis may do something clear that it does not do elsewhere (of "
        f"{len(part['axes']) * len(part['names_by_category'])} correlations some are large by "
        "chance):",
        "",
        *table(
            ["category", *(f"P{axis + 1}" for axis in range(len(part["names"])))],
            [[c, *(n or "–" for n in names)] for c, names in part["names_by_category"].items()],
            left=1 + len(part["names"]),
        ),
        *_picture("latent_map.png"),
    ]


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _effect(effect: dict[str, Any] | None) -> str:
    if effect is None or effect["rho"] is None:
        return "–"
    return f"{effect['rho']:+.2f} ({effect['slope']:+.2f})"


def _speed(result: Result) -> list[str]:
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
                    _number(figures.get(key), 1)
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
        f"start the first sound is there after {_number(cold.get('first_sound_s_p50'))} s, with "
        f"{_number(cold.get('peak_memory_mib_p50'), 0)} MiB at its peak (medians). Load at the "
        f"start: {_number(part['machine']['load_average_1min'], 1)}; a busy machine is slower.",
        "",
        *table(["contender", "render p50 ms", "p95", "decode p50", "invert p50"], rows),
        *_picture("latency.png"),
    ]


def _definitions() -> list[str]:
    return [
        "## What the figures mean",
        "",
        f"- **From**: *{TRUE}* starts from the sound's own mel spectrogram, *{DECODED}* from "
        "what the generator makes of it, encoded and decoded in its category: the whole path.",
        "- **SC**: `‖target − made‖ / ‖target‖` of mel magnitudes; 0 is perfect, silence has 1. "
        "**Best-gain SC** lets one factor on the level be chosen freely. **SClog**: the same of "
        "logarithms, with 1-norms (both as in the paper).",
        "- **LSD**: log-spectral distance, the RMS difference in dB over bands down to −80 dB, "
        "mean over frames.",
        "- **Onset**: earth mover's distance between the spectral fluxes of the first 60 ms; 0 the "
        "same attack, two takes of one noise 0.02, another category about 0.2.",
        "- **Decay**: difference of the times in which the energy falls by 20 dB.",
        "- **Stripes**: how far lines at multiples of the frame rate stand out, more than in the "
        "original; under 1 dB is nothing.",
        "- **ms**: median time of the inverter on the generator's mels, one thread, by turns.",
        "- **CDPAM**: a network's guess of what listeners would say; trained on speech, so it "
        "ranks versions of one sound, no more.",
        "- **The sampler** answers with the training sound (recording, variation or synthesised) "
        "whose mel has the least best-gain SC: chosen by that measure, it is best at it.",
        "- **Generator's squared error**: of the standardised log-mel, 1 is the mean spectrogram. "
        "**Mask**: the inverter's guess of which samples belong to the sound.",
        "- **KAD, FAD**: kernel and Fréchet distances between sets of sounds, on embeddings of "
        "`aisfx` (Ma and Lerch, CC BY 4.0). FAD depends on the number of sounds: all rows compare "
        "sets of half as many as there are recordings. Of recordings that are compared no "
        "variation is. **Diversity** is on the same embeddings.",
        "- **Latent space**: length of the mean code; variance of its 64 numbers, mean, least and "
        "greatest; anisotropy, the largest over the smallest variance of any direction; Mardia's "
        "skewness and kurtosis; MMD² to the standard Gaussian, the paper's D. The middle three are "
        "divided by what Gaussian draws of that number have.",
        "- **Intervals**: bootstrap of whole kits within categories (means), half-sampling (KAD, "
        "FAD; of the random halves the range), Wilson's (shares). CDPAM's is of single sounds.",
        "- Definitions, sources and units of each are in the docstrings of "
        "`src/neural_drum_machine/evaluation/`.",
    ]
