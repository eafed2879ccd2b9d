"""What is fuzzed: everything that reads bytes of somebody else.

All targets stand in one table, so that a missing one is noticed, and so in one file.
"""

import functools
import io
import json
import struct
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from tests.support.models import TINY_HEADER, sealed_text, tensors_of
from tests.support.soundfont import bank, sine
from tests.support.sources import deb_of, read_all

from neural_drum_machine.anchors.compact import packed, unpacked
from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.dataset.index import Entry, write_index
from neural_drum_machine.grooves.groove_file import groove_of, groove_text
from neural_drum_machine.grooves.midi_file import midi_bytes, midi_of
from neural_drum_machine.grooves.playing import strokes_of
from neural_drum_machine.grooves.styles import new_groove
from neural_drum_machine.kits.kit import Kit, KitVoice
from neural_drum_machine.kits.kit_file import kit_of, kit_text
from neural_drum_machine.machine import default_model_path
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.writing import write_bundle
from neural_drum_machine.prepare.compact_audio import encode
from neural_drum_machine.prepare.labelling.labels_file import read_labels
from neural_drum_machine.prepare.pack import FORMAT, FORMAT_VERSION, unpack
from neural_drum_machine.prepare.recordings.scan import scan
from neural_drum_machine.prepare.soundfont.font import SoundFont
from neural_drum_machine.prepare.sources.catalogue import read_catalogue
from neural_drum_machine.server.osc.messages import build_message, read_request
from neural_drum_machine.server.osc.packets import parse_packet
from neural_drum_machine.server.protocol import ProtocolError
from neural_drum_machine.server.web.messages import peek_id, read_binary, read_text
from neural_drum_machine.signal.audio_file import COMMON_CONTAINERS, read_stream
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.hit import clip_hit
from neural_drum_machine.signal.own_block import read_block
from neural_drum_machine.signal.sound_file import sound_file_bytes
from neural_drum_machine.signal.spec import DEFAULT_SPEC

_WRITTEN = (
    *(("WAV", "PCM_16"), ("WAV", "MS_ADPCM"), ("RF64", "PCM_24"), ("W64", "FLOAT")),
    *(("AIFF", "PCM_16"), ("CAF", "ALAC_16"), ("AU", "ULAW"), ("FLAC", "PCM_16")),
    *(("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III"), ("SVX", "PCM_16")),
    *((each, "PCM_16") for each in ("VOC", "NIST", "PAF", "AVR", "MPC2K", "SDS")),
)
_COMMON = 11
FORMATS = Path(__file__).parents[1] / "support" / "formats"


@dataclass(frozen=True)
class Target:
    """Something that reads bytes.

    Attributes
    ----------
    read : callable
        Takes bytes; raises an error of this package where they are not what it reads.
    whole : callable
        Returns files that it reads.
    words : sequence of bytes
        What such files contain.
    """

    read: Callable[[bytes], object]
    whole: Callable[[], list[bytes]]
    words: Sequence[bytes] = ()


def _osc(data: bytes) -> None:
    for message in parse_packet(data, 0.0).messages:
        try:
            read_request(message)
        except ProtocolError:
            continue


def _osc_whole() -> list[bytes]:
    message = build_message("/ndm/generate", 1, "kick", 0.5, 0.1, 0.2, "seed", 3)
    element = struct.pack(">i", len(message)) + message
    bundle = b"#bundle\0" + struct.pack(">Q", 1) + 2 * element
    nested = b"#bundle\0" + struct.pack(">Q", 2**40) + struct.pack(">i", len(bundle)) + bundle
    part = build_message("/ndm/samples", 1, 0, 0.5, -0.5)
    return [message, bundle, nested, part, build_message("/ndm/hello")]


def _web(data: bytes) -> None:
    peek_id(data)
    try:
        read_binary(data)
    except ProtocolError:
        read_text(data.decode("utf-8", "surrogateescape"))


def _web_whole() -> list[bytes]:
    head = json.dumps({"type": "upload", "id": 1, "category": "kick", "name": "a"}).encode()
    asked = {"type": "random", "id": 1, "category": "kick", "seed": 3, "wild": 1.5}
    morph = {
        "type": "morph",
        "id": 2,
        "category": "tom",
        "code": [0.0] * 64,
        "to_code": [1],
        "t": 1,
    }
    loop = {"type": "humanize", "id": 3, "kit": {}, "groove": {}, "bars": 2, "bits": "24"}
    export = {"type": "export_kit", "id": 4, "kit": {}, "format": "sfz", "trim": True}
    beat = json.dumps({"type": "groove_import", "id": 5, "channel": 10, "name": "a.mid"}).encode()
    return [
        struct.pack("<I", len(head)) + head + b"RIFF",
        struct.pack("<I", len(beat)) + beat + b"MThd",
        *(json.dumps(a).encode() for a in (asked, morph, loop, export)),
    ]


def _audio(data: bytes, **options: object) -> None:
    clip = read_stream(io.BytesIO(data), **options)
    clip_hit(clip, DEFAULT_SPEC, "sound")


def _audio_whole() -> list[bytes]:
    x = np.hanning(4000) * np.sin(np.arange(4000) / 9)
    made = []
    for container, subtype in _WRITTEN:
        file = io.BytesIO()
        soundfile.write(file, x, 48_000, format=container, subtype=subtype)
        made.append(file.getvalue())
    return made


def _foreign_whole() -> list[bytes]:
    return [path.read_bytes() for path in sorted(FORMATS.glob("*.*")) if path.suffix != ".md"]


def _with_file(read: Callable[[Path], object], name: str) -> Callable[[bytes], None]:
    def reader(data: bytes) -> None:
        with tempfile.TemporaryDirectory(prefix="ndm-fuzz-") as folder:
            path = Path(folder, name)
            path.write_bytes(data)
            read(path)

    return reader


def _pack_whole() -> list[bytes]:
    pcm = np.round(9000 * np.hanning(800) * np.sin(np.arange(800) / 9)).astype(np.int16)
    entry = Entry("kick", "train", "k", "k", "real", "k/a.wav", 300, 0, len(pcm), 1.0, -20.0)
    table = io.StringIO(newline="")
    write_index(table, [entry])
    head = {
        "format": FORMAT, "format_version": FORMAT_VERSION, "spec": DEFAULT_SPEC.to_dict(),
        "seed": 0, "per_category": None, "copies": 0, "recordings": 1,
    }  # fmt: skip
    members = {
        "pack.json": json.dumps(head).encode(),
        "index.csv": table.getvalue().encode(),
        "rejected.csv": b"name,reason\na,b\n",
        "unsure.csv": b"file,category\n",
        "00000.flac": encode(pcm, FULL_SR),
    }
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return [file.getvalue()]


def _debs() -> list[bytes]:
    files = [("./usr/share/kit/kick.wav", bytes(700)), ("./usr/share/doc/a", b"b")]
    return [deb_of(files, suffix=each) for each in ("", ".gz", ".xz")]


def _font(path: Path) -> None:
    font = SoundFont.open(path)
    for hit in font.drum_hits(range(30, 50))[:2]:
        font.render(hit, seconds=0.02)


def _fonts() -> list[bytes]:
    sounds = [sine(441, 0.005), sine(900, 0.005)]
    zones = [[[({}, 0), ({}, 1)]], [[({}, 0)]]]
    return [bank(*zones, sounds, vorbis=vorbis) for vorbis in (False, True)]


def _model_whole() -> list[bytes]:
    data = default_model_path().read_bytes()
    # Its beginning and its end: what lies between are weights.
    return [data[:60_000], data[:4000] + data[-60_000:]]


@functools.cache
def _tiny_model() -> tuple[bytes, bytes]:
    """The header of a tiny model, and what follows it."""
    with tempfile.TemporaryDirectory(prefix="ndm-fuzz-") as folder:
        path = Path(folder, "a.ndm")
        write_bundle(path, TINY_HEADER, tensors_of(TINY_HEADER))
        data = path.read_bytes()
    end = 56 + int.from_bytes(data[16:24], "little")
    return data[56:end], data[end:]


def _sealed(path: Path) -> None:
    """Open a model whose header is anything, and whose checksums are right."""
    path.write_bytes(sealed_text(path.read_bytes(), _tiny_model()[1]))
    Bundle.open(path)


def _forms() -> list[bytes]:
    x = (np.hanning(3000) * np.sin(np.arange(3000) / 9)).astype(np.float32)
    hiss = np.random.default_rng(0).uniform(-1, 1, (2, 60_000)).astype(np.float32)
    code = np.linspace(-1, 1, 64).astype(np.float32)
    return [packed(OwnSound(each, 3, "a"), "kick", code) for each in (x[None], hiss)]


def _blocks() -> list[bytes]:
    samples = np.hanning(500).astype(np.float32)
    return [
        sound_file_bytes(samples, FULL_SR, "comment", kind, block=bytes(range(99)))
        for kind in ("WAV", "FLAC")
    ]


_TABLE = b"file,category,group,upstream\na.wav,kick,k,u\nb.wav,other,k,v\n"
_CATALOGUE = b"""archive = "https://a.example/"
[[source]]
name = "x"
title = "X"
licence = "CC0-1.0"
git = "https://a.example/b"
commit = "0123456789abcdef0123456789abcdef01234567"
files = '.*\\.wav'
group = "k"
[[source.rules]]
match = "kick"
category = "kick"
"""
_CHUNKS = (b"RIFF", b"RIFX", b"RF64", b"WAVE", b"fmt ", b"data", b"LIST", b"FORM", b"SSND", b"COMM",
           b"fLaC", b"OggS", b"caff", b"desc", b".snd", b"ID3", b"Xing", b"ftyp", b"\xff" * 4,
           b"\xff\xfb", b"ds64", b"8SVX", b"BODY")  # fmt: skip

_JSON = (b"1e999", b"NaN", b"-1", b"[]", b"{}", b"null", b"9" * 30, b"[" * 500, b"true", b'"note"')


def _midi(data: bytes) -> None:
    """Read a MIDI file and play what is in it."""
    strokes_of(midi_of(data, "a.mid").with_bars(2), 1, 1.0)


def _midis() -> list[bytes]:
    return [midi_bytes(new_groove(style)) for style in ("house", "trap", "shuffle")]


def _grooves() -> list[bytes]:
    return [groove_text(new_groove(style)).encode() for style in ("house", "trap")]


def _kits() -> list[bytes]:
    recipe = {"category": "kick", "code": [0.0] * 64, "seed": 1, "take": 0, "model": "0" * 64}
    voices = (
        KitVoice("Kick", 36, recipe, choke=1),
        KitVoice("Snare", 38, recipe, struct.pack("<I", 4) + b"NDMA", family="a", pan=0.5),
    )
    return [kit_text(Kit("a kit", "0" * 64, voices, {"decay": 0.5})).encode()]


TARGETS = {
    "midi": Target(_midi, _midis, (b"MThd", b"MTrk", b"\xff\x51\x03", b"\xff\x58\x04", b"\x99")),
    "groove": Target(lambda data: groove_of(data, "a"), _grooves, _JSON),
    "kit": Target(lambda data: kit_of(data, "a"), _kits, _JSON),
    "osc": Target(_osc, _osc_whole, (b"#bundle\0", b"/ndm/", b",ifs", b"\0\0\0", b"category")),
    "websocket": Target(_web, _web_whole, (b'"id"', b"NaN", b"1e999", b"[" * 999, b"\\ud800")),
    "audio": Target(_audio, _audio_whole, _CHUNKS),
    "upload": Target(
        functools.partial(_audio, containers=COMMON_CONTAINERS),
        lambda: _audio_whole()[:_COMMON] + _foreign_whole(),
        _CHUNKS,
    ),
    "pack": Target(
        _with_file(lambda path: unpack(path, path.with_name("out"), workers=1), "a.tar"),
        _pack_whole,
        (b"ustar", b"pack.json", b'"per_category"', b"kick", b"real", b"\n", b"nan", b"1e9"),
    ),
    "deb": Target(
        _with_file(read_all, "a.deb"),
        _debs,
        (
            b"!<arch>\n",
            b"data.tar",
            b".xz",
            b".gz",
            b".bz2",
            b".zst",
            b"ustar",
            b"../",
            b"9999999999",
        ),
    ),
    "soundfont": Target(
        _with_file(_font, "a.sf2"), _fonts, (b"sfbk", b"LIST", b"pdta", b"smpl", b"OggS")
    ),
    "manifest": Target(
        _with_file(lambda path: list(scan(path.parent)), "manifest.csv"),
        lambda: [_TABLE, _TABLE.decode().encode("utf-16"), b"sep=;\n" + _TABLE.replace(b",", b";")],
        (b"sep=", b'"', b"\r", b"\0", b"../", b"file", b"group", b"\xff\xfe", b"kick"),
    ),
    "labels": Target(
        _with_file(read_labels, "unsure.csv"), lambda: [_TABLE], (b'"', b"\0", b"sep=|", b"skip")
    ),
    "catalogue": Target(
        _with_file(read_catalogue, "sources.toml"),
        lambda: [_CATALOGUE],
        (b"[[source]]", b"[" * 999, b"listed = true", b"(" * 50, b"debian", b"= 3", b"= []"),
    ),
    "model": Target(
        _with_file(Bundle.open, "a.ndm"), _model_whole, (b"PK\x03\x04", b"format", b"{")
    ),
    "sealed": Target(
        _with_file(_sealed, "a.ndm"),
        lambda: [_tiny_model()[0]],
        (b"1e999", b"NaN", b"-1", b"[]", b"{}", b"null", b"9" * 30, b"[" * 500, b'"axis_names"'),
    ),
    "anchor": Target(unpacked, _forms, (b"NDMA", b"fLaC", b"OggS", b'"onset"', b"-1", b"1e999")),
    "block": Target(_with_file(read_block, "a.wav"), _blocks, (b"ndma", b"NDMA", b"fLaC", b"RIFF")),
}
