"""Detail that a mean spectrogram lacks: partials along frequency, grain along time."""
