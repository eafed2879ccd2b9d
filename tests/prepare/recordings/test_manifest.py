import pytest
from tests.support.library import drum, write_hits, write_manifest
from tests.support.small import SMALL_SPEC
from tests.support.sounds import tone

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.prepare.recordings.candidate import Rejection
from neural_drum_machine.prepare.recordings.scan import scan


def test_a_manifest_decides_and_other_files_of_its_folder_are_ignored(tmp_path):
    tones = (("a", 100), ("b", 120), ("c", 140))
    source = write_hits(tmp_path / "src", {f"{n}.wav": tone(f, 0.15) for n, f in tones})
    write_manifest(
        source, [["a.wav", "tom", "k1"], ["b.wav", "tom", "k2"], ["gone.wav", "tom", "k3"]]
    )
    data = prepare([source], tmp_path / "out", spec=SMALL_SPEC, workers=1)
    assert [(e.category, e.group, e.name) for e in data.entries] == [
        ("tom", "k1", "src/a.wav"),
        ("tom", "k2", "src/b.wav"),
    ]
    rejected = (tmp_path / "out" / "rejected.csv").read_text()
    assert rejected == "name,reason\nsrc/gone.wav,no such file\n"


@pytest.mark.parametrize(
    ("rows", "columns", "message"),
    [
        ([["a.wav", "cowbell", "k"]], ("file", "category", "group"), "line 2.*'cowbell'"),
        ([["a.wav", "tom"]], ("file", "category"), "no column group"),
        ([["../a.wav", "tom", "k"]], ("file", "category", "group"), "leads outside"),
        ([["a.wav"]], ("file", "category", "group"), "too few columns"),
        ([["a.wav", "kick"]], ("file", "category", "group"), "too few columns"),
        ([["a.wav", "kick", 3000 * "k"]], ("file", "category", "group"), "3000 characters"),
    ],
)
def test_an_invalid_manifest_is_an_error(tmp_path, rows, columns, message):
    write_manifest(tmp_path / "src", rows, columns)
    with pytest.raises(DatasetError, match=message):
        list(scan(tmp_path / "src"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("file,category,group\na.wav,tom,k\xe9\n".encode("latin-1"), "comma-separated UTF-8"),
        (b"file,category,group\na.wav,tom," + b"k" * 200_000, "not readable as CSV"),
    ],
)
def test_a_manifest_that_is_no_utf8_csv_is_an_error(tmp_path, data, message):
    (tmp_path / "manifest.csv").write_bytes(data)
    with pytest.raises(DatasetError, match=message):
        list(scan(tmp_path))


def test_a_manifest_of_a_spreadsheet_program_is_read(tmp_path):
    text = "file,category,group\r\na.wav,tom,k\r\n"
    (tmp_path / "manifest.csv").write_bytes(text.encode("utf-8-sig"))
    assert [c.category for c in scan(tmp_path)] == ["tom"]


def test_a_manifest_with_the_paths_of_windows_is_read(tmp_path):
    write_hits(tmp_path / "Kicks", {"1.wav": drum(1)})
    (tmp_path / "manifest.csv").write_text("file,category,group\nKicks\\1.wav,kick,g\n")
    (found,) = scan(tmp_path)
    assert found.path.is_file()


def test_a_manifest_with_tabs_and_people_s_spelling_is_read(tmp_path):
    (tmp_path / "manifest.csv").write_text("File\tCategory\tGroup\na.wav\tClosed Hihat\tk\n")
    (found,) = scan(tmp_path)
    assert found.category == "closed_hihat"
    (tmp_path / "manifest.csv").write_text("file,category,group\na.wav,808,k\n")
    with pytest.raises(DatasetError, match=r"line 2: .*'808' \(did you mean kick\?\)"):
        list(scan(tmp_path))


def test_layers_are_read_from_the_upstream_names_or_else_from_the_files(tmp_path):
    rows = [
        ["1.wav", "tom", "k", "repo:s/t_vl1_rr2.wav"],
        ["2.wav", "tom", "k", "repo:s/t_vl3.wav"],
    ]
    rows += [["k_vl1_rr1.wav", "kick", "k", ""], ["k_vl2_rr3.wav", "kick", "k", ""]]
    write_manifest(tmp_path, rows, ("file", "category", "group", "upstream"))
    found = [(each.velocity, each.round_robin) for each in scan(tmp_path)]
    assert found == [(0.0, 2), (1.0, None), (0.0, 1), (1.0, 3)]


def test_manifests_of_other_programs_deep_in_a_library_are_ignored(tmp_path):
    root = write_hits(tmp_path / "lib" / "Vendor" / "Snares", {"1.wav": drum(1)})
    (root / "manifest.csv").write_text("id,checksum\n1,2\n")
    assert [c.category for c in scan(tmp_path / "lib")] == ["snare"]
    (root / "manifest.csv").write_text("file,category,group\n1.wav,tom,g\nx.wav,other,g\n")
    found = list(scan(tmp_path / "lib"))
    assert found[0].category == "tom"
    assert found[0].name == "lib/Vendor/Snares/1.wav"
    assert found[1] == Rejection("lib/Vendor/Snares/x.wav", "another instrument by the manifest")


def test_a_zero_byte_in_a_name_is_an_error_with_its_line(tmp_path):
    (tmp_path / "manifest.csv").write_bytes(b"file,category,group\na\0.wav,kick,k\n")
    with pytest.raises(DatasetError, match=r"manifest\.csv, line 2: a zero byte in a field"):
        list(scan(tmp_path))
