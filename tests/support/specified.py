"""A reader of model files, written from docs/bundle-format.md alone."""

import hashlib
import json
import struct
import zlib

import numpy as np

TYPES = {"float16": "<f2", "float32": "<f4", "int32": "<i4", "uint8": "u1"}


def read_by_specification(data: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """The header and the tensors of a model file."""
    assert data[:8] == b"NDMODEL\n"
    version, reserved, length = struct.unpack("<IIQ", data[8:24])
    assert (version, reserved) == (2, 0)
    text = data[56 : 56 + length]
    assert hashlib.sha256(text).digest() == data[24:56]
    header = json.loads(text.decode("utf-8"))
    body = data[56 + length :]
    tensors = {}
    for name, facts in header["parts"].items():
        part = body[facts["offset"] : facts["offset"] + facts["bytes"]]
        assert hashlib.sha256(part).hexdigest() == facts["sha256"]
        assert (56 + length + facts["offset"]) % 64 == 0
        tensors[name] = np.frombuffer(part, TYPES[facts["dtype"]]).reshape(facts["shape"])
    return header, tensors


def decode_by_specification(header, tensors, code, category):
    """Standardised mel, air and attack that a `hits` generator decodes, in double precision."""
    sizes = header["generator"]
    w = {
        name.removeprefix("decoder."): values.astype(float)
        for name, values in tensors.items()
        if name.startswith("decoder.")
    }

    def linear(x, name):
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def gelu(x):
        return x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))

    def norm(x, gain, bias):
        x = x - x.mean(axis=1, keepdims=True)
        return x / np.sqrt((x**2).mean(axis=1, keepdims=True) + 1e-5) * gain + bias

    def block(x, name):
        kernel, half = w[f"{name}.depthwise.weight"][:, 0], sizes["kernel_size"] // 2
        padded = np.pad(x, ((half, half), (0, 0)))
        y = np.stack([(padded[t : t + 2 * half + 1] * kernel.T).sum(0) for t in range(len(x))])
        y += w[f"{name}.depthwise.bias"]
        gain = 1 + w[f"{name}.gain.weight"][category]
        bias = w[f"{name}.norm.bias"] * gain + w[f"{name}.bias.weight"][category]
        y = norm(y, w[f"{name}.norm.weight"] * gain, bias)
        return x + linear(gelu(linear(y, f"{name}.expand")), f"{name}.contract")

    told = np.zeros(sizes["num_categories"])
    told[category] = 1
    plan = gelu(linear(np.concatenate([code, told]), "enter"))
    channels = sizes["channels"][::-1]
    x = linear(plan, "hidden").reshape(channels[0], -1).T
    for level in range(len(channels)):
        if level:
            kernel = w[f"up.{level - 1}.weight"]
            longer = np.zeros((2 * len(x) + 2, channels[level]))
            for t, frame in enumerate(x):
                longer[2 * t : 2 * t + 4] += np.einsum("i,iok->ko", frame, kernel)
            x = longer[1:-1] + w[f"up.{level - 1}.bias"]
        for number in range(sizes["decoder_blocks"]):
            x = block(x, f"levels.{level}.{number}")
    rows = linear(norm(x[: sizes["n_frames"]], w["norm.weight"], w["norm.bias"]), "leave").T
    attack = linear(gelu(linear(plan, "attack_hidden")), "attack")
    return (
        rows[: sizes["n_mels"]],
        rows[sizes["n_mels"] :],
        attack.reshape(sizes["attack_bands"], sizes["attack_steps"]),
    )


def residual_by_specification(blob: bytes, attack_steps: int = 40) -> list[np.ndarray]:
    """Mel, air and attack of a residual, in nepers."""
    head = struct.unpack("<2sBBHHHBB", blob[:12])
    magic, version, reserved, step, n_mels, frames, air_bands, attack_bands = head
    assert (magic, version, reserved) == (b"NR", 1, 0)
    low, high = np.frombuffer(zlib.decompress(blob[12:]), "u1").reshape(2, -1).astype(int)
    folded = low + 256 * high
    differences = np.where(folded % 2, -(folded + 1) // 2, folded // 2)
    parts = []
    for bands, columns in ((n_mels, frames), (air_bands, frames), (attack_bands, attack_steps)):
        own, differences = np.split(differences, [bands * columns])
        parts.append(own.reshape(columns, bands).cumsum(axis=1).T * step / 1024)
    assert not len(differences)
    return parts
