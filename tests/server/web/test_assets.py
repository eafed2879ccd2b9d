"""The page's files."""

import dataclasses
import gzip
import re
from pathlib import Path

from starlette.testclient import TestClient

from neural_drum_machine.server.web import assets, make_app
from neural_drum_machine.server.web.assets import read_assets

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
        assert answer.text == (STATIC / address.partition("#")[0].removeprefix(below)).read_text()
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


def test_the_page_is_small_and_names_no_other_host():
    files = read_assets()
    assert {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.*")} == set(files)
    assert sum(len(asset.packed) for asset in files.values()) < 150 * 1024
    for name, asset in files.items():
        text = asset.data.decode().replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text, name
        assert "https://" not in text, name
        assert "innerHTML" not in text, name
    html = files["index.html"].data.decode()
    assert " style=" not in html
    assert " onclick" not in html
    assert html.count("<script") == html.count('<script type="module" src="/js/') == 1
    assert gzip.decompress(files["index.html"].packed) == files["index.html"].data
