"""The dataset at its final place, and what may be replaced there."""

import pytest
from tests.support.small import SMALL_SPEC

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare import finish
from neural_drum_machine.prepare.pipeline import prepare


def test_an_existing_folder_is_replaced_only_with_force(tmp_path, library):
    out = tmp_path / "out"
    prepare([library], out, spec=SMALL_SPEC, workers=1, limit=2)
    with pytest.raises(DatasetError, match="--force"):
        prepare([library], out, spec=SMALL_SPEC, workers=1)
    assert len(prepare([library], out, spec=SMALL_SPEC, workers=1, limit=3, force=True)) == 9
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "song.wav").touch()
    (precious / "dataset.json").write_text('{"format": "something else"}')
    for content in (None, "song.wav"):
        if content is None:
            (precious / "song.wav").unlink()
        else:
            (precious / content).touch()
        with pytest.raises(DatasetError, match="is no dataset; choose another"):
            prepare([library], precious, force=True)
        assert (precious / "dataset.json").exists()
    # A dataset of ours is not replaced either if there is another file in it.
    (out / "notes.txt").touch()
    with pytest.raises(DatasetError, match="is no dataset; choose another"):
        prepare([library], out, spec=SMALL_SPEC, workers=1, force=True)


def test_a_folder_that_appears_during_the_work_is_not_replaced(library, tmp_path, monkeypatch):
    out = tmp_path / "d"

    def meanwhile(*arguments, **options):
        out.mkdir(exist_ok=True)
        (out / "thesis.txt").write_text("years of work")
        return write(*arguments, **options)

    write = finish.write_dataset
    for force in (False, True):
        with monkeypatch.context() as patch:
            patch.setattr(finish, "write_dataset", meanwhile)
            with pytest.raises(DatasetError, match="exists and is no dataset"):
                prepare([library], out, spec=SMALL_SPEC, workers=1, limit=3, force=force)
        assert (out / "thesis.txt").read_text() == "years of work"
        (out / "thesis.txt").unlink()
        out.rmdir()
    # The work of the hours before is kept.
    assert len(prepare([library], out, spec=SMALL_SPEC, workers=1, limit=3)) == 9
