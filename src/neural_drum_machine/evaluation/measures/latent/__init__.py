"""Statistics of the latent space: how Gaussian the codes are, and what the controls move."""
