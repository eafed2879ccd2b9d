"""Bundles of plug-ins for macOS, written on any system: universal libraries and property lists.

Sources of the formats: Apple's headers ``mach-o/loader.h`` and ``mach-o/fat.h``, and "Placing
Content in a Bundle" and "Information Property List" of Apple's documentation.
"""

import plistlib
import struct
from pathlib import Path

LEAST_SYSTEM = "11.0"
"""The oldest macOS that the libraries run on; it is the first for arm64."""
TARGETS = {
    "arm64": f"aarch64-macos.{LEAST_SYSTEM}",
    "x86_64": f"x86_64-macos.{LEAST_SYSTEM}",
}
"""Processors, and what zig calls a system with each of them."""
THIN_MAGIC = 0xFEEDFACF
FAT_MAGIC = 0xCAFEBABE
ALIGNMENT = 14
"""Slices begin at multiples of 2 to the power of this, the pages of arm64."""


def joined(slices: list[bytes]) -> bytes:
    """Return one universal Mach-O file of files for one processor each.

    Each slice keeps its own code signature. `slices` are 64-bit, little-endian Mach-O files for
    different processors. Raises `ValueError` if one is not, or two are for the same processor.
    """
    kinds = []
    for data in slices:
        magic, processor, subtype = struct.unpack_from("<III", data.ljust(12, b"\0"))
        if magic != THIN_MAGIC:
            raise ValueError(f"a slice begins with {data[:4].hex()}, not with a Mach-O header")
        if processor in [known for known, _ in kinds]:
            raise ValueError(f"two slices are for the processor of type {processor:#x}")
        kinds.append((processor, subtype))
    out = bytearray(struct.pack(">II", FAT_MAGIC, len(slices)))
    at = len(out) + 20 * len(slices)
    places = []
    for (processor, subtype), data in zip(kinds, slices, strict=True):
        at = -(-at >> ALIGNMENT) << ALIGNMENT
        out += struct.pack(">IIIII", processor, subtype, at, len(data), ALIGNMENT)
        places.append(at)
        at += len(data)
    for at, data in zip(places, slices, strict=True):
        out += bytes(at - len(out)) + data
    return bytes(out)


def library_place(bundle: Path) -> Path:
    """Return where the library of a bundle lies."""
    if bundle.suffix == ".lv2":
        return bundle / f"{bundle.stem}.dylib"
    return bundle / "Contents" / "MacOS" / bundle.stem


def resources_place(bundle: Path) -> Path:
    """Return the folder for the model of a bundle."""
    return bundle / ("resources" if bundle.suffix == ".lv2" else "Contents/Resources")


def write_facts(bundle: Path, version: str) -> None:
    """Write Info.plist and PkgInfo, which tell macOS what a VST3 or CLAP bundle is."""
    facts = {
        "CFBundleDevelopmentRegion": "en",
        "CFBundleExecutable": bundle.stem,
        "CFBundleIdentifier": bundle.name,
        "CFBundleInfoDictionaryVersion": "6.0",
        "CFBundleName": "Neural Drum Machine",
        "CFBundlePackageType": "BNDL",
        "CFBundleShortVersionString": version,
        "CFBundleSignature": "????",
        "CFBundleSupportedPlatforms": ["MacOSX"],
        "CFBundleVersion": version,
        "LSMinimumSystemVersion": LEAST_SYSTEM,
    }
    contents = bundle / "Contents"
    contents.mkdir(parents=True, exist_ok=True)
    (contents / "Info.plist").write_bytes(plistlib.dumps(facts))
    (contents / "PkgInfo").write_bytes(b"BNDL????")
