import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from neural_drum_machine.benchmark.arithmetic import MatrixProduct, count_networks, multiply_adds
from neural_drum_machine.machine import default_model_path
from neural_drum_machine.model_file.bundle import Bundle


def graph(operator, x, weight, out, **attributes):
    """An ONNX model of one operator, its weight a constant, behind a Relu."""
    nodes = [
        helper.make_node("Relu", ["x"], ["r"]),
        helper.make_node(operator, ["r", "w"], ["y"], **attributes),
    ]
    w = onnx.numpy_helper.from_array(np.zeros(weight, np.float32), "w")
    values = [
        helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in (("x", x), ("y", out))
    ]
    made = helper.make_graph(nodes, "g", values[:1], values[1:], [w])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    return model.SerializeToString()


@pytest.mark.parametrize(
    ("operator", "x", "weight", "out", "attributes", "expected"),
    [
        # 6 x 7 results in each of 8 channels, from 3 channels of 3 x 3.
        ("Conv", (1, 3, 6, 7), (8, 3, 3, 3), (1, 8, 6, 7), {"pads": [1] * 4}, 6 * 7 * 8 * 3 * 9),
        # Two groups: each result comes from 2 of the 4 channels. Stride 2 halves the results.
        ("Conv", (1, 4, 10), (6, 2, 3), (1, 6, 4), {"group": 2, "strides": [2]}, 4 * 6 * 2 * 3),
        # Every one of 5 x 4 numbers goes into 3 channels, 3 taps each; two groups.
        (
            "ConvTranspose",
            (1, 4, 5),
            (4, 3, 3),
            (1, 6, 11),
            {"group": 2, "strides": [2]},
            5 * 4 * 9,
        ),
        ("ConvTranspose", (2, 1, 5), (1, 3, 3), (2, 3, 7), {}, 2 * 5 * 9),
        ("Gemm", (2, 5), (7, 5), (2, 7), {"transB": 1}, 2 * 5 * 7),
        ("Gemm", (5, 2), (5, 7), (2, 7), {"transA": 1}, 2 * 5 * 7),
        ("MatMul", (3, 2, 5), (5, 7), (3, 2, 7), {}, 3 * 2 * 5 * 7),
        ("Add", (2, 5), (2, 5), (2, 5), {}, 0),
    ],
)
def test_multiply_adds_of_known_graphs(operator, x, weight, out, attributes, expected):
    model = graph(operator, x, weight, out, **attributes)
    assert multiply_adds(model, {"x": np.zeros(x, np.float32)}) == expected


def test_multiply_adds_of_the_shipped_model():
    decoder, mcnn = count_networks(Bundle.open(default_model_path()))
    assert mcnn == pytest.approx(0.88e9, rel=0.05)
    # Linear layers and, at each frame rate, two blocks: seven taps a channel, and twice to and
    # from its double width. Between rates four taps; at the end the bands.
    channels, frames = (384, 320, 256, 256), (11, 22, 44, 88)
    linear = 75 * 512 + 512 * 384 * 11 + 86 * 256 * 512
    blocks = sum(2 * t * c * (7 + 4 * c) for c, t in zip(channels, frames, strict=True))
    rates = sum(
        t * c_in * c_out * 4
        for t, c_in, c_out in zip(frames[:3], channels[:3], channels[1:], strict=True)
    )
    assert decoder == linear + blocks + rates


def test_the_matrix_product_is_one_and_is_repeated_for_long_work(monkeypatch):
    product = MatrixProduct(48)
    a, b = product._factors.values()
    np.testing.assert_allclose(product.run(), a @ b, rtol=1e-4)
    assert product.multiply_adds == 48**3
    calls = []
    monkeypatch.setattr(product, "run", lambda: calls.append(1))
    assert product.seconds(5 * 48**3 + 100) > 0
    assert len(calls) == 5
    product.seconds(1)
    assert len(calls) == 6
