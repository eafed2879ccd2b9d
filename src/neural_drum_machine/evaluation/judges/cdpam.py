"""How different two sounds are to listeners, as a network guesses: CDPAM.

Manocha, Jin, Zhang and Finkelstein, "CDPAM: Contrastive Learning for Perceptual Audio Similarity"
(ICASSP 2021). Trained on answers of listeners to damaged speech; drums are foreign to it, so that
its figures rank damage to one sound, and say little between sounds. Of the package `cdpam` only
the network and the weights are used: its own start-up needs what no longer exists.
"""

import io
import pickletools
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import soxr

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError, MissingExtraError
from neural_drum_machine.evaluation.judges.embedding import installed_file, load_module
from neural_drum_machine.extras import require

if TYPE_CHECKING:
    import torch


_SR: Final = 22_050
_FULL_SCALE = 32_768.0
_FLOOR_DB = 60.0
_MARGIN_SECONDS = 0.05
_PIECE: Final = 64


def available() -> str | None:
    """Return why CDPAM cannot be had, in a sentence, or None if it can.

    What is found is kept: the network is loaded once (1 s; it holds half a gigabyte).
    """
    return _loaded()[1]


class Cdpam:
    """CDPAM on the CPU, loaded with the first pair.

    About 0.8 s of one core for a second of sound, and a pair is two sounds: 1.7 s for a pair that
    lasts a second, 0.4 s for one of 0.25 s. Always in float32: a CPU that has to imitate bfloat16
    is 70 times slower in it.
    """

    def distance(self, target: npt.ArrayLike, estimate: npt.ArrayLike, sr: int) -> float:
        """Return how different two sounds are; no unit, 0 for equal ones.

        Level counts: sounds are compared as they are, not normalised. Both are cut where the one
        that lasts longer falls 60 dB under its peak for good, and a little after: the network
        takes a mean over time, so that silence would only dilute the difference, and cost time.

        Parameters
        ----------
        target, estimate : array_like
            Shapes ``(n,)`` and ``(m,)``, full scale 1.
        sr : int
            Sample rate of both in Hz.

        Returns
        -------
        float
            At least 0.

        Raises
        ------
        MissingExtraError
            If CDPAM cannot be had; the message says why.
        AudioError
            If a sound is not mono or not finite.
        """
        net, reason = _loaded()
        if reason is not None:
            raise MissingExtraError(reason)
        import torch
        from torch.nn.functional import normalize

        pair = torch.from_numpy(_prepared(target, estimate, sr))
        with torch.inference_mode():
            # The second part of what the encoder returns is the acoustic one, the one compared.
            _, acoustics, _ = net.base_encoder(pair.unsqueeze(1))
            first, second = normalize(acoustics, dim=1)
            return float(net.model_dist(first[None], second[None]))


@cache
def _loaded() -> tuple[Any, str | None]:
    """Return the network, or why there is none."""
    try:
        require("torch", "train")
        return _load(), None
    except MissingExtraError as error:
        return None, str(error)
    except Exception as error:
        # Whatever a package from 2021 stumbles over: a measure that may be left out stops nothing.
        return None, f"cdpam is installed but does not load ({type(error).__name__}: {error})"


def _load() -> Any:
    import torch

    code = installed_file("cdpam", "0.0.6", "models.py")
    weights = installed_file("cdpam", "0.0.6", "CDPAM_trained/scratchJNDdefault_best_model.pth")
    file = io.BytesIO(_without_wide_ints(weights.read_bytes()))
    state = torch.load(file, map_location="cpu", weights_only=True)["state"]
    net: Any = load_module(code).FINnet(
        encoder_layers=16, encoder_filters=64, ndim=[16, 6], classif_dp=0.05, input_size=512
    )
    net.load_state_dict(state)
    for layer in net.base_encoder.encoder:
        layer.forward = _by_fourier(layer)
        del layer.weight  # 100 MB that the spectra stand for
    net.eval()
    return net


def _by_fourier(layer: "torch.nn.Conv1d") -> Callable[["torch.Tensor"], "torch.Tensor"]:
    """Return what a convolution does, done on spectra of short pieces (overlap-save).

    With 15 taps and hundreds of channels that takes a fifth of the multiplications; the network
    runs four times as fast and differs by less than a millionth.
    """
    import torch

    taps, edge = layer.kernel_size[0], int(layer.padding[0])
    step = _PIECE - taps + 1
    assert layer.bias is not None
    bias = layer.bias.detach()[:, None]
    # Conjugated, as a layer correlates; frequencies first, so that they make one batch.
    spectra = torch.fft.rfft(layer.weight.detach(), _PIECE).conj_physical()
    spectra = spectra.permute(2, 0, 1).contiguous()

    def forward(x: torch.Tensor) -> torch.Tensor:
        batch, channels, length = x.shape
        pieces = -(-length // step)
        x = torch.nn.functional.pad(x, (edge, pieces * step + taps - 1 - length - edge))
        f = torch.fft.rfft(x.unfold(2, _PIECE, step)).permute(3, 1, 0, 2)
        y = torch.bmm(spectra, f.reshape(len(spectra), channels, batch * pieces))
        out: torch.Tensor = torch.fft.irfft(y.permute(1, 2, 0), _PIECE)[..., :step]
        out = out.reshape(-1, batch, pieces * step)[..., :length].transpose(0, 1)
        return out + bias

    return forward


def _without_wide_ints(data: bytes) -> bytes:
    """Return an old PyTorch file with its decimal integers rewritten as binary ones.

    Python 2 wrote integers of more than 32 bits as text (opcode ``I``; here they name the
    optimiser's parameters), which PyTorch's safe loader does not know. `pickletools` reads opcodes
    and executes none.
    """
    source, out, copied = io.BytesIO(data), bytearray(), 0
    # An old file begins with five pickles: magic number, version, system, objects, keys.
    for _ in range(5):
        for opcode, value, start in pickletools.genops(source):
            if opcode.name == "INT" and isinstance(value, int):
                out += data[copied:start]
                out += b"\x8a\x09" + value.to_bytes(9, "little", signed=True)  # LONG1
                copied = source.tell()
    return bytes(out) + data[copied:]


def _prepared(target: npt.ArrayLike, estimate: npt.ArrayLike, sr: int) -> FloatArray:
    """Return both sounds as the network takes them: shape ``(2, n)``, scaled to 16 bits."""
    pair = []
    for sound in (target, estimate):
        x = np.asarray(sound, np.float32)
        if x.ndim != 1 or not np.isfinite(x).all():
            raise AudioError(f"only finite mono sounds can be compared, got shape {x.shape}")
        pair.append(soxr.resample(x, sr, _SR, quality="HQ") if sr != _SR and x.size else x)
    longest = max(_end(x) for x in pair) + round(_MARGIN_SECONDS * _SR)
    out = np.zeros((2, longest), np.float32)
    for row, x in zip(out, pair, strict=True):
        row[: len(x)] = np.round(x[:longest] * np.float32(_FULL_SCALE))
    return out


def _end(x: FloatArray) -> int:
    """Return the number of samples until a sound has fallen under the floor for good."""
    level = np.abs(x)
    loud = np.flatnonzero(level > level.max(initial=0.0) * 10 ** (-_FLOOR_DB / 20))
    return int(loud[-1]) + 1 if loud.size else 0
