"""The figures in the documents are those of the model in the package, and those of the JSON files.

A document names its model as "model `5113883b584a`": at least twelve digits of the hash in a code
span after the word model. Figures of an older model must say so: "another model, `…`".
"""

import importlib.util
import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pytest

import neural_drum_machine
from neural_drum_machine.benchmark.live_report import markdown
from neural_drum_machine.evaluation.judges.confusion import shares
from neural_drum_machine.evaluation.study.report import to_markdown
from neural_drum_machine.evaluation.study.summaries import best_path, category_means, mean

ROOT = Path(__file__).parents[1]
DOCUMENTS = (
    "README.md",
    "MODEL_CARD.md",
    "docs/evaluation.md",
    "docs/inverters.md",
    "docs/latency.md",
    "docs/live.md",
    "docs/page.md",
    "docs/listening/README.md",
)
MARKER = re.compile(
    r"(?P<other>\b(?:another|an\s+earlier)\s+)?\b(?:model|hash)\b[\s|,:]*`(?P<hash>[0-9a-f]{12,64})`",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def packaged() -> str:
    return neural_drum_machine.load().hash


def read(name: str) -> str:
    return (ROOT / name).read_text()


def stored(name: str) -> dict:
    return json.loads(read(name))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_names_the_packaged_model_or_says_that_it_is_another(name, packaged):
    found = list(MARKER.finditer(read(name)))
    assert found, f"{name} does not name the model of its figures"
    for marker in found:
        is_packaged = packaged.startswith(marker["hash"])
        assert is_packaged is (marker["other"] is None), f"{name}: {marker[0]}"


def test_the_markers_are_read():
    def markers(text: str) -> list[tuple[bool, str]]:
        return [(m["other"] is not None, m["hash"]) for m in MARKER.finditer(text)]

    digits = "0123456789ab"
    for text in (f"Model `{digits}`", f"| | model `{digits}` |", f"| hash | `{digits}` |"):
        assert markers(text) == [(False, digits)]
    for text in (f"with another model, `{digits}` (old)", f"an earlier model `{digits}`"):
        assert markers(text) == [(True, digits)]
    assert markers(f"dataset `{digits}`, model `0123`") == []


def test_the_evaluation_is_of_the_packaged_model_and_its_report_is_that_of_its_json(packaged):
    result = stored("docs/evaluation.json")
    assert result["model"]["hash"] == packaged
    assert to_markdown(result, "evaluation") == read("docs/evaluation.md")


def test_the_latency_document_is_that_of_its_json(packaged):
    assert markdown(stored("docs/live.json"), "img/live.png", packaged) == read("docs/latency.md")


def test_the_inverters_document_is_that_of_its_json(packaged):
    path = ROOT / "benchmarks" / "inverters_report.py"
    spec = importlib.util.spec_from_file_location("inverters_report", path)
    report = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(report)
    assert report.page(stored("docs/inverters.json"), packaged) == read("docs/inverters.md")


def row(name: str, pattern: str) -> list[str]:
    """The cells of the only table row whose first cell matches a pattern."""
    rows = [line.strip("|").split("|") for line in read(name).splitlines() if line[:1] == "|"]
    (found,) = [cells for cells in rows if re.search(pattern, cells[0])]
    return found


def median_ms(result: dict, phase: str) -> float:
    return result["benchmark"]["contenders"]["ndm"][f"{phase}_ms_p50"]


def test_the_figures_of_the_model_card_are_those_of_the_evaluation():
    result = stored("docs/evaluation.json")
    path = category_means(result, best_path(result), "best_gain_sc")
    sampler = category_means(result, "sampler", "best_gain_sc")
    nearer = sum(path[c] < sampler[c] for c in path)
    share = 100 * shares(np.array(result["fidelity"]["generated"]))
    kad = result["generation"]["distances"]["kad"]
    variance = [each["variance"] for each in result["latent"]["statistics"].values()]
    expected = {
        r"whole path.*best-gain SC": f"{mean(path):.2f}",
        r"nearest training sound": f"{nearer} of {len(path)}",
        r"squared error of the decoded mel": f"{mean(category_means(result, 'cwae', 'mse')):.3f}",
        r"generated sounds.*category asked": f"{np.nanmean(share):.0f} %, {np.nanmin(share):.0f} %",
        r"KAD of generated sounds": f"{kad['generated'][1]:.2f}",
        r"variance of": f"{np.mean(variance):.2f}",
        r"default inverter, SC": f"{mean(category_means(result, 'refined', 'sc')):.3f}",
        r"MCNN, SC": f"{mean(category_means(result, 'mcnn', 'sc')):.3f}",
        r"decoder, one thread": f"{median_ms(result, 'decode'):.1f} ms",
        r"render, one thread": f"{median_ms(result, 'render'):.0f} ms",
    }
    for pattern, value in expected.items():
        assert value in row("MODEL_CARD.md", pattern)[2]


def test_the_figures_of_the_readme_are_those_of_the_evaluation_and_of_the_live_benchmark():
    result, live = stored("docs/evaluation.json"), stored("docs/live.json")
    path = category_means(result, best_path(result), "best_gain_sc")
    sampler = category_means(result, "sampler", "best_gain_sc")
    generated, real = (
        f"{100 * np.nanmean(shares(np.array(result['fidelity'][kind]))):.0f} %"
        for kind in ("generated", "real")
    )
    kad = result["generation"]["distances"]["kad"]
    answer, drag = live["single"][live["inverter"]], live["drag"]
    expected = {
        r"best-gain SC": (f"{mean(path):.2f}", f"{mean(sampler):.2f}"),
        r"that a judge": (generated, real),
        r"KAD": (f"{kad['generated'][1]:.2f}", f"{kad['augmented'][1]:.2f}"),
        r"one render on one core": (f"{median_ms(result, 'render'):.0f} ms",),
        r"OSC message": (f"{answer['answer_ms_p50']:.0f} ms, {answer['answer_ms_p95']:.0f} ms",),
        r"while dragging": (f"{drag['heard_ms_p50']:.0f} ms, {drag['heard_ms_p95']:.0f} ms",),
    }
    for pattern, values in expected.items():
        cells = " | ".join(row("README.md", pattern)[1:])
        for value in values:
            assert value in cells, f"{pattern}: {cells} has no {value}"


def test_the_dataset_document_is_of_the_dataset_of_the_evaluation():
    fingerprint = stored("docs/evaluation.json")["dataset"]["fingerprint"][:12]
    assert f"`{fingerprint}`" in read("DATASET.md")


def test_the_listening_sheet_has_four_sounds_of_every_category(packaged):
    page = read("docs/listening/README.md")
    for category in neural_drum_machine.CATEGORIES:
        for seed in (1, 2, 3, 4):
            assert f"({category}-{seed}.flac)" in page
            assert (ROOT / "docs" / "listening" / f"{category}-{seed}.flac").is_file()


def test_the_script_lists_a_command_for_every_picture_and_every_result():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "figures", "--list"],
        capture_output=True,
        text=True,
        check=True,
    )
    made = re.findall(r"docs/[\w./*-]+", done.stdout)
    files = [*ROOT.glob("docs/img/*.png"), *ROOT.glob("docs/*.json")]
    files += [*ROOT.glob("docs/evaluation/*.png"), *ROOT.glob("docs/listening/*")]
    assert len(files) > 60
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        assert any(fnmatch(name, each) or name.startswith(f"{each}/") for each in made), name
