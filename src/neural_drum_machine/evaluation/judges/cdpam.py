"""CDPAM: a network's estimate of how different two sounds are to listeners.

Manocha, Jin, Zhang and Finkelstein, "CDPAM: Contrastive Learning for Perceptual Audio Similarity"
(ICASSP 2021). It was trained on listeners' answers about damaged speech, not on drums. Its values
can rank versions of one sound; they mean little across different sounds. Only the network and the
weights of the package `cdpam` are used: the package itself cannot be imported any more.
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
from neural_drum_machine.evaluation.judges.packages import installed_file, load_module
from neural_drum_machine.extras import require

if TYPE_CHECKING:
    import torch


_SR: Final = 22_050
_FULL_SCALE = 32_768.0
_FLOOR_DB = 60.0
_MARGIN_SECONDS = 0.05
_PIECE: Final = 64


def unavailable() -> str | None:
    """Return the reason why CDPAM is unavailable, or None if it is available.

    This loads the network, once for all calls (1 s; it holds half a gigabyte).
    """
    return _loaded()[1]


class Cdpam:
    """CDPAM on the CPU, loaded with the first pair.

    A pair of sounds that last a second takes 1.7 s on one core, a pair of 0.25 s takes 0.4 s. It
    always computes in float32: a CPU that has to emulate bfloat16 is 70 times slower.
    """

    def distance(self, target: npt.ArrayLike, estimate: npt.ArrayLike, sr: int) -> float:
        """Return how different two sounds are; no unit, 0 for equal sounds.

        The sounds are not normalised, so level matters. Both are cut shortly after the longer one
        has finally fallen 60 dB below its peak. The network takes a mean over time, so silence
        would dilute the difference and cost time.

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
            If CDPAM is unavailable; the message states the reason.
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
            # The encoder returns two parts. The second one, the acoustic one, is compared.
            _, acoustics, _ = net.base_encoder(pair.unsqueeze(1))
            first, second = normalize(acoustics, dim=1)
            return float(net.model_dist(first[None], second[None]))


@cache
def _loaded() -> tuple[Any, str | None]:
    """Return the network, or the reason why there is none."""
    try:
        require("torch", "train")
        return _load(), None
    except MissingExtraError as error:
        return None, str(error)
    except Exception as error:
        # A package from 2021 may fail in any way. An optional measure must not stop the others.
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
        del layer.weight  # 100 MB that the spectra replace
    net.eval()
    return net


def _by_fourier(layer: "torch.nn.Conv1d") -> Callable[["torch.Tensor"], "torch.Tensor"]:
    """Return a convolution computed on spectra of short pieces (overlap-save).

    With 15 taps and hundreds of channels this takes a fifth of the multiplications. The network
    runs four times as fast, and its output differs by less than a millionth.
    """
    import torch

    taps, edge = layer.kernel_size[0], int(layer.padding[0])
    step = _PIECE - taps + 1
    assert layer.bias is not None
    bias = layer.bias.detach()[:, None]
    # Conjugated, because a layer correlates. Frequencies come first: they are the batch.
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
    """Return an old PyTorch file with its decimal integers rewritten as binary integers.

    Python 2 wrote integers of more than 32 bits as text (opcode ``I``), which PyTorch's safe loader
    does not support. In this file they name the optimiser's parameters. `pickletools` reads opcodes
    without executing them.
    """
    source, out, copied = io.BytesIO(data), bytearray(), 0
    # An old file starts with five pickles: magic number, version, system, objects, keys.
    for _ in range(5):
        for opcode, value, start in pickletools.genops(source):
            if opcode.name == "INT" and isinstance(value, int):
                out += data[copied:start]
                out += b"\x8a\x09" + value.to_bytes(9, "little", signed=True)  # LONG1
                copied = source.tell()
    return bytes(out) + data[copied:]


def _prepared(target: npt.ArrayLike, estimate: npt.ArrayLike, sr: int) -> FloatArray:
    """Return both sounds as the network's input: shape ``(2, n)``, scaled to 16 bits."""
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
    """Return the number of samples until a sound has finally fallen below the floor."""
    level = np.abs(x)
    loud = np.flatnonzero(level > level.max(initial=0.0) * 10 ** (-_FLOOR_DB / 20))
    return int(loud[-1]) + 1 if loud.size else 0
