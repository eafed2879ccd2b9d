"""The limit of open files."""

import pytest

from neural_drum_machine.server import open_files


def test_the_limit_of_open_files_is_raised_if_it_is_low():
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
        open_files.raise_open_files_limit()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert hard == before[1]
        assert soft == open_files.OPEN_FILES or soft == hard < open_files.OPEN_FILES
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
