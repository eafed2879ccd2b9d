"""A pipe or a device at any place where people or data name a file is an error, at once."""

import json
import os

import pytest

from neural_drum_machine.dataset.layout import is_dataset
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import AudioError, ConfigError, DatasetError
from neural_drum_machine.prepare.labelling.labels_file import read_labels
from neural_drum_machine.prepare.recordings.reading import FileChunk, decode_chunk
from neural_drum_machine.prepare.recordings.scan import scan
from neural_drum_machine.prepare.soundfont.font import SoundFont
from neural_drum_machine.prepare.sources.catalogue import read_catalogue
from neural_drum_machine.prepare.sources.origins.deb_format import deb_members
from neural_drum_machine.prepare.sources.record import read_record
from neural_drum_machine.regular_files import NotRegularError
from neural_drum_machine.signal.audio_file import read_audio
from neural_drum_machine.signal.sound_file import read_comment

pytestmark = pytest.mark.skipif(
    not hasattr(os, "mkfifo"), reason="this system has no pipes with names"
)
WAY_OUT = "and only files are read; write its content into a file and name that"


def config(path):
    return pytest.importorskip("neural_drum_machine.training.config_file").load_config(path)


@pytest.fixture(params=["pipe", "device"])
def odd(request, tmp_path):
    """A file name that leads to a pipe or a device; reading it would never end."""
    path = tmp_path / "odd.wav"
    if request.param == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    return path


@pytest.mark.parametrize(
    ("read", "error"),
    [
        (read_audio, AudioError),
        (read_comment, AudioError),
        (read_labels, DatasetError),
        (SoundFont.open, AudioError),
        (read_catalogue, DatasetError),
        (lambda path: list(deb_members(path)), NotRegularError),
        (config, ConfigError),
    ],
)
def test_it_is_refused_with_its_name_and_a_way_out(read, error, odd):
    with pytest.raises(error, match=WAY_OUT) as caught:
        read(odd)
    assert str(odd) in str(caught.value)


def test_a_manifest_that_names_one_leaves_it_out(odd):
    chunk = decode_chunk(FileChunk((str(odd),), (False,)))
    (reason,) = json.loads(chunk["reasons"].tobytes())
    assert WAY_OUT in reason


def test_it_is_no_manifest_dataset_or_record(odd, tmp_path):
    for name in ("manifest.csv", "dataset.json", "source.json"):
        odd.rename(tmp_path / name)
        odd = tmp_path / name
        assert list(scan(tmp_path)) == []
        assert not is_dataset(tmp_path)
        assert not read_record(tmp_path)
    (tmp_path / "dataset.json").symlink_to(odd)
    with pytest.raises(DatasetError, match=WAY_OUT):
        Dataset.open(tmp_path)
