"""From trained networks to a model file: ONNX graphs, controls, detail, parity."""
