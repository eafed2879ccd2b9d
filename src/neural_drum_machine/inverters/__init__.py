"""From mel spectrograms to waveforms."""
