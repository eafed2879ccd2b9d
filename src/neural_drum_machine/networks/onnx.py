"""PyTorch networks to ONNX graphs with half-precision weights, for the labeller."""

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import onnx
import torch
from torch import Tensor, nn

_HALVED_FROM: Final = 1024
"""Smaller arrays stay in single precision: they add next to nothing to the file."""


def to_onnx(
    module: nn.Module,
    inputs: dict[str, Tensor],
    outputs: Sequence[str],
) -> bytes:
    """Return a network as a serialised ONNX graph that takes any batch size.

    Parameters
    ----------
    module : torch.nn.Module
        The network; it is put into evaluation mode.
    inputs : dict
        Example inputs by name, batch first.
    outputs : sequence of str
        Names of the outputs.

    Returns
    -------
    bytes
        The graph. Large weights are stored in half precision; see :func:`halve_weights`.
    """
    batch = torch.export.Dim("batch")
    shapes: list[dict[int, Any]] = [{0: batch} for _ in inputs]
    with _quiet():
        program = torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            dynamo=True,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=tuple(shapes),
            verbose=False,
        )
    assert program is not None
    return bytes(halve_weights(program.model_proto).SerializeToString())


def halve_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store the large weights of a model in half precision, in place.

    Each is followed by a cast to single precision. ONNX Runtime folds the casts when it loads
    the graph, so the file is half as large and the arithmetic stays the same.

    Returns
    -------
    onnx.ModelProto
        The same object, checked by ONNX.
    """
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        values = onnx.numpy_helper.to_array(tensor)
        if values.size < _HALVED_FROM:
            continue
        name = tensor.name
        tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(
            onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT)
        )
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.value_info[:]
    onnx.checker.check_model(model)
    return model


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Hide the exporter's messages about its own internals."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
