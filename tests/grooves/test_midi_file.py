"""MIDI files of others, good and bad."""

import contextlib
import io
import os

import mido
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_drum_machine.errors import GrooveError, OutputError
from neural_drum_machine.grooves.groove import Groove, Step
from neural_drum_machine.grooves.midi_file import (
    midi_bytes,
    midi_of,
    noted_midi,
    read_beat,
    write_midi,
)
from neural_drum_machine.grooves.playing import strokes_of
from neural_drum_machine.grooves.styles import PATTERNS, new_groove


def midi(*tracks, kind=1, ticks=480):
    file = mido.MidiFile(type=kind, ticks_per_beat=ticks)
    file.tracks += [mido.MidiTrack(each) for each in tracks]
    stream = io.BytesIO()
    file.save(file=stream)
    return stream.getvalue()


def hit(note, time=0, velocity=100, channel=9):
    return mido.Message("note_on", note=note, velocity=velocity, time=time, channel=channel)


@pytest.mark.parametrize("style", PATTERNS)
def test_a_groove_is_played_the_same_from_its_midi_file(style):
    groove = new_groove(style).with_bars(4)
    again = midi_of(midi_bytes(groove), "beat.mid")
    assert (again.beats, again.meter) == (groove.beats, groove.meter)
    one = sorted(strokes_of(groove, None), key=lambda s: (s.note, s.seconds))
    other = sorted(strokes_of(again, None), key=lambda s: (s.note, s.seconds))
    assert [each.note for each in one] == [each.note for each in other]
    assert [each.velocity for each in one] == [each.velocity for each in other]
    # A tick is a 480th of a quarter note.
    np.testing.assert_allclose(
        [max(each.seconds, 0) for each in one], [each.seconds for each in other], atol=1e-3
    )


def test_tempo_and_meter_of_another_track_count():
    head = [
        mido.MetaMessage("time_signature", numerator=3, denominator=4),
        mido.MetaMessage("set_tempo", tempo=1_000_000),
        mido.MetaMessage("set_tempo", tempo=250_000, time=960),
    ]
    groove = midi_of(midi(head, [hit(36), hit(38, 960), hit(36, 480)]), "a.mid")
    assert (groove.meter, groove.beats) == ((3, 4), 6.0)
    assert [each.seconds for each in strokes_of(groove, None)] == [0, 2, 2.25]


def test_what_is_left_out_is_told():
    head = [
        mido.MetaMessage("time_signature", numerator=3, denominator=4),
        mido.MetaMessage("time_signature", numerator=4, denominator=4, time=1440),
        mido.MetaMessage("set_tempo", tempo=1),
    ]
    late = hit(38, 4096 * 480)
    data = midi(head, [hit(36), hit(60, channel=0), hit(60, channel=3), late])
    groove, notes = noted_midi(data, "a.mid")
    assert [each.note for each in groove] == [36]
    assert list(notes) == [
        "Notes of channels 1, 4 left out: 2. The drums are those of channel 10.",
        "Strokes after beat 4,096 left out: 1.",
        "The meter changes; the groove keeps the first. Each stroke stays at its beat.",
        "Tempo changes brought within 20 to 400 beats a minute: 1.",
    ]
    assert noted_midi(midi([hit(36)]), "a.mid")[1] == ()


def test_a_note_of_velocity_zero_is_an_end():
    groove = midi_of(midi([hit(36), hit(36, 240, 0), hit(38, 240)]), "a.mid")
    assert [each.note for each in groove] == [36, 38]


def test_another_channel_and_a_track_of_format_two_can_be_chosen():
    data = midi([hit(36, channel=2)], [hit(38, channel=2)], kind=2)
    with pytest.raises(GrooveError, match=r"format 2, its 2 tracks.*as the track"):
        midi_of(data, "a.mid")
    with pytest.raises(GrooveError, match=r"channel 10 has no notes. Channels with notes: 3;"):
        midi_of(data, "a.mid", track=1)
    assert midi_of(data, "a.mid", channel=3, track=2).notes() == (38,)
    with pytest.raises(GrooveError, match="has no track 3; it has 2"):
        midi_of(data, "a.mid", track=3)
    with pytest.raises(GrooveError, match="1 to 16, got 0"):
        midi_of(data, "a.mid", channel=0)


def test_an_event_that_is_nonsense_is_damage():
    # Found by fuzzing: a key signature in a mode that there is not.
    track = b"\x00\xff\x59\x02\xfc\x02\x00\x99\x24\x64\x00\xff\x2f\x00"
    data = midi([hit(36)])[:14] + b"MTrk" + len(track).to_bytes(4, "big") + track
    with pytest.raises(GrooveError, match=r"is a damaged MIDI file .*key"):
        midi_of(data, "a.mid")


def test_ten_thousand_notes_are_read():
    data = midi([hit(36 + each % 12, 30) for each in range(10_000)])
    assert len(midi_of(data, "a.mid").steps) == 10_000


def test_film_frames_are_refused_with_a_way_out():
    data = bytearray(midi([hit(36)]))
    data[12:14] = b"\xe7\x28"  # 25 frames a second, 40 ticks each
    with pytest.raises(GrooveError, match="film frames"):
        midi_of(bytes(data), "a.mid")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is no MIDI file"),
        (b"RIFF....", "is no MIDI file"),
        (b"MThd", "is a damaged MIDI file"),
        (midi([]), "has no notes"),
        (midi([hit(36)])[:-6], "damaged|no notes|no drums"),
    ],
)
def test_bad_files_are_named(data, message):
    with pytest.raises(GrooveError, match=rf"a\.mid: .*({message})"):
        midi_of(data, "a.mid")


@given(st.binary(max_size=60), st.integers(0, 200))
def test_any_damage_gives_a_groove_or_the_named_error(junk, place):
    data = bytearray(midi_bytes(new_groove("house")))
    data[place : place + len(junk)] = junk
    with contextlib.suppress(GrooveError):
        assert isinstance(midi_of(bytes(data), "a.mid"), Groove)


def test_files_that_cannot_be_read_or_written(tmp_path):
    with pytest.raises(GrooveError, match="cannot be read"):
        read_beat(tmp_path / "none.mid")
    with pytest.raises(OutputError, match=r"ends in \.mid"):
        write_midi(new_groove("house"), tmp_path / "a.txt")
    with pytest.raises(OutputError, match="make its folder first"):
        write_midi(new_groove("house"), tmp_path / "none" / "a.mid")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.mid")
        with pytest.raises(GrooveError, match="cannot be read"):
            read_beat(tmp_path / "pipe.mid")


def test_notes_of_one_drum_do_not_overlap():
    groove = Groove("a", 4.0, tuple(Step(each / 16, 42) for each in range(16)))
    on = set()
    for message in mido.MidiFile(file=io.BytesIO(midi_bytes(groove))).tracks[0]:
        if message.type == "note_on":
            assert message.note not in on
            on.add(message.note)
        elif message.type == "note_off":
            on.remove(message.note)
    assert not on
