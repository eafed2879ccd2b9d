"""ONNX graphs of a model file to PyTorch weights.

:mod:`neural_drum_machine.networks.onnx` goes the other way. The package ``onnx`` is imported at the
first use, because benchmarks also run where it is not installed.
"""

import torch
from torch import Tensor, nn

_HALF = ".half"
"""Suffix of the names of weights stored in half precision."""


def graph_weights(graph: bytes) -> dict[str, Tensor]:
    """Return the weights of a serialised graph by their PyTorch names.

    The exporter transposes and renames the weights of linear layers; their PyTorch names follow
    from the bias that is added next. Constants of the exporter's own are returned as well.

    Parameters
    ----------
    graph : bytes
        Made by :func:`neural_drum_machine.networks.onnx.to_onnx`.

    Returns
    -------
    dict
        Float32 tensors.

    Raises
    ------
    ImportError
        If the package ``onnx`` is not installed.
    """
    import onnx

    model = onnx.load_from_string(graph).graph
    weights = {
        each.name.removesuffix(_HALF): torch.from_numpy(
            onnx.numpy_helper.to_array(each).astype("f4")
        )
        for each in model.initializer
        if each.data_type in (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16)
    }
    users = {name: node for node in model.node for name in node.input}
    for node in model.node:
        if node.op_type == "MatMul" and node.input[1] in weights and node.output[0] in users:
            for name in users[node.output[0]].input:
                if name.endswith(".bias"):
                    weights[f"{name.removesuffix('bias')}weight"] = weights[node.input[1]].T
    return weights


def half_state(network: nn.Module, graph: bytes) -> dict[str, Tensor]:
    """Return the state with which an encoder or a decoder computes what a graph computes.

    Parameters
    ----------
    network : torch.nn.Module
        An encoder or decoder, built with the sizes of the one that was exported.
    graph : bytes
        The serialised graph.

    Returns
    -------
    dict
        For ``network.load_state_dict``.

    Raises
    ------
    KeyError
        If the graph lacks a weight; the argument is its name.
    """
    weights, state = graph_weights(graph), network.state_dict()
    for key in state:
        kind = key.rsplit(".", 1)[-1]
        # The exporter folds the statistics of a batch normalisation into the convolution before
        # it: the mean into its bias, the deviation into its weights.
        if kind == "running_mean":
            state[key] = -weights[f"convs.{key.split('.')[1]}.weight_bias"]
        elif kind == "running_var":
            state[key] = torch.ones_like(state[key]) - nn.BatchNorm2d(1).eps
        elif kind != "num_batches_tracked":
            state[key] = weights[key]
    return state


def mcnn_state(graph: bytes) -> dict[str, Tensor]:
    """Return the state of the :class:`~neural_drum_machine.networks.mcnn.Mcnn` in a graph.

    Parameters
    ----------
    graph : bytes
        The serialised graph.

    Returns
    -------
    dict
        For ``Mcnn.load_state_dict``.

    Raises
    ------
    KeyError
        If the graph lacks a weight; the argument is its name.
    """
    import onnx

    weights = graph_weights(graph)
    # The softsign's two scales have no names in the graph; they are in the order of their use.
    nodes = onnx.load_from_string(graph).graph.node
    factors = [name for node in nodes if node.op_type == "Mul" for name in node.input]
    scale = [weights[name] for name in factors if name in weights and weights[name].ndim == 0]
    layers = {key: value for key, value in weights.items() if key.startswith("layers.")}
    return {**layers, "head_weights": weights["head_weights"], "softsign_scale": torch.stack(scale)}
