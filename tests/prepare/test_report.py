from tests.support.library import drum, write_hits
from tests.support.small import SMALL_SPEC

from neural_drum_machine.dataset.index import Entry
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.prepare.recordings.candidate import Rejection
from neural_drum_machine.prepare.report import describe, report, warnings
from neural_drum_machine.signal.spec import DEFAULT_SPEC


def entry(category, origin, split="train", source="a", licence="CC0-1.0", kit="k", length=11025):
    return Entry(
        category, split, kit, kit, origin, "n", length=length, source=source, licence=licence,
        attribution="someone",
    )  # fmt: skip


ENTRIES = [
    entry("kick", "real"),
    entry("kick", "real", "validation", source="b", licence="GPL-2.0-only", kit="l"),
    entry("kick", "augmented", source="a + b", length=22050),
    entry("snap", "synthesised", source="synthesised", kit="synthesised"),
]


def test_the_table_counts_origins_kits_and_sides():
    lines = report(ENTRIES, [], DEFAULT_SPEC).splitlines()
    assert (
        "| category | sounds | real | augmented | synthesised | kits | train | validation "
        "| real held out | mean seconds |"
    ) in lines
    assert "| kick | 3 | 2 | 1 | 0 | 2 | 2 | 1 | 50 % | 0.67 |" in lines
    assert "| snap | 1 | 0 | 0 | 1 | 0 | 1 | 0 | – | 0.50 |" in lines
    assert "| **all** | 4 | 2 | 1 | 1 | 2 | 3 | 1 | 50 % | 0.62 |" in lines


def test_sources_are_listed_with_licence_and_derived_sounds():
    lines = report(ENTRIES, [], DEFAULT_SPEC).splitlines()
    assert "| source | licence | attribution | kits | recordings | variants of them |" in lines
    assert "| a | CC0-1.0 | someone | 1 | 1 | 1 |" in lines
    assert "| b | GPL-2.0-only | someone | 1 | 1 | 1 |" in lines


def test_warnings_name_licences_and_missing_sounds():
    said = "\n".join(warnings(ENTRIES, ["GPL-2.0-only"]))
    assert "Restricted licences** in this dataset: GPL-2.0-only" in said
    assert "No validation sounds** for clap" in said
    assert "No recordings** of snap" in said


def test_reasons_are_counted():
    rejected = [Rejection(f"{i}", f"{i}.0 ms long without its silence; a hit …") for i in range(3)]
    rejected += [Rejection("x", "silent (peak −80 dB)")]
    text = report(ENTRIES, rejected, DEFAULT_SPEC)
    assert "- 3 × under 5 ms long without its silence" in text
    assert "- 1 × silent" in text


def test_a_dataset_with_restricted_sounds_is_marked(tmp_path):
    folder = write_hits(tmp_path / "lib", {"0.wav": drum(0), "1.wav": drum(1)})
    (folder / "manifest.csv").write_text(
        "file,category,group,source,licence,attribution\n"
        "0.wav,kick,g,black,GPL-2.0-only,X\n1.wav,kick,g,free,CC0-1.0,Y\n"
    )
    data = prepare([folder], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    assert data.meta["restricted"] == ["GPL-2.0-only"]
    assert "Restricted licences** in this dataset: GPL-2.0-only" in describe(data)


def test_describe_lists_the_contents_of_a_dataset(small_data):
    text = describe(small_data)
    assert text.startswith("60 sounds, 0 minutes")
    assert small_data.fingerprint[:12] in text
    assert "| kick | 20 | 5 | 16 | 4 | 20 % |" in text
    assert "Categories of the recordings are from: name 60." in text
