import pytest


@pytest.mark.slow
def test_eleven_sounds_and_a_picture(ndm, small_bundle, tmp_path):
    code, out, _ = ndm("sheet", "--out", tmp_path / "out", "--model", small_bundle)
    assert code == 0
    assert str(tmp_path / "out" / "sheet.png") in out
    assert len(list((tmp_path / "out").glob("*.wav"))) == 11


@pytest.mark.slow
def test_files_are_replaced_only_with_force(ndm, small_bundle, tmp_path):
    mine = tmp_path / "snare.wav"
    mine.write_bytes(b"mine")
    code, _, err = ndm("sheet", "--out", tmp_path, "--model", small_bundle)
    assert code == 1
    assert "snare.wav: exists; use --force" in err
    assert [path.name for path in tmp_path.iterdir()] == ["snare.wav"]
    assert mine.read_bytes() == b"mine"
    code, _, _ = ndm("sheet", "--out", tmp_path, "--model", small_bundle, "--force")
    assert code == 0
    assert mine.read_bytes() != b"mine"


def test_a_folder_with_the_pictures_name_is_named(ndm, small_bundle, tmp_path):
    (tmp_path / "out" / "sheet.png").mkdir(parents=True)
    code, _, err = ndm("sheet", "--out", tmp_path / "out", "--model", small_bundle)
    assert code == 1
    assert "sheet.png: is a folder; choose another path" in err
