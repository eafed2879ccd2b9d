"""Reading ``sources.toml``, the catalogue of openly licensed drum sounds.

A ``[[source]]`` table has the keys of :class:`~.source.Source`, with ``git`` or ``debian`` as its
origin. A *rule* looks at the path of a file and gives it a category; the first rule that matches
decides, and a file that no rule matches is left out. For the hits of a sound font the path is
``preset/key/sample``, and a table ``[keys.NAME]`` gives the categories of keys. A source with
``listed = true`` has no rules: ``listed.csv`` beside the catalogue names its files one by one.
"""

import csv
import functools
import hashlib
import json
import re
import string
import tomllib
from dataclasses import astuple
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.labelling.classes import CLASSES, SKIP
from neural_drum_machine.prepare.sources.licences import is_known, parts_of
from neural_drum_machine.prepare.sources.listed import LISTED, read_listed
from neural_drum_machine.prepare.sources.source import Debian, Git, Label, PathRule, Source
from neural_drum_machine.regular_files import read_regular

_AUDIO: Final = r"(?i:.+\.(wav|flac|ogg|aiff?|aifc))"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_]*")
_COMMIT: Final = re.compile(r"[0-9a-f]{12}([0-9a-f]{28})?")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_PACKAGE: Final = re.compile(r"[a-z0-9][a-z0-9+.-]+")
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+~:-]*")
_POOL: Final = re.compile(r"[a-z0-9]+(/[a-z0-9][a-z0-9+.-]*)+")
_TEXTS: Final = ("name", "title", "licence", "attribution", "home")
_KEYS: Final = frozenset(
    {*_TEXTS, "git", "debian", "root", "files", "group", "rules", "soundfont", "keys"}
    | {"pack_sha256", "listed"}
)


@functools.cache
def load() -> tuple[Source, ...]:
    """Return the catalogue of this package.

    Raises
    ------
    DatasetError
        If it is not valid.
    """
    return read_catalogue(Path(__file__).with_name("sources.toml"))


def read_catalogue(path: Path) -> tuple[Source, ...]:
    """Read a catalogue.

    Parameters
    ----------
    path : Path
        A TOML file with ``[[source]]`` tables, ``[keys.NAME]`` tables of sound font keys, and
        ``archive``, the address of a Debian archive. ``listed.csv`` in its folder names files of
        sources with ``listed = true``.

    Raises
    ------
    DatasetError
        If it cannot be read, or an entry is not valid; the message names entry and key.
    """
    try:
        data = tomllib.loads(read_regular(path).decode())
        lists = read_listed(path.with_name(LISTED))
    except (OSError, RecursionError, ValueError, csv.Error) as error:
        raise DatasetError(f"{path}: cannot be read as a catalogue ({error})") from error
    tables, archive = data.get("keys", {}), data.get("archive", "")
    sources: list[Source] = []
    entries = data.get("source", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise DatasetError(f"{path}: source is no table; write [[source]] before each one")
    for number, entry in enumerate(entries, 1):
        name = entry.get("name", f"number {number}")
        try:
            listed = lists.pop(name, {})
            sources.append(_source(entry, tables, archive, listed))
        except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
            reason = f"no {error}" if isinstance(error, KeyError) else str(error)
            raise DatasetError(f"{path}: source {name}: {reason}") from error
        if any(other.name == name for other in sources[:-1]):
            raise DatasetError(f"{path}: source {name} is in it twice; rename one")
    if not sources:
        raise DatasetError(f"{path}: has no [[source]]")
    if lists:
        raise DatasetError(f"{path}: {LISTED} has files of {min(lists)}, which is no source")
    return tuple(sources)


def _source(
    entry: dict[str, Any], tables: dict[str, Any], archive: str, listed: dict[str, Label]
) -> Source:
    if unknown := set(entry) - _KEYS:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))}")
    name, title, licence, attribution, home = (_text(entry, key) for key in _TEXTS)
    if not _NAME.fullmatch(name):
        raise ValueError("a name has lower-case letters, digits and underscores only")
    if not is_known(licence):
        raise ValueError(f"unknown licence {licence!r}; give its SPDX name")
    files = re.compile(entry.get("files", _AUDIO))
    group = entry.get("group", name)
    rules = tuple(_rule(rule, files, group) for rule in entry.get("rules", []))
    soundfont = entry.get("soundfont", "")
    table = tables[entry["keys"]] if soundfont else {}
    keys = {int(key): _category(value) for key, value in table.items()}
    if bool(listed) != entry.get("listed", False) or (listed and rules):
        raise ValueError(f"listed = true and no rules where {LISTED} has files of it; else rules")
    if stray := {label.licence for label in listed.values()} - {"", *parts_of(licence)}:
        raise ValueError(f"{LISTED} has files under {min(stray)}, which is not in {licence!r}")
    if not rules and not keys and not listed:
        raise ValueError("no rules: nothing would be fetched")
    pack = entry.get("pack_sha256", "")
    if pack and not _SHA256.fullmatch(pack):
        raise ValueError(f"pack_sha256 has 64 hexadecimal digits, got {pack!r}")
    return Source(
        name=name,
        title=title,
        licence=licence,
        attribution=attribution,
        home=home,
        origin=_origin(entry, archive),
        root=entry.get("root", ""),
        files=files,
        group=group,
        rules=rules,
        listed=listed,
        soundfont=soundfont,
        keys=keys,
        pack_sha256=pack,
        digest=_digest(entry, table, listed),
    )


def _digest(entry: dict[str, Any], table: dict[str, Any], listed: dict[str, Label]) -> str:
    """Return the checksum of an entry, without the place from where it is downloaded."""
    if "debian" in entry:
        package = {key: value for key, value in entry["debian"].items() if key != "pool"}
        entry = {**entry, "debian": package}
    files = [{path: astuple(label) for path, label in listed.items()}] if listed else []
    canonical = json.dumps([entry, table, *files], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry[key]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key} must be a text, got {value!r}")
    return value


def _origin(entry: dict[str, Any], archive: str) -> Git | Debian:
    if ("git" in entry) == ("debian" in entry):
        raise ValueError("needs either git or debian")
    if "git" in entry:
        git = Git(**entry["git"])
        if not _COMMIT.fullmatch(git.commit):
            raise ValueError(f"a commit has 12 or 40 hexadecimal digits, got {git.commit!r}")
        if urlsplit(git.url).scheme not in ("https", "file"):
            raise ValueError(f"a repository has an https:// address, got {git.url!r}")
        return git
    facts = dict(entry["debian"])
    pool = facts.pop("pool", "")
    debian = Debian(**facts)
    if not _PACKAGE.fullmatch(debian.package) or not _VERSION.fullmatch(debian.version):
        raise ValueError(f"no Debian package: {debian.package!r} {debian.version!r}")
    if not _SHA256.fullmatch(debian.sha256):
        raise ValueError(f"sha256 has 64 hexadecimal digits, got {debian.sha256!r}")
    if not pool:
        return debian
    if not _POOL.fullmatch(pool):
        raise ValueError(f"pool is a folder of an archive, such as main/c/csound, got {pool!r}")
    return Debian(**facts, url=f"{archive}/pool/{pool}/{debian.pool_file}")


def _rule(rule: dict[str, Any], files: re.Pattern[str], group: str) -> PathRule:
    if unknown := set(rule) - {"match", "category", "group"}:
        raise ValueError(f"a rule has match, category and group, not {', '.join(sorted(unknown))}")
    pattern = re.compile(rule["match"])
    wanted = {field for _, field, _, _ in string.Formatter().parse(rule.get("group", group))}
    if missing := wanted - {None, *files.groupindex, *pattern.groupindex}:
        raise ValueError(f"the group of {rule['match']!r} needs {{{missing.pop()}}}")
    return PathRule(pattern, _category(rule["category"]), rule.get("group"))


def _category(value: object) -> str:
    if value not in (*CLASSES, SKIP):
        raise ValueError(f"unknown category {value!r}; use one of: {', '.join((*CLASSES, SKIP))}")
    return str(value)
