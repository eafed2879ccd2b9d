"""From trained networks to a model file: weights, controls, detail, exemplars, parity."""
