"""The latent space: axes to move along, a prior to draw from, the search for a sound's code."""
