"""The process in which FFmpeg decodes: its decoders crash on some damaged files.

It imports little, because it is started for each file. The bytes of its answer are a `HEAD`, and
the samples of one channel after the other, float32 in the machine's order.
"""

import struct
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.child_process import serve
from neural_drum_machine.signal.reading import SILENCE_PEAK, most_frames, most_searched

HEAD: Final = struct.Struct("<??4q")
"""Whether the file was decoded; whether it goes on; its sample rate; its channels; how many samples
each of them has here; how many were skipped before them."""
NOT_DECODED: Final = HEAD.pack(False, False, 0, 0, 0, 0)


def decoded(data: bytes) -> bytes:
    """Decode the beginning of a file, or from its first sound on where that comes late.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    bytes
        As the module says. Without samples if the header claims an implausible sample rate or
        number of channels.
    """
    import codecpod

    try:
        info = codecpod.info(data)
        n = most_frames(info.sample_rate, info.channels)
    except codecpod.CodecpodError:
        return NOT_DECODED
    except ValueError:
        return HEAD.pack(True, False, info.sample_rate, info.channels, 0, 0)
    start = 0
    while True:
        try:
            x, sr = codecpod.load(data, frame_offset=start, num_frames=n + 1)  # type: ignore[misc]
        except codecpod.CodecpodError:
            return NOT_DECODED
        samples: FloatArray = np.atleast_2d(np.asarray(x, np.float32))
        more = samples.shape[1] > n
        # A sound in the second half is read again, from half a second before it.
        first = _first_sound(samples) - sr // 2 if more else 0
        if first <= n // 2 or start + n >= most_searched(sr, info.channels):
            break
        start += first
    kept = samples[:, :n]
    return HEAD.pack(True, more, int(sr), *kept.shape, start) + kept.tobytes()


def _first_sound(samples: FloatArray) -> int:
    """Return the first sample that is no silence, or the number of samples if there is none."""
    loud = ~(np.abs(samples).max(axis=0) < SILENCE_PEAK)  # NaN is no silence
    return int(loud.argmax()) if loud.any() else len(loud)


if __name__ == "__main__":
    serve(decoded)
