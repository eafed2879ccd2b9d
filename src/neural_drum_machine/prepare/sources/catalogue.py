"""The catalogue of openly licensed drum sounds: what there is, and what each file of it sounds.

The catalogue is ``sources.toml`` beside this file. A *rule* looks at the path of a file and
says which category it has; the first rule that matches counts, and a file that none matches is
left out. For the hits of a sound font, the path is ``preset/key/sample``.
"""

import functools
import hashlib
import json
import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.recordings.scan import OTHER

SKIP: Final = "skip"
"""The word of a rule for files that are no hits: loops, rolls, sweeps."""
PERMISSIVE: Final = frozenset(
    {
        "0BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC-BY-3.0",
        "CC-BY-4.0",
        "CC0-1.0",
        "ISC",
        "LicenseRef-public-domain",
        "MIT",
        "Unlicense",
        "Zlib",
    }
)
"""Licences (SPDX) that allow everything, at most against naming the author. Every other one is
restricted: copyleft, share-alike, not commercial, not to be changed, or simply unknown here."""
KNOWN_RESTRICTED: Final = re.compile(
    r"(A|L)?GPL-\d\.\d-(only|or-later)|CC-BY-NC-\d\.\d|CC-BY(-NC)?-(ND|SA)-\d\.\d"
    r"|LicenseRef-CC-BY-SA-3\.0-US"
)
_AUDIO: Final = r"(?i:.+\.(wav|flac|ogg|aiff?|aifc))"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_]*")
_COMMIT: Final = re.compile(r"[0-9a-f]{12}([0-9a-f]{28})?")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_PACKAGE: Final = re.compile(r"[a-z0-9][a-z0-9+.-]+")
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+~:-]*")
_TEXTS: Final = ("name", "title", "licence", "attribution", "home")
_KEYS: Final = frozenset(
    {*_TEXTS, "git", "debian", "root", "files", "group", "rules", "soundfont", "keys"}
    | {"pack_sha256"}
)


def is_restricted(licence: str) -> bool:
    """Return whether a licence asks more than naming the author, or is not known."""
    return licence not in PERMISSIVE


@dataclass(frozen=True, slots=True)
class Git:
    """A commit of a repository; `commit` are its first 12 digits or all 40."""

    url: str
    commit: str

    @property
    def repository(self) -> str:
        """Name of the repository, without its owner."""
        return self.url.rstrip("/").rsplit("/", 1)[-1].removesuffix(".git")

    @property
    def version(self) -> str:
        """The exact version, for people."""
        return self.commit

    def upstream(self, path: str) -> str:
        """Return the provenance of a file."""
        parts = urlsplit(self.url)
        where = f"{parts.netloc}{parts.path}".rstrip("/").removesuffix(".git")
        return f"{where}@{self.commit}:{path}"


@dataclass(frozen=True, slots=True)
class Debian:
    """A Debian package of one version."""

    package: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        """Name of the ``.deb``, as apt writes it."""
        return f"{self.package}_{self.version.replace(':', '%3a')}_all.deb"

    def upstream(self, path: str) -> str:
        """Return the provenance of a file."""
        return f"debian:{self.package}={self.version}:{path}"


@dataclass(frozen=True, slots=True)
class Label:
    """What a file sounds: one of the categories or ``other``, and its kit group."""

    category: str
    group: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Files whose path `pattern` is found in are of `category` (``skip``: no hits)."""

    pattern: re.Pattern[str]
    category: str
    group: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """One source of the catalogue.

    Attributes
    ----------
    name, title, licence, attribution, home : str
        Of the source; the licence by its SPDX name.
    origin : Git or Debian
        Where it is had.
    root : str
        Folder inside the origin; paths are relative to it.
    files : re.Pattern
        Files that are looked at: those whose whole path matches.
    group : str
        Kit group, with the named groups of `files` and of the rule in braces.
    rules : tuple of Rule
        The first that matches counts.
    soundfont : str
        The sound font inside the origin whose hits are the files; empty if none.
    keys : mapping of int to str
        Category of each key of a sound font, where no rule matches.
    pack_sha256 : str
        Over the files of a pack that holds this source; empty if there is none.
    digest : str
        SHA-256 over everything above: what was fetched under another one is fetched again.
    """

    name: str
    title: str
    licence: str
    attribution: str
    home: str
    origin: Git | Debian
    root: str
    files: re.Pattern[str]
    group: str
    rules: tuple[Rule, ...]
    soundfont: str
    keys: Mapping[int, str]
    pack_sha256: str
    digest: str

    @property
    def restricted(self) -> bool:
        """Whether the licence asks more than naming the author."""
        return is_restricted(self.licence)

    def classify(self, path: str) -> Label | None:
        """Return what a file sounds.

        Parameters
        ----------
        path : str
            Inside the origin, with `root`; of a sound font ``preset/key/sample``.

        Returns
        -------
        Label or None
            None for files that are not of this source, no hits, or of unknown category.
        """
        if not path.startswith(self.root):
            return None
        inside = path[len(self.root) :]
        if not (whole := self.files.fullmatch(inside)):
            return None
        for rule in self.rules:
            if found := rule.pattern.search(inside):
                if rule.category == SKIP:
                    return None
                fields = whole.groupdict("") | found.groupdict("")
                return Label(rule.category, (rule.group or self.group).format_map(fields))
        return None

    def classify_hit(self, preset: str, key: int, sample: str) -> Label | None:
        """Return what a hit of a sound font is: by the rules, then by its key.

        Rules see the path ``preset/key/sample``, the key with three digits.
        """
        path = f"{preset}/{key:03d}/{sample}"
        group = f"{self.name}/{preset}"
        for rule in self.rules:
            if found := rule.pattern.search(path):
                if rule.category == SKIP:
                    return None
                return Label(rule.category, (rule.group or group).format_map(found.groupdict("")))
        category = self.keys.get(key)
        return Label(category, group) if category and category != SKIP else None


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
        A TOML file with ``[[source]]`` tables and ``[keys.NAME]`` tables of sound font keys.

    Raises
    ------
    DatasetError
        If it cannot be read, or an entry is not valid; the message names entry and key.
    """
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path}: cannot be read as a catalogue ({error})") from error
    tables = data.get("keys", {})
    sources: list[Source] = []
    for number, entry in enumerate(data.get("source", []), 1):
        name = entry.get("name", f"number {number}")
        try:
            sources.append(_source(entry, tables))
        except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
            reason = f"no {error}" if isinstance(error, KeyError) else str(error)
            raise DatasetError(f"{path}: source {name}: {reason}") from error
        if any(other.name == name for other in sources[:-1]):
            raise DatasetError(f"{path}: source {name} stands there twice; rename one")
    if not sources:
        raise DatasetError(f"{path}: holds no [[source]]")
    return tuple(sources)


def _source(entry: dict[str, Any], tables: dict[str, Any]) -> Source:
    if unknown := set(entry) - _KEYS:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))}")
    name, title, licence, attribution, home = (_text(entry, key) for key in _TEXTS)
    if not _NAME.fullmatch(name):
        raise ValueError("a name has lower-case letters, digits and underscores only")
    if is_restricted(licence) and not KNOWN_RESTRICTED.fullmatch(licence):
        raise ValueError(f"unknown licence {licence!r}; give its SPDX name")
    files = re.compile(entry.get("files", _AUDIO))
    group = entry.get("group", name)
    rules = tuple(_rule(rule, files, group) for rule in entry.get("rules", []))
    soundfont = entry.get("soundfont", "")
    table = tables[entry["keys"]] if soundfont else {}
    keys = {int(key): _category(value) for key, value in table.items()}
    if not rules and not keys:
        raise ValueError("no rules: nothing would be fetched")
    pack = entry.get("pack_sha256", "")
    if pack and not _SHA256.fullmatch(pack):
        raise ValueError(f"pack_sha256 has 64 hexadecimal digits, got {pack!r}")
    canonical = json.dumps([entry, table], sort_keys=True, ensure_ascii=True)
    return Source(
        name=name,
        title=title,
        licence=licence,
        attribution=attribution,
        home=home,
        origin=_origin(entry),
        root=entry.get("root", ""),
        files=files,
        group=group,
        rules=rules,
        soundfont=soundfont,
        keys=keys,
        pack_sha256=pack,
        digest=hashlib.sha256(canonical.encode()).hexdigest(),
    )


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry[key]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key} must be a text, got {value!r}")
    return value


def _origin(entry: dict[str, Any]) -> Git | Debian:
    if ("git" in entry) == ("debian" in entry):
        raise ValueError("needs either git or debian")
    if "git" in entry:
        git = Git(**entry["git"])
        if not _COMMIT.fullmatch(git.commit):
            raise ValueError(f"a commit has 12 or 40 hexadecimal digits, got {git.commit!r}")
        if urlsplit(git.url).scheme not in ("https", "file"):
            raise ValueError(f"a repository has an https:// address, got {git.url!r}")
        return git
    debian = Debian(**entry["debian"])
    if not _PACKAGE.fullmatch(debian.package) or not _VERSION.fullmatch(debian.version):
        raise ValueError(f"no Debian package: {debian.package!r} {debian.version!r}")
    if not _SHA256.fullmatch(debian.sha256):
        raise ValueError(f"sha256 has 64 hexadecimal digits, got {debian.sha256!r}")
    return debian


def _rule(rule: dict[str, Any], files: re.Pattern[str], group: str) -> Rule:
    if unknown := set(rule) - {"match", "category", "group"}:
        raise ValueError(f"a rule has match, category and group, not {', '.join(sorted(unknown))}")
    pattern = re.compile(rule["match"])
    wanted = {field for _, field, _, _ in string.Formatter().parse(rule.get("group", group))}
    if missing := wanted - {None, *files.groupindex, *pattern.groupindex}:
        raise ValueError(f"the group of {rule['match']!r} needs {{{missing.pop()}}}")
    return Rule(pattern, _category(rule["category"]), rule.get("group"))


def _category(value: object) -> str:
    if value not in (*CATEGORIES, OTHER, SKIP):
        raise ValueError(
            f"unknown category {value!r}; use one of: {', '.join((*CATEGORIES, OTHER, SKIP))}"
        )
    return str(value)
