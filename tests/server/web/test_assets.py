"""The page's files."""

import dataclasses
import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from neural_drum_machine.server.web import assets, make_app
from neural_drum_machine.server.web.assets import read_assets
from neural_drum_machine.server.web.bare_script import bare_script

NODE = shutil.which("node")
ROOT = Path(__file__).parents[3]
STATIC = ROOT / "src" / "neural_drum_machine" / "web"


def test_every_answer_keeps_the_browser_strict(page):
    for path, status in (("/", 200), ("/js/main.js", 200), ("/nothing", 404)):
        answer = page.get(path)
        assert answer.status_code == status
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy.replace("https:", "")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
    assert page.post("/").status_code == 405
    for path in ("/../web.py", "/%2e%2e/web.py", "/js/../../web.py", "//etc/passwd", "/js"):
        assert page.get(path).status_code == 404


def test_browsers_ask_again_and_unchanged_files_are_not_sent(page):
    first = page.get("/css/theme.css")
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["cache-control"] == "no-cache"
    assert first.text == (STATIC / "css" / "theme.css").read_text()
    again = page.get("/css/theme.css", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = page.get("/css/theme.css", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


def test_a_page_that_was_opened_once_opens_with_one_request(page):
    first = page.get("/")
    assert first.headers["cache-control"] == "no-cache"
    named = re.findall(r' (?:href|src)="([^"]*)"', first.text)
    (below,) = {re.match("/v/[0-9a-f]{16}/", address)[0] for address in named}
    for address in named:
        answer = page.get(address.partition("#")[0])
        assert "immutable" in answer.headers["cache-control"]
        file = STATIC / address.partition("#")[0].removeprefix(below)
        written = file.read_bytes()
        sent = bare_script(written.decode()).encode() if file.suffix == ".js" else written
        assert answer.content == sent
    # Another version is not to be kept under this one's address, nor this one under another's.
    other = page.get("/v/0123456789abcdef/js/main.js")
    assert (other.status_code, other.headers["cache-control"]) == (200, "no-cache")
    for path in ("", "index.html", "nothing", "v/0123456789abcdef/js/main.js", "../guard.py"):
        assert page.get(below + path).status_code == 404


def test_the_address_of_the_files_changes_with_every_byte_and_name(shared_server, monkeypatch):
    def named(files):
        monkeypatch.setattr(assets, "read_assets", lambda: dict(files))
        app = make_app(shared_server[0])
        with TestClient(app, base_url="http://127.0.0.1:9720") as client:
            return re.search(r"/v/\w+/", client.get("/").text)[0]

    files = read_assets()
    style = files["css/theme.css"]
    changed = dataclasses.replace(style, tag='"another"')
    assert named(files) == named(dict(reversed(files.items())))
    others = [
        files,
        files | {"css/theme.css": changed},
        files | {"css/another.css": style},
    ]
    assert len({named(each) for each in others}) == 3


def test_a_script_is_sent_without_its_comments_and_says_the_same_line_by_line(tmp_path):
    text = """/** A module.
 * Of two lines.
 */
// a line
  const a = /** @type {Map<string, number>} */ (new Map()); // said
const url = "http://x//y";
"""
    want = '\n\n\n\nconst a = (new Map()); // said\nconst url = "http://x//y";\n'
    assert bare_script(text) == want
    for script in STATIC.glob("js/**/*.js"):
        lines = bare_script(script.read_text()).splitlines()
        # A template literal over several lines would lose its indentation.
        assert [line for line in lines if line.count("`") % 2] == [], script
        assert not any(line.startswith(("/**", "* ")) for line in lines), script


@pytest.mark.slow
@pytest.mark.skipif(NODE is None, reason="needs Node.js 20.12 or newer")
def test_the_scripts_that_are_sent_are_whole(tmp_path):
    (tmp_path / "package.json").write_text('{"type":"module"}')
    script = tmp_path / "all.js"
    for path, asset in read_assets().items():
        if path.endswith(".js") and "limiter" not in path:
            script.write_bytes(asset.data)
            run = subprocess.run([NODE, "--check", script], capture_output=True, text=True)
            assert run.returncode == 0, (path, run.stderr)


def test_the_scripts_that_the_page_begins_with_take_120_kb_at_most():
    files = read_assets()
    html = files["index.html"].data.decode()
    scripts = re.findall(r' (?:href|src)="/(js/[^"]*)"', html)
    assert len(scripts) > 90
    assert sum(len(files[path].packed) for path in scripts) <= 120_000


def test_the_page_is_small_and_names_no_other_host():
    files = read_assets()
    there = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.*")}
    assert {path for path in there if not path.startswith("js/engine/")} == set(files)
    assert sum(len(asset.packed) for asset in files.values()) < 210 * 1024
    for name, asset in files.items():
        if name.startswith("fonts/"):
            continue  # the typeface, and its licence with the address of its authors
        text = asset.data.decode().replace("http://www.w3.org/2000/svg", "")
        if name == "starter.json":  # names licences of recordings
            text = re.sub(r'"licence":"[^"]*"|"attribution":"[^"]*"', "", text)
        assert "http://" not in text, name
        assert "https://" not in text, name
        assert "innerHTML" not in text, name
    html = files["index.html"].data.decode()
    assert " style=" not in html
    assert " onclick" not in html
    assert html.count("<script") == html.count('<script type="module" src="/js/') == 1
    assert gzip.decompress(files["index.html"].packed) == files["index.html"].data
