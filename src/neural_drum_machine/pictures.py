"""Pictures of sounds: waveforms above mel spectrograms. They need matplotlib."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from neural_drum_machine.errors import OutputError
from neural_drum_machine.extras import require
from neural_drum_machine.files import advice, atomic_file
from neural_drum_machine.signal.mel import mel_band_edges, mel_spectrogram
from neural_drum_machine.signal.spec import DEFAULT_SPEC, AudioSpec

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

DYNAMIC_DB = 80.0
"""Range of a spectrogram's colours; levels this far below the loudest point are black."""
WAVE_COLOUR = "#1f6f8b"
_TICKS_HZ = (100, 500, 1000, 2000, 5000, 10000)


def new_figure(width: float, height: float, dpi: int) -> "Figure":
    """Return an empty figure.

    Parameters
    ----------
    width, height : float
        Size in inches.
    dpi : int
        Pixels per inch.

    Returns
    -------
    matplotlib.figure.Figure
        A figure of its own: pyplot's global state is not used.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    require("matplotlib", "plot")
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=dpi, layout="constrained")


def save_figure(figure: "Figure", path: Path, colours: int | None = None) -> None:
    """Write a figure as a PNG file; if that fails, no part of it is left.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    path : Path
        The PNG file.
    colours : int, optional
        Number of colours to reduce the picture to, at most 256. The file is then about a third
        as large.

    Raises
    ------
    OutputError
        If the picture cannot be written.
    """
    try:
        with atomic_file(path) as file:
            if colours is None:
                figure.savefig(file, format="png", metadata={"Software": None})
                return
            from PIL import Image  # installed with matplotlib

            drawn = io.BytesIO()
            figure.savefig(drawn, format="png")
            image = Image.open(drawn).convert("RGB")
            image = image.quantize(colours, dither=Image.Dither.NONE)
            image.save(file, "PNG", optimize=True)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror or error}); {advice(error)}"
        ) from error


def mel_level(samples: npt.NDArray[np.float32], spec: AudioSpec) -> npt.NDArray[np.float64]:
    """Return the mel spectrogram of samples ``(n,)`` in dB, shape ``(n_mels, frames)``."""
    level: npt.NDArray[np.float64] = 20 * np.log10(np.maximum(mel_spectrogram(samples, spec), 1e-5))
    return level


def top_of(level: npt.NDArray[np.float64]) -> float:
    """Return the level in dB of a picture's brightest colour: the peak, but at least −20 dB.

    The floor keeps silence black.
    """
    return max(float(level.max()), -20.0)


def draw_wave(axes: "Axes", samples: npt.NDArray[np.float32], sr: int, **line: Any) -> None:
    """Draw a waveform ``(n,)`` on axes from -1 to 1 without ticks."""
    style = {"linewidth": 0.4, "color": WAVE_COLOUR, **line}
    axes.plot(np.arange(len(samples)) / sr, samples, **style)
    axes.set(xlim=(0, len(samples) / sr), ylim=(-1.05, 1.05), xticks=[], yticks=[])


def draw_mel(
    axes: "Axes", values: npt.NDArray[np.float64], seconds: float, **image: Any
) -> "AxesImage":
    """Draw an array ``(n_mels, frames)``: time to the right, frequency upwards."""
    style = {"origin": "lower", "aspect": "auto", "cmap": "magma", **image}
    return axes.imshow(values, extent=(0, seconds, 0, len(values)), **style)


def set_hz_ticks(
    axes: "Axes", spec: AudioSpec, *, labels: bool = True, hz: Sequence[int] = _TICKS_HZ
) -> None:
    """Put ticks at frequencies in Hz beside a mel spectrogram."""
    bands = mel_band_edges(spec)[1:-1]
    ticks = [int(np.searchsorted(bands, frequency)) for frequency in hz]
    axes.set_yticks(ticks, [f"{frequency} Hz" for frequency in hz] if labels else [])


def contact_sheet(
    sounds: Sequence[tuple[str, npt.NDArray[np.float32]]],
    path: Path,
    spec: AudioSpec = DEFAULT_SPEC,
    columns: int = 6,
    dpi: int = 100,
) -> None:
    """Draw the waveform and mel spectrogram of each sound into one PNG file.

    Parameters
    ----------
    sounds : sequence of (str, numpy.ndarray)
        Title and samples ``(n,)``.
    path : Path
        The PNG file.
    spec : AudioSpec
        Sample rate and mel bands of the sounds.
    columns : int
        Sounds per row.
    dpi : int
        Pixels per inch; each sound takes 2.6 by 3.4 inches.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OutputError
        If the picture cannot be written.
    """
    rows = -(-len(sounds) // columns)
    figure = new_figure(2.6 * columns, 3.4 * rows, dpi)
    grid = figure.add_gridspec(2 * rows, columns, height_ratios=[1, 2.4] * rows)
    for i, (title, samples) in enumerate(sounds):
        row, column = divmod(i, columns)
        wave = figure.add_subplot(grid[2 * row, column])
        draw_wave(wave, samples, spec.sr)
        wave.set_title(title, fontsize=9)
        level = mel_level(samples, spec)
        top = top_of(level)
        mel = figure.add_subplot(grid[2 * row + 1, column])
        draw_mel(mel, level, len(samples) / spec.sr, vmin=top - DYNAMIC_DB, vmax=top)
        mel.set_xlabel("s", fontsize=7, labelpad=0)
        mel.tick_params(labelsize=7)
        set_hz_ticks(mel, spec, labels=column == 0)
    save_figure(figure, path)
