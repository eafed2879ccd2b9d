"""Every relative link of every Markdown file leads to a file, and its anchor to a heading."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
FOLDERS = (".github", "clients", "docs", "examples")
GENERATED = ROOT / "docs" / "api"  # scripts/build_docs writes it, and Sphinx checks links to it

FILES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(p for name in FOLDERS for p in (ROOT / name).rglob("*.md")))
    if GENERATED not in path.parents
)


def tokens(path):
    """Return all tokens of a file, those inside paragraphs too."""
    parsed = MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8"))
    return [inner for token in parsed for inner in (token, *(token.children or ()))]


def targets(path):
    found = []
    for token in tokens(path):
        found += [token.attrs.get("href"), token.attrs.get("src")]
        if token.type in {"html_block", "html_inline"}:
            found += re.findall(r'(?:href|src)="([^"]*)"', token.content)
    return [str(target) for target in found if target]


def anchors(path):
    """Return the anchors of a file's headings, as a forge makes them."""
    found, after_heading = set(), False
    for token in tokens(path):
        if after_heading and token.type == "inline":
            words = re.sub(r"[^\w\- ]", "", token.content.lower())
            found.add(words.replace(" ", "-"))
        after_heading = token.type == "heading_open"
    return found


def broken(path):
    for target in targets(path):
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if GENERATED in file.parents:
            continue
        if not file.exists():
            yield f"{target}: no such file"
        elif parts.fragment and parts.fragment not in anchors(file):
            yield f"{target}: no such heading"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    assert list(broken(path)) == []


def test_the_checker_finds_broken_links(tmp_path):
    (tmp_path / "other.md").write_text("# A heading: `code`\n")
    (tmp_path / "page.md").write_text(
        "[a](other.md#a-heading-code) [b](other.md#gone) ![c](gone.png) [d](#here)\n\n# Here\n\n"
        '<img src="lost.png" alt="e">\n'
    )
    assert list(broken(tmp_path / "page.md")) == [
        "other.md#gone: no such heading",
        "gone.png: no such file",
        "lost.png: no such file",
    ]


def test_the_readme_is_among_the_files():
    assert ROOT / "README.md" in FILES


def named_paths(path):
    """Return the code spans of a file that look like paths: with a slash and an ending."""
    spans = [token.content for token in tokens(path) if token.type == "code_inline"]
    pattern = re.compile(r"\w[\w.-]*(/[\w.-]+)+\.(py|toml|js|json)")
    return {span for span in spans if pattern.fullmatch(span)}


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.name != "CHANGELOG.md"], ids=lambda path: path.name
)
def test_files_that_a_document_names_exist(path):
    package = ROOT / "src" / "neural_drum_machine"
    bases = (ROOT, package, package / "web" / "js")
    gone = [name for name in named_paths(path) if not any((base / name).exists() for base in bases)]
    assert gone == []
