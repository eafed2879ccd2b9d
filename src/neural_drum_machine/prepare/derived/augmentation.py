"""New hits from recorded ones, as a drummer, a room or a mixing desk would change them.

Each step happens with a probability of its own; what was drawn is recorded with the sound, and the
same record makes the same samples again. Ranges are per category where a wide change would lead
into another one: an open hi-hat cut short is a closed one, a tom tuned up a conga.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import soxr
from scipy import signal

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.hit import Hit, make_hit
from neural_drum_machine.signal.spec import AudioSpec

PITCH_SEMITONES: Final = (-1.0, 4.0)
PITCH_OF: Final = {
    "kick": (-3.0, 3.0),
    "tom": (-3.0, 3.0),
    "conga": (-2.0, 2.0),
    "bongo": (-2.0, 2.0),
}
"""Change of tuning. Sounds that reach up to the end of the spectrum are hardly tuned down, which
would leave it empty there; drums of definite pitch little, or they become others."""
DECAY_DB: Final = (-40.0, 12.0)
DECAY_OF: Final = {
    "open_hihat": (-6.0, 15.0),
    "closed_hihat": (-60.0, 0.0),
    # Quiet sounds, recorded with the noise of the room behind them: it has to go, or a network
    # learns that noise is what makes a snap.
    "snap": (-90.0, -20.0),
    "clap": (-80.0, 6.0),
    "shaker": (-80.0, 6.0),
    "tambourine": (-60.0, 6.0),
}
"""Decibels a second by which the sound dies away faster (negative) or slower."""
ROOM_SECONDS: Final = (0.05, 0.6)
ROOM_DB: Final = (-30.0, -2.0)
"""Time in which a room's sound falls by 60 dB, and its energy against the direct sound's: from a
microphone on the rim to one at the other end of the room."""
ROOM_DB_OF: Final = {"snap": (-30.0, -12.0)}
"""With much room a snap is a clap."""
BUZZ_OF: Final = {"kick": (-40.0, -14.0), "tom": (-40.0, -14.0)}
"""Level of the snare wires that rattle along, for drums that stand beside a snare drum."""

Parameters = dict[str, float]


def draw(category: str, rng: np.random.Generator, partner: bool) -> Parameters:
    """Return a random change for a hit of a category.

    Parameters
    ----------
    category : str
        One of the eleven.
    rng : numpy.random.Generator
        Gives the numbers.
    partner : bool
        Whether there is a second hit to layer.

    Returns
    -------
    dict
        Keys are those of :func:`augment`; a step that is absent is not done.
    """
    semitones = PITCH_OF.get(category, PITCH_SEMITONES)
    found: Parameters = {"semitones": rng.uniform(*semitones)}
    if category == "snap" or rng.random() < 0.7:
        found["decay_db"] = rng.uniform(*DECAY_OF.get(category, DECAY_DB))
    if rng.random() < 0.6:
        found["tilt_db"] = rng.uniform(-3.0, 3.0)
    if rng.random() < 0.6:
        found["band_hz"] = float(np.exp(rng.uniform(np.log(120.0), np.log(8000.0))))
        found["band_db"] = rng.uniform(-9.0, 9.0)
        found["band_q"] = rng.uniform(0.5, 2.0)
    if rng.random() < 0.4:
        found["transient_db"] = rng.uniform(-9.0, 9.0)
    if rng.random() < 0.25:
        found["saturation"] = rng.uniform(0.01, 0.12)
    if rng.random() < 0.15:
        found["bits"] = float(rng.integers(7, 13))
    if rng.random() < 0.35:
        found["room_seconds"] = rng.uniform(*ROOM_SECONDS)
        found["room_db"] = rng.uniform(*ROOM_DB_OF.get(category, ROOM_DB))
        found["room_seed"] = float(rng.integers(2**31))
    if category in BUZZ_OF and rng.random() < 0.3:
        found["buzz_db"] = rng.uniform(*BUZZ_OF[category])
        found["buzz_seed"] = float(rng.integers(2**31))
    if partner and rng.random() < 0.3:
        found["layer_db"] = rng.uniform(-18.0, -3.0)
        found["layer_semitones"] = rng.uniform(*semitones)
    return {name: round(float(value), 4) for name, value in found.items()}


def augment(
    hits: Sequence[npt.NDArray[np.float32]], parameters: Mapping[str, float], spec: AudioSpec
) -> Hit:
    """Return a changed hit.

    Parameters
    ----------
    hits : sequence of numpy.ndarray
        Shape ``(n,)`` each: the hit, and the one to layer where the parameters ask for it.
    parameters : mapping
        ``semitones`` (tuning by resampling), ``decay_db`` (decibels a second), ``tilt_db``
        (decibels an octave), ``band_hz``, ``band_db``, ``band_q`` (a peaking filter),
        ``transient_db`` (gain of the attack against the rest), ``saturation`` (0 to 1),
        ``bits`` (of a sampler), ``buzz_db``, ``buzz_seed`` (snare wires), ``room_seconds``,
        ``room_db``, ``room_seed`` (a diffuse room), ``layer_db``, ``layer_semitones`` (of the
        second hit).
    spec : AudioSpec
        The signal's numbers.

    Returns
    -------
    Hit
        Shaped as every hit of a dataset.

    Raises
    ------
    AudioError
        If what remains is too short to be a hit.
    """
    x = resampled(hits[0], parameters.get("semitones", 0.0), spec.sr)
    if "layer_db" in parameters:
        other = resampled(hits[1], parameters["layer_semitones"], spec.sr)
        mixed = np.zeros(max(len(x), len(other)), np.float32)
        mixed[: len(x)] += x
        mixed[: len(other)] += other * np.float32(10 ** (parameters["layer_db"] / 20))
        x = mixed
    if "buzz_db" in parameters:
        x = buzzing(x, parameters["buzz_db"], int(parameters["buzz_seed"]), spec.sr)
    if "transient_db" in parameters:
        x = transient(x, parameters["transient_db"], spec.sr)
    if "decay_db" in parameters:
        x = decayed(x, parameters["decay_db"], spec.sr)
    if "tilt_db" in parameters:
        x = tilted(x, parameters["tilt_db"], spec.sr)
    x = _effects(x, parameters, spec.sr)
    if "room_seconds" in parameters:
        x = in_room(
            x,
            parameters["room_seconds"],
            parameters["room_db"],
            int(parameters["room_seed"]),
            spec.sr,
        )
    return make_hit(x, spec.sr, spec, name="augmented sound")


def _effects(x: FloatArray, parameters: Mapping[str, float], sr: int) -> FloatArray:
    """Apply what audiomentations has; ranges of no width make it deterministic."""
    import audiomentations

    steps: list[Any] = []
    if "band_hz" in parameters:
        hz, db, q = (parameters[f"band_{name}"] for name in ("hz", "db", "q"))
        steps.append(
            audiomentations.PeakingFilter(
                min_center_freq=hz,
                max_center_freq=hz,
                min_gain_db=db,
                max_gain_db=db,
                min_q=q,
                max_q=q,
                p=1.0,
            )
        )
    if "saturation" in parameters:
        amount = parameters["saturation"]
        steps.append(
            audiomentations.TanhDistortion(min_distortion=amount, max_distortion=amount, p=1.0)
        )
    if "bits" in parameters:
        bits = int(parameters["bits"])
        steps.append(audiomentations.BitCrush(min_bit_depth=bits, max_bit_depth=bits, p=1.0))
    for step in steps:
        # Each at full level: filters may raise it, and samplers round what they are given.
        x = step(x / np.abs(x).max(), sample_rate=sr)
    return x


def resampled(x: FloatArray, semitones: float, sr: int) -> FloatArray:
    """Return a sound tuned by resampling: higher is shorter, as on a sampler or a turntable."""
    if not semitones:
        return x
    out: FloatArray = soxr.resample(x, sr * 2 ** (semitones / 12), sr, quality="HQ")
    return out


def decayed(x: FloatArray, db_per_second: float, sr: int) -> FloatArray:
    """Return a sound that dies away faster (negative) or slower by decibels a second.

    The change starts at the loudest sample, so the attack stays; what gets louder than the
    sound's own level 0.2 s after that does not get louder still (its noise floor would).
    """
    peak = int(np.abs(x).argmax())
    t = np.maximum(np.arange(len(x)) - peak, 0) / sr
    if db_per_second > 0:
        t = np.minimum(t, 0.6)
    return (x * 10 ** (db_per_second * t / 20)).astype(np.float32)


def tilted(x: FloatArray, db_per_octave: float, sr: int) -> FloatArray:
    """Return a sound with its spectrum tilted around 1 kHz (brighter is positive); no delay.

    Minimum phase would smear nothing either, but a zero-phase tilt of a few decibels an octave
    is as short in time, and needs no design.
    """
    padded = np.zeros(len(x) + 2048, np.float32)
    padded[1024 : 1024 + len(x)] = x
    hz = np.fft.rfftfreq(len(padded), 1 / sr)
    octaves = np.log2(np.clip(hz, 50.0, 10_000.0) / 1000.0)
    shaped = np.fft.irfft(np.fft.rfft(padded) * 10 ** (db_per_octave * octaves / 20), len(padded))
    return shaped[1024 : 1024 + len(x)].astype(np.float32)


def transient(x: FloatArray, gain_db: float, sr: int) -> FloatArray:
    """Return a sound with its attack emphasised or softened by up to `gain_db` decibels.

    Where a fast envelope (1 ms) exceeds a slow one (30 ms), it is the attack.
    """
    level = np.abs(x)
    fast, slow = (
        signal.lfilter([1 - a], [1, -a], level)
        for a in np.exp(-1.0 / (sr * np.array([1e-3, 3e-2])))
    )
    attack = np.clip((fast - slow) / (fast + 1e-6), 0.0, 1.0)
    shaped: FloatArray = (x * 10 ** (gain_db * attack / 20)).astype(np.float32)
    return shaped


def buzzing(x: FloatArray, level_db: float, seed: int, sr: int) -> FloatArray:
    """Return a drum with the wires of a snare drum rattling along, at a level under its own.

    Noise from 1.2 kHz up that follows the drum's envelope and outlasts it a little.
    """
    noise = np.random.default_rng(seed).standard_normal(len(x))
    wires = signal.sosfilt(signal.butter(2, 1200.0, "highpass", fs=sr, output="sos"), noise)
    a = np.exp(-1.0 / (0.04 * sr))
    wires *= signal.lfilter([1 - a], [1, -a], np.abs(x))
    wires *= 10 ** (level_db / 20) * np.sqrt(np.square(x).sum() / (np.square(wires).sum() + 1e-12))
    buzzed: FloatArray = (x + wires).astype(np.float32)
    return buzzed


def in_room(x: FloatArray, seconds: float, level_db: float, seed: int, sr: int) -> FloatArray:
    """Return a sound with a diffuse room behind it: noise that falls by 60 dB in `seconds`.

    The room's energy is `level_db` under the direct sound's; it starts 2 to 12 ms later.
    """
    rng = np.random.default_rng(seed)
    n = round(seconds * sr)
    response = rng.standard_normal(n) * 10 ** (-3.0 * np.arange(n) / n)
    response[: round(rng.uniform(0.002, 0.012) * sr)] = 0.0
    # Air and walls take the treble first.
    response = signal.lfilter([0.5], [1, -0.5], response)
    response *= 10 ** (level_db / 20) / np.sqrt(np.square(response).sum() + 1e-12)
    response[0] += 1.0
    wet: FloatArray = signal.fftconvolve(x, response).astype(np.float32)
    return wet
