import io
import json
import os
import shutil
import tarfile

import pytest
from tests.support.library import assert_same_files
from tests.support.small import SMALL_SPEC

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.pack import pack, unpack
from neural_drum_machine.prepare.pack_bounds import limited
from neural_drum_machine.prepare.pipeline import prepare


@pytest.fixture(scope="module")
def packed(library, tmp_path_factory):
    root = tmp_path_factory.mktemp("packed")
    copy = shutil.copytree(library, root / "library")
    (copy / "broken kick.wav").write_text("no audio")
    data = prepare([copy], root / "d", spec=SMALL_SPEC, workers=1, seed=5, limit=4, per_category=6)
    size = pack(data, root / "d.tar")
    assert size == (root / "d.tar").stat().st_size
    return data, root / "d.tar"


def test_a_pack_gives_the_same_dataset(packed, tmp_path):
    data, archive = packed
    stages = set()
    again = unpack(
        archive, tmp_path / "e", workers=1, progress=lambda stage, _done, _all: stages.add(stage)
    )
    assert again.fingerprint == data.fingerprint
    assert again.meta == data.meta
    assert stages == {"unpacking", "making spectrograms"}
    assert_same_files(data.folder, tmp_path / "e")
    with pytest.raises(DatasetError, match="use --force"):
        unpack(archive, tmp_path / "e")


def test_a_pack_gives_more_derived_sounds_of_the_same_recordings(packed, tmp_path):
    data, archive = packed
    more = unpack(archive, tmp_path / "e", workers=1, per_category=8)
    assert len(more) == len(data) * 8 / 6
    assert more.split == data.split
    for name in ("real", "augmented"):
        mine, theirs = (
            {(e.name, e.category, e.split) for e in d.entries if e.origin == name}
            for d in (data, more)
        )
        assert mine <= theirs
    with pytest.raises(DatasetError, match="--per-category must be at most 100000, got 100001"):
        unpack(archive, tmp_path / "f", workers=1, per_category=100_001)
    assert not (tmp_path / "f").exists()


def test_a_dataset_always_gives_the_same_pack_with_recordings_only(packed, tmp_path):
    data, archive = packed
    pack(data, tmp_path / "again.tar")
    assert (tmp_path / "again.tar").read_bytes() == archive.read_bytes()
    with tarfile.open(archive) as file:
        names = file.getnames()
    recordings = sum(entry.origin == "real" for entry in data.entries)
    assert names[:4] == ["pack.json", "index.csv", "rejected.csv", "unsure.csv"]
    assert names[4:] == [f"{i:05d}.flac" for i in range(recordings)]


def test_truncated_packs_are_refused_and_leave_nothing(packed, tmp_path):
    content = packed[1].read_bytes().rstrip(b"\0")
    for part in (0, 100, 512, 3000, len(content) // 2, len(content) * 9 // 10):
        (tmp_path / "cut.tar").write_bytes(content[:part])
        with pytest.raises(DatasetError, match="no complete pack"):
            unpack(tmp_path / "cut.tar", tmp_path / "e", workers=1)
    assert [p.name for p in tmp_path.iterdir()] == ["cut.tar"]
    # A mistyped name does not remove the work of an interrupted run.
    (tmp_path / ".e.work" / "chunks").mkdir(parents=True)
    for name, message in (("absent.tar", "no such file"), ("cut.tar", "no complete pack")):
        with pytest.raises(DatasetError, match=message):
            unpack(tmp_path / name, tmp_path / "e", workers=1)
    assert (tmp_path / ".e.work" / "chunks").is_dir()


def rewritten(archive, target, change):
    """Copy a pack with its members (name → bytes) changed."""
    with tarfile.open(archive) as file:
        members = {info.name: file.extractfile(info).read() for info in file}
    change(members)
    with tarfile.open(target, "w") as file:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))


def head(**changes):
    def change(members):
        members["pack.json"] = json.dumps({**json.loads(members["pack.json"]), **changes}).encode()

    return change


def spec(**changes):
    def change(members):
        text = json.loads(members["pack.json"])
        text["spec"].update(changes)
        members["pack.json"] = json.dumps(text).encode()

    return change


def endless(members):
    """A FLAC whose header claims all the samples that its 36 bits can count."""
    sound = bytearray(members["00000.flac"])
    sound[21] |= 0x0F
    sound[22:26] = b"\xff" * 4
    members["00000.flac"] = bytes(sound)


def swapped(members):
    members["00000.flac"], members["00007.flac"] = members["00007.flac"], members["00000.flac"]
    del members["00003.flac"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (head(format="x"), "another format"),
        (head(format_version=1), "version 1, this program reads 3"),
        (head(per_category="many"), "per_category"),
        (head(spec=3), "no complete pack"),
        (head(recordings=3), "more than 3 lines"),
        (head(recordings=300), "lines for 300 recordings"),
        (lambda m: m.pop("00004.flac"), "00004.flac is missing"),
        (lambda m: m.update({"00000.flac": m["00000.flac"][:50]}), "no complete pack"),
        (lambda m: m.update({"index.csv": b"a,b\n1,2\n"}), "no complete pack"),
        (lambda m: m.update({"index.csv": b"\xff\xfe"}), "no complete pack"),
        (swapped, "no complete pack"),
        (head(seed=-1), "seed is a whole number of 0 to .*, got -1"),
        (head(per_category=True), "per_category is a whole .* got True"),
        (
            lambda m: m.update({"index.csv": m["index.csv"].replace(b",1.0,", b",nan,", 1)}),
            "its line",
        ),
        (
            lambda m: m.update({"index.csv": m["index.csv"].replace(b",real,", b",augmented,", 1)}),
            "its line",
        ),
        (head(per_category=10**9), "per_category is a whole number of 1 to 100000, got 1000000000"),
        (head(recordings=10**9), "recordings is a whole number of 0 to 99999, got 1000000000"),
        (head(seed=2**64), "seed is a whole number of 0 to 18446744073709551615"),
        (spec(n_mels=10_000_000), "n_mels lies between 1 and 2048, got 10000000"),
        (spec(hop_length=1), "hop_length lies between 16 and 4096, got 1"),
        (
            spec(hop_length=2**24, win_length=2**24, n_fft=2**24),
            "n_fft lies between 16 and 32768, got 16777216",
        ),
        (spec(sr=10**9), "sr lies between 1000 and 192000, got 1000000000"),
        (spec(n_samples=2**20, hop_length=16, n_mels=2048), "at most 2097152 values"),
        (spec(log_eps=float("inf")), "log_eps lies between 1e-09 and 1, got inf"),
        (endless, "not the sound of its line"),
    ],
)
def test_altered_packs_are_refused(packed, tmp_path, change, message):
    rewritten(packed[1], tmp_path / "bad.tar", change)
    with pytest.raises(DatasetError, match=message):
        unpack(tmp_path / "bad.tar", tmp_path / "e", workers=1)
    assert not (tmp_path / "e").exists()


def test_paths_and_links_in_a_pack_are_never_followed(packed, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE):
        with tarfile.open(packed[1]) as old, tarfile.open(tmp_path / "bad.tar", "w") as new:
            for info in old:
                if info.name == "00001.flac":
                    info.type, info.linkname, info.size = kind, str(secret), 0
                    new.addfile(info)
                else:
                    new.addfile(info, old.extractfile(info))
        with pytest.raises(DatasetError, match=r"00001.flac is missing, or another file"):
            unpack(tmp_path / "bad.tar", tmp_path / "e", workers=1)
    assert secret.read_text() == "x"


def test_a_pack_that_cannot_be_written_is_an_error_with_advice(packed, tmp_path):
    with pytest.raises(DatasetError, match=r"cannot be written \(No such file.*make its folder"):
        pack(packed[0], tmp_path / "no" / "folder" / "d.tar")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_no_pack(tmp_path):
    os.mkfifo(tmp_path / "pipe.tar")
    with pytest.raises(DatasetError, match=r"pipe.tar: cannot be read \(it is a pipe"):
        unpack(tmp_path / "pipe.tar", tmp_path / "e", workers=1)


def test_a_header_of_gigabytes_is_not_read(tmp_path):
    info = tarfile.TarInfo("pack.json")
    info.type, info.size = tarfile.XHDTYPE, 3 * 10**9
    path = tmp_path / "huge.tar"
    path.write_bytes(info.tobuf(tarfile.GNU_FORMAT))
    os.truncate(path, info.size + 1024)
    with pytest.raises(DatasetError, match="a header claims 3000000000 bytes"):
        unpack(path, tmp_path / "e", workers=1)


def test_a_table_of_too_many_lines_is_refused():
    assert len(list(limited(range(3)))) == 3
    with pytest.raises(ValueError, match="at most 1000000 lines"):
        list(limited(range(1_000_002)))
