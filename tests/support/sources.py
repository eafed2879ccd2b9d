"""Small catalogues, and the packages and sources that they describe."""

import csv
import hashlib
import io
import tarfile
from pathlib import Path

import numpy as np
import soundfile

from neural_drum_machine.prepare.sources.fetch import Fetched
from neural_drum_machine.prepare.sources.origins.deb_format import deb_members


def sound(n: int) -> bytes:
    """A short WAV file, another one for each number."""
    file = io.BytesIO()
    x = np.random.default_rng(n).standard_normal(2205) * 0.1
    soundfile.write(file, x, 22050, format="WAV", subtype="PCM_16")
    return file.getvalue()


def tar_of(members: list[tuple[tarfile.TarInfo, bytes]], compression: str = "xz") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=f"w:{compression}") as tar:  # type: ignore[call-overload]
        for info, data in members:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return file.getvalue()


def deb_of(
    members: list[tuple[str, bytes]], data: bytes | None = None, suffix: str = ".xz"
) -> bytes:
    out = b"!<arch>\n"
    if data is None:
        tars = [(tarfile.TarInfo(name), content) for name, content in members]
        data = tar_of(tars, suffix.removeprefix("."))
    control = tar_of([])
    for name, content in (("debian-binary", b"2.0\n"), ("control.tar.xz", control),
                          (f"data.tar{suffix}", data)):  # fmt: skip
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n"
        out += header.encode() + content + b"\n" * (len(content) % 2)
    return out


def read_all(deb: Path) -> list[tuple[str, bytes]]:
    return [(member.path, member.stream.read()) for member in deb_members(deb)]


FILES = [
    ("./usr/share/kit/Kick 1.wav", sound(1)),
    ("./usr/share/kit/snare.wav", sound(2)),
    ("./usr/share/kit/cowbell.wav", sound(3)),
    ("./usr/share/kit/loop.wav", sound(4)),
    ("./usr/share/doc/kick.wav", sound(5)),
]

RULES = """rules = [
  { match = "(?i)kick", category = "kick" },
  { match = "snare", category = "snare" },
  { match = "cowbell", category = "other" },
  { match = "loop", category = "skip" },
]
"""


def entry(name: str, origin: str, licence: str = "CC0-1.0", rules: str = RULES) -> str:
    return f"""
[[source]]
name = "{name}"
title = "The {name}"
licence = "{licence}"
attribution = "somebody"
home = "https://example.org"
{origin}
{rules}
"""


def debian(data: bytes, pool: str = "") -> str:
    """The origin of an entry: a package with these bytes."""
    checksum = hashlib.sha256(data).hexdigest()
    where = f', pool = "{pool}"' if pool else ""
    return (
        f'debian = {{ package = "kit", version = "1.0-1", sha256 = "{checksum}"{where} }}\n'
        'root = "usr/share/kit/"'
    )


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def states(results: list[Fetched]) -> list[str]:
    return [result.state for result in results]


def failed(results: list[Fetched]) -> str:
    assert states(results) == ["failed"]
    return results[0].reason
