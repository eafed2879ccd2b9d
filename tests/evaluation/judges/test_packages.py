import importlib.util

import pytest

from neural_drum_machine.errors import MissingExtraError
from neural_drum_machine.evaluation.judges.packages import installed_file


def test_an_absent_package_is_reported_with_the_command(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    message = r"this needs aisfx: .*pip install --no-deps aisfx==0\.1\.2"
    with pytest.raises(MissingExtraError, match=message):
        installed_file("aisfx", "0.1.2", "models/cnn2d.py")


def test_another_version_of_a_package_is_reported_with_the_command():
    with pytest.raises(
        MissingExtraError, match=r"pytest.absent\.py, which is not there: .*pip install"
    ):
        installed_file("pytest", "1.2", "absent.py")
