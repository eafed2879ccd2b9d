"""Model files for the engine's driver: whole, cut, altered, foreign and resealed ones.

``python -m tests.support.engine_corpus FOLDER`` writes them, as a beginning for a fuzzer.
"""

import sys
from pathlib import Path

import numpy as np
from tests.fuzz.mutation import damaged
from tests.support.models import TINY_HEADER, seal, sealed_text, tensors_of
from tests.support.playable import write_playable
from tests.support.specified import read_by_specification

from neural_drum_machine.model_file.writing import write_bundle


def write_corpus(folder: Path) -> list[Path]:
    """Write them: the first can be played, the last is too short for that, the others damaged."""
    whole = write_playable(folder / "000")
    data = whole.read_bytes()
    header, _ = read_by_specification(data)
    body = data[56 + int.from_bytes(data[16:24], "little") :]
    parts = header["parts"]
    inputs = [b"", b"NDM", b"RIFF....WAVE", data[:57], data[:-1], data + b"\0"]
    inputs += [data[: len(data) * k // 12] for k in range(12)]
    inputs += [damaged([data], np.random.default_rng([1, k]), [b"true"]) for k in range(20)]
    inputs += [sealed_text(text) for text in (b"[" * 9999, b"\xff", b'{"a":"\\u12', b"{}", b'"\\')]
    for name in ("decoder.enter.weight", "exemplars.residuals", "exemplars.ends"):
        for changes in ({"offset": 2**62}, {"bytes": 2**40}, {"shape": [2**31, 2**33]}):
            part = {name: {**parts[name], **changes}}
            inputs.append(seal({**header, "parts": {**parts, **part}}, body))
    for key, value in (("n_frames", 1 << 16), ("channels", [1 << 16] * 16), ("hidden", 0)):
        inputs.append(seal({**header, "generator": {**header["generator"], key: value}}, body))
    for key, value in (("n_mels", 2048), ("n_fft", 1000), ("hop_length", 4096), ("sr", 1000)):
        inputs.append(seal({**header, "spec": {**header["spec"], key: value}}, body))
    paths = [folder / f"{number:03}" for number in range(1, len(inputs) + 1)]
    for path, each in zip(paths, inputs, strict=True):
        path.write_bytes(each)
    write_bundle(folder / "tiny", TINY_HEADER, tensors_of(TINY_HEADER))
    return [whole, *paths, folder / "tiny"]


if __name__ == "__main__":
    write_corpus(Path(sys.argv[1]))
