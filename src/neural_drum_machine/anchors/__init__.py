"""Anchored sounds: one's own samples, kept as they are, and bent as the generator bends its own.

The law is ``own sound × decoded(code + move) ÷ decoded(code)``, as for exemplars, but it is applied
to the samples, not to a spectrogram: at rest an anchored sound is the file itself, its phases and
its two channels are its own, and what is longer than the model's frames goes on. NumPy only, and
libsndfile for the compact form.
"""
