"""Why a request was refused."""

from enum import StrEnum

from neural_drum_machine.errors import ServerError
from neural_drum_machine.server.protocol.bounds import UNREADABLE_ID


class ErrorCode(StrEnum):
    """Why a request was refused. No other code is ever sent."""

    BAD_MESSAGE = "bad-message"
    OUT_OF_RANGE = "out-of-range"
    UNKNOWN_CATEGORY = "unknown-category"
    UNKNOWN_INVERTER = "unknown-inverter"
    UNKNOWN_SOUND = "unknown-sound"
    BAD_AUDIO = "bad-audio"
    LIBRARY = "library"
    INCOMPLETE = "incomplete"
    BUSY = "busy"
    DISK = "disk"
    CANCELLED = "cancelled"
    CLOSING = "closing"
    INTERNAL = "internal"


class ProtocolError(ServerError):
    """A request that cannot be met.

    Attributes
    ----------
    code : ErrorCode
        The reason, for programs; the message is for people.
    id : int
        The request's id, or -1 if it could not be read.
    """

    def __init__(self, code: ErrorCode, sentence: str, id: int = UNREADABLE_ID) -> None:  # noqa: A002
        super().__init__(sentence)
        self.code = code
        self.id = id
