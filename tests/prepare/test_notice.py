"""Whose a recording is, from the catalogue to the dataset's NOTICE, however it is written."""

import csv
import hashlib
from pathlib import Path

import pytest
from tests.support.library import drum, write_hits
from tests.support.small import SMALL_SPEC
from tests.support.sources import entry as catalogue_entry
from tests.support.sources import rows, states

from neural_drum_machine.dataset.index import Entry
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.prepare.notice import notice
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.prepare.report import warnings
from neural_drum_machine.prepare.sources.catalogue import read_catalogue
from neural_drum_machine.prepare.sources.fetch import fetch
from neural_drum_machine.prepare.sources.origins.packs import pack_digest

WHO = ("Zoë, Ltd.; \"Kit\" | 'No. 1'", "山田 太郎\nОльга", "one\r\ntwo", "three\rfour", "plain")
LICENCES = ("CC-BY-4.0", "MIT", "CC0-1.0", "CC0-1.0", "CC0-1.0")


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Dataset]:
    """A source of five authors, fetched from a pack, and the dataset of it."""
    folder = tmp_path_factory.mktemp("chain")
    pack = write_hits(folder / "pack", {f"{i}.flac": drum(i) for i in range(len(WHO))})
    upstream = "example.org/a/kit@0123456789ab"
    with (pack / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("file", "source", "upstream")]
            + [(f"{i}.flac", "kit", f"{upstream}:{i}.wav") for i in range(len(WHO))]
        )
    with (folder / "listed.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(
            [("source", "path", "category", "group", "licence", "attribution")]
            + [
                ("kit", f"{i}.wav", "kick", f"kit/{i}", licence, who)
                for i, (licence, who) in enumerate(zip(LICENCES, WHO, strict=True))
            ]
        )
    checksum = pack_digest(
        [
            (hashlib.sha256((pack / f"{i}.flac").read_bytes()).hexdigest(), f"{upstream}:{i}.wav")
            for i in range(len(WHO))
        ]
    )
    origin = (
        'git = { url = "https://example.org/a/kit", commit = "0123456789ab" }\nlisted = true\n'
        f'pack_sha256 = "{checksum}"'
    )
    toml = catalogue_entry("kit", origin, " AND ".join(sorted(set(LICENCES))), rules="")
    (folder / "c.toml").write_text(toml, encoding="utf-8")
    sources = folder / "sources"
    catalogue = read_catalogue(folder / "c.toml")
    assert states(fetch(sources, mirror=pack, catalogue=catalogue)) == ["fetched"]
    data = prepare([sources], folder / "d", spec=SMALL_SPEC, workers=1, per_category=7)
    return sources / "kit", Dataset.open(data.folder)


def test_every_author_is_named_as_written(chain: tuple[Path, Dataset]) -> None:
    fetched, data = chain
    found = {(row["licence"], row["attribution"]) for row in rows(fetched)}
    assert found == set(zip(LICENCES, WHO, strict=True))
    real = [e for e in data.entries if e.origin == "real"]
    assert {(e.licence, e.attribution) for e in real} == found
    derived = [e for e in data.entries if e.origin == "augmented"]
    assert derived
    assert all(any(who in e.attribution for who in WHO) for e in derived)
    assert data.meta["restricted"] == []


def test_notice_and_report_have_a_line_for_each_author(chain: tuple[Path, Dataset]) -> None:
    _, data = chain
    text = (data.folder / "NOTICE").read_text(encoding="utf-8")
    names = [" ".join(who.split()) for who in WHO]
    assert [line for line in text.splitlines() if line.startswith("  - ")] == [
        f"  - {name} (kit, 1)" for name in (names[0], *sorted(names[2:]), names[1])
    ]
    assert "MIT: 1 recordings" in text
    assert "https://spdx.org/licenses/CC-BY-4.0.html" in text
    report = (data.folder / "REPORT.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in report if line.startswith("| kit |")]
    assert len(table) == len(WHO)
    assert len({line.replace("\\|", "").count("|") for line in table}) == 1
    for name in names:
        assert sum(name.replace("|", "\\|") in line for line in table) == 1


def real(licence: str, source: str = "mine", attribution: str = "") -> Entry:
    sound = {"category": "kick", "split": "train", "kit": "k", "group": "k", "origin": "real"}
    whose = {"licence": licence, "source": source, "attribution": attribution}
    return Entry(**sound, **whose, length=9, name="n")


def test_unknown_and_missing_licences_are_told() -> None:
    entries = [real("free as in beer"), real("", "tape", "me"), real(" ", "", "me"), real("MIT")]
    text = notice(entries)
    assert "4 recordings, by licence" in text
    assert "free as in beer: 1 recordings\n  Asks for more than naming the author, or is" in text
    assert "No licence: 2 recordings\n  Nobody states a licence; ask" in text
    assert "  - me (1)\n  - me (tape, 1)" in text
    assert "  - no author stated (mine, 1)" in text
    (said,) = (w for w in warnings(entries, []) if "licence stated" in w)
    assert "for 2 recordings (files without a manifest, tape)" in said
    assert not any("licence stated" in w for w in warnings([real("MIT")], []))
