"""The LV2 bundle in Debian's tools: its description, and jalv with a sound server of its own."""

import os
import subprocess

import pytest
import soundfile
from tests.support.clap_host import PARAMETERS
from tests.support.jack import LONGEST, connected, needed, sound_server

URI = "urn:neural-drum-machine:instrument"


def test_its_description_is_valid(bundles):
    needed("lv2_validate")
    files = sorted((bundles / "neural-drum-machine.lv2").glob("*.ttl"))
    done = subprocess.run(
        ["lv2_validate", *files], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    complaints = [line for line in done.stdout.splitlines() if line.startswith("error")]
    # DPF writes a name of MOD devices' own vocabulary, which Debian does not have.
    own = ("error: Use of undefined property", "error: Property <http://moddevices.com/ns/mod#")
    assert [line for line in complaints if not line.startswith(own)] == []
    assert "checked" in done.stdout


def test_hosts_find_it_with_its_ports(lv2_path):
    needed("lv2info")
    told = subprocess.run(
        ["lv2info", URI], env={**os.environ, "LV2_PATH": str(lv2_path)}, text=True, check=True,
        stdout=subprocess.PIPE,
    ).stdout  # fmt: skip
    assert told.count("AudioPort") == 34
    assert told.count("#ControlPort") == PARAMETERS
    assert "Neural Drum Machine" in told


def test_jalv_plays_it(lv2_path, tmp_path):
    needed("jalv", "jackd", "jack_wait", "jack_connect", "jack_midiseq", "jack_rec")
    out = tmp_path / "jalv.wav"
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with sound_server(lv2_path) as environment:
        # A snare, note 38, every 22,050 frames.
        sequence = ["jack_midiseq", "beats", "22050", "100", "38", "2000"]
        programs = [
            subprocess.Popen(
                ["jalv", "-i", URI], env=environment, stdin=subprocess.DEVNULL, **silent
            ),
            subprocess.Popen(sequence, env=environment, **silent),
        ]
        try:
            plugin = "Neural Drum Machine"
            connected(environment, "beats:out", f"{plugin}:lv2_events_in")
            recorder = ["jack_rec", "-f", out, "-d", "2", "-b", "16", f"{plugin}:lv2_main_left"]
            subprocess.run(recorder, env=environment, check=True, timeout=LONGEST, **silent)
        finally:
            for program in programs:
                program.kill()
                program.wait(LONGEST)
    samples, rate = soundfile.read(out)
    assert rate == 44100
    assert abs(samples).max() > 0.1
    assert abs(samples[:22050]).max() == pytest.approx(abs(samples[22050:44100]).max(), abs=0.01)
