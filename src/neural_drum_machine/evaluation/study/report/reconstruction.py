"""The section on reconstructions of real sounds."""

import numpy as np

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.measures.intervals import bootstrap_mean
from neural_drum_machine.evaluation.study.report.formatting import Result, picture, with_bounds
from neural_drum_machine.evaluation.study.routes import CWAE, CWAE_SEARCHED, ROUTES, SAMPLER
from neural_drum_machine.evaluation.study.summaries import best_path, category_means
from neural_drum_machine.prepare.report import table


def reconstruction(result: Result) -> list[str]:
    """Return the section's lines."""
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
            _perceptual(result, name),
            _time(result, name),
        ]
        for name, source, title in _routes()
    ]
    head = ["from", "inverter", "SC", "best-gain SC", "SClog", "LSD dB", "onset", "decay ms"]
    lines = [
        "## Reconstruction of real sounds",
        "",
        *table([*head, "stripes dB", "CDPAM", "ms"], rows, left=2),
        "",
        f"The generator alone has a squared error of {_interval(result, CWAE, 'mse')} (the mean "
        f"spectrogram has 1). Its mels have a mean error of "
        f"{_mean(result, CWAE, 'mel_error_db', 1)} dB and an SC of "
        f"{_interval(result, CWAE, 'sc')} (best gain {_mean(result, CWAE, 'best_gain_sc', 3)}). "
        "With the code that the machine finds by search, the squared error is "
        f"{_interval(result, CWAE_SEARCHED, 'mse')} and the SC "
        f"{_interval(result, CWAE_SEARCHED, 'sc')} (best gain "
        f"{_mean(result, CWAE_SEARCHED, 'best_gain_sc', 3)}). MCNN's mask is correct for "
        f"{100 * float(_mean(result, 'mcnn', 'mask_accuracy', 5)):.1f} % of the samples. A mask "
        "that ends every sound at the same sample would be correct for "
        f"{100 * result['reconstruction']['constant_mask_accuracy']:.0f} %.",
    ]
    if "skipped" in result["perceptual"]:
        lines += ["", f"CDPAM was skipped: {result['perceptual']['skipped']}."]
    else:
        n = len(result["perceptual"]["categories"])
        lines += ["", f"CDPAM is a mean over {n} of the sounds, because it takes seconds for each."]
    return [
        *lines,
        "",
        *_by_category(result),
        *picture("error_by_category.png"),
        *picture("reconstructions.png"),
    ]


def _interval(result: Result, route: str, measure: str, digits: int = 3) -> str:
    part = result["reconstruction"]
    values = part["figures"].get(route, {}).get(measure)
    if values is None:
        return "–"
    return with_bounds(bootstrap_mean(values, part["categories"], part["kits"]), digits)


def _mean(result: Result, route: str, measure: str, digits: int) -> str:
    means = category_means(result, route, measure)
    return f"{np.mean(list(means.values())):.{digits}f}"


def _routes() -> list[tuple[str, str, str]]:
    """Return (name, source, inverter) of every route to a sound."""
    return [
        *((route.name, route.source, route.title) for route in ROUTES),
        (SAMPLER, "–", "nearest training sound (a sampler)"),
    ]


def _time(result: Result, route: str) -> str:
    times = result["times"].get(route)
    return f"{np.median(times):.0f}" if times else "–"


def _perceptual(result: Result, route: str) -> str:
    part = result["perceptual"]
    values = part.get("figures", {}).get(route)
    return with_bounds(bootstrap_mean(values, part["categories"]), 2) if values else "–"


def _formatted(value: float, measure: str) -> str:
    return f"{value:.{1 if '_db' in measure else 3}f}"


def _by_category(result: Result) -> list[str]:
    path = best_path(result)
    titles = {route.name: route.title for route in ROUTES}
    columns = [
        ("sc", "mcnn", "MCNN SC"),
        ("sc", result["model"]["inverter"], f"{result['model']['inverter']} SC"),
        ("best_gain_sc", path, "whole path, best-gain SC"),
        ("best_gain_sc", SAMPLER, "sampler, best-gain SC"),
        ("mse", CWAE, "squared error, encoder alone"),
        ("mel_error_db", CWAE_SEARCHED, "generator's error dB"),
    ]
    labels = result["reconstruction"]["categories"]
    kits = result["reconstruction"]["kits"]
    rows = [
        [
            category,
            labels.count(category),
            len({kit for kit, label in zip(kits, labels, strict=True) if label == category}),
            *(
                _formatted(category_means(result, route, measure)[category], measure)
                for measure, route, _ in columns
            ),
        ]
        for category in CATEGORIES
        if category in labels
    ]
    return [
        "Results by category. A kit may be a single drum of a session. The whole path uses its "
        f"best inverter, {titles[path]}:",
        "",
        *table(["category", "sounds", "kits", *(title for _, _, title in columns)], rows),
    ]
