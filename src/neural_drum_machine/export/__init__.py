"""Trained networks to a model file: controls, detail, ONNX graphs, parity."""
