import numpy as np
import pytest
from matplotlib.image import imread

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import MissingExtraError, OutputError
from neural_drum_machine.evaluation.measures.intervals import Interval
from neural_drum_machine.evaluation.study.pictures import latent_map as map_module
from neural_drum_machine.evaluation.study.pictures.confusion_matrix import confusion_matrix
from neural_drum_machine.evaluation.study.pictures.error_by_category import error_by_category
from neural_drum_machine.evaluation.study.pictures.illustrate import illustrate, pairs
from neural_drum_machine.evaluation.study.pictures.latent_map import latent_map
from neural_drum_machine.evaluation.study.pictures.reconstruction_sheet import reconstruction_sheet
from neural_drum_machine.evaluation.study.pictures.style import PALETTE
from neural_drum_machine.evaluation.study.report import to_markdown
from neural_drum_machine.evaluation.study.report.formatting import PICTURES
from neural_drum_machine.signal.spec import DEFAULT_SPEC


def pixels_of(path) -> np.ndarray:
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert path.stat().st_size < 250_000
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    return imread(path)[:, :, :3]


def close_to(pixels: np.ndarray, colour: str, tolerance: float = 0.08) -> np.ndarray:
    wanted = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.abs(pixels - wanted).max(axis=2) < tolerance


def sound(hz: float, gain: float = 1.0, decay: float = 8.0) -> np.ndarray:
    t = np.arange(DEFAULT_SPEC.n_samples) / DEFAULT_SPEC.sr
    return (gain * np.sin(2 * np.pi * hz * t) * np.exp(-decay * t)).astype(np.float32)


def draw_map(path):
    rng = np.random.default_rng(0)
    categories = np.arange(110) % 11
    codes = rng.standard_normal((110, 6)) + 8 * np.eye(11, 6)[categories]
    latent_map(codes, categories, CATEGORIES, path)


def draw_confusion(path):
    counts = np.diag([5] * 11)
    counts[3, 4] = 2000
    counts[8] = 0
    confusion_matrix(counts, CATEGORIES, path, "judged")


def draw_errors(path):
    table = {c: {"mcnn": Interval(0.1, 0.2, 0.4), "path": 0.3} for c in CATEGORIES}
    table["kick"]["path"] = float("nan")
    del table["snap"]["mcnn"]
    error_by_category({**table, "mean": {"mcnn": 0.2}}, path, unit="SC")


def draw_sheet(path):
    items = [(c, sound(500), sound(500, 0.3)) for c in CATEGORIES[:2]]
    reconstruction_sheet(items, path)


DRAWERS = (draw_map, draw_confusion, draw_errors, draw_sheet)


@pytest.mark.parametrize("draw", DRAWERS)
def test_pictures_are_small_pngs_of_readme_width(draw, tmp_path):
    draw(tmp_path / "a.png")
    height, width = pixels_of(tmp_path / "a.png").shape[:2]
    assert 600 <= width <= 1100
    assert height >= 200


@pytest.mark.parametrize("draw", DRAWERS[1:])
def test_unwritable_paths_are_reported(draw, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        draw(tmp_path / "file" / "a.png")
    (tmp_path / "a.png").mkdir()
    with pytest.raises(OutputError, match=r"a\.png: cannot be written"):
        draw(tmp_path / "a.png")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.png", "file"]


@pytest.mark.slow
def test_every_category_has_its_colour_in_the_map(tmp_path):
    draw_map(tmp_path / "a.png")
    pixels = pixels_of(tmp_path / "a.png")
    assert len({c for c, _ in PALETTE}) == len(PALETTE) == len(CATEGORIES)
    for colour, _ in PALETTE:
        assert close_to(pixels, colour, 0.35).sum() > 30


@pytest.mark.slow
def test_many_codes_are_thinned_and_two_are_enough(tmp_path, monkeypatch):
    monkeypatch.setattr(map_module, "MAP_CODES", 40)
    rng = np.random.default_rng(0)
    codes = rng.standard_normal((5000, 4))
    latent_map(codes, rng.integers(0, 11, 5000), CATEGORIES, tmp_path / "a.png")
    pixels_of(tmp_path / "a.png")
    latent_map(codes[:2], [0, 1], CATEGORIES, tmp_path / "a.png")
    pixels_of(tmp_path / "a.png")


def test_the_diagonal_is_dark_where_all_is_right(tmp_path):
    confusion_matrix(np.diag([3] * 11), CATEGORIES, tmp_path / "a.png")
    right = close_to(pixels_of(tmp_path / "a.png"), "#08306b").sum()
    confusion_matrix(np.ones((11, 11)), CATEGORIES, tmp_path / "a.png")
    assert right > 20 * max(1, close_to(pixels_of(tmp_path / "a.png"), "#08306b").sum())


@pytest.mark.slow
def test_difference_is_red_where_too_loud_blue_where_missing_white_where_right(tmp_path):
    hiss = np.random.default_rng(0).standard_normal(DEFAULT_SPEC.n_samples).astype(np.float32) / 5

    def share(made):
        path = tmp_path / "a.png"
        reconstruction_sheet([("clap", hiss, made)], path)
        pixels = pixels_of(path)
        # The last column without the colour bar.
        panel = pixels[30 : pixels.shape[0] // 2, 580:710]
        red, blue = panel[:, :, 0] - panel[:, :, 2], panel[:, :, 2] - panel[:, :, 0]
        return (red > 0.2).mean(), (blue > 0.2).mean()

    assert share(hiss) == (0, 0)
    red, blue = share(10 * hiss)
    assert red > 0.7
    assert blue == 0
    red, blue = share(hiss / 10)
    assert red == 0
    assert blue > 0.7
    assert share(0 * hiss)[1] > 0.7


def test_a_missing_matplotlib_is_reported(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"neural-drum-machine\[plot\]"):
        draw_errors(tmp_path / "a.png")


def test_every_picture_of_the_report_is_drawn(measured, tmp_path):
    text = to_markdown(measured.result, "shown")
    illustrate(measured.result, measured.machine, measured.data, measured.cache, tmp_path)
    for name in PICTURES:
        assert f"](shown/{name})" in text
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


def test_pairs_are_a_held_out_sound_and_its_reconstruction(measured):
    shown = pairs(measured.machine, measured.data)
    assert [name for name, _, _ in shown] == ["kick", "snare", "closed_hihat"]
    rows = measured.data.rows("validation", "kick")
    np.testing.assert_array_equal(shown[0][1], measured.data.wave(int(rows[len(rows) // 2])))
