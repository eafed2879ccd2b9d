"""Training of the networks with Lightning: configuration, runs, checkpoints."""
