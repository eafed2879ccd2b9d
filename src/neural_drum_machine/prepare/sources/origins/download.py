"""Downloading a Debian package, on any system."""

import shutil
import subprocess
from pathlib import Path

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.extras import require
from neural_drum_machine.files import sha256_of
from neural_drum_machine.prepare.sources.source import Debian


def download_package(debian: Debian, folder: Path) -> Path:
    """Download a package into a folder.

    The permanent archive of the catalogue comes first. Where it cannot be reached and the system
    has ``apt-get``, the system's own mirror may still have this version.

    Parameters
    ----------
    debian : Debian
        The package.
    folder : Path
        An empty folder.

    Returns
    -------
    Path
        The ``.deb`` file; its checksum is right.

    Raises
    ------
    DatasetError
        If it cannot be downloaded, or has a wrong checksum.
    OSError
        If the file cannot be written.
    """
    problems: list[str] = []
    for way in (_from_archive, _with_apt):
        try:
            deb = way(debian, folder)
        except DatasetError as error:
            problems.append(str(error))
            continue
        got = sha256_of(deb)
        if got == debian.sha256:
            return deb
        deb.unlink()
        problems.append(f"wrong checksum: expected SHA-256 {debian.sha256}, got {got}")
    raise DatasetError(
        f"{debian.package}={debian.version}: cannot be downloaded ({'; '.join(problems)}); put "
        f"{debian.file} into a folder and name it with --mirror"
    )


def _from_archive(debian: Debian, folder: Path) -> Path:
    if not debian.url:
        raise DatasetError("the catalogue has no address for it")
    require("pooch", "data")
    import pooch  # type: ignore[import-untyped]
    import requests

    pooch.get_logger().setLevel("ERROR")
    try:
        return Path(pooch.retrieve(debian.url, None, fname=debian.file, path=folder))
    except requests.RequestException as error:
        raise DatasetError(f"{debian.url}: {error}") from error


def _with_apt(debian: Debian, folder: Path) -> Path:
    if not shutil.which("apt-get"):
        raise DatasetError("this system has no apt-get")
    result = subprocess.run(  # noqa: S603
        ["apt-get", "-q", "download", "--", f"{debian.package}={debian.version}"],  # noqa: S607
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    files = sorted(folder.glob("*.deb"))
    if result.returncode or len(files) != 1:
        errors = [line for line in result.stderr.splitlines() if line.startswith("E:")]
        reason = (errors or ["no package came"])[0].removeprefix("E:").strip()
        raise DatasetError(f"apt-get download: {reason}; is apt-get update done?")
    return files[0]
