"""The catalogue is valid, and agrees with the pack's manifest except for what it states."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from tests.support.sources import rows, states

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.files import sha256_of
from neural_drum_machine.prepare.soundfont.font import SoundFont
from neural_drum_machine.prepare.sources.catalogue import load, read_catalogue
from neural_drum_machine.prepare.sources.fetch import fetch
from neural_drum_machine.prepare.sources.licences import is_known, is_restricted
from neural_drum_machine.prepare.sources.origins.deb_format import deb_members
from neural_drum_machine.prepare.sources.origins.packs import pack_digest
from neural_drum_machine.prepare.sources.origins.soundfont import chosen_hits
from neural_drum_machine.prepare.sources.source import Debian, Git, Source

ROOT = Path(__file__).parents[3]
PACK = ROOT.parent / "shared" / "open-drums-2"
MIRROR = ROOT / "data" / "mirror"
SOURCES = {source.name: source for source in load()}

ENTRY = """
[[source]]
name = "kit"
title = "A kit"
licence = "CC0-1.0"
attribution = "somebody"
home = "https://example.org"
git = { url = "https://example.org/somebody/kit", commit = "0123456789ab" }
rules = [{ match = "kick", category = "kick" }]
"""


def one(tmp_path: Path, text: str) -> Source:
    path = tmp_path / "catalogue.toml"
    path.write_text(text, encoding="utf-8")
    return read_catalogue(path)[-1]


def test_the_catalogue_is_valid() -> None:
    assert len(SOURCES) == len(load()) >= 54
    for source in load():
        assert source.attribution
        assert is_known(source.licence)
        if isinstance(source.origin, Git):
            assert re.fullmatch(r"[0-9a-f]{12}", source.origin.commit)
            assert source.pack_sha256
        else:
            assert source.origin.file.endswith("_all.deb")
    assert len({source.digest for source in load()}) == len(SOURCES)


def test_packages_of_one_name_are_one_package() -> None:
    packages = {}
    for source in load():
        if isinstance(source.origin, Debian):
            assert packages.setdefault(source.origin.package, source.origin) == source.origin


@pytest.mark.parametrize(
    ("licence", "restricted"),
    [
        ("CC0-1.0", False),
        ("CC-BY-4.0", False),
        ("MIT", False),
        ("Apache-2.0", False),
        ("BSD-3-Clause", False),
        ("Unlicense", False),
        ("LicenseRef-public-domain", False),
        ("LicenseRef-CC-BY-4.0-or-3.0", False),
        ("CC0-1.0 AND CC-BY-4.0", False),
        ("CC0-1.0 AND GPL-2.0-only", True),
        ("CC0-1.0 AND free as in beer", True),
        ("GPL-2.0-only", True),
        ("LGPL-2.1-or-later", True),
        ("AGPL-3.0-only", True),
        ("CC-BY-SA-4.0", True),
        ("CC-BY-NC-4.0", True),
        ("CC-BY-ND-4.0", True),
        ("CC-BY-NC-SA-4.0", True),
        ("public-domain", False),
        ("CC-BY-4.0-or-3.0", False),
        ("public domain, they say", True),
        ("", True),
        ("free as in beer", True),
    ],
)
def test_licences_that_ask_for_more_are_restricted(licence: str, restricted: bool) -> None:
    assert is_restricted(licence) is restricted


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"CC0-1.0"', '"Sampling+"', "unknown licence"),
        ('"0123456789ab"', '"main"', "hexadecimal"),
        ('"0123456789ab"', '"--upload-pack=x"', "hexadecimal"),
        ('category = "kick"', 'category = "kicks"', "unknown category 'kicks'"),
        ('"kit"', '"../kit"', "letters"),
        ("match =", "path =", "match, category"),
        ('"kick",', '"(kick",', "missing"),
        ("attribution", "author", "unknown key author"),
        ('home = "https://example.org"\n', "", "home"),
        ("https://example.org/somebody", "ext::sh -c", "https://"),
        ('title = "A kit"', 'title = "A kit"\ngroup = "{drum}"', "{drum}"),
        ('title = "A kit"', 'title = "A kit"\npack_sha256 = "12"', "64 hexadecimal"),
        ("git =", "debian =", "unexpected keyword"),
        (
            'git = { url = "https://example.org/somebody/kit", commit = "0123456789ab" }',
            f'debian = {{ package = "k1", version = "1", pool = "../x", sha256 = "{"0" * 64}" }}',
            "pool is a folder of an archive",
        ),
        ("rules = [{", "rules = [] # [{", "no rules"),
    ],
)
def test_an_invalid_entry_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in ENTRY
    with pytest.raises(DatasetError, match=re.escape(message)) as caught:
        one(tmp_path, ENTRY.replace(old, new))
    assert "source " in str(caught.value)


def test_an_invalid_catalogue_is_an_error(tmp_path: Path) -> None:
    for text, message in ((ENTRY * 2, "twice"), ("", "no \\[\\[source"), ("x = [", "cannot be")):
        with pytest.raises(DatasetError, match=message):
            one(tmp_path, text)
    with pytest.raises(DatasetError, match="cannot be read"):
        read_catalogue(tmp_path / "none.toml")


@pytest.mark.parametrize("text", ["source = 3", "source = ['a']", "[source]\nname = 'a'"])
def test_sources_that_are_no_tables_are_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(DatasetError, match=r"write \[\[source\]\] before each one"):
        one(tmp_path, text)


def test_the_first_rule_that_matches_decides(tmp_path: Path) -> None:
    rules = """rules = [
      { match = "roll", category = "skip" },
      { match = "^(?P<n>\\\\d)/snare", category = "snare", group = "kit {n}" },
      { match = "snare", category = "other" },
    ]"""
    text = ENTRY.replace('rules = [{ match = "kick", category = "kick" }]', 'root = "a/"\n' + rules)
    source = one(tmp_path, text)
    for path, expected in {
        "a/1/snare.wav": ("snare", "kit 1"),
        "a/b/snare.WAV": ("other", "kit"),
        "a/1/snare roll.wav": None,
        "a/1/snare.txt": None,
        "1/snare.wav": None,
        "a/kick.wav": None,
    }.items():
        label = source.classify(path)
        assert (label and (label.category, label.group)) == expected, path


def test_general_midi_keys() -> None:
    font = SOURCES["fluid_soundfont_gm"]
    expected = {25: None, 26: "snap", 37: "other", 39: "clap", 46: "open_hihat", 60: "bongo",
                64: "conga", 82: "shaker", 88: None}  # fmt: skip
    for key, category in expected.items():
        label = font.classify_hit("Standard", key, "x")
        assert (label.category if label else None) == category
    brush = font.classify_hit("Brush 1", 39, "Brush Snr 2(L)")
    assert brush
    assert (brush.category, brush.group) == ("snare", "fluid_soundfont_gm/Brush 1")
    timpani = font.classify_hit("Orchestra Kit", 41, "Timpani 2(L)")
    assert timpani
    assert timpani.category == "other"
    assert font.classify_hit("Brush", 40, "Brush Swirl(L)") is None


@pytest.mark.skipif(not PACK.is_dir(), reason=f"needs the pack {PACK}")
class TestParity:
    """Against the manifest of the pack."""

    @staticmethod
    def rows() -> list[dict[str, str]]:
        with (PACK / "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def test_category_and_group(self) -> None:
        others: Counter[str] = Counter()
        manifest = self.rows()
        for row in manifest:
            source = SOURCES[row["source"]]
            path = row["upstream"].split(":", 1)[1]
            assert source.origin.upstream(path) == row["upstream"]
            label = source.classify(path)
            assert label, path
            assert label.group == row["group"], path
            if source.name == "frankensnare" and label.category == "other":
                others[path.rsplit("/", 1)[1][:3]] += 1
            else:
                assert label.category == row["category"], path
        assert len(manifest) == 2725
        assert others == {"ss_": 120, "sti": 17}

    def test_a_fetch_from_the_pack_keeps_what_its_manifest_says(self, tmp_path: Path) -> None:
        names = ["mercury", "drum_sklad", "sampled"]
        assert states(fetch(tmp_path, names, PACK)) == ["fetched"] * 3
        found = {row["upstream"]: row for name in names for row in rows(tmp_path / name)}
        wanted = [row for row in self.rows() if row["source"] in names]
        assert len(found) == len(wanted)
        for row in wanted:
            mine = found[row["upstream"]]
            for column in ("file", "category", "group", "source"):
                assert mine[column] == row[column]
            assert mine["licence"].removeprefix("LicenseRef-") == row["licence"]
            assert row["attribution"] in mine["attribution"]

    def test_no_file_is_listed_that_the_manifest_lacks(self) -> None:
        upstream = {row["upstream"] for row in self.rows()}
        listed = [(source, path) for source in SOURCES.values() for path in source.listed]
        assert len(listed) == 689
        assert all(source.origin.upstream(path) in upstream for source, path in listed)

    def test_licences_and_checksums(self) -> None:
        files: dict[str, list[tuple[str, str]]] = {}
        for row in self.rows():
            source = SOURCES[row["source"]]
            label = source.classify(row["upstream"].split(":", 1)[1])
            assert label
            licence = label.licence or source.licence
            assert licence.removeprefix("LicenseRef-") == row["licence"]
            assert row["attribution"] in (label.attribution or source.attribution)
            checksum = sha256_of(PACK / row["file"])
            files.setdefault(row["source"], []).append((checksum, row["upstream"]))
        assert {name: pack_digest(f) for name, f in files.items()} == {
            name: source.pack_sha256 for name, source in SOURCES.items() if source.pack_sha256
        }


def deb_of(package: str) -> Path:
    return next(
        MIRROR / source.origin.file
        for source in load()
        if isinstance(source.origin, Debian) and source.origin.package == package
    )


@pytest.mark.parametrize("package", ["sonic-pi-samples", "hydrogen-drumkits"])
def test_every_rule_matches_something(package: str) -> None:
    deb = deb_of(package)
    if not deb.is_file():
        pytest.skip(f"needs {deb}")
    paths = [member.path for member in deb_members(deb)]
    for source in load():
        if not isinstance(source.origin, Debian) or source.origin.package != package:
            continue
        inside = [p[len(source.root) :] for p in paths if p.startswith(source.root)]
        inside = [path for path in inside if source.files.fullmatch(path)]
        for rule in source.rules:
            assert any(rule.pattern.search(p) for p in inside), (source.name, rule.pattern.pattern)
        labels = [source.classify(source.root + path) for path in inside]
        assert any(labels)
        assert {label.category for label in labels if label} <= {*CATEGORIES, "other"}


def test_rules_of_sound_fonts_match(tmp_path: Path) -> None:
    source = SOURCES["musescore_general"]
    deb = deb_of("musescore-general-soundfont")
    if not deb.is_file():
        pytest.skip(f"needs {deb}")
    path = tmp_path / "font.sf3"
    for member in deb_members(deb):
        if member.path == source.soundfont:
            path.write_bytes(member.stream.read())
    font = SoundFont.open(path)
    names = [f"{h.preset}/{h.key:03d}/{h.sample}" for h in font.drum_hits(range(128))]
    for rule in source.rules:
        assert any(rule.pattern.search(name) for name in names), rule.pattern.pattern
    counts = Counter(label.category for _, label in chosen_hits(font, source))
    assert counts["snare"] == 4
    assert counts["tom"] == 6
