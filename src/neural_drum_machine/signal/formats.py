"""The formats of sound files: which are read, which with an extra, and which are only known."""

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath
from types import MappingProxyType
from typing import BinaryIO, Final

from neural_drum_machine.extras import is_installed, pip_install
from neural_drum_machine.signal.containers.mpeg import after_tags

FORMATS_MODULE: Final = "codecpod"
"""What the extra ``formats`` installs: FFmpeg's audio decoders, built under the LGPL."""
_LIBSNDFILE: Final = frozenset(
    {".wav", ".wave", ".bwf", ".w64", ".rf64", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".mp2"}
    | {".aif", ".aiff", ".aifc", ".au", ".snd", ".caf", ".iff", ".8svx", ".16sv", ".svx"}
    | {".sf", ".ircam", ".voc", ".nist", ".sph", ".paf", ".pvf", ".avr", ".xi", ".sds"}
)
_FFMPEG: Final = MappingProxyType(
    {
        ".3gp": "3GP", ".aac": "AAC", ".ac3": "AC-3", ".alac": "Apple Lossless",
        ".amr": "AMR", ".ape": "Monkey's Audio", ".asf": "WMA", ".dff": "DSD", ".dsf": "DSD",
        ".m4a": "M4A", ".m4b": "M4A", ".m4r": "M4A", ".mka": "Matroska",
        ".mp4": "MP4", ".mpc": "Musepack", ".shn": "Shorten", ".spx": "Speex", ".tak": "TAK",
        ".tta": "True Audio", ".wma": "WMA", ".wv": "WavPack",
    }
)  # fmt: skip
_UNREAD: Final = MappingProxyType(
    {
        ".gig": "GigaStudio instrument", ".kmp": "Korg sample", ".ksf": "Korg sample",
        ".ncw": "Kontakt sample", ".ofr": "OptimFROG",
        ".oma": "ATRAC", ".pcm": "samples without a header", ".ra": "RealAudio",
        ".raw": "samples without a header", ".rcy": "REX loop", ".rex": "REX loop",
        ".rx2": "REX loop", ".sd2": "Sound Designer II", ".vox": "samples without a header",
    }
)  # fmt: skip
AUDIO_SUFFIXES: Final = _LIBSNDFILE | _FFMPEG.keys() | _UNREAD.keys()
"""Endings of sound files (lower case), of those that are read and of those that are only known."""
_MAGIC: Final = (
    (0, bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), "WMA"),
    (0, bytes.fromhex("1a45dfa3"), "Matroska or WebM"),
    (0, b"wvpk", "WavPack"),
    (0, b"MAC ", "Monkey's Audio"),
    (0, b"TTA1", "True Audio"),
    (0, b"tBaK", "TAK"),
    (0, b"MPCK", "Musepack"),
    (0, b"MP+", "Musepack"),
    (0, b"ajkg", "Shorten"),
    (0, b"#!AMR", "AMR"),
    (0, b"DSD ", "DSD"),
    (0, b"FRM8", "DSD"),
    (0, b"\x0b\x77", "AC-3"),
    (28, b"Speex   ", "Speex"),
    *((4, box, "M4A or MP4") for box in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")),
)


def why_unread(suffix: str) -> str:
    """Return why files with this ending are not read here, and what the user can do.

    Parameters
    ----------
    suffix : str
        A file's ending, such as ``.m4a``.

    Returns
    -------
    str
        A sentence without a full stop. Empty if the files are read, or are no sound files.
    """
    suffix = suffix.lower()
    if suffix in _UNREAD:
        return f"{suffix} files ({_UNREAD[suffix]}) are not read; export them as WAV"
    if suffix in _FFMPEG and not is_installed(FORMATS_MODULE):
        return f"{suffix} files ({_FFMPEG[suffix]}) {needs_formats()}"
    return ""


def unread_files(names: Iterable[str]) -> str:
    """Return how many files of which formats are not read here, and what the user can do.

    Parameters
    ----------
    names : iterable of str
        Names of files, read or not.

    Returns
    -------
    str
        Such as ``3 .sd2; export .sd2 as WAV``. Empty if all are read.
    """
    suffixes = (PurePath(name).suffix.lower() for name in names)
    counts = Counter(s for s in suffixes if s in _UNREAD or (s in _FFMPEG and why_unread(s)))
    if not counts:
        return ""
    text = [", ".join(f"{count} {suffix}" for suffix, count in counts.most_common())]
    if extra := sorted(s for s in counts if s in _FFMPEG):
        command = pip_install("neural-drum-machine[formats]")
        text.append(f"to read {', '.join(extra)}: {command}")
    if never := sorted(s for s in counts if s in _UNREAD):
        text.append(f"export {', '.join(never)} as WAV")
    return "; ".join(text)


def needs_formats() -> str:
    """Return the second half of a sentence about a format that only the extra reads."""
    command = pip_install("neural-drum-machine[formats]")
    return f"are read once an extra is installed: {command}; or export them as WAV"


_SHARED: Final = ((b"OggS", "Ogg"), (b"RIFF", "WAV"), (b"FORM", "AIFF"), (b"caff", "CAF"))


def shared_format(raw: BinaryIO) -> str:
    """Return the name of a container that holds codecs of libsndfile and others, or nothing."""
    raw.seek(0)
    head = raw.read(4)
    return next((name for magic, name in _SHARED if head == magic), "")


def ffmpeg_format(raw: BinaryIO) -> str:
    """Return the name of a file's format if FFmpeg reads it and libsndfile does not.

    Parameters
    ----------
    raw : BinaryIO
        Readable and seekable. It is left at an arbitrary position.

    Returns
    -------
    str
        Such as ``WavPack``, by the file's first bytes whatever its name. Empty for other files.
    """
    raw.seek(after_tags(raw))
    head = raw.read(64)
    for at, magic, name in _MAGIC:
        if head.startswith(magic, at):
            return name
    # The frames of AAC and of MP3 begin with the same bits. The layer tells them apart.
    return "AAC" if head[:1] == b"\xff" and head[1:2] and head[1] & 0xF6 == 0xF0 else ""
