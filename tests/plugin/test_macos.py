"""Bundles for macOS, as far as another system can tell: nothing here runs them.

The whole build takes minutes, and is looked at where ``scripts/build_plugin --macos`` was run. A
library of one function goes through the same compiler, linker and joining there.
"""

import dataclasses
import importlib.machinery
import importlib.util
import plistlib
import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.macho import Library, slices
from tests.support.other_systems import ROOT, bundles_for

SYSTEM = "/usr/lib/libSystem.B.dylib"
ENTRIES = {
    "vst3": {"_GetPluginFactory", "_bundleEntry", "_bundleExit"},
    "clap": {"_clap_entry"},
    "lv2": {"_lv2_descriptor"},
}
DYLIB = 6
KINDS = {"arm64": (0x0100000C, 0), "x86_64": (0x01000007, 3)}


@pytest.fixture(scope="module")
def scripts():
    """The builder and what it knows of macOS, as modules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        loader = importlib.machinery.SourceFileLoader(
            "build_plugin", str(ROOT / "scripts" / "build_plugin")
        )
        builder = importlib.util.module_from_spec(
            importlib.util.spec_from_loader("build_plugin", loader)
        )
        patch.setitem(sys.modules, "build_plugin", builder)
        patch.setattr(sys, "dont_write_bytecode", True)
        loader.exec_module(builder)
        yield builder


def header(processor: str, rest: bytes = b"") -> bytes:
    """Return the beginning of a file for a processor, and bytes after it."""
    return struct.pack("<III", 0xFEEDFACF, *KINDS[processor]) + rest


@given(rests=st.tuples(st.binary(max_size=40_000), st.binary(max_size=40_000)))
def test_a_universal_file_holds_each_slice_on_a_page_of_its_own(scripts, rests):
    parts = {name: header(name, rest) for name, rest in zip(KINDS, rests, strict=True)}
    whole = scripts.macos_bundles.joined(list(parts.values()))
    assert slices(whole) == parts
    places = [struct.unpack_from(">I", whole, 8 + 20 * i + 8)[0] for i in range(2)]
    assert all(place % 2**14 == 0 for place in places)
    assert places[0] + len(parts["arm64"]) <= places[1]
    assert len(whole) == places[1] + len(parts["x86_64"])


@pytest.mark.parametrize(
    ("parts", "said"),
    [([header("arm64"), b"\x7fELF and more"], "7f454c46"), ([b""], "Mach-O"),
     ([header("arm64"), header("arm64")], "0x100000c")],
)  # fmt: skip
def test_what_cannot_be_joined_is_refused(scripts, parts, said):
    with pytest.raises(ValueError, match=said):
        scripts.macos_bundles.joined(parts)


def loads_on_macos(library: Library) -> None:
    """Check what macOS asks of a library that nobody installed."""
    assert library.kind == DYLIB
    assert library.least_system == (11, 0)
    assert library.libraries == [SYSTEM]
    assert set(library.undefined.values()) <= {SYSTEM}
    # arm64 loads nothing without a signature.
    assert library.signature or library.processor == "x86_64"
    if library.signature:
        assert library.signed_pages()
    # A tool that signs it adds one load command of 16 bytes to a file that has none.
    begin = min(at for at in library.sections.values() if at)
    assert begin - library.commands_end >= 16


def test_the_builder_compiles_links_and_joins_for_both_processors(scripts, tmp_path):
    bundles_for("macos")  # its build has compiled what zig brings for these systems, for minutes
    source = tmp_path / "one.c"
    source.write_text(
        "#include <math.h>\n"
        "double hidden(double x) { return cos(x); }\n"
        '__attribute__((visibility("default"))) double shown(double x) { return hidden(x); }\n'
    )
    parts = []
    for target in scripts.macos_bundles.TARGETS.values():
        kit = scripts.tools(target, False)
        # Linked as C, without a C++ library.
        kit = dataclasses.replace(kit, cxx=kit.cc)
        step = scripts.Step((*kit.cc, *kit.common, *kit.position), source, "")
        library = tmp_path / target / "one"
        library.parent.mkdir()
        scripts.link(kit, [step.run(library.parent)], library, "CLAP", [])
        parts.append(library.read_bytes())
    found = slices(scripts.macos_bundles.joined(parts))
    assert set(found) == set(KINDS)
    for processor, data in found.items():
        library = Library(data)
        assert library.processor == processor
        assert library.name == "@rpath/one"
        assert "_shown" in library.exports
        assert "_hidden" not in library.exports
        assert library.undefined["_cos"] == SYSTEM
        loads_on_macos(library)


def test_a_changed_page_is_not_the_signed_one(scripts, tmp_path):
    # So that the check above is one.
    folder = bundles_for("macos")
    whole = scripts.macos_bundles.library_place(folder / "neural-drum-machine.clap").read_bytes()
    data = bytearray(slices(whole)["arm64"])
    data[Library(bytes(data)).sections["__text"]] ^= 1
    with pytest.raises(AssertionError, match="not the signed one"):
        Library(bytes(data)).signed_pages()


@pytest.mark.parametrize("kind", ENTRIES)
def test_a_bundle_has_what_macos_and_hosts_look_for(scripts, kind):
    bundle = bundles_for("macos") / f"neural-drum-machine.{kind}"
    model = scripts.macos_bundles.resources_place(bundle) / "model.ndmz"
    assert model.stat().st_size > 1e6
    assert sum(each.stat().st_size for each in bundle.rglob("*") if each.is_file()) <= 40e6
    place = scripts.macos_bundles.library_place(bundle)
    assert place.stat().st_mode & 0o111
    found = slices(place.read_bytes())
    assert set(found) == set(KINDS)
    for data in found.values():
        library = Library(data)
        loads_on_macos(library)
        # The engine's functions, C++'s operators for memory and the linker's own are left.
        own = {
            name
            for name in library.exports
            if not name.startswith(("_ndm_", "__Zn", "__Zd", "___dso", "__mh_"))
        }
        assert own == ENTRIES[kind]
    if kind == "lv2":
        assert {each.name for each in bundle.glob("*.ttl")} >= {"manifest.ttl"}
        manifest = (bundle / "manifest.ttl").read_text("utf-8")
        assert f"<{place.name}>" in manifest
        assert ".so" not in manifest
        for named in bundle.glob("*.ttl"):
            assert "ui:" not in named.read_text("utf-8").replace("gui:", "")
        return
    facts = plistlib.loads((bundle / "Contents" / "Info.plist").read_bytes())
    assert bundle / "Contents" / "MacOS" / facts["CFBundleExecutable"] == place
    assert facts["CFBundlePackageType"] == "BNDL"
    assert facts["LSMinimumSystemVersion"] == "11.0"
    assert (bundle / "Contents" / "PkgInfo").read_bytes() == b"BNDL????"
