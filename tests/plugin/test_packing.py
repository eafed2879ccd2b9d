"""Zip files of the plug-in: what they hold, and whether they say the truth about signatures.

For Windows a certificate of one's own signs here. For macOS it takes a Mac, and was never done.
"""

import base64
import os
import shutil
import subprocess
import sys
import zipfile

import pytest
from tests.support.jack import needed
from tests.support.other_systems import ROOT

import neural_drum_machine as ndm

PASSWORD = "a password with $signs & blanks"
NAME = f"neural-drum-machine-{ndm.__version__}"


def pack(system, folder, out, **keys):
    """Run the script with no keys but these; return what it did."""
    rest = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("WINDOWS_", "MACOS_"))
    }
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "pack_plugin", system, "--folder", folder,
         "--out", out],
        capture_output=True, text=True, check=False, env=rest | keys,
    )  # fmt: skip


@pytest.fixture
def bundles(tmp_path):
    """A folder with a bundle."""
    library = tmp_path / "built" / "neural-drum-machine.clap" / "neural-drum-machine.clap"
    (library.parent / "resources").mkdir(parents=True)
    (library.parent / "resources" / "model.ndmz").write_bytes(b"weights")
    library.write_bytes(b"code")
    library.chmod(0o755)
    return tmp_path / "built"


@pytest.mark.parametrize(
    ("system", "said"),
    [("linux", "no signature"), ("windows", "unblock the zip"), ("macos", "xattr -dr")],
)
def test_without_keys_the_zip_says_that_it_is_not_signed(bundles, tmp_path, system, said):
    done = pack(system, bundles, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "is not signed" in done.stdout
    packed = tmp_path / "out" / f"{NAME}-{system}-unsigned.zip"
    with zipfile.ZipFile(packed) as file:
        readme = file.read(f"{packed.stem}/README.txt").decode()
        inside = f"{packed.stem}/neural-drum-machine.clap"
        assert file.read(f"{inside}/resources/model.ndmz") == b"weights"
        # Unpacked, the library can still be run.
        assert file.getinfo(f"{inside}/neural-drum-machine.clap").external_attr >> 16 & 0o111
    assert "It is not signed." in readme
    assert said in readme


@pytest.mark.parametrize(
    ("system", "name", "other"),
    [("windows", "WINDOWS_CERTIFICATE", "WINDOWS_CERTIFICATE_PASSWORD"),
     ("macos", "MACOS_CERTIFICATE", "MACOS_NOTARY_KEY")],
)  # fmt: skip
def test_half_of_the_keys_is_an_error_that_names_the_rest(bundles, tmp_path, system, name, other):
    done = pack(system, bundles, tmp_path / "out", **{name: "c2VjcmV0"})
    assert done.returncode == 1
    assert other in done.stderr
    assert "c2VjcmV0" not in done.stderr
    assert not list(tmp_path.glob("out/*"))


def test_without_bundles_it_says_what_makes_them(tmp_path):
    done = pack("windows", tmp_path / "nothing", tmp_path / "out")
    assert done.returncode == 1
    assert "scripts/build_plugin" in done.stderr


@pytest.fixture
def certificate(tmp_path):
    """A certificate for code that nobody else trusts: its file, and its keys in PKCS#12."""
    needed("osslsigncode", "openssl")
    key, public, both = (tmp_path / name for name in ("key.pem", "public.pem", "both.p12"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=A test", "-addext", "extendedKeyUsage=codeSigning",
         "-keyout", key, "-out", public],
        check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run(
        ["openssl", "pkcs12", "-export", "-inkey", key, "-in", public, "-out", both,
         "-passout", f"pass:{PASSWORD}"],
        check=True, capture_output=True,
    )  # fmt: skip
    return public, both


@pytest.fixture
def windows_bundles(bundles, tmp_path):
    """A bundle with a library for Windows that does nothing."""
    pytest.importorskip("ziglang", reason="ziglang is not installed (pip install ziglang)")
    source = tmp_path / "nothing.c"
    source.write_text("int DllMain(void *a, unsigned b, void *c) { return a == c || b || 1; }\n")
    library = tmp_path / "nothing.dll"
    subprocess.run(
        [sys.executable, "-m", "ziglang", "cc", "-target", "x86_64-windows-gnu", "-shared", "-s",
         "-nostdlib", "-Wl,-e,DllMain",  # zig would compile the C library first, for minutes
         source, "-o", library],
        check=True,
    )  # fmt: skip
    shutil.copy(library, bundles / "neural-drum-machine.clap" / "neural-drum-machine.clap")
    return bundles


def test_with_keys_the_libraries_for_windows_are_signed(windows_bundles, certificate, tmp_path):
    public, both = certificate
    keys = {
        "WINDOWS_CERTIFICATE": base64.b64encode(both.read_bytes()).decode(),
        "WINDOWS_CERTIFICATE_PASSWORD": PASSWORD,
    }
    built = windows_bundles / "neural-drum-machine.clap" / "neural-drum-machine.clap"
    before = built.read_bytes()
    done = pack("windows", windows_bundles, tmp_path / "out", **keys)
    assert done.returncode == 0, done.stderr
    assert built.read_bytes() == before
    packed = tmp_path / "out" / f"{NAME}-windows-signed.zip"
    with zipfile.ZipFile(packed) as file:
        assert "Authenticode" in file.read(f"{packed.stem}/README.txt").decode()
        names = file.namelist()
        file.extractall(tmp_path / "unpacked")
    assert not [name for name in names if name.endswith(("p12", "password"))]
    library = tmp_path / "unpacked" / packed.stem / built.relative_to(windows_bundles)
    verify = ["osslsigncode", "verify", "-CAfile", public, "-in"]
    assert subprocess.run([*verify, library], capture_output=True, check=False).returncode == 0
    assert subprocess.run([*verify, built], capture_output=True, check=False).returncode != 0
    # Keys that do not fit pack nothing, and are not told.
    wrong = keys | {"WINDOWS_CERTIFICATE_PASSWORD": "another password"}
    done = pack("windows", windows_bundles, tmp_path / "other", **wrong)
    assert done.returncode == 1
    assert "another password" not in done.stdout + done.stderr
    assert not list(tmp_path.glob("other/*"))
