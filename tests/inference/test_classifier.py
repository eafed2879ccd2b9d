import numpy as np
import pytest

from neural_drum_machine.inference.classifier import Classifier, weight_names

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def trained():
    """A classifier with weights and running statistics that are not those of a fresh one."""
    from neural_drum_machine.networks.classifier import Classifier as TorchClassifier

    torch.manual_seed(0)
    model = TorchClassifier(12).eval()
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.3)
                module.running_var.uniform_(0.5, 2)
                module.weight.uniform_(0.5, 1.5)
                module.bias.normal_(0, 0.3)
    return model


def test_numpy_computes_what_pytorch_does(trained):
    from neural_drum_machine.networks.classifier import Probabilities, folded_weights

    mel = (np.random.default_rng(0).random((35, 64, 86)) ** 4 * 30).astype(np.float32)
    mel[3] = 0
    weights = folded_weights(trained, 1.7)
    assert set(weights) == set(weight_names())
    network = Classifier(weights)
    with torch.inference_mode():
        expected = Probabilities(trained, 1.7)(torch.from_numpy(mel)).numpy()
    features = network.features(mel)
    assert features.shape == (35, 192)
    # Large weights are stored in half precision.
    np.testing.assert_allclose(network.probabilities(features), expected, atol=2e-3)
    # Not a bit depends on the other sounds of a batch by more than the rounding.
    np.testing.assert_allclose(network.features(mel[7:8])[0], features[7], atol=1e-4)
    assert network.features(mel[:0]).shape == (0, 192)
