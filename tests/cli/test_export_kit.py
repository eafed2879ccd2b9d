"""ndm export-kit."""

import dataclasses

import numpy as np
import pytest
import soundfile

from neural_drum_machine.kits.export.about import ABOUT
from neural_drum_machine.kits.kit_file import write_kit
from neural_drum_machine.kits.new_kit import new_kit
from neural_drum_machine.machine import load


@pytest.fixture(scope="module")
def kick():
    """A kit of one drum."""
    kit = new_kit(load(), 1, style="tight", voices=8, name="Kit")
    return dataclasses.replace(kit, voices=kit.voices[:1])


@pytest.fixture
def folder(kick, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_kit(kick, "my.ndkit")
    return tmp_path


def test_a_kit_is_written_with_four_layers_and_three_round_robins(ndm, folder):
    code, said, _ = ndm("export-kit", "my.ndkit", "--to", "sfz", "--out", "out")
    assert code == 0
    assert "14 files in" in said  # twelve samples, the SFZ file, the text
    assert (folder / "out" / "Kit.sfz").exists()
    assert soundfile.info(folder / "out" / "samples" / "Kick v127 rr1.wav").subtype == "PCM_24"


def test_an_exported_file_gives_its_drum_back(ndm, folder, kick):
    ndm("export-kit", "my.ndkit", "--to", "wav", "--round-robins", 2, "--layers", 2, "--out", "out")
    files = sorted(folder.glob("out/**/*.wav"))
    assert len(files) == 4
    for file in files:
        again = load().recall(file)
        samples, _ = soundfile.read(file)
        # Trimmed, and of a round robin as loud as the first: the same but for its gain.
        one, other = samples[:6000], again.samples[:6000]
        likeness = np.correlate(one, other, "full").max()
        assert likeness > 0.999 * np.linalg.norm(one) * np.linalg.norm(other)
    assert load().recall(folder / "out" / "Kick v127 rr1.wav").recipe() == kick["kick"].recipe


def test_options_reach_the_files_and_notes_are_told(ndm, folder):
    code, said, _ = ndm(
        "export-kit", "my.ndkit", "--to", "mpc", "--out", "out", "--layers", 2,
        "--round-robins", 2, "--rate", 96_000, "--bits", "float", "--normalise", "peak",
        "--bake-mix",
    )  # fmt: skip
    assert code == 0
    assert "velocity layers or round robins, not both" in " ".join(said.split())
    facts = soundfile.info(folder / "out" / "Kick v127.wav")
    assert (facts.samplerate, facts.subtype) == (96_000, "FLOAT")
    samples = soundfile.read(folder / "out" / "Kick v127.wav")[0]
    assert np.abs(samples).max() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--to", "wav", "--out", "mine"), 1, "use --force"),
        (("--to", "wav", "--out", "mine", "--force"), 1, "no export that could be replaced"),
        (("--to", "wav", "--out", "new", "--rate", 22_050), 1, "44100, 48000, 96000; got 22050"),
        (("--to", "kontakt", "--out", "new"), 2, "kontakt"),
        (("--to", "wav", "--out", "new", "--bits", "8"), 2, "bits"),
        (("--to", "wav", "--out", "new", "--layers", 0), 2, "layers"),
    ],
)
def test_what_cannot_be_written_is_refused_and_all_stays(ndm, folder, words, code, message):
    (folder / "mine").mkdir()
    (folder / "mine" / "song.txt").write_text("mine")
    found, _, err = ndm("export-kit", "my.ndkit", *words)
    assert (found, message in " ".join(err.split())) == (code, True), err
    assert (folder / "mine" / "song.txt").read_text() == "mine"
    assert not (folder / "new").exists()


def test_an_export_is_replaced_with_force(ndm, folder):
    ndm("export-kit", "my.ndkit", "--to", "wav", "--layers", 1, "--out", "out")
    words = ("export-kit", "my.ndkit", "--to", "sf2", "--layers", 1, "--out", "out", "--force")
    assert ndm(*words)[0] == 0
    assert sorted(each.name for each in (folder / "out").iterdir()) == sorted([ABOUT, "Kit.sf2"])
