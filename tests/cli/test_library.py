import json

import pytest
from tests.support.library import drum, write_hits


@pytest.fixture
def own(ndm, tmp_path):
    """Run ``ndm library`` with a library of its own."""

    def run(command, *words):
        return ndm("library", command, *words, "--library", tmp_path / "own.sqlite")

    return run


@pytest.fixture
def folder(tmp_path):
    return write_hits(tmp_path / "Own", {f"Kick {i}.wav": drum(i) for i in (1, 2)})


def test_add_status_near_find_and_forget(own, folder, tmp_path):
    code, out, err = own("add", folder, "--workers", "1")
    assert (code, err) == (0, "")
    assert "2 sounds added, 0 files unchanged, 0 gone, 0 left out" in out
    code, out, _ = own("status")
    assert f"2 in {folder}" in out
    assert "2 kick" in out
    code, out, _ = own("near", folder / "Kick 1.wav", "--json")
    found = json.loads(out)
    assert [each["name"] for each in found] == ["Own/Kick 1.wav", "Own/Kick 2.wav"]
    assert found[0]["path"] == str(folder / "Kick 1.wav")
    number = found[0]["id"]
    code, out, _ = own("near", number, "--count", "1")
    assert "Kick 2.wav" in out
    code, out, _ = own("find", "--category", "kick", "--decay", "..5", "--json")
    assert json.loads(out)["total"] == 2
    code, out, _ = own("find", "--pitch", "29000..")
    assert "ask for wider ranges" in out
    code, out, _ = own("duplicates")
    assert "0 sounds are there more than once" in out
    page = tmp_path / "map.html"
    assert own("map", "--out", page)[0] == 0
    assert "Kick 1.wav" in page.read_text()
    assert own("map", "--out", page)[0] == 1
    code, out, _ = own("forget", number)
    assert "1 sounds forgotten; your files are where they were" in out
    assert own("add")[1].strip().endswith("0 sounds added, 2 files unchanged, 0 gone, 0 left out")


def test_errors_are_sentences(own, tmp_path):
    assert "there is no library yet; begin with: ndm library add FOLDER" in own("status")[2]
    code, _, err = own("add", tmp_path / "nowhere", "--workers", "1")
    assert (code, "there is no such folder; name a folder of samples" in err) == (1, True)
    (tmp_path / "text.wav").write_text("no sound")
    own("add", tmp_path, "--workers", "1")
    code, _, err = own("near", tmp_path / "text.wav")
    assert (code, "not readable as audio" in err) == (1, True)
