"""Wheels of other platforms, each with the engine that zig has compiled for it."""

import base64
import csv
import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.support.once import built_once
from tests.support.patience import PATIENCE

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "build_wheels"
LIBRARIES = {
    "manylinux_2_17_x86_64.manylinux2014_x86_64": "libndm_engine.so",
    "win_amd64": "libndm_engine.dll",
    "any": None,
}
MAGIC = {".so": b"\x7fELF", ".dll": b"MZ"}


def run(*arguments):
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments], capture_output=True, text=True, timeout=PATIENCE
    )


def test_a_platform_that_is_none_is_named(tmp_path):
    done = run("--out", tmp_path, "amiga")
    assert done.returncode == 2
    assert "no platform 'amiga'; there are manylinux_2_17_x86_64" in done.stderr


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    pytest.importorskip("ziglang", reason="zig compiles for other platforms: pip install ziglang")

    def build(folder):
        done = run("--out", folder, *LIBRARIES)
        assert done.returncode == 0, done.stderr

    folder = built_once(tmp_path_factory, "wheels", build)
    return {name: next(folder.glob(f"*-py3-none-{name}.whl")) for name in LIBRARIES}


@pytest.mark.slow
@pytest.mark.parametrize("name", LIBRARIES)
def test_a_wheel_holds_the_engine_of_its_platform(wheels, name):
    wheel, library = wheels[name], LIBRARIES[name]
    assert wheel.stat().st_size < 60e6
    with zipfile.ZipFile(wheel) as archive:
        held = {path: archive.read(path) for path in archive.namelist()}
    (metadata,) = (data.decode() for path, data in held.items() if path.endswith("/WHEEL"))
    assert {f"Tag: py3-none-{tag}" for tag in name.split(".")} <= set(metadata.splitlines())
    assert f"Root-Is-Purelib: {str(library is None).lower()}" in metadata
    engines = [path for path in held if "libndm_engine" in path]
    assert engines == ([f"neural_drum_machine/native/{library}"] if library else [])
    for path in engines:
        assert held[path].startswith(MAGIC[Path(path).suffix])
    # What the record says of each file is true.
    (record,) = (data.decode() for path, data in held.items() if path.endswith("/RECORD"))
    rows = {path: digest for path, digest, _ in csv.reader(io.StringIO(record))}
    assert rows.keys() == held.keys()
    for path, digest in rows.items():
        if digest:
            found = base64.urlsafe_b64encode(hashlib.sha256(held[path]).digest()).rstrip(b"=")
            assert digest == f"sha256={found.decode()}"


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["", "false"])
def test_an_installation_from_source_compiles_the_engine_or_goes_without(tmp_path, compiler):
    if not compiler and not shutil.which("cc"):
        pytest.skip("no C compiler")
    variables = {k: v for k, v in os.environ.items() if k not in ("CC", "NDM_WHEEL")}
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT, env={**variables, **({"CC": compiler} if compiler else {})}, check=True,
        capture_output=True, timeout=PATIENCE,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        engines = [name for name in archive.namelist() if "libndm_engine" in name]
    assert wheel.name.endswith("-any.whl") == bool(compiler)
    assert len(engines) == (0 if compiler else 1)


@pytest.mark.slow
def test_auditwheel_finds_nothing_newer_than_the_tag_says(wheels):
    pytest.importorskip("auditwheel", reason="pip install auditwheel")
    wheel = wheels["manylinux_2_17_x86_64.manylinux2014_x86_64"]
    command = [sys.executable, "-m", "auditwheel", "show", wheel]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = " ".join(done.stdout.split())
    assert "requires no external shared libraries" in told
    consistent = told.split('platform tag: "manylinux_2_')[1]
    assert int(consistent.split("_")[0]) <= 17


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="a wheel for Linux")
def test_the_engine_in_a_wheel_is_found_and_plays(wheels, tmp_path):
    with zipfile.ZipFile(wheels["manylinux_2_17_x86_64.manylinux2014_x86_64"]) as archive:
        archive.extractall(tmp_path)
    program = (
        "import neural_drum_machine as ndm; from neural_drum_machine.native.library import LIBRARY;"
        "print(LIBRARY, ndm.load(engine='native').render('kick', seed=1).engine)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    where, engine = done.stdout.split()
    assert Path(where).parent == tmp_path / "neural_drum_machine" / "native"
    assert engine == "native"
