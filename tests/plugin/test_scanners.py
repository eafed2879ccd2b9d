"""Scanners of two music programs list the plug-in: Qtractor's for CLAP, and Ardour's for VST3."""

import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.support.clap_host import PARAMETERS
from tests.support.patience import PATIENCE


def scanner(pattern: str, package: str) -> Path:
    """Return a program that lies among a package's libraries, not on the path."""
    found = sorted(Path("/usr/lib").glob(pattern))
    if not found:
        pytest.skip(f"{package} is not installed (apt-get install {package})")
    return found[-1]


def test_qtractor_lists_the_clap(bundles):
    program = scanner("*/qtractor/qtractor_plugin_scan", "qtractor")
    binary = bundles / "neural-drum-machine.clap" / "neural-drum-machine.clap"
    said = subprocess.run(
        [program], input=f"CLAP:{binary}\n", capture_output=True, text=True, check=True,
        timeout=PATIENCE, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    ).stdout  # fmt: skip
    kind, name, audio, midi, controls, flags, path, *_ = said.strip().split("|")
    assert (kind, name, path) == ("CLAP", "Neural Drum Machine", str(binary))
    assert audio == "0:2"  # it counts the main pair
    assert midi == "1:0"
    # Two of the parameters are outputs.
    assert controls == f"{PARAMETERS - 2}:2"
    assert "GUI" in flags


def test_ardour_lists_the_vst3(bundles, tmp_path):
    program = scanner("ardour*/ardour-vst3-scanner", "ardour")
    subprocess.run(
        [program, "--force", bundles / "neural-drum-machine.vst3"], capture_output=True,
        check=True, timeout=PATIENCE,
        env={**os.environ, "HOME": str(tmp_path), "LD_LIBRARY_PATH": str(program.parent)},
    )  # fmt: skip
    (cache,) = tmp_path.rglob("*.v3i")
    info = ElementTree.parse(cache).getroot().find("VST3Info")
    assert info is not None
    assert info.get("name") == "Neural Drum Machine"
    assert info.get("category") == "Instrument|Drum"
    assert (info.get("n_outputs"), info.get("n_midi_inputs")) == ("34", "1")
