"""An evaluation's result as Markdown, a module a part."""

from neural_drum_machine.evaluation.study.findings import weakest
from neural_drum_machine.evaluation.study.report.machine import latent, speed
from neural_drum_machine.evaluation.study.report.reconstruction import reconstruction
from neural_drum_machine.evaluation.study.report.sounds import fidelity, generation
from neural_drum_machine.evaluation.study.report.words import PICTURES, Result
from neural_drum_machine.evaluation.study.ways import DECODED, PLAYED, SEARCHED, TRUE

NOT_KNOWN = (
    "of another dataset than the model's (whether it was trained on these sounds is not known)"
)


def to_markdown(result: Result, pictures: str) -> str:
    """Return an evaluation's report.

    Parameters
    ----------
    result : dict
        From :func:`neural_drum_machine.evaluation.study.evaluate.evaluate`.
    pictures : str
        Where the pictures lie, seen from the report.
    """
    lines = [
        *_head(result),
        *reconstruction(result),
        *generation(result),
        *fidelity(result),
        *latent(result),
        *speed(result),
        *_definitions(),
    ]
    text = "\n".join(lines) + "\n"
    for name in PICTURES:
        text = text.replace(f"]({name})", f"]({pictures}/{name})")
    return text


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
    for i, finding in enumerate(weakest(result), 1):
        met = " The target is met." if finding.times <= 1 else ""
        lines.append(f"{i}. {finding.sentence}{met}")
    return [*lines, ""]


def _definitions() -> list[str]:
    return [
        "## What the figures mean",
        "",
        f"- **From**: *{TRUE}* starts from the sound's own mel spectrogram, *{DECODED}* from "
        "what the generator makes of it, encoded and decoded in its category as in the paper, "
        f"*{SEARCHED}* from what it makes of the code that the machine searches for from there "
        "(`DrumMachine.encode`): the whole path. "
        f"*{PLAYED}*: with the partials and the noise that such spectrograms lack. It lies nearer "
        "to recordings as a set (KAD) and no longer follows any one of them (SC).",
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
