"""The report of an evaluation as Markdown, with a module for each section."""

from neural_drum_machine.evaluation.study.findings import weakest
from neural_drum_machine.evaluation.study.report.categories import categories
from neural_drum_machine.evaluation.study.report.definitions import definitions
from neural_drum_machine.evaluation.study.report.ear import ear
from neural_drum_machine.evaluation.study.report.formatting import PICTURES, Result
from neural_drum_machine.evaluation.study.report.generation import generation
from neural_drum_machine.evaluation.study.report.latent import latent
from neural_drum_machine.evaluation.study.report.reconstruction import reconstruction
from neural_drum_machine.evaluation.study.report.speed import speed
from neural_drum_machine.evaluation.study.report.wishes import wishes

HELD_OUT = "on which neither network was trained"
NOT_KNOWN = (
    "from another dataset than the model's, so it is unknown whether the model was trained on them"
)


def to_markdown(result: Result, pictures: str) -> str:
    """Return an evaluation's report.

    Parameters
    ----------
    result : dict
        From :func:`neural_drum_machine.evaluation.study.evaluate.evaluate`.
    pictures : str
        Path of the pictures' folder, relative to the report.
    """
    lines = [
        *_head(result),
        *reconstruction(result),
        *generation(result),
        *ear(result),
        *categories(result),
        *latent(result),
        *wishes(result),
        *speed(result),
        *definitions(),
    ]
    text = "\n".join(lines) + "\n"
    for name in PICTURES:
        text = text.replace(f"]({name})", f"]({pictures}/{name})")
    return text


def _head(result: Result) -> list[str]:
    sounds = len(result["reconstruction"]["rows"])
    kits = len(set(result["reconstruction"]["kits"]))
    settings = {k.replace("_", " "): v for k, v in result["settings"].items()}
    lines = [
        "# Evaluation",
        "",
        f"Model `{result['model']['hash'][:16]}` ({result['model']['name']}), dataset "
        f"`{result['dataset']['fingerprint'][:12]}`. It is measured with {sounds} real sounds of "
        f"{kits} kits {HELD_OUT if result['dataset']['held_out'] else NOT_KNOWN}. Means are over "
        "categories with equal weights; brackets are 95 % intervals. `ndm evaluate` made this "
        f"report. The measurements took {sum(result['seconds'].values()) / 60:.1f} min on "
        f"{result['benchmark']['machine']['cores']} cores "
        f"({', '.join(f'{k} {v}' for k, v in settings.items())}).",
        "",
        "## Weakest results",
        "",
    ]
    for i, finding in enumerate(weakest(result), 1):
        met = " The target is met." if finding.times <= 1 else ""
        lines.append(f"{i}. {finding.sentence}{met}")
    return [*lines, ""]
