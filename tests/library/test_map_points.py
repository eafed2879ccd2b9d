"""The map that a program draws: from the computed map, or else from two values."""

import numpy as np
import pytest

from neural_drum_machine.errors import LibraryError
from neural_drum_machine.library.layout import draw_map
from neural_drum_machine.library.map_points import map_points, places_by_values
from neural_drum_machine.library.reading import read_clip


def test_without_a_computed_map_brighter_lies_right_and_longer_higher(library):
    points = map_points(library.database)
    assert points.layout == "values"
    assert points.ids.tolist() == [entry.id for entry in library.find({})[0]]
    kinds = np.array(points.categories)
    kicks, hats = points.places[kinds == "kick"], points.places[kinds == "closed_hihat"]
    assert kicks[:, 0].max() < hats[:, 0].min()
    assert kicks[:, 1].min() > hats[:, 1].max()
    assert sorted(set(points.kits)) == ["Linn", "Tama"]
    assert all("/" not in name and ".wav" not in name for name in points.names)


def test_a_computed_map_is_kept_and_others_are_placed_among_their_nearest(library):
    draw_map(library.database)
    drawn = map_points(library.database)
    assert drawn.layout == "likeness"
    np.testing.assert_allclose(drawn.places, library.snapshot.places)
    number = int(drawn.ids[0])
    library.database.change("UPDATE files SET x = NULL, y = NULL WHERE id = ?", [number])
    again = map_points(library.database)
    np.testing.assert_array_equal(again.places[1:], drawn.places[1:])
    others = drawn.places[1:]
    assert (again.places[0] >= others.min(axis=0)).all()
    assert (again.places[0] <= others.max(axis=0)).all()


def test_places_by_values_keep_the_order_within_the_map_and_miss_no_sound():
    rng = np.random.default_rng(0)
    values = np.exp(rng.normal(7, 1, 50)).astype(np.float32)
    values[7] = np.nan
    places = places_by_values(values, np.full(50, np.nan, np.float32))
    assert (places >= 0).all()
    assert (places <= 1).all()
    order = np.argsort(values[np.isfinite(values)])
    right = places[np.isfinite(values), 0][order]
    assert (np.diff(right) >= 0).all()
    assert len(np.unique(right)) == len(right)
    assert 0.2 < places[7, 0] < 0.8
    assert len(set(places[:, 1])) == 1
    assert places_by_values(values[:0], values[:0]).shape == (0, 2)


def test_a_file_is_read_only_as_it_was_added(library):
    entry = library.find({}, "kick")[0][0]
    clip = read_clip(library, entry.id, "it")
    assert clip.channels.shape[1] / clip.sr == pytest.approx(0.3, abs=0.01)
    library.database.change("UPDATE files SET mtime = mtime + 1 WHERE id = ?", [entry.id])
    with pytest.raises(LibraryError, match="it: the file has changed"):
        read_clip(library, entry.id, "it")
