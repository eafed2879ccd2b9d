"""The networks of a model file are loaded once, when they are needed, whoever asks."""

import threading

import numpy as np
import pytest
from tests.support.models import TINY_HEADER, tensors_of

from neural_drum_machine.errors import ControlError
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.model_file.writing import write_bundle

CODE, CATEGORY = np.ones((2, 3), np.float32), np.array([0, 1])


class Counting:
    """A source that counts what is read of it."""

    def __init__(self, bundle):
        self.generator, self.mcnn, self._bundle, self.read = (
            bundle.generator, bundle.mcnn, bundle, [],
        )  # fmt: skip

    def weights(self, prefix):
        self.read.append(prefix)
        return self._bundle.weights(prefix)


@pytest.fixture
def bundle(tmp_path):
    write_bundle(tmp_path / "x.ndm", TINY_HEADER, tensors_of(TINY_HEADER))
    return Bundle.open(tmp_path / "x.ndm")


def test_each_network_is_read_once_at_its_first_use(bundle):
    source = Counting(bundle)
    networks = Networks(source)
    assert not source.read
    threads = [threading.Thread(target=networks.decode, args=(CODE, CATEGORY)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert source.read == ["decoder."]
    networks.load_all()
    assert source.read == ["decoder.", "encoder.", "mcnn."]
    bundle.release()
    decoded = networks.decode(CODE, CATEGORY)
    assert [part.shape for part in decoded] == [(2, 8, 32), (2, 8, 32), (2, 5, 40)]
    assert networks.encode(decoded, CATEGORY).shape == (2, 3)
    assert networks.mcnn(np.ones((8, 5), np.float32))[0].shape == (80,)


def test_a_model_without_mcnn_names_a_way_out(tmp_path):
    header = {k: v for k, v in TINY_HEADER.items() if k != "mcnn"}
    tensors = {k: v for k, v in tensors_of(TINY_HEADER).items() if not k.startswith("mcnn.")}
    write_bundle(tmp_path / "x.ndm", header, tensors)
    networks = Networks(Bundle.open(tmp_path / "x.ndm"))
    networks.load_all()
    with pytest.raises(ControlError, match="has no MCNN; use another inverter, such as refined"):
        networks.mcnn(np.ones((8, 5), np.float32))
