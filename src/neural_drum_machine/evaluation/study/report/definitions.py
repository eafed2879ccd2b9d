"""The section that explains the values."""

from neural_drum_machine.evaluation.study.routes import DECODED, PLAYED, SEARCHED, TRUE


def definitions() -> list[str]:
    """Return the section's lines."""
    return [
        "## Definitions",
        "",
        f"- **From** is the spectrogram that a sound is made from. *{TRUE}*: the sound's own mel "
        f"spectrogram. *{DECODED}*: the generator's mel of the encoder's code, decoded in the "
        f"sound's category, as in the paper. *{SEARCHED}*: the generator's mel of the code that "
        "the machine finds by search from there (`DrumMachine.encode`); this is the whole path. "
        f"*{PLAYED}*: the same with the partials and the grain that a mean spectrogram lacks. "
        "These bring sounds nearer to recordings as a set (KAD), but they do not follow a single "
        "recording (SC).",
        "- **SC** (spectral convergence): `‖target − made‖ / ‖target‖` of mel magnitudes; 0 is "
        "perfect, silence has 1. **Best-gain SC**: the same after the best factor on the level. "
        "**SClog**: the same for logarithms, with 1-norms. SC and SClog are defined as in the "
        "paper.",
        "- **LSD**: log-spectral distance. The RMS difference in dB over bands down to −80 dB, "
        "as a mean over frames.",
        "- **Onset**: earth mover's distance between the spectral fluxes of the first 60 ms. The "
        "same attack has 0, two realisations of one noise have 0.02, and sounds of two categories "
        "have about 0.2.",
        "- **Decay**: difference between the times in which the energy falls by 20 dB.",
        "- **Stripes**: how much more lines at multiples of the frame rate stand out than in the "
        "original. Less than 1 dB is negligible.",
        "- **ms**: median time of the inverter for the mels that are played, on one thread; the "
        "inverters take turns.",
        "- **CDPAM**: a network's estimate of what listeners would answer. It was trained on "
        "speech, so it can only rank versions of one sound.",
        "- **The sampler** answers with the training sound (recorded, augmented or synthesised) "
        "whose mel has the lowest best-gain SC. It is therefore at its best in this measure.",
        "- **Squared error of the generator**: of the standardised log-mel; the mean spectrogram "
        "has 1. **Mask**: MCNN's prediction of which samples belong to the sound.",
        "- **KAD, FAD**: kernel and Fréchet distance between sets of sounds, on embeddings of "
        "`aisfx` (Ma and Lerch, CC BY 4.0). FAD depends on the number of sounds, so all rows "
        "compare sets of half the number of recordings. Augmented versions of the compared "
        "recordings are excluded. **Diversity** uses the same embeddings.",
        "- **Latent space**: length of the mean code; variance of its dimensions (mean, least, "
        "greatest); anisotropy, the largest over the smallest variance of any direction; Mardia's "
        "skewness and kurtosis; MMD² to the standard Gaussian, the paper's D. Anisotropy, skewness "
        "and kurtosis are divided by the values of Gaussian draws of the same number.",
        "- **Intervals**: bootstrap of whole kits within categories (means), half-sampling (KAD, "
        "FAD), the range of 50 divisions (random halves), Wilson (shares). CDPAM: bootstrap of "
        "single sounds.",
        "- Definitions, sources and units are in the docstrings of "
        "`src/neural_drum_machine/evaluation/measures/` and of "
        "`src/neural_drum_machine/signal/distance.py`.",
    ]
