"""How a client gets its sounds: as files, or as samples."""

import time
from enum import Enum

import numpy as np

from neural_drum_machine.server.files import SoundFolder, writing_advice
from neural_drum_machine.server.protocol import (
    Along,
    ErrorCode,
    LayerSamplesReply,
    LayersReply,
    ProtocolError,
    Recording,
    SamplesReply,
    SoundReply,
)
from neural_drum_machine.server.rendered import RenderedLayers, RenderedSound, RenderPlan
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.sound import code_values


class Delivery(Enum):
    """How a client gets its sounds."""

    FILE = "file"
    SAMPLES = "samples"


def as_file(
    rendered: RenderedSound, request: int, received: float, folder: SoundFolder, client: int
) -> SoundReply:
    """Write a sound, and return the answer that names its file.

    Parameters
    ----------
    rendered : RenderedSound
        The sound.
    request : int
        The request's id.
    received : float
        :func:`time.perf_counter` at the request's arrival.
    folder : SoundFolder
        Where to write.
    client : int
        The client's number.

    Raises
    ------
    ProtocolError
        If the file cannot be written.
    """
    path = _written(rendered.wav(), request, folder, client)
    return _description(rendered, request, received, path)


def layers_as_file(
    layers: RenderedLayers, request: int, folder: SoundFolder, client: int
) -> LayersReply:
    """Write a sound's layers, and return the answer; parameters and errors as :func:`as_file`."""
    path = _written(layers.wav(), request, folder, client)
    return LayersReply(request, layers.of, path, layers.length, layers.sr, layers.velocities)


def layers_as_samples(layers: RenderedLayers, request: int) -> LayerSamplesReply:
    """Return the answer that holds a sound's layers; parameters as for :func:`as_file`."""
    data = layers.pcm().astype("<i2", copy=False).tobytes()
    return LayerSamplesReply(
        request, layers.of, layers.length, layers.sr, layers.channels, layers.velocities, data
    )


def _written(data: bytes, request: int, folder: SoundFolder, client: int) -> str:
    try:
        return str(folder.write(client, data))
    except OSError as error:
        raise ProtocolError(
            ErrorCode.DISK,
            f"the sound could not be written ({error}); {writing_advice(error)}",
            request,
        ) from error


def as_samples(
    rendered: RenderedSound, request: int, received: float, spec: AudioSpec
) -> SamplesReply:
    """Return the answer that holds a sound's samples; parameters as for :func:`as_file`."""
    fidelity = rendered.fidelity(spec)
    return SamplesReply(
        sound=_description(rendered, request, received, ""),
        pcm=rendered.pcm(),
        code=code_values(rendered.sound.code),
        to=rendered.sound.to,
        t=rendered.sound.t,
        exemplars=tuple(float(number) for each in rendered.exemplars for number in each),
        blend=rendered.sound.blend,
        wish=rendered.sound.wish,
        velocity=rendered.sound.velocity,
        engine=rendered.sound.engine,
        along=_along(rendered.recipe),
        own=rendered.own,
        recordings=tuple(Recording(**each) for each in rendered.sound.recordings),
        fidelity=fidelity,
        original=rendered.uploaded_pcm(),
        left_out=rendered.left_out,
        notes=rendered.notes,
    )


def _along(recipe: RenderPlan) -> Along | None:
    """Return where a sound was before taught axes moved it."""
    if not recipe.axes:
        return None
    return Along(recipe.axes, code_values(recipe.code), recipe.wish)


def _description(rendered: RenderedSound, request: int, received: float, path: str) -> SoundReply:
    sound = rendered.sound
    p1, p2, p3 = rendered.position
    return SoundReply(
        id=request,
        path=path,
        ms=1000 * (time.perf_counter() - received),
        peak=float(np.abs(rendered.samples).max(initial=0)),
        samples=sound.samples.shape[-1],
        sr=sound.sr,
        length=1000 * sound.samples.shape[-1] / sound.sr,
        category=sound.category,
        seed=-1 if sound.seed is None else sound.seed,
        p1=p1,
        p2=p2,
        p3=p3,
        inverter=sound.inverter,
        wild=rendered.recipe.wild,
        take=sound.take,
    )
