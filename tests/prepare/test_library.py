"""A producer's real library: large, messy, partly broken; and runs that are killed."""

import csv
import errno
import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.support.small import SMALL_SPEC
from tests.support.sounds import noise, tone

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare import assemble as assemble_module
from neural_drum_machine.prepare import build as build_module
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.prepare.recordings import table as recordings_module
from neural_drum_machine.prepare.recordings.labeller import CLASSES, Labeller
from neural_drum_machine.prepare.recordings.scan import Candidate, Rejection, scan

SR = 22050


def drum(seed: int, seconds: float = 0.15) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = tone(rng.uniform(80, 900), seconds) + rng.uniform(0.3, 1) * noise(seconds, seed=seed)
    return (x / np.abs(x).max()).astype(np.float32)


def reasons(folder: Path) -> dict[str, str]:
    with (folder / "rejected.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"].split("/", 1)[1]: row["reason"] for row in csv.DictReader(file)}


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    root = tmp_path / "Samples"
    kicks = root / "Pack" / "Kicks"
    kicks.mkdir(parents=True)
    x = drum(0)
    soundfile.write(kicks / "16.wav", drum(1), SR, subtype="PCM_16")
    soundfile.write(kicks / "8.wav", drum(2), SR, subtype="PCM_U8")
    soundfile.write(kicks / "f64.wav", drum(3).astype(float), SR, subtype="DOUBLE")
    soundfile.write(kicks / "192k.wav", np.repeat(drum(4), 8)[: 192000 // 4], 192000)
    soundfile.write(kicks / "five.wav", np.tile(drum(5)[:, None], (1, 5)), SR)
    soundfile.write(kicks / "mp3.mp3", drum(6), SR)
    soundfile.write(kicks / "loud.wav", 1e30 * drum(7).astype(float), SR, subtype="DOUBLE")
    (kicks / "zero.wav").touch()
    (kicks / "text.wav").write_text("this is not audio")
    (kicks / "._16.wav").write_bytes(b"resource fork")
    nan = x.copy()
    nan[100] = np.nan
    soundfile.write(kicks / "nan.wav", nan, SR, subtype="FLOAT")
    soundfile.write(kicks / "huge.wav", 1e300 * x.astype(float), SR, subtype="DOUBLE")
    # A header that claims two gigabytes, and one of four billion hertz.
    good = (kicks / "16.wav").read_bytes()
    data = good.index(b"data")
    long = good[: data + 4] + struct.pack("<I", 0x7FFFFFF0) + good[data + 8 :]
    (kicks / "lies.wav").write_bytes(long[:4] + struct.pack("<I", 0x7FFFFFFF) + long[8:-1500])
    (kicks / "rate.wav").write_bytes(good[:24] + struct.pack("<I", 4_000_000_000) + good[28:])
    (kicks / "cut.flac").write_bytes(b"")
    soundfile.write(kicks / "cut.flac", drum(8, 0.5), SR)
    (kicks / "cut.flac").write_bytes((kicks / "cut.flac").read_bytes()[:900])
    soundfile.write(root / "Pack" / "kick snare loop 120bpm.wav", x, SR)
    soundfile.write(root / "Pack" / "Crash 1.wav", x, SR)
    (root / "Pack" / "again").symlink_to(root)
    (root / "Pack" / "Kicks" / "up").symlink_to(root / "Pack")
    (root / "gone.wav").symlink_to(root / "nowhere.wav")
    (root / ".hidden").mkdir()
    soundfile.write(root / ".hidden" / "kick.wav", x, SR)
    odd = Path(os.fsdecode(os.fsencode(root) + b"/Gro\xdfe Trommel"))
    odd.mkdir()
    soundfile.write(root / "tmp.wav", drum(9), SR)
    (root / "tmp.wav").rename(odd / os.fsdecode(b"\xe9t\xe9.wav"))
    return root


def test_a_messy_library_is_read_and_every_file_left_out_is_named(messy, tmp_path):
    data = prepare([messy], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    taken = {entry.name.split("/", 1)[1] for entry in data.entries}
    # "lies.wav" is cut short, yet what is there is a hit of its own length.
    names = (
        "16.wav",
        "192k.wav",
        "8.wav",
        "f64.wav",
        "five.wav",
        "lies.wav",
        "loud.wav",
        "mp3.mp3",
    )
    assert taken == {f"Pack/Kicks/{name}" for name in names} | {"Gro\\xdfe Trommel/\\xe9t\\xe9.wav"}
    assert {entry.category for entry in data.entries} == {"kick"}
    why = reasons(tmp_path / "d")
    expected = {
        "Pack/Kicks/zero.wav": "not readable as audio",
        "Pack/Kicks/text.wav": "not readable as audio",
        "Pack/Kicks/nan.wav": "NaN",
        "Pack/Kicks/huge.wav": "infinite",
        "Pack/Kicks/rate.wav": "not readable as audio",
        "Pack/Kicks/cut.flac": "",
        "Pack/kick snare loop 120bpm.wav": "a loop or phrase by its name",
        "Pack/Crash 1.wav": "another instrument by its name ('crash')",
        "gone.wav": "no such file",
    }
    assert set(why) == set(expected)
    for name, part in expected.items():
        assert part in why[name], (name, why[name])
    report = (tmp_path / "d" / "REPORT.md").read_text()
    assert f"9 sounds taken, {len(expected)} files left out" in report


def test_headers_that_lie_cost_no_memory(messy, tmp_path):
    code = (
        "import resource, sys\n"
        "from neural_drum_machine.signal.hit import read_hit\n"
        "from neural_drum_machine.errors import AudioError\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n        read_hit(path)\n"
        "    except AudioError:\n        pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    paths = [messy / "Pack" / "Kicks" / name for name in ("lies.wav", "rate.wav", "cut.flac")]
    run = subprocess.run(
        [sys.executable, "-c", code, *paths], capture_output=True, text=True, check=True
    )
    assert int(run.stdout) < 100_000  # kilobytes


def test_unreadable_folders_are_named_and_the_rest_is_read(tmp_path, monkeypatch):
    root = tmp_path / "lib"
    for name in ("Kicks", "Locked"):
        (root / name).mkdir(parents=True)
        soundfile.write(root / name / "kick.wav", drum(1), SR)
    # Root may read everything, so the refusal is played.
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "Locked":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = list(scan(root))
    assert [c.name for c in found if isinstance(c, Candidate)] == ["lib/Kicks/kick.wav"]
    assert [c for c in found if isinstance(c, Rejection)] == [
        Rejection("lib/Locked", "folder cannot be read (Permission denied)")
    ]


def test_foreign_manifests_deep_in_a_library_are_no_manifests(tmp_path):
    root = tmp_path / "lib" / "Vendor" / "Snares"
    root.mkdir(parents=True)
    (root / "manifest.csv").write_text("id,checksum\n1,2\n")
    soundfile.write(root / "1.wav", drum(1), SR)
    assert [c.category for c in scan(tmp_path / "lib")] == ["snare"]
    (root / "manifest.csv").write_text("file,category,group\n1.wav,tom,g\nx.wav,other,g\n")
    found = list(scan(tmp_path / "lib"))
    assert found[0].category == "tom"
    assert found[0].name == "lib/Vendor/Snares/1.wav"
    assert found[1] == Rejection("lib/Vendor/Snares/x.wav", "another instrument by the manifest")


class Oracle:
    """A labeller that knows: by the level of the first frame, which the test chooses."""

    answers: dict[int, tuple[str, float]]

    def probabilities(self, thumbnails: np.ndarray) -> np.ndarray:
        out = np.full((len(thumbnails), len(CLASSES)), 0.0, np.float32)
        for i, mel in enumerate(thumbnails):
            low = mel[:8].sum() > mel[40:].sum()
            name, p = ("kick", 0.95) if low else ("shaker", 0.6)
            out[i] = (1 - p) / (len(CLASSES) - 1)
            out[i, CLASSES.index(name)] = p
        return out


@pytest.fixture
def oracle(monkeypatch):
    monkeypatch.setattr(Labeller, "load", classmethod(lambda _cls: Oracle()))


def test_names_that_say_nothing_are_heard_and_doubts_go_to_unsure(tmp_path, oracle):
    root = tmp_path / "lib"
    root.mkdir()
    for i in range(3):
        soundfile.write(root / f"00{i}.wav", tone(60 + 30 * i, 0.2, decay=8), SR)
        soundfile.write(root / f"10{i}.wav", noise(0.1, seed=i), SR)
    soundfile.write(root / "snare.wav", drum(1), SR)
    # The same samples under a telling name, found later: no doubt is left about these.
    soundfile.write(root / "zz tom.wav", noise(0.1, seed=2), SR)
    data = prepare([root], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    assert {e.name: (e.category, e.label, e.confidence) for e in data.entries} == {
        "lib/000.wav": ("kick", "classifier", 0.95),
        "lib/001.wav": ("kick", "classifier", 0.95),
        "lib/002.wav": ("kick", "classifier", 0.95),
        "lib/snare.wav": ("snare", "name", 1.0),
        "lib/zz tom.wav": ("tom", "name", 1.0),
    }
    with (tmp_path / "d" / "unsure.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(r["file"], r["category"], r["suggestion"], r["confidence"]) for r in rows] == [
        ("lib/100.wav", "", "shaker", "0.6"),
        ("lib/101.wav", "", "shaker", "0.6"),
    ]
    assert reasons(tmp_path / "d")["102.wav"] == "the same sound as lib/zz tom.wav"

    # Filled in by the user, as a German spreadsheet saves it, and fed back.
    lines = ["file;category;suggestion", "lib/100.wav;Open Hihat;x", "lib/101.wav;skip;x"]
    lines += ["lib/snare.wav;clap;", "lib/002.wav;;", "lib/moved.wav;tom;"]
    table = tmp_path / "mine.csv"
    table.write_text("\r\n".join(lines), encoding="utf-8-sig")
    again = prepare([root], tmp_path / "e", spec=SMALL_SPEC, workers=1, labels=table)
    found = {e.name: (e.category, e.label) for e in again.entries}
    assert found["lib/100.wav"] == ("open_hihat", "user")
    assert found["lib/snare.wav"] == ("clap", "user")
    assert found["lib/002.wav"] == ("kick", "classifier")
    assert "lib/101.wav" not in found
    why = reasons(tmp_path / "e")
    assert why["101.wav"] == "left out by the user"
    assert why["moved.wav"] == "named in --labels, not found"
    # With less asked of the labeller, its word is taken.
    easy = prepare([root], tmp_path / "f", spec=SMALL_SPEC, workers=1, min_confidence=0.5)
    assert [e.category for e in easy.entries if e.name == "lib/100.wav"] == ["shaker"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file,category\na.wav,kik\n", r"line 2: unknown category 'kik' \(did you mean kick\?\)"),
        ("name,category\na.wav,kick\n", "needs the columns file and category"),
        (None, "cannot be read"),
    ],
)
def test_bad_label_files_are_named(tmp_path, text, message):
    table = tmp_path / "labels.csv"
    if text:
        table.write_text(text)
    with pytest.raises(DatasetError, match=message):
        prepare([tmp_path], tmp_path / "d", labels=table)


def test_a_word_of_the_user_brings_back_what_its_name_left_out(tmp_path):
    root = tmp_path / "lib"
    root.mkdir()
    soundfile.write(root / "kick loop.wav", drum(1), SR)
    table = tmp_path / "labels.csv"
    table.write_text("file,category\nlib/kick loop.wav,kick\n")
    data = prepare([root], tmp_path / "d", spec=SMALL_SPEC, workers=1, labels=table)
    assert [(e.category, e.label) for e in data.entries] == [("kick", "user")]


def test_copies_are_on_one_side_of_the_split(tmp_path):
    root = tmp_path / "lib"
    for kit in range(10):
        (root / f"Kit {kit}" / "Snares").mkdir(parents=True)
        for hit in range(6):
            path = root / f"Kit {kit}" / "Snares" / f"{hit}.wav"
            soundfile.write(path, drum(100 * kit + hit), SR)
    # One hit of kit 0 in every other kit: quieter, shorter, in other formats.
    for kit in range(1, 10):
        x = (0.1 * kit) * drum(0)[: 2900 - 40 * kit]
        form = {"subtype": "PCM_U8"} if kit % 3 == 0 else {}
        name = f"copy.{'ogg' if kit % 3 == 1 else 'wav'}"
        soundfile.write(root / f"Kit {kit}" / "Snares" / name, x, SR, **form)
    # Two folders that hold the same six hits are one kit.
    (root / "Kit 3 (converted)" / "Snares").mkdir(parents=True)
    for hit in range(6):
        target = root / "Kit 3 (converted)" / "Snares" / f"n{hit}.ogg"
        soundfile.write(target, 0.4 * drum(300 + hit), SR)
    data = prepare([root], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    sides = {s: {data.entries[i].name for i in data.rows(s)} for s in ("train", "validation")}
    assert sides["validation"]
    copies = {f"lib/Kit {k}/Snares/copy.{'ogg' if k % 3 == 1 else 'wav'}" for k in range(1, 10)}
    family = copies | {"lib/Kit 0/Snares/0.wav"}
    assert not (family & sides["validation"]) or not (family & sides["train"])
    why = reasons(tmp_path / "d")
    assert all("nearly the same sound as lib/Kit" in reason for reason in why.values())
    kits = {e.group: e.kit for e in data.entries}
    assert kits["lib/Kit 3 (converted)"] == kits["lib/Kit 3"]
    assert len(set(kits.values())) == 10
    assert data.meta["copies"] >= 15


def test_a_recording_that_two_sources_bring_is_taken_once(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for root in (first, second):
        (root / "Snares").mkdir(parents=True)
    for i in range(6):
        soundfile.write(first / "Snares" / f"{i}.wav", drum(i), SR)
        # Takes of one machine: nearly alike, yet each is one.
        take = drum(0) + 0.03 * noise(0.15, seed=50 + i)
        soundfile.write(first / "Snares" / f"take {i}.wav", take, SR)
    for i in range(3):
        soundfile.write(second / "Snares" / f"copy {i}.wav", 0.3 * drum(i), SR, "PCM_24")
    soundfile.write(second / "Snares" / "own.wav", drum(20), SR)
    data = prepare([first, second], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    names = {entry.name for entry in data.entries}
    assert {n for n in names if n.startswith("second")} == {"second/Snares/own.wav"}
    assert len(names) == 13
    assert reasons(tmp_path / "d") == {
        f"Snares/copy {i}.wav": f"the same recording as first/Snares/{i}.wav" for i in range(3)
    }


SLOW = """
import sys, time
from pathlib import Path
from neural_drum_machine.data import build, reading, prepare
from neural_drum_machine.spec import AudioSpec
reading.CHUNK_FILES = build.CHUNK_SOUNDS = 4
for module, name in ((reading, "read_chunk"), (build, "render")):
    def slow(task, real=getattr(module, name), log=Path(sys.argv[3]), name=name):
        with log.open("a") as file:
            print(name, file=file)
        time.sleep(0.05)
        return real(task)
    setattr(module, name, slow)
spec = AudioSpec(**{spec!r})
prepare.prepare([Path(sys.argv[1])], Path(sys.argv[2]), spec=spec, workers=1, per_category=8)
"""


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(library, tmp_path):
    unbroken = prepare([library], tmp_path / "a", spec=SMALL_SPEC, workers=1, per_category=8)
    code = SLOW.replace("{spec!r}", repr(SMALL_SPEC.to_dict()))
    log = tmp_path / "log"
    log.touch()
    arguments = [sys.executable, "-c", code, str(library), str(tmp_path / "b"), str(log)]
    done = []
    # Killed while reading, then while making, then left alone.
    for stop_at in ("read_chunk", "render", None):
        before = log.read_text()
        process = subprocess.Popen(arguments)
        deadline = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline:
            if stop_at and log.read_text()[len(before) :].count(stop_at) >= 3:
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.01)
        assert process.wait(timeout=60) == (-signal.SIGKILL if stop_at else 0)
        assert (tmp_path / "b").exists() == (stop_at is None)
        done.append(log.read_text()[len(before) :].split())
    for path in unbroken.folder.iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
    # Fifteen chunks of files, 22 of sounds: none that was finished is done again.
    assert sum(part.count("read_chunk") for part in done) <= 15 + 2
    assert sum(part.count("render") for part in done) <= 22 + 2
    assert len(done[2]) < 15 + 22 - 4


def test_a_file_that_changed_meanwhile_is_read_again(tmp_path, monkeypatch):
    root = tmp_path / "lib" / "Kicks"
    root.mkdir(parents=True)
    for i in range(4):
        soundfile.write(root / f"{i}.wav", drum(i), SR)

    def stop(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(recordings_module, "find_copies", stop)
        with pytest.raises(KeyboardInterrupt):
            prepare([tmp_path / "lib"], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    soundfile.write(root / "0.wav", drum(50), SR)
    data = prepare([tmp_path / "lib"], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    expected = np.round(drum(50) / np.abs(drum(50)).max() * 32767) / 32767
    assert np.abs(data.wave(0)[: len(expected)] - expected).max() < 1e-3


def test_damaged_work_is_done_again(library, tmp_path, monkeypatch):
    def stop(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(recordings_module, "find_copies", stop)
        with pytest.raises(KeyboardInterrupt):
            prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    (chunk,) = (tmp_path / ".d.work" / "chunks").glob("*.npz")
    content = chunk.read_bytes()
    chunk.write_bytes(content[: len(content) // 2])
    assert len(prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1)) == 60


def test_two_runs_for_one_folder_do_not_meet(library, tmp_path, monkeypatch):
    def second(*_args, **_kwargs):
        with pytest.raises(DatasetError, match="another run is preparing it"):
            prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1)
        return []

    monkeypatch.setattr(recordings_module, "find_copies", second)
    assert len(prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1)) == 60


def test_any_number_of_processes_gives_the_same_bytes(library, tmp_path):
    for workers in (1, 3):
        prepare(
            [library], tmp_path / f"{workers}", spec=SMALL_SPEC, workers=workers, per_category=9
        )
    for path in (tmp_path / "1").iterdir():
        assert path.read_bytes() == (tmp_path / "3" / path.name).read_bytes(), path.name


def test_made_sounds_are_trained_on_and_named_with_what_was_done(library, tmp_path):
    data = prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1, per_category=30)
    assert len(data) == 11 * 30
    assert {e.origin for e in data.entries if e.split == "validation"} == {"real"}
    names = {e.name: e for e in data.entries}
    kinds = set()
    for entry in data.entries:
        kinds.add((entry.category in ("kick", "snare", "closed_hihat"), entry.origin))
        if entry.origin == "augmented":
            parents = [names[name] for name in json.loads(entry.parents)]
            assert all(p.split == "train" and p.category == entry.category for p in parents)
            assert ("layer_db" in json.loads(entry.parameters)) == (len(parents) == 2)
            assert entry.kit == parents[0].kit
        if entry.origin == "synthesised":
            assert "noise_seed" in json.loads(entry.parameters)
            assert entry.licence == "CC0-1.0"
        wave = data.wave(data.entries.index(entry))
        assert np.abs(wave).max() == 1.0
        assert not wave[entry.length :].any()
    assert (True, "augmented") in kinds
    assert (False, "synthesised") in kinds
    assert (False, "real") not in kinds
    assert "No recordings** of clap" in (tmp_path / "d" / "REPORT.md").read_text()


def test_a_dask_cluster_does_the_same_work(library, tmp_path):
    distributed = pytest.importorskip("distributed", reason="Dask is an extra")
    alone = prepare([library], tmp_path / "alone", spec=SMALL_SPEC, workers=1, per_category=12)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address
        prepare([library], tmp_path / "d", spec=SMALL_SPEC, dask=address, per_category=12)
        with distributed.Client(address) as client:
            done = client.run(lambda dask_worker: dask_worker.state.executed_count)
    # Both workers had a part in it.
    assert len(done) == 2
    assert all(count > 0 for count in done.values())
    for path in alone.folder.iterdir():
        assert path.read_bytes() == (tmp_path / "d" / path.name).read_bytes(), path.name


def test_a_dask_scheduler_that_is_not_there_is_an_error(library, tmp_path):
    pytest.importorskip("distributed", reason="Dask is an extra")
    with pytest.raises(DatasetError, match=r"tcp://127.0.0.1:9.*no scheduler answers"):
        prepare([library], tmp_path / "d", spec=SMALL_SPEC, dask="tcp://127.0.0.1:9")
    with pytest.raises(DatasetError, match="--workers must be at least 1, got 0"):
        prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=0)


def test_what_comes_to_stand_at_out_meanwhile_is_left_alone(library, tmp_path, monkeypatch):
    out = tmp_path / "d"

    def meanwhile(*arguments, **options):
        out.mkdir(exist_ok=True)
        (out / "thesis.txt").write_text("years of work")
        return build(*arguments, **options)

    build = assemble_module.build
    for force in (False, True):
        with monkeypatch.context() as patch:
            patch.setattr(assemble_module, "build", meanwhile)
            with pytest.raises(DatasetError, match="exists and is no dataset"):
                prepare([library], out, spec=SMALL_SPEC, workers=1, limit=3, force=force)
        assert (out / "thesis.txt").read_text() == "years of work"
        (out / "thesis.txt").unlink()
        out.rmdir()
    # Nothing of the hours before is lost.
    assert len(prepare([library], out, spec=SMALL_SPEC, workers=1, limit=3)) == 9


def test_a_full_disk_is_an_error_however_often_it_is_tried(library, tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "posix_fallocate", full)
        for _ in range(3):
            with pytest.raises(DatasetError, match="No space left"):
                prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1, limit=3)
    assert len(prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1, limit=3)) == 9


def test_a_file_that_changes_while_sounds_are_made_leaves_nothing_old(tmp_path, monkeypatch):
    root = tmp_path / "lib" / "Kicks"
    root.mkdir(parents=True)
    for i in range(8):
        soundfile.write(root / f"{i}.wav", drum(i), SR)

    def run(name):
        return prepare([tmp_path / "lib"], tmp_path / name, spec=SMALL_SPEC, workers=1)

    def stop(path, *_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(build_module, "CHUNK_SOUNDS", 2)
        patch.setattr(build_module, "balanced_statistics", stop)
        with pytest.raises(KeyboardInterrupt):
            run("d")
        # The same length and name, other samples.
        soundfile.write(root / "0.wav", -drum(0), SR)
    again, clean = run("d"), run("clean")
    np.testing.assert_array_equal(again.waves, clean.waves)
    assert again.fingerprint == clean.fingerprint


def test_of_equal_samples_the_best_named_file_stays(tmp_path, oracle):
    root = tmp_path / "lib"
    for folder in ("A", "Z/Toms", "Z/Snares"):
        (root / folder).mkdir(parents=True)
    x = tone(80, 0.2, decay=8)
    for name in ("A/007.wav", "Z/Toms/1.wav", "Z/Snares/2.wav"):
        soundfile.write(root / name, x, SR)
    soundfile.write(root / "A" / "kick.wav", drum(3), SR)

    def named(folder, **options):
        data = prepare([root], tmp_path / folder, spec=SMALL_SPEC, workers=1, **options)
        return {e.name: (e.category, e.label) for e in data.entries if e.category != "kick"}

    # By name before by ear, and the first of those; a user's word before all.
    assert named("d") == {"lib/Z/Snares/2.wav": ("snare", "name")}
    assert reasons(tmp_path / "d")["A/007.wav"] == "the same sound as lib/Z/Snares/2.wav"
    labels = tmp_path / "labels.csv"
    labels.write_text("file,category\nlib/A/007.wav,clap\n")
    assert named("e", labels=labels) == {"lib/A/007.wav": ("clap", "user")}


def test_the_limit_counts_what_can_be_used_and_says_what_it_left(tmp_path, oracle):
    root = tmp_path / "lib"
    for kit in range(4):
        (root / f"Kit {kit}" / "Snares").mkdir(parents=True)
        for i in range(5):
            path = root / f"Kit {kit}" / "Snares" / f"{i}.wav"
            soundfile.write(path, drum(10 * kit + i), SR)
            (root / f"Kit {kit}" / "Snares" / f"broken {i}.wav").write_bytes(b"RIFF")
    for i in range(20):
        soundfile.write(root / f"0{i:02d}.wav", tone(60 + 20 * i, 0.2, decay=8), SR)
    data = prepare([root], tmp_path / "d", spec=SMALL_SPEC, workers=1, limit=8)
    categories = Counter(entry.category for entry in data.entries)
    assert categories == {"snare": 8, "kick": 8}
    snares = Counter(e.kit for e in data.entries if e.category == "snare")
    assert sorted(snares.values()) == [2, 2, 2, 2]
    why = reasons(tmp_path / "d")
    left = [name for name in why if why[name] == "more than 8 of its category were found"]
    assert sum("Snares" in name for name in left) == 12
    assert len(left) > 12
    filled = prepare([root], tmp_path / "f", spec=SMALL_SPEC, workers=1, per_category=15)
    origins = Counter((e.category, e.origin) for e in filled.entries)
    assert origins["snare", "real"] == origins["kick", "real"] == 15
    assert len(filled) == 11 * 15


def test_where_nothing_has_a_name_the_list_to_fill_in_is_written(tmp_path):
    root = tmp_path / "lib"
    root.mkdir()
    for i in range(3):
        soundfile.write(root / f"{i:03d}.wav", drum(i), SR)
    options = {"spec": SMALL_SPEC, "workers": 1, "min_confidence": 1.0}
    with pytest.raises(DatasetError, match=r"d\.unsure\.csv lists 3 that only lack a category"):
        prepare([root], tmp_path / "d", **options)
    table = tmp_path / "d.unsure.csv"
    table.write_text(table.read_text().replace(".wav,,", ".wav,clap,"))
    data = prepare([root], tmp_path / "d", labels=table, **options)
    assert [e.category for e in data.entries] == ["clap"] * 3


def test_pipes_and_other_things_named_like_sounds_are_not_waited_for(tmp_path):
    root = tmp_path / "lib"
    root.mkdir()
    os.mkfifo(root / "kick.wav")
    os.mkfifo(root / "manifest.csv")
    (root / "snare.wav").mkdir()
    soundfile.write(root / "tom.wav", drum(1), SR)
    found = list(scan(root))
    assert [c.name for c in found if isinstance(c, Candidate)] == ["lib/tom.wav"]
    assert [c for c in found if isinstance(c, Rejection)] == [
        Rejection("lib/kick.wav", "no regular file")
    ]


def test_sources_of_one_name_are_told_apart(tmp_path):
    roots = [tmp_path / part / "Drums" for part in ("a", "b")]
    for i, root in enumerate(roots):
        (root / "Kit" / "Kicks").mkdir(parents=True)
        soundfile.write(root / "Kit" / "Kicks" / "1.wav", drum(i), SR)
    data = prepare([*roots, roots[0]], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    assert [e.name for e in data.entries] == ["Drums/Kit/Kicks/1.wav", "Drums~2/Kit/Kicks/1.wav"]
    assert {e.kit for e in data.entries} == {"Drums/Kit", "Drums~2/Kit"}


def test_a_song_without_a_telling_name_is_no_drum(tmp_path, oracle):
    root = tmp_path / "lib"
    (root / "Kicks").mkdir(parents=True)
    soundfile.write(root / "01.wav", np.tile(tone(60, 1.0, decay=8), 7), SR)
    soundfile.write(root / "02.wav", tone(75, 1.0, decay=8), SR)
    soundfile.write(root / "Kicks" / "long.wav", np.tile(tone(90, 1.0, decay=3), 7), SR)
    data = prepare([root], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    assert {e.name for e in data.entries} == {"lib/02.wav", "lib/Kicks/long.wav"}
    assert "it is other with probability 1.00" in reasons(tmp_path / "d")["01.wav"]


@pytest.mark.parametrize(
    ("row", "message"),
    [("a.wav,kick," + 3000 * "k", "3000 characters in a field"), ("a.wav,kick", "too few")],
)
def test_absurd_manifests_are_named(tmp_path, row, message):
    (tmp_path / "manifest.csv").write_text(f"file,category,group\n{row}\n")
    with pytest.raises(DatasetError, match=message):
        list(scan(tmp_path))


def test_a_manifest_written_on_windows_is_read(tmp_path):
    (tmp_path / "Kicks").mkdir()
    (tmp_path / "manifest.csv").write_text("file,category,group\nKicks\\1.wav,kick,g\n")
    soundfile.write(tmp_path / "Kicks" / "1.wav", drum(1), SR)
    (found,) = scan(tmp_path)
    assert found.path.is_file()


def test_out_may_be_named_in_any_way(library, tmp_path, monkeypatch):
    (tmp_path / "q").mkdir()
    for out in (Path(), Path("../q/../q"), Path("..") / "q"):
        monkeypatch.chdir(tmp_path / "q")
        data = prepare([library], out, spec=SMALL_SPEC, workers=1, limit=2, force=True)
        assert len(data) == 6
        assert [p.name for p in tmp_path.iterdir()] == ["q"]


def test_labels_of_the_shipped_labeller():
    mel = np.zeros((2, 64, 86), np.float32)
    mel[0, :4, :20] = 30
    mel[1, 40:, :4] = 30
    p = Labeller.load().probabilities(mel)
    assert p.shape == (2, 12)
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-5)
    assert len(Labeller.fingerprint()) == 16


def test_reopening_refuses_an_unknown_origin(library, tmp_path):
    data = prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1, limit=3)
    path = data.folder / "index.csv"
    text = path.read_text().replace(",real,", ",dreamt,", 1)
    meta = json.loads((data.folder / "dataset.json").read_text())
    path.write_text(text)
    meta["files"]["index.csv"]["bytes"] = len(text.encode())
    (data.folder / "dataset.json").write_text(json.dumps(meta))
    with pytest.raises(DatasetError, match=r"contradicts itself.*origin dreamt"):
        Dataset.open(data.folder, verify=False)
