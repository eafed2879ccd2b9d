import base64
import hashlib
import json
import re

import numpy as np
import pytest
from tests.support.library import drum, write_hits

from neural_drum_machine.errors import LibraryError, MissingExtraError
from neural_drum_machine.library import layout
from neural_drum_machine.library.library import Library
from neural_drum_machine.library.map_page import map_page


def test_a_point_is_placed_among_its_nearest():
    rng = np.random.default_rng(0)
    landmarks = rng.normal(size=(40, 64)).astype(np.float32)
    places = rng.random((40, 2))
    np.testing.assert_allclose(
        layout.place(landmarks[:3], landmarks, places), places[:3], atol=1e-4
    )
    mean = (landmarks[:1] + landmarks[1:2]) / 2
    ((x, y),) = layout.place(mean, landmarks[:2], places[:2])
    np.testing.assert_allclose([x, y], places[:2].mean(axis=0), atol=1e-4)


def test_places_are_kept_and_new_sounds_join_them(small):
    def places():
        return {row[0]: row[1:] for row in opened.database.all("SELECT name, x, y FROM files")}

    small.add()
    with Library.open(small.path) as opened:
        with pytest.raises(LibraryError, match="no sound is on the map yet"):
            map_page(opened.database)
        layout.draw_map(opened.database)
        before = places()
        assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in before.values())
        write_hits(small.folder, {"Kick 5.wav": drum(5)})
        small.add()
        layout.draw_map(opened.database)
        after = places()
        assert {name: after[name] for name in before} == before
        assert len(after) == opened.status().on_map == 4
        assert np.isfinite(opened.snapshot.places).all()


def test_without_opentsne_a_larger_map_names_the_extra(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *a: None)
    with pytest.raises(MissingExtraError, match=r"neural-drum-machine\[map\]"):
        layout.arrange(np.zeros((50, 64), np.float32))


@pytest.mark.slow
def test_groups_stay_together_on_the_map():
    pytest.importorskip("openTSNE")
    rng = np.random.default_rng(0)
    points = np.repeat(rng.normal(size=(3, 64)), 20, axis=0) + 0.1 * rng.normal(size=(60, 64))
    places = layout.arrange(points.astype(np.float32))
    away = np.linalg.norm(places[:, None] - places, axis=2)
    nearest = np.argsort(away, axis=1)[:, 1:6] // 20
    assert (nearest == np.arange(60)[:, None] // 20).mean() > 0.95


def test_the_page_loads_nothing_runs_only_its_own_script_and_hides_paths(small):
    hostile = "Kick </script><script>alert(1)\u202e.wav"
    write_hits(small.folder, {hostile.replace("/", "∕"): drum(4)})
    small.add()
    with Library.open(small.path) as opened:
        layout.draw_map(opened.database)
        page = map_page(opened.database)
        played = map_page(opened.database, with_paths=True)
    assert not re.search(r"https?:|src=|@import|url\(", page)
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page
    assert page.count("<script") == 2
    assert str(small.folder.parent) not in page
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])
    assert (data["url"], len(data["name"])) == ([], 4)
    assert "\u202e" not in "".join(data["name"])
    assert "{{" not in page
    assert small.folder.as_uri() in played
