import numpy as np
import onnx

from neural_drum_machine.model_file.bundle import Bundle


def test_weights_are_stored_in_half_precision(small_bundle):
    graph = onnx.load_from_string(Bundle.open(small_bundle).graph("decoder")).graph
    large = [t for t in graph.initializer if np.prod(t.dims) >= 1024]
    assert large
    assert all(t.data_type == onnx.TensorProto.FLOAT16 for t in large)


def test_inverter_takes_any_number_of_frames(small_machine):
    mel = np.random.default_rng(0).random((2, 64, 17)).astype(np.float32)
    waveform, logits = small_machine.networks.mcnn(mel)
    assert waveform.shape == logits.shape == (2, 17 * 64)
    one, _ = small_machine.networks.mcnn(mel[:1])
    np.testing.assert_allclose(one, waveform[:1], atol=1e-6)
