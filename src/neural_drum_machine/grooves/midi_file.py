"""Grooves from and to MIDI files. mido reads and writes the bytes."""

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import mido

from neural_drum_machine.errors import GrooveError, OutputError
from neural_drum_machine.files import write_whole
from neural_drum_machine.grooves.groove import BPM, LONGEST_BEATS, MOST_STROKES, STEP, Groove, Step
from neural_drum_machine.grooves.groove_file import ENDING, read_groove
from neural_drum_machine.grooves.playing import strokes_of
from neural_drum_machine.regular_files import read_regular

ENDINGS: Final = (".mid", ".midi")
LARGEST: Final = 16_000_000
DRUM_CHANNEL: Final = 10
"""General MIDI's channel of drums, counted from 1."""
_TICKS: Final = 480
_DEFAULT_TEMPO: Final = 500_000
"""Microseconds a quarter note where a file names none: 120 beats a minute."""
_SHORTEST: Final = 1 / 64
"""A stroke's note in a file lasts a step, or until shortly before the next one of its drum."""


def read_beat(path: str | Path, channel: int | None = None, track: int | None = None) -> Groove:
    """Read a groove from a ``.ndgroove`` or a MIDI file.

    Parameters
    ----------
    path : str or Path
        The file.
    channel, track : int, optional
        As for :func:`read_noted_midi`.

    Raises
    ------
    GrooveError
        If it cannot be read or holds no drums.
    """
    path = Path(path)
    if path.suffix.lower() == ENDING:
        return read_groove(path)
    return read_midi(path, channel, track)


def read_midi(path: str | Path, channel: int | None = None, track: int | None = None) -> Groove:
    """Read a groove from a Standard MIDI File; see :func:`read_noted_midi`."""
    return read_noted_midi(path, channel, track)[0]


def read_noted_midi(
    path: str | Path, channel: int | None = None, track: int | None = None
) -> tuple[Groove, tuple[str, ...]]:
    """Read a groove from a Standard MIDI File of format 0, 1 or 2, and what was left out.

    Parameters
    ----------
    path : str or Path
        The file.
    channel : int, optional
        1 to 16: the channel whose notes are taken; 10, General MIDI's drums, if it is absent.
    track : int, optional
        Counted from 1: the only track whose notes are taken. A file of format 2, whose tracks are
        patterns of their own, needs it if it has several.

    Returns
    -------
    groove : Groove
        Whole bars. Tempo changes are kept; of several meters the first.
    notes : tuple of str
        Sentences about what was left out.

    Raises
    ------
    GrooveError
        If the file cannot be read, is damaged, or has no notes there.
    """
    path = Path(path)
    try:
        data = read_regular(path, LARGEST)
    except OSError as error:
        raise GrooveError(
            f"{path}: cannot be read ({error.strerror}); name a .mid or .ndgroove file"
        ) from error
    return noted_midi(data, str(path), channel, track)


def midi_of(data: bytes, name: str, channel: int | None = None, track: int | None = None) -> Groove:
    """Return the groove of a MIDI file's bytes; see :func:`read_noted_midi`."""
    return noted_midi(data, name, channel, track)[0]


def noted_midi(
    data: bytes, name: str, channel: int | None = None, track: int | None = None
) -> tuple[Groove, tuple[str, ...]]:
    """Return the groove of a MIDI file's bytes, and sentences about what was left out.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        What errors call it; without its ending it names the groove.
    channel, track : int, optional
        As for :func:`read_noted_midi`.

    Raises
    ------
    GrooveError
        As :func:`read_noted_midi`.
    """
    if not data.startswith(b"MThd"):
        raise GrooveError(f"{name}: is no MIDI file; name a .mid or .ndgroove file")
    try:
        # clip: some programs write data bytes over 127, which hurts nothing.
        file = mido.MidiFile(file=io.BytesIO(data), clip=True)
    except Exception as error:  # mido has errors of its own for single events, such as a wrong key
        raise GrooveError(
            f"{name}: is a damaged MIDI file ({str(error) or 'it ends early'}); export it again"
        ) from error
    if not 0 < file.ticks_per_beat < 0x8000:
        raise GrooveError(
            f"{name}: counts time in film frames, not in beats; export it with ticks per beat"
        )
    if channel is not None and not 1 <= channel <= 16:
        raise GrooveError(f"a MIDI channel is 1 to 16, got {channel}")
    tracks = _chosen(file, name, track)
    wanted = (channel or DRUM_CHANNEL) - 1
    events = [each for messages in tracks for each in _timed(messages, file.ticks_per_beat)]
    notes = [
        (beat, message)
        for beat, message in events
        if message.type == "note_on" and message.velocity > 0
    ]
    steps = [
        Step(beat, message.note, message.velocity)
        for beat, message in notes
        if message.channel == wanted and beat < LONGEST_BEATS
    ]
    if not steps:
        _no_drums(name, wanted + 1, sorted({message.channel + 1 for _, message in notes}))
    if len(steps) > MOST_STROKES:
        raise GrooveError(
            f"{name}: has {len(steps):,} strokes; {MOST_STROKES:,} are the most. Cut it in parts"
        )
    # Tempo and meter of a file of format 1 are in its first track, whichever is chosen.
    heads = events
    if file.type != 2:
        heads = [each for one in file.tracks for each in _timed(one, file.ticks_per_beat)]
    return _groove(name, steps, heads), tuple(_left_out(notes, heads, wanted))


def _left_out(
    notes: list[tuple[float, Any]], heads: list[tuple[float, Any]], wanted: int
) -> Iterator[str]:
    """Yield a sentence about each kind of thing that a groove does not take from a file."""
    others = Counter(message.channel + 1 for _, message in notes if message.channel != wanted)
    if others:
        channels = ", ".join(map(str, sorted(others)))
        kinds = "channel" if len(others) == 1 else "channels"
        yield (
            f"Notes of {kinds} {channels} left out: {others.total():,}. The drums are those of "
            f"channel {wanted + 1}."
        )
    late = sum(beat >= LONGEST_BEATS for beat, message in notes if message.channel == wanted)
    if late:
        yield f"Strokes after beat {LONGEST_BEATS:,.0f} left out: {late:,}."
    meters = [
        (message.numerator, message.denominator)
        for _, message in heads
        if message.type == "time_signature"
    ]
    if len(set(meters)) > 1:
        yield "The meter changes; the groove keeps the first. Each stroke stays at its beat."
    tempi = [
        mido.tempo2bpm(message.tempo)
        for _, message in heads
        if message.type == "set_tempo" and message.tempo > 0
    ]
    outside = sum(not BPM[0] <= bpm <= BPM[1] for bpm in tempi)
    if outside:
        yield (
            f"Tempo changes brought within {BPM[0]:g} to {BPM[1]:g} beats a minute: {outside:,}."
        )


def _chosen(file: Any, name: str, track: int | None) -> list[Any]:
    count = len(file.tracks)
    if track is not None:
        if not 1 <= track <= count:
            raise GrooveError(f"{name}: has no track {track}; it has {count}")
        return [file.tracks[track - 1]]
    if file.type == 2 and count > 1:
        raise GrooveError(
            f"{name}: is of format 2, its {count} tracks are patterns of their own; "
            "choose one as the track"
        )
    return list(file.tracks)


def _timed(track: Any, ticks: int) -> list[tuple[float, Any]]:
    out, now = [], 0
    for message in track:
        now += message.time
        out.append((now / ticks, message))
    return out


def _no_drums(name: str, wanted: int, present: list[int]) -> None:
    if not present:
        raise GrooveError(f"{name}: has no notes")
    channels = ", ".join(map(str, present))
    raise GrooveError(
        f"{name}: has no drums: channel {wanted} has no notes. Channels with notes: {channels}; "
        "choose one as the channel"
    )


def _groove(name: str, steps: list[Step], heads: list[tuple[float, Any]]) -> Groove:
    tempo: dict[float, float] = {0.0: mido.tempo2bpm(_DEFAULT_TEMPO)}
    meter = (4, 4)
    seen_meter = False
    for beat, message in sorted(heads, key=lambda each: each[0]):
        if message.type == "set_tempo" and message.tempo > 0:
            tempo[beat] = min(max(mido.tempo2bpm(message.tempo), BPM[0]), BPM[1])
        elif message.type == "time_signature" and not seen_meter:
            seen_meter = True
            if message.denominator in (1, 2, 4, 8, 16, 32) and 1 <= message.numerator <= 64:
                meter = (message.numerator, message.denominator)
    bar = meter[0] * 4 / meter[1]
    last = max(each.beat for each in steps)
    beats = min((int(last / bar + 1e-9) + 1) * bar, LONGEST_BEATS)
    kept = tuple(sorted((beat, bpm) for beat, bpm in tempo.items() if beat < beats))
    return Groove(
        Path(name).stem if Path(name).stem.isprintable() and Path(name).stem.strip() else "beat",
        beats,
        tuple(sorted(steps, key=lambda each: (each.beat, each.note))),
        kept,
        meter,
    )


def write_midi(groove: Groove, path: str | Path) -> None:
    """Write a groove as a Standard MIDI File of format 0, on channel 10.

    Swing, nudges, ratchets and flams are written as they are played; probabilities are not: every
    stroke is in the file.

    Raises
    ------
    OutputError
        If the name does not end in ``.mid`` or ``.midi``, or the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in ENDINGS:
        raise OutputError(f"{path}: a MIDI file ends in .mid; choose another name")
    write_whole(path, midi_bytes(groove))


def midi_bytes(groove: Groove) -> bytes:
    """Return a groove as the bytes of a MIDI file; see :func:`write_midi`."""
    events: list[tuple[int, int, Any]] = []
    numerator, denominator = groove.meter
    events.append(
        (0, 0, mido.MetaMessage("time_signature", numerator=numerator, denominator=denominator))
    )
    for beat, bpm in groove.tempo:
        message = mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm))
        events.append((round(beat * _TICKS), 0, message))
    starts = [(groove.beat_at(each.seconds), each) for each in strokes_of(groove, None)]
    following: dict[int, float] = {}
    for beat, stroke in reversed(starts):
        start = max(beat, 0.0)
        end = min(start + STEP, following.get(stroke.note, start + 1) - _SHORTEST)
        following[stroke.note] = start
        for order, kind, place, velocity in (
            (2, "note_on", start, stroke.velocity),
            (1, "note_off", max(end, start + _SHORTEST), 0),
        ):
            message = mido.Message(
                kind, channel=DRUM_CHANNEL - 1, note=stroke.note, velocity=velocity
            )
            events.append((round(place * _TICKS), order, message))
    track, now = mido.MidiTrack(), 0
    for tick, _, message in sorted(events, key=lambda each: each[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    end_of_track = max(0, round(groove.beats * _TICKS) - now)
    track.append(mido.MetaMessage("end_of_track", time=end_of_track))
    out = mido.MidiFile(type=0, ticks_per_beat=_TICKS, tracks=[track])
    stream = io.BytesIO()
    out.save(file=stream)
    return stream.getvalue()
