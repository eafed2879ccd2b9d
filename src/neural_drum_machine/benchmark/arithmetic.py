"""The arithmetic floor: the multiply-adds of a network, and how fast this computer does them.

Both are found with ONNX Runtime alone, so that a plain installation is enough.
"""

import json
import math
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime

from neural_drum_machine.model_file.bundle import Bundle

MATRIX: Final = 384
"""Side of the square matrices of the measured product; three of them fit into a core's cache."""
_FLOAT: Final = 1  # of ONNX's TensorProto.DataType


def multiply_adds(graph: bytes, inputs: Mapping[str, npt.NDArray[Any]]) -> int:
    """Return the multiply-adds of a network's convolutions and matrix products.

    The network runs once without optimisation, and ONNX Runtime's profile of the run gives the
    shapes. A transposed convolution counts all its products, also those that its padding
    discards. Activations are not counted: they have few operations and no matrix product to
    compare with.

    Parameters
    ----------
    graph : bytes
        A serialised ONNX model.
    inputs : Mapping of str to numpy.ndarray
        Its inputs; only their shapes matter.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    options.enable_profiling = True
    # Fused or repacked operators would have different names and shapes.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.add_session_config_entry("session.disable_prepacking", "1")
    with tempfile.TemporaryDirectory() as folder:
        options.profile_file_prefix = str(Path(folder) / "run")
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        session.run(None, dict(inputs))
        events = json.loads(Path(session.end_profiling()).read_text())
    nodes = [e["args"] for e in events if e.get("cat") == "Node" and "op_name" in e["args"]]
    return sum(
        _node(
            node["op_name"], _shapes(node["input_type_shape"]), _shapes(node["output_type_shape"])
        )
        for node in nodes
    )


def count_networks(bundle: Bundle) -> tuple[int, int]:
    """Return the multiply-adds of a model's decoder and of its MCNN for one sound."""
    code = np.zeros((1, bundle.latent_dim), np.float32)
    mel = np.zeros((1, bundle.spec.n_mels, bundle.spec.n_frames), np.float32)
    category = np.zeros(1, np.int64)
    return (
        multiply_adds(bundle.graph("decoder"), {"code": code, "category": category}),
        multiply_adds(bundle.graph("mcnn"), {"mel": mel}),
    )


def _shapes(typed: list[dict[str, list[int]]]) -> list[list[int]]:
    return [shape for entry in typed for shape in entry.values()]


def _node(operator: str, inputs: list[list[int]], outputs: list[list[int]]) -> int:
    # Weights are (out, in / groups, *kernel) and (in, out / groups, *kernel).
    if operator == "Conv":
        return math.prod(outputs[0]) * math.prod(inputs[1][1:])
    if operator == "ConvTranspose":
        return math.prod(inputs[0]) * math.prod(inputs[1][1:])
    if operator == "MatMul":
        return math.prod(outputs[0]) * inputs[0][-1]
    if operator == "Gemm":  # the first factor may be transposed
        return math.prod(inputs[0]) * outputs[0][1]
    return 0


class MatrixProduct:
    """A product of two square float32 matrices in ONNX Runtime, on one thread.

    The same library runs the networks, so its rate here is an upper bound for them.

    Parameters
    ----------
    size : int
        Side of the matrices.
    """

    def __init__(self, size: int = MATRIX) -> None:
        self.multiply_adds = size**3
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            _product_graph(size), options, providers=["CPUExecutionProvider"]
        )
        rng = np.random.default_rng(0)
        self._factors = {name: rng.random((size, size), dtype=np.float32) for name in ("a", "b")}

    def run(self) -> npt.NDArray[np.float32]:
        """Return the product of the two factors."""
        product: npt.NDArray[np.float32] = self._session.run(None, self._factors)[0]
        return product

    def seconds(self, multiply_adds: int) -> float:
        """Return how long so many multiply-adds take, in seconds.

        The nearest number of whole products is timed at once. On a busy computer a single product
        would fit between two interruptions, but a render does not.
        """
        count = max(1, round(multiply_adds / self.multiply_adds))
        start = time.perf_counter()
        for _ in range(count):
            self.run()
        return (time.perf_counter() - start) * multiply_adds / (count * self.multiply_adds)


def _product_graph(size: int) -> bytes:
    """Return the ONNX model c = a b, encoded here: a plain installation has no ``onnx`` package."""

    def field(number: int, value: int | str | bytes) -> bytes:
        if isinstance(value, int):
            return _varint(number << 3) + _varint(value)
        data = value.encode() if isinstance(value, str) else value
        return _varint(number << 3 | 2) + _varint(len(data)) + data

    def matrix(name: str) -> bytes:
        shape = field(1, field(1, size)) * 2
        return field(1, name) + field(2, field(1, field(1, _FLOAT) + field(2, shape)))

    node = field(1, "a") + field(1, "b") + field(2, "c") + field(4, "MatMul")
    values = field(11, matrix("a")) + field(11, matrix("b")) + field(12, matrix("c"))
    graph = field(1, node) + field(2, "product") + values
    return field(1, 8) + field(8, field(2, 13)) + field(7, graph)  # IR version 8, operators 13


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])
