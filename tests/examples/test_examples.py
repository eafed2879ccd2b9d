"""Every example runs from beginning to end in an empty folder, and makes what it says."""

import json
import runpy
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
import soundfile
from tests.support.sounds import noise

from neural_drum_machine.machine import load
from neural_drum_machine.server import serving

EXAMPLES = Path(__file__).parents[2] / "examples"

mpl.use("agg")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run an example with arguments in an empty folder, and return the lines it prints."""
    monkeypatch.chdir(tmp_path)

    def run(name, *arguments):
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        return capsys.readouterr().out.splitlines()

    return run


@pytest.mark.slow
def test_render_kit_writes_four_drums(run):
    paths = run("render_kit.py", "kit", 2)
    assert [Path(path).stem for path in paths] == ["kick", "snare", "closed_hihat", "open_hihat"]
    sounds = [soundfile.read(path)[0] for path in paths]
    assert all(np.abs(sound).max() > 0.99 for sound in sounds)


@pytest.mark.slow
def test_morph_begins_and_ends_with_the_two_sounds(run):
    assert len(run("morph.py")) == 7
    machine = load()
    for number, category, seed in ((0, "conga", 3), (6, "clap", 5)):
        machine.render(category, seed=seed).write("end.wav")
        step, end = (soundfile.read(path)[0] for path in (f"morph/{number}.wav", "end.wav"))
        np.testing.assert_array_equal(step, end)


@pytest.mark.slow
def test_humanise_plays_eight_different_hits(run):
    run("humanise.py", "bar.wav")
    bar, sr = soundfile.read("bar.wav")
    eighth = sr // 4
    hits = [bar[number * eighth : (number + 1) * eighth] for number in range(8)]
    assert all(np.abs(hit).max() > 0.1 for hit in hits)
    assert not any(np.allclose(hits[0], hit, atol=1e-3) for hit in hits[1:])


@pytest.mark.slow
def test_reconstruct_writes_the_sample_and_a_clap(run):
    soundfile.write("mine.wav", 0.5 * noise(0.2, seed=1, decay=30), 22050)
    own, clap = run("reconstruct.py", "mine.wav", "out")
    assert Path(own).is_file()
    assert Path(clap) == Path("out/mine_as_clap.wav")
    assert Path(clap).is_file()


def test_reconstruct_says_how_it_is_called(run):
    with pytest.raises(SystemExit, match="SAMPLE"):
        run("reconstruct.py")


@pytest.mark.slow
def test_osc_client_gets_three_sounds(run, tmp_path):
    with serving(load(), port=0, parent=tmp_path) as (_, osc):
        lines = run("osc_client.py", osc.address[1])
    assert [line.split(":")[0] for line in lines] == ["P1 -1.0", "P1 +0.0", "P1 +1.0"]
    assert all(" ms" in line and ".wav" in line for line in lines)


@pytest.mark.slow
def test_notebook_runs_and_is_stored_without_output(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    notebook = json.loads((EXAMPLES / "first_sounds.ipynb").read_text(encoding="utf-8"))
    names = {"__name__": "__main__"}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            source = "".join(cell["source"])
            exec(compile(source, cell["id"], "exec"), names)
    assert Path("snare.wav").is_file()
    assert names["mel"].shape == (512, 128)


def test_every_example_is_listed_and_tested():
    files = {path.name for path in EXAMPLES.iterdir() if path.suffix in {".py", ".ipynb"}}
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    tested = Path(__file__).read_text(encoding="utf-8")
    assert len(files) == 6
    assert all(f"]({name})" in listed and f'"{name}"' in tested for name in files)
