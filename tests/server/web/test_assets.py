"""The page's files."""

import gzip
from pathlib import Path

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


def test_the_page_is_small_and_names_no_other_host():
    assets = read_assets()
    assert {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.*")} == set(assets)
    assert sum(len(asset.packed) for asset in assets.values()) < 150 * 1024
    for name, asset in assets.items():
        text = asset.data.decode().replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text, name
        assert "https://" not in text, name
        assert "innerHTML" not in text, name
    html = assets["index.html"].data.decode()
    assert " style=" not in html
    assert " onclick" not in html
    assert html.count("<script") == html.count('<script type="module" src="/js/') == 1
    assert gzip.decompress(assets["index.html"].packed) == assets["index.html"].data
