"""Runs that are killed, interrupted, or meet a full disk, and what the next run does."""

import errno
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from tests.prepare.conftest import FEW
from tests.support.library import assert_same_files, drum, write_hits
from tests.support.small import SMALL_SPEC

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare import writing
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.prepare.recordings import collect
from neural_drum_machine.signal.hit import make_hit

# Prepares with small chunks, notes every chunk, and kills itself during the third of a kind.
KILLED = """
import os, signal, sys
from pathlib import Path
from neural_drum_machine.prepare import pipeline, writing
from neural_drum_machine.prepare.recordings import reading
from neural_drum_machine.signal.spec import AudioSpec
library, out, log, kill_in = sys.argv[1:]
reading.CHUNK_FILES = writing.CHUNK_SOUNDS = 4
for module, name in ((reading, "decode_chunk"), (writing, "render_chunk")):
    def noted(task, real=getattr(module, name), name=name, times=[]):
        with open(log, "a") as file:
            print(name, file=file)
        times.append(1)
        if name == kill_in and len(times) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(task)
    setattr(module, name, noted)
options = {options!r}
pipeline.prepare([Path(library)], Path(out), spec=AudioSpec(**{spec!r}), workers=1, **options)
"""


@pytest.mark.slow
def test_a_killed_run_is_continued_and_ends_with_the_same_bytes(library, prepared, tmp_path):
    code = KILLED.replace("{spec!r}", repr(SMALL_SPEC.to_dict())).replace("{options!r}", repr(FEW))
    log = tmp_path / "log"
    log.touch()
    done = []
    # Killed while decoding, then while rendering, then left alone.
    for kill_in in ("decode_chunk", "render_chunk", ""):
        before = log.read_text()
        run = subprocess.run([sys.executable, "-c", code, library, tmp_path / "b", log, kill_in])
        assert run.returncode == (-signal.SIGKILL if kill_in else 0)
        assert (tmp_path / "b").exists() == (not kill_in)
        done.append(log.read_text()[len(before) :].split())
    assert_same_files(prepared(**FEW).folder, tmp_path / "b")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
    # 15 chunks of 60 files, 17 of 66 sounds: only the two that were killed are done twice.
    assert sum(part.count("decode_chunk") for part in done) == 15 + 1
    assert sum(part.count("render_chunk") for part in done) == 17 + 1
    assert len(done[2]) == 17 - 2


def test_a_file_that_changed_between_two_runs_is_decoded_again(tmp_path, monkeypatch):
    root = write_hits(tmp_path / "lib" / "Kicks", {f"{i}.wav": drum(i) for i in range(4)})

    def stop(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(collect, "near_duplicates", stop)
        with pytest.raises(KeyboardInterrupt):
            prepare([tmp_path / "lib"], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    write_hits(root, {"0.wav": drum(50)})
    data = prepare([tmp_path / "lib"], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    expected = make_hit(drum(50), 22050, SMALL_SPEC).samples
    assert np.abs(data.wave(0) - expected).max() < 1e-3


def test_damaged_work_is_done_again(library, tmp_path, monkeypatch):
    def stop(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(collect, "near_duplicates", stop)
        with pytest.raises(KeyboardInterrupt):
            prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    (chunk,) = (tmp_path / ".d.work" / "chunks").glob("*.npz")
    content = chunk.read_bytes()
    chunk.write_bytes(content[: len(content) // 2])
    assert len(prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1)) == 60


def test_a_second_run_for_the_same_folder_is_refused(library, tmp_path, monkeypatch):
    def second(*_args, **_kwargs):
        with pytest.raises(DatasetError, match="another run is preparing it"):
            prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1)
        return []

    monkeypatch.setattr(collect, "near_duplicates", second)
    assert len(prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1)) == 60


def test_full_disk_leaves_the_old_dataset(tmp_path, library, monkeypatch):
    out = tmp_path / "out"
    prepare([library], out, spec=SMALL_SPEC, workers=1, limit=2)

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(writing, "write_index", full)
        with pytest.raises(DatasetError, match=r"No space left.*free some space.*it continues"):
            prepare([library], out, spec=SMALL_SPEC, workers=1, force=True)
    assert len(Dataset.open(out)) == 6
    # Finished work is kept for the next run, which removes it.
    assert sorted(p.name for p in tmp_path.iterdir()) == [".out.work", "out"]
    assert len(prepare([library], out, spec=SMALL_SPEC, workers=1, force=True)) == 60
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_full_disk_is_an_error_in_every_attempt(library, tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "posix_fallocate", full)
        for _ in range(3):
            with pytest.raises(DatasetError, match="No space left"):
                prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1, limit=3)
    assert len(prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1, limit=3)) == 9


def test_a_file_that_changes_while_sounds_are_rendered_leaves_nothing_old(tmp_path, monkeypatch):
    root = write_hits(tmp_path / "lib" / "Kicks", {f"{i}.wav": drum(i) for i in range(8)})

    def run(name):
        return prepare([tmp_path / "lib"], tmp_path / name, spec=SMALL_SPEC, workers=1)

    def stop(path, *_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(writing, "CHUNK_SOUNDS", 2)
        patch.setattr(writing, "balanced_statistics", stop)
        with pytest.raises(KeyboardInterrupt):
            run("d")
        # The same length and name, other samples.
        write_hits(root, {"0.wav": -drum(0)})
    again, clean = run("d"), run("clean")
    np.testing.assert_array_equal(again.waves, clean.waves)
    assert again.fingerprint == clean.fingerprint


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.EROFS, "choose a folder on a disk that is not read-only"),
        (errno.ENAMETOOLONG, "choose a shorter name"),
    ],
)
def test_the_error_says_what_helps_against_it(library, tmp_path, monkeypatch, number, advice):
    def refuse(*_arguments):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    with pytest.raises(DatasetError, match=rf"{os.strerror(number)}\); {advice}"):
        prepare([library], tmp_path / "d", spec=SMALL_SPEC, workers=1, limit=2)


def test_a_dataset_may_have_the_longest_name_of_the_system(tmp_path):
    library = write_hits(tmp_path / "lib", {"kick.wav": drum(1)})
    out = tmp_path / ("d" * 255)
    assert len(prepare([library], out, spec=SMALL_SPEC, workers=1)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [out.name, "lib"]
