"""What a page without a server is told beside its model, as JSON values."""

import dataclasses
import json
import math
import struct
from collections.abc import Mapping
from typing import Any

from neural_drum_machine.errors import ServerError
from neural_drum_machine.grooves.groove_file import content_of
from neural_drum_machine.grooves.styles import PATTERNS, new_groove
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.kits.hand import OF_ONE_NOISE, SIZES
from neural_drum_machine.kits.kit import Kit
from neural_drum_machine.kits.style import STYLES
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.server.delivery import as_samples
from neural_drum_machine.server.handlers import RequestHandlers
from neural_drum_machine.server.protocol import (
    CancelReply,
    Generate,
    Recall,
    StatusReply,
)
from neural_drum_machine.server.recent_sounds import RecentSounds
from neural_drum_machine.server.rendered import RenderedSound
from neural_drum_machine.server.web.messages import write_reply
from neural_drum_machine.sound import NATIVE
from neural_drum_machine.wishes.qualities import BY_NAME
from neural_drum_machine.wishes.velocity import NAMES, curves


def facts_of(machine: DrumMachine, kit: Kit) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the facts, and the sounds that lie ready: middles of categories, and a kit's voices.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    kit : Kit
        The kit that the page begins with.

    Returns
    -------
    facts : dict
        As ``web/js/engine/answers.js`` describes them.
    sounds : dict of str to bytes
        Samples of 16 bits by the names of their files.

    Raises
    ------
    ServerError
        If the model has no maps of its controls.
    """
    handlers = RequestHandlers(machine, _no_status, _no_cancel)
    requests: list[Generate | Recall] = [
        Generate(number, category, 0.0, 0.0, 0.0)
        for number, category in enumerate(machine.categories)
    ]
    requests += [_recall(voice.recipe) for voice in kit]
    ready, sounds = [], {}
    for number, request in enumerate(requests):
        made = handlers.make_sound(handlers.find(request), request, RecentSounds())
        assert isinstance(made, RenderedSound)
        message = write_reply(as_samples(made, request.id, 0.0, machine.spec))
        assert isinstance(message, bytes)
        (length,) = struct.unpack_from("<I", message)
        file = f"ready-{number}.pcm"
        header = json.loads(message[4 : 4 + length])
        ready.append({"type": request.type, "file": file, "header": header})
        sounds[file] = message[4 + length :]
    return {**plain_facts(machine), "ready": ready}, sounds


def plain_facts(machine: DrumMachine) -> dict[str, Any]:
    """Return the facts without sounds that lie ready.

    Parameters
    ----------
    machine : DrumMachine
        The model.

    Raises
    ------
    ServerError
        If the model has no maps of its controls.
    """
    if machine.pad_maps is None:
        raise ServerError("the model has no maps of its controls; export it again")
    hello = dataclasses.replace(
        RequestHandlers(machine, _no_status, _no_cancel).hello(),
        inverters=(DEFAULT_INVERTER,),
        engines=(NATIVE,),
    )
    by_name = {category: curves(category) for category in machine.categories}
    first = by_name[machine.categories[0]]
    return {
        "hello": json.loads(write_reply(hello)),
        "scales": machine.controls.scales.tolist(),
        "velocity": {
            "exponents": [first[name].exponent for name in NAMES],
            "changes": {
                category: [each[name].change for name in NAMES]
                for category, each in by_name.items()
            },
        },
        "exemplar_values": [
            [values[name] if math.isfinite(values[name]) else None for name in BY_NAME]
            for values in machine.exemplar_values()
        ],
        "hand": {"sizes": SIZES, "of_one_noise": sorted(OF_ONE_NOISE)},
        "maps": [
            dict(zip(("brightness", "decay"), each.round(5).tolist(), strict=True))
            for each in machine.pad_maps
        ],
        "styles": {
            "grooves": [content_of(new_groove(name)) for name in PATTERNS],
            "kits": list(STYLES),
            "formats": {},
        },
        "ready": [],
    }


def _recall(recipe: Mapping[str, Any]) -> Recall:
    """Return the request for a drum."""
    exemplars = [float(number) for pair in recipe.get("exemplars", ()) for number in pair]
    return Recall(
        0,
        recipe["category"],
        tuple(recipe["code"]),
        seed=None,
        take=recipe["take"],
        exemplars=tuple(exemplars),
        **recipe.get("wish", {}),
    )


def _no_status() -> StatusReply:
    raise NotImplementedError


def _no_cancel(*_: object) -> CancelReply:
    raise NotImplementedError
