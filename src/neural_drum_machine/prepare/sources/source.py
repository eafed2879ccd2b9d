"""A source of the catalogue: where it comes from, and what category each file of it has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from neural_drum_machine.prepare.labelling.classes import SKIP
from neural_drum_machine.prepare.sources.licences import is_restricted


@dataclass(frozen=True, slots=True)
class Git:
    """A commit of a repository; `commit` is its first 12 digits or all 40."""

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
    """A Debian package of one version.

    Attributes
    ----------
    package, version : str
        Its name and version.
    sha256 : str
        Checksum of the ``.deb`` file.
    url : str
        Where it can be downloaded; not part of its identity.
    """

    package: str
    version: str
    sha256: str
    url: str = field(default="", compare=False)

    @property
    def file(self) -> str:
        """Name of the ``.deb`` file, as apt writes it."""
        return f"{self.package}_{self.version.replace(':', '%3a')}_all.deb"

    @property
    def pool_file(self) -> str:
        """Name of the ``.deb`` file in an archive, which leaves out the epoch, for a URL."""
        return quote(f"{self.package}_{self.version.rpartition(':')[2]}_all.deb", safe="~+")

    def upstream(self, path: str) -> str:
        """Return the provenance of a file."""
        return f"debian:{self.package}={self.version}:{path}"


@dataclass(frozen=True, slots=True)
class Label:
    """What a file is, and whose.

    Attributes
    ----------
    category : str
        One of the categories, or ``other``.
    group : str
        Its kit group.
    licence, attribution : str
        The file's own, where the files of a source have different ones; empty: those of the source.
    """

    category: str
    group: str
    licence: str = ""
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class PathRule:
    """Files in whose path `pattern` is found have `category` (``skip``: they are no hits)."""

    pattern: re.Pattern[str]
    category: str
    group: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """One source of the catalogue.

    Attributes
    ----------
    name, title, licence, attribution, home : str
        Facts for people; the licence is its SPDX name, or several with ``AND`` between them.
    origin : Git or Debian
        What to download.
    root : str
        Folder inside the origin; paths are relative to it.
    files : re.Pattern
        Files to look at: those whose whole path matches.
    group : str
        Kit group, with the named groups of `files` and of the rule in braces.
    rules : tuple of PathRule
        The first rule that matches decides.
    listed : mapping of str to Label
        Files by their paths inside the origin. A source has either these or `rules`.
    soundfont : str
        The sound font inside the origin whose hits are the files; empty if there is none.
    keys : mapping of int to str
        Category of each key of a sound font, where no rule matches.
    pack_sha256 : str
        Checksum over the files of a pack with this source; empty if there is none.
    digest : str
        SHA-256 over everything above. A source that was fetched under another digest is fetched
        again.
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
    rules: tuple[PathRule, ...]
    listed: Mapping[str, Label]
    soundfont: str
    keys: Mapping[int, str]
    pack_sha256: str
    digest: str

    @property
    def restricted(self) -> bool:
        """Whether the licence asks for more than naming the author."""
        return is_restricted(self.licence)

    def classify(self, path: str) -> Label | None:
        """Return the label of a file.

        Parameters
        ----------
        path : str
            Inside the origin, with `root`.

        Returns
        -------
        Label or None
            None for files outside this source, for no hits, and for unknown categories.
        """
        if self.listed:
            return self.listed.get(path)
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
        """Return the label of a hit of a sound font: by the rules, otherwise by its key.

        Rules see the path ``preset/key/sample``, where the key has three digits.
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
