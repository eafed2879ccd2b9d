"""The adapter for OSC over UDP: packets to messages, messages to requests, replies back."""

from neural_drum_machine.server.osc.messages import (
    ARGUMENTS,
    REQUESTS,
    build_message,
    read_request,
    write_reply,
)
from neural_drum_machine.server.osc.packets import Message, Packet, parse_packet
from neural_drum_machine.server.osc.server import OscServer

__all__ = [
    "ARGUMENTS",
    "REQUESTS",
    "Message",
    "OscServer",
    "Packet",
    "build_message",
    "parse_packet",
    "read_request",
    "write_reply",
]
