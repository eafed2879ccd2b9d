"""Training with Lightning: one file a stage."""
