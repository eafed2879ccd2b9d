"""The messages between clients and the server: pure values, no sockets, no bytes.

The adapters (``osc``, ``web``) only translate between their wire format and the dataclasses here.
Every value from outside is checked when a request is built, so that the engine need not check it.
``docs/protocol.md`` describes the protocol for people who write clients.
"""

from neural_drum_machine.server.protocol.base import read_id
from neural_drum_machine.server.protocol.bounds import (
    MAX_AUDIO_BYTES,
    MAX_INT,
    MAX_PART,
    MAX_STRING,
    MAX_WAITING,
    MIN_ARRAY,
    PROTOCOL_VERSION,
    RANGES,
    RECENT_SOUNDS,
    UNREADABLE_ID,
)
from neural_drum_machine.server.protocol.error_codes import ErrorCode, ProtocolError
from neural_drum_machine.server.protocol.limits import LIMITS, Limits
from neural_drum_machine.server.protocol.replies import (
    ErrorReply,
    HelloReply,
    OwnReply,
    PadMapReply,
    Pcm,
    Pong,
    Recording,
    Reply,
    SamplesReply,
    SoundReply,
    StatusReply,
    Superseded,
)
from neural_drum_machine.server.protocol.requests import (
    Encode,
    EngineRequest,
    Generate,
    Hello,
    Morph,
    Move,
    Own,
    PadMap,
    Part,
    Ping,
    Random,
    Recall,
    Request,
    SoundRequest,
    Status,
    Variation,
)
from neural_drum_machine.server.protocol.rules import (
    RULES,
    shown,
    shown_name,
)
from neural_drum_machine.server.protocol.uploads import (
    GatheredUpload,
    PartedUpload,
    Samples,
    Upload,
)

__all__ = [
    "LIMITS",
    "MAX_AUDIO_BYTES",
    "MAX_INT",
    "MAX_PART",
    "MAX_STRING",
    "MAX_WAITING",
    "MIN_ARRAY",
    "PROTOCOL_VERSION",
    "RANGES",
    "RECENT_SOUNDS",
    "RULES",
    "UNREADABLE_ID",
    "Encode",
    "EngineRequest",
    "ErrorCode",
    "ErrorReply",
    "GatheredUpload",
    "Generate",
    "Hello",
    "HelloReply",
    "Limits",
    "Morph",
    "Move",
    "Own",
    "OwnReply",
    "PadMap",
    "PadMapReply",
    "Part",
    "PartedUpload",
    "Pcm",
    "Ping",
    "Pong",
    "ProtocolError",
    "Random",
    "Recall",
    "Recording",
    "Reply",
    "Request",
    "Samples",
    "SamplesReply",
    "SoundReply",
    "SoundRequest",
    "Status",
    "StatusReply",
    "Superseded",
    "Upload",
    "Variation",
    "read_id",
    "shown",
    "shown_name",
]
