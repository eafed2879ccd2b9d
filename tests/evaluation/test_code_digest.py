import importlib
import sys

import pytest

from neural_drum_machine.evaluation import code_digest as module
from neural_drum_machine.evaluation.code_digest import code_digest, imported_modules

EVALUATE = "neural_drum_machine.evaluation.study.evaluate"
JUDGE = "neural_drum_machine.evaluation.judges.judge"


def ours():
    """Our modules that are loaded, by name."""
    return {n: m for n, m in sys.modules.items() if n.split(".")[0] == "neural_drum_machine"}


@pytest.fixture
def nothing_loaded():
    """As if no module of this package were loaded; those of others stay, which takes no time."""
    before = ours()
    for name in before:
        del sys.modules[name]
    yield
    for name in ours():
        del sys.modules[name]
    sys.modules.update(before)


@pytest.mark.slow
def test_every_module_that_an_import_loads_is_in_the_digest(nothing_loaded):
    importlib.import_module(JUDGE)
    judge = set(ours())
    importlib.import_module(EVALUATE)
    evaluate = set(ours())
    assert 10 < len(judge) < len(evaluate)
    assert judge <= set(imported_modules(JUDGE, lazy=False))
    assert evaluate <= set(imported_modules(EVALUATE))


def test_modules_that_only_show_results_are_not_in_the_digest():
    shown = {"study.report", "study.pictures", "study.findings", "study.summaries"}
    for name in imported_modules(EVALUATE):
        assert not any(f".evaluation.{part}" in name for part in shown)
        assert ".cli" not in name
        assert ".server" not in name


def test_lazy_imports_count_unless_excluded():
    eager = "neural_drum_machine.networks.eager"
    contender = "neural_drum_machine.benchmark.eager_pytorch"
    assert eager in imported_modules(contender)
    assert eager not in imported_modules(contender, lazy=False)
    # The training of a judge does not depend on how models are exported.
    assert not any(".export" in name for name in imported_modules(JUDGE, lazy=False))


def test_a_module_that_does_not_exist_is_an_error():
    with pytest.raises(ModuleNotFoundError, match=r"neural_drum_machine\.mell: no such module"):
        code_digest("neural_drum_machine.mell")


def test_the_digest_changes_with_every_file_it_covers(tmp_path, monkeypatch):
    package = tmp_path / "neural_drum_machine"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "a.py").write_text("from neural_drum_machine.b import f")
    (package / "c.py").write_text("")
    monkeypatch.setattr(module.neural_drum_machine, "__file__", str(package / "__init__.py"))
    digests = []
    for text in ("f = 1", "f = 2", "f = 1"):
        (package / "b.py").write_text(text)
        code_digest.cache_clear()
        digests.append([code_digest(f"neural_drum_machine.{name}") for name in "ac"])
    code_digest.cache_clear()
    assert digests[0] == digests[2]
    assert digests[0][0] != digests[1][0]
    assert digests[0][1] == digests[1][1]
