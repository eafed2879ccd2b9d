import shutil
import struct
import subprocess
import sys

import pytest
from tests.clients.max.conftest import MAX

from device.build import NAME, build  # isort: skip
from device.container import Device, File, read, write  # isort: skip
from device.patcher import SCRIPTS, patcher  # isort: skip

DATA = (MAX / NAME).read_bytes()


def test_the_committed_device_is_built_from_the_source():
    assert build(MAX) == DATA, "run scripts/build_max_device and commit its output"


def test_the_command_writes_these_bytes(tmp_path):
    root = MAX.parents[1]
    shutil.copytree(MAX, tmp_path / "clients" / "max")
    (tmp_path / "scripts").mkdir()
    shutil.copy(root / "scripts" / "build_max_device", tmp_path / "scripts")
    (tmp_path / "clients" / "max" / NAME).unlink()
    subprocess.run([sys.executable, tmp_path / "scripts" / "build_max_device"], check=True)
    assert (tmp_path / "clients" / "max" / NAME).read_bytes() == DATA


def test_it_reads_back_with_its_scripts():
    device = read(DATA)
    assert (device.kind, device.name) == ("instrument", NAME)
    assert device.patcher == patcher()
    assert [(f.name, f.kind) for f in device.files] == [(name, "TEXT") for name in SCRIPTS]
    assert all(f.data == (MAX / f.name).read_bytes() for f in device.files)
    assert write(device) == DATA
    named = {item["name"] for item in device.patcher["patcher"]["dependency_cache"]}
    assert named == set(SCRIPTS)


def test_the_layout_byte_for_byte():
    data = write(Device("instrument", {"a": 1}, "d.amxd", (File("x.js", "TEXT", b"hi"),), 0))
    body = b'{\n "a": 1\n}\n\0hi'
    time = struct.pack(">I", 2_082_844_800)

    def field(tag, payload):
        return tag + struct.pack(">I", 8 + len(payload)) + payload

    def entry(kind, name, size, offset, flag):
        return field(b"dire", field(b"type", kind) + field(b"fnam", name)
                     + field(b"sz32", struct.pack(">I", size))
                     + field(b"of32", struct.pack(">I", offset)) + field(b"vers", bytes(4))
                     + field(b"flag", struct.pack(">I", flag)) + field(b"mdat", time))  # fmt: skip

    content = (
        b"mx@c\0\0\0\x10" + struct.pack(">Q", 16 + len(body)) + body
        + field(b"dlst", entry(b"JSON", b"d.amxd\0\0", 13, 16, 17)
                + entry(b"TEXT", b"x.js\0\0\0\0", 2, 29, 0))
    )  # fmt: skip
    assert data == (
        b"ampf\x04\0\0\0iiiimeta\x04\0\0\0\x07\0\0\0ptch" + struct.pack("<I", len(content))
        + content
    )  # fmt: skip


@pytest.mark.parametrize("place", [0, 8, 12, 20, 24, 28, 32, 36, 47])
def test_a_changed_header_is_refused(place):
    changed = bytearray(DATA)
    changed[place] ^= 1
    with pytest.raises((ValueError, struct.error, KeyError)):
        read(bytes(changed))


def test_a_truncated_file_is_refused():
    with pytest.raises(ValueError, match="ptch"):
        read(DATA[:-1])
