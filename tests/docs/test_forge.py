"""The files that forges and registries read are valid and agree with the package."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.version import Version

from neural_drum_machine import __version__

yaml = pytest.importorskip("yaml", reason="needs PyYAML (docs extra)")

ROOT = Path(__file__).parents[2]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_citation_and_change_log_have_the_version():
    citation = read(ROOT / "CITATION.cff")
    assert citation["version"] == __version__
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_workflows_try_every_python_that_the_package_names():
    with open(ROOT / "pyproject.toml", "rb") as file:
        classifiers = tomllib.load(file)["project"]["classifiers"]
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(classifiers))
    matrix = read(ROOT / ".github" / "workflows" / "tests.yml")["jobs"]["test"]["strategy"]
    assert matrix["matrix"]["python"] == named
    assert len(matrix["matrix"]["os"]) == 3


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_pin_their_actions_and_grant_little(path):
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used
    assert all(re.search(r"@(release/)?v\d+$", name) for name in used)


def test_only_the_publishing_job_may_ask_for_an_identity():
    jobs = read(ROOT / ".github" / "workflows" / "release.yml")["jobs"]
    trusted = [name for name, job in jobs.items() if "id-token" in job.get("permissions", {})]
    assert trusted == ["publish"]


def test_make_play_installs_versions_within_the_bounds():
    lines = (ROOT / "requirements-play.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split(" ; ")[0].split("==") for line in lines if not line.startswith("#")]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for requirement in (*project["dependencies"], *extras["plot"]):
        name, oldest = requirement.split(">=")
        versions = [version for pinned, version in pins if pinned == name]
        assert versions, name
        for version in versions:
            assert Version(version) >= Version(oldest), requirement


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_issue_forms_have_the_fields_that_a_forge_wants(path):
    form = read(path)
    if path.stem == "config":
        assert form == {"blank_issues_enabled": True}
        return
    assert {"name", "description", "body"} <= form.keys()
    assert all({"type", "id", "attributes"} <= part.keys() for part in form["body"])


def test_hooks_download_nothing():
    hooks = read(ROOT / ".pre-commit-config.yaml")["repos"]
    assert [repository["repo"] for repository in hooks] == ["local"]
    assert {hook["language"] for hook in hooks[0]["hooks"]} == {"system"}
