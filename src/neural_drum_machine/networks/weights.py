"""A network's weights by their PyTorch names, from the ONNX graph of a model file."""

import torch
from torch import Tensor, nn

_HALF = ".half"
"""What the names of weights that are stored in half precision end with."""


def graph_weights(graph: bytes) -> dict[str, Tensor]:
    """Return the weights of a serialised graph by name, and constants of the exporter's own.

    The exporter transposes the weights of linear layers and renames them; their names follow
    from the biases that are added next.

    Parameters
    ----------
    graph : bytes
        As :func:`neural_drum_machine.export.pipeline.to_onnx` makes them.

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
    """Return the state of an encoder or decoder that makes it do what a graph does.

    Parameters
    ----------
    network : torch.nn.Module
        Built as the graph's was.
    graph : bytes
        Serialised.

    Raises
    ------
    KeyError
        If the graph lacks a weight; the argument names it.
    """
    weights, state = graph_weights(graph), network.state_dict()
    for key in state:
        kind = key.rsplit(".", 1)[-1]
        # The exporter folds a normalisation's statistics into the convolution before it: its
        # mean became that one's bias, its deviation a factor of the weights.
        if kind == "running_mean":
            state[key] = -weights[f"convs.{key.split('.')[1]}.weight_bias"]
        elif kind == "running_var":
            state[key] = torch.ones_like(state[key]) - nn.BatchNorm2d(1).eps
        elif kind != "num_batches_tracked":
            state[key] = weights[key]
    return state


def mcnn_state(graph: bytes) -> dict[str, Tensor]:
    """Return the state of the :class:`~neural_drum_machine.networks.mcnn.Mcnn` of a graph.

    Raises
    ------
    KeyError
        If the graph lacks a weight; the argument names it.
    """
    import onnx

    weights = graph_weights(graph)
    # The softsign's two numbers lost their names; the first multiplies first.
    nodes = onnx.load_from_string(graph).graph.node
    factors = [name for node in nodes if node.op_type == "Mul" for name in node.input]
    scale = [weights[name] for name in factors if name in weights and weights[name].ndim == 0]
    layers = {key: value for key, value in weights.items() if key.startswith("layers.")}
    return {**layers, "head_weights": weights["head_weights"], "softsign_scale": torch.stack(scale)}
