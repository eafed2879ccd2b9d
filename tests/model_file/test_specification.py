"""What the page about the model file says is what the program computes."""

import numpy as np
import pytest
from tests.support.specified import (
    decode_by_specification,
    read_by_specification,
    residual_by_specification,
)

from neural_drum_machine.exemplars.residual import decode_residual
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.runtime import Networks


@pytest.fixture(scope="module")
def specified(small_bundle):
    return read_by_specification(small_bundle.read_bytes())


def test_a_decoder_is_written_from_the_page(small_bundle, specified):
    networks = Networks(Bundle.open(small_bundle))
    for category in (0, 6):
        code = np.random.default_rng(category).standard_normal(8).astype(np.float32)
        ours = networks.decode(code[None], np.array([category])).of(0)
        for part, wanted in zip(
            ours, decode_by_specification(*specified, code, category), strict=True
        ):
            np.testing.assert_allclose(part, wanted, atol=1e-4)


def test_a_residual_is_read_from_the_page(small_bundle, specified):
    bank = Bundle.open(small_bundle).bank()
    _, tensors = specified
    ends = [0, *tensors["exemplars.ends"]]
    assert len(bank) == 6
    for number in range(len(bank)):
        blob = tensors["exemplars.residuals"][ends[number] : ends[number + 1]].tobytes()
        np.testing.assert_array_equal(bank.code(number), tensors["exemplars.codes"][number])
        for part, wanted in zip(
            decode_residual(blob, bank.spec), residual_by_specification(blob), strict=True
        ):
            np.testing.assert_allclose(part, wanted, atol=1e-6)
