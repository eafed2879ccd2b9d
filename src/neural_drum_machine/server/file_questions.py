"""Loops, exports and MIDI files for clients. No path of a client is ever opened."""

import dataclasses
import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final, cast, get_args

from neural_drum_machine.cores import cores
from neural_drum_machine.errors import ControlError, GrooveError, OutputError
from neural_drum_machine.grooves import gm
from neural_drum_machine.grooves.groove import Groove
from neural_drum_machine.grooves.groove_file import content_of, groove_from
from neural_drum_machine.grooves.loop import play_groove, played_voices
from neural_drum_machine.grooves.loop_file import RATES, at_rate, engine_rate
from neural_drum_machine.grooves.midi_file import midi_bytes, noted_midi
from neural_drum_machine.grooves.styles import PATTERNS, new_groove
from neural_drum_machine.kits.export import FORMATS, ExportOptions, FormatName, export_kit
from neural_drum_machine.kits.export.names import safe_name, safe_names
from neural_drum_machine.kits.export.options import NORMALISE, Normalise, Rate
from neural_drum_machine.kits.rendering import rendered_kit
from neural_drum_machine.kits.style import STYLES
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.server import protocol
from neural_drum_machine.server.files import writing_advice
from neural_drum_machine.server.kit_questions import read_kit
from neural_drum_machine.server.protocol import (
    ErrorCode,
    GrooveContent,
    GrooveReply,
    MadeFile,
    ProtocolError,
    StylesReply,
    shown,
    shown_name,
)
from neural_drum_machine.server.recent_sounds import RecentSounds
from neural_drum_machine.server.work import Work
from neural_drum_machine.signal.sound_file import BITS, Bits, sound_file_bytes

_SENT: Final = "the groove"
_NO_FILE: Final = "the MIDI file"
_MISSING: Final = ("error", "substitute", "skip")
_DAWN: Final = (1980, 1, 1, 0, 0, 0)
"""The time of all files in a ZIP file: the same request gives the same bytes."""


class FileQuestions:
    """Makes loops, exports and MIDI files for clients. Nothing is kept.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    """

    def __init__(self, machine: DrumMachine) -> None:
        self._machine = machine

    def styles(self, request: protocol.Styles) -> StylesReply:
        """Return what there is to start with."""
        return StylesReply(
            request.id,
            _patterns(),
            tuple(STYLES),
            {name: each.title for name, each in FORMATS.items()},
        )

    def groove_import(self, request: protocol.GrooveImport, _: RecentSounds) -> GrooveReply:
        """Return the groove of a MIDI file."""
        name = shown_name(Path((request.name or _NO_FILE).replace("\\", "/")).name) or _NO_FILE
        try:
            groove, notes = noted_midi(request.midi, name, request.channel, request.track)
        except GrooveError as error:
            raise ProtocolError(ErrorCode.BAD_MESSAGE, str(error)) from error
        return GrooveReply(request.id, GrooveContent(content_of(groove)), notes)

    def groove_export(self, request: protocol.GrooveExport, _: RecentSounds) -> MadeFile:
        """Return a groove as a MIDI file."""
        groove = _groove(request.groove)
        _check_strokes(groove)
        return MadeFile(request.id, f"{safe_name(groove.name)}.mid", (), midi_bytes(groove))

    def humanize(self, request: protocol.Humanize, work: Work) -> MadeFile:
        """Return a loop as a WAV file, or a ZIP file of it and its stems."""
        kit, groove = read_kit(request.kit), _groove(request.groove)
        rate = cast(int, _one_of("rate", request.rate, RATES))
        bits = cast(Bits, _one_of("bits", request.bits, BITS))
        missing = _one_of("missing", request.missing, _MISSING)
        if request.bars is not None:
            groove = groove.with_bars(request.bars)
        if missing == "error":
            gm.check_voices(kit, groove, 'send missing: "substitute" or "skip"')
        else:
            change = gm.substituted if missing == "substitute" else gm.without_missing
            groove = change(kit, groove)
        _check_strokes(groove)
        voices = played_voices(kit, groove)
        _check_length(groove, rate, 1 + len(voices) if request.stems else 1)
        with _readable_recipes():
            loop = play_groove(
                self._at(engine_rate(rate)),
                kit,
                groove,
                amount=request.amount,
                seed=request.seed,
                stems=request.stems,
                threads=_threads(),
                progress=work.steps("sounds"),
            )
        name = safe_name(groove.name)
        parts = {f"{name}.wav": loop.mix}
        for each, stem in zip(safe_names(loop.stems), loop.stems.values(), strict=True):
            parts[f"stems/{each}.wav"] = stem
        step = work.steps("files")

        def files() -> Iterator[tuple[str, bytes]]:
            for done, (path, samples) in enumerate(parts.items(), 1):
                yield path, sound_file_bytes(at_rate(samples, loop.sr, rate), rate, bits=bits)
                step(done, len(parts))

        if not request.stems:
            return MadeFile(request.id, f"{name}.wav", (), dict(files())[f"{name}.wav"])
        return MadeFile(request.id, f"{name}.zip", (), _zipped(name, files()))

    def export_kit(self, request: protocol.ExportKit, work: Work) -> MadeFile:
        """Return a kit for another program as a ZIP file of its folder."""
        kit = read_kit(request.kit)
        to = cast(FormatName, _one_of("format", request.format, tuple(FORMATS)))
        options = ExportOptions(
            cast(Rate, _one_of("rate", request.rate, get_args(Rate))),
            cast(Bits, _one_of("bits", request.bits, BITS)),
            request.trim,
            cast(Normalise, _one_of("normalise", request.normalise, NORMALISE)),
            request.bake_mix,
        )
        sounds = len(kit.voices) * request.layers * request.round_robins
        if sounds > protocol.MAX_EXPORT_SOUNDS:
            raise _out_of_range(
                f"an export has at most {protocol.MAX_EXPORT_SOUNDS} sounds, got {sounds}: "
                f"{len(kit.voices)} voices with {request.layers} layers of "
                f"{request.round_robins} round robins; ask for fewer"
            )
        with _readable_recipes():
            made = rendered_kit(
                self._at(engine_rate(options.rate)),
                kit,
                request.layers,
                request.round_robins,
                threads=_threads(),
                progress=work.steps("sounds"),
            )
        name = f"{safe_name(kit.name)} {to}"
        try:
            with tempfile.TemporaryDirectory(prefix="ndm-export-") as parent:
                folder = Path(parent, "kit")
                exported = export_kit(
                    made, to, folder, options, place=Path(name), progress=work.steps("files")
                )
                data = _zipped(name, _contents(folder, exported.files, work))
        except (OutputError, OSError) as error:
            # What was asked for is checked: it is the disk. Its path is nobody's business.
            cause = error if isinstance(error, OSError) else error.__cause__
            if not isinstance(cause, OSError):
                raise _out_of_range(str(error)) from error
            raise ProtocolError(
                ErrorCode.DISK,
                f"the export could not be written ({cause.strerror}); {writing_advice(cause)}",
            ) from error
        return MadeFile(request.id, f"{name}.zip", exported.notes, data)

    def _at(self, rate: int) -> DrumMachine:
        machine = self._machine
        if rate == machine.sr:
            return machine
        return machine.with_rendering(dataclasses.replace(machine.rendering, sr=rate))


@cache
def _patterns() -> tuple[GrooveContent, ...]:
    return tuple(GrooveContent(content_of(new_groove(name))) for name in PATTERNS)


def _threads() -> int:
    # Dragged sounds need a core of their own.
    return max(1, cores() - 1)


def _groove(content: Mapping[str, Any]) -> Groove:
    try:
        return groove_from(content, _SENT)
    except GrooveError as error:
        raise ProtocolError(ErrorCode.BAD_MESSAGE, str(error)) from error


def _check_strokes(groove: Groove) -> None:
    count = sum(each.ratchet + bool(each.flam_ms) for each in groove)
    if count > protocol.MAX_LOOP_HITS:
        raise _out_of_range(
            f"the groove {groove.name!r} has {count:,} strokes, its ratchets and flams counted; "
            f"{protocol.MAX_LOOP_HITS:,} are the most here. Send fewer bars"
        )


def _check_length(groove: Groove, rate: int, files: int) -> None:
    seconds = groove.seconds(groove.beats)
    most = protocol.MAX_LOOP_FRAMES / rate / files
    if seconds > most:
        raise _out_of_range(
            f"the groove {groove.name!r} lasts {seconds:.0f} s; {files} "
            f"file{'s' if files > 1 else ''} at {rate} Hz may last {most:.0f} s. Ask for fewer bars"
        )


def _one_of(name: str, value: Any, known: tuple[Any, ...]) -> Any:
    if value not in known:
        raise _out_of_range(
            f"{name} must be one of {', '.join(map(str, known))}; got {shown(value)}"
        )
    return value


def _out_of_range(sentence: str) -> ProtocolError:
    return ProtocolError(ErrorCode.OUT_OF_RANGE, sentence)


@contextmanager
def _readable_recipes() -> Iterator[None]:
    try:
        yield
    except ControlError as error:
        # The recipe of a voice is damaged: it came with the message.
        raise ProtocolError(ErrorCode.BAD_MESSAGE, str(error)) from error


def _contents(folder: Path, files: tuple[Path, ...], work: Work) -> Iterator[tuple[str, bytes]]:
    for path in files:
        work.check()
        yield path.relative_to(folder).as_posix(), path.read_bytes()


def _zipped(folder: str, files: Iterator[tuple[str, bytes]]) -> bytes:
    """Return a ZIP file of a folder's files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path, data in files:
            info = zipfile.ZipInfo(f"{folder}/{path}", _DAWN)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()
