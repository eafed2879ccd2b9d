"""Sources whose files are named one by one."""

from pathlib import Path

import pytest
from tests.support.sources import entry

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.sources.catalogue import read_catalogue
from neural_drum_machine.prepare.sources.source import Source

GIT = 'git = { url = "https://example.org/a/kit", commit = "0123456789ab" }\nlisted = true'
HEAD = "source,path,category,group,licence,attribution"
NAMES = 'Zoë "Z" 山田, Ltd.'
GOOD = 'kit,a/1.wav,kick,kit/a,,\nkit,b.wav,other,kit/b,CC-BY-4.0,"Zoë ""Z"" 山田, Ltd."'


def read(folder: Path, lines: str = GOOD, head: str = HEAD, **changed: str) -> Source:
    toml = entry("kit", GIT, **{"licence": "CC-BY-4.0 AND CC0-1.0", "rules": "", **changed})
    (folder / "c.toml").write_text(toml, encoding="utf-8")
    (folder / "listed.csv").write_text(f"{head}\n{lines}\n", encoding="utf-8")
    return read_catalogue(folder / "c.toml")[0]


def test_each_listed_file_has_a_label_and_no_other_has(tmp_path: Path) -> None:
    source = read(tmp_path)
    kick, other = source.classify("a/1.wav"), source.classify("b.wav")
    assert kick
    assert (kick.category, kick.group, kick.licence, kick.attribution) == ("kick", "kit/a", "", "")
    assert other
    assert (other.category, other.licence, other.attribution) == ("other", "CC-BY-4.0", NAMES)
    assert source.classify("a/2.wav") is None
    assert source.classify("1.wav") is None


def test_another_list_is_another_source(tmp_path: Path) -> None:
    first = read(tmp_path).digest
    assert read(tmp_path).digest == first
    assert read(tmp_path, GOOD.replace("kick", "tom")).digest != first
    assert read(tmp_path, GOOD.replace("Zoë", "Zoe")).digest != first


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("kit,a.wav,kicks,g,,", "line 2: unknown category 'kicks'"),
        ("kit,a.wav,kick,g,Sampling+,", "line 2: unknown licence 'Sampling"),
        ("kit,a.wav,kick,g,,\nkit,a.wav,kick,g,,", "line 3: a.wav is in it twice"),
        ("kit,a.wav,kick,,,", "line 2: needs source, path, category, group"),
        ("kit,a.wav,kick,g", "line 2: needs source"),
        ("kit,a.wav,kick,g,,me,and more", "line 2: needs source"),
        ("kit,a.wav,kick,g,MIT,", "files under MIT, which is not in"),
        ("kit,a.wav,kick,g,,\nkat,a.wav,kick,g,,", "files of kat, which is no source"),
        ("kat,a.wav,kick,g,,", "listed = true and no rules where listed.csv has files of it"),
    ],
)
def test_an_invalid_line_is_named(tmp_path: Path, lines: str, message: str) -> None:
    with pytest.raises(DatasetError, match=r"c\.toml") as caught:
        read(tmp_path, lines)
    assert message in str(caught.value)


def test_rules_beside_a_list_and_other_columns_are_errors(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="listed = true and no rules"):
        read(tmp_path, rules='rules = [{ match = "x", category = "kick" }]')
    with pytest.raises(DatasetError, match="has the columns source, path"):
        read(tmp_path, head="source,path,category")
