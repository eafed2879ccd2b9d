"""Velocity layers and round robins that names tell."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_drum_machine.prepare.labelling.layers import read_layer, velocities


@pytest.mark.parametrize(
    ("name", "number", "round_robin"),
    [
        ("oh_mic/se_vl2_rr1", 2, 1),  # Karoryfer: gogodze, frankensnare
        ("top/stir_dl4_rr3", 4, 3),
        ("claps/clap_stack_rr5", None, 5),
        ("Dim Cabasa Samples/bw_rr4_25", None, 4),
        ("metal/snare_l2_r0", 2, 0),
        ("Bongos/BongoH_HitMuted1_v3_rr1_Mid", 3, 1),  # VCSL
        ("Conga/v2_02_01", 2, None),
        ("Kick_v064", 64, None),
        ("kick vel 127", 127, None),
        ("snap_l_rr6", None, 6),
        # Versions, sides, numbers.
        ("Tom L 2", None, None),
        ("Tom R 1", None, None),
        ("Snare 04", None, None),
        ("level3", None, None),
    ],
)
def test_a_name_tells_layer_and_round_robin(name, number, round_robin):
    layer = read_layer(PurePosixPath(f"{name}.wav"))
    assert (layer.number, layer.round_robin) == (number, round_robin)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a/k_vl1_rr1", "a/k_vl1_rr2", "a/k_vl3_rr1", "a/k_vl2_rr1"], [0, 0, 1, 0.5]),
        # Each instrument has its own layers; one layer says nothing.
        (["a/k_vl1", "a/k_vl2", "a/s_vl1", "b/k_vl2"], [0, 1, None, None]),
        (["k_vl5", "k_vl7"], [4 / 6, 1]),
        (["t_l0_r0", "t_l1_r0", "t_l2_r0"], [0, 0.5, 1]),
        (["kick_pp", "kick_ff", "kick_mf"], [0, 1, 0.5]),
        (["kick soft", "kick hard"], [0, 1]),
        # With a leading zero it is no version of the file.
        (["Kick-V01-Yam", "Kick-V06-Yam", "Kick-V11-Yam"], [0, 0.5, 1]),
        (["Kick v1", "Kick v2"], [None, None]),
        # Numbers of MIDI end at 127; other numbers count files.
        (["kick_127", "kick_001", "kick_064"], [1, 0, 0.5]),
        (["kick_01", "kick_02"], [None, None]),
        # DrumGizmo numbers the strokes of an instrument in its folder.
        (["S1/1-S1", "S1/2-S1", "S1/3-S1"], [0, 0.5, 1]),
        (["Kit/1-Kick", "Kit/2-Snare"], [None, None]),
    ],
)
def test_layers_lie_between_the_softest_and_the_loudest(names, expected):
    found = velocities(PurePosixPath(f"{name}.wav") for name in names)
    assert [velocity for velocity, _ in found] == pytest.approx(expected)


@given(st.lists(st.text("vlrp_-1 2/f.", max_size=12), max_size=5))
def test_any_names_have_places_between_0_and_1(names):
    found = velocities(PurePosixPath(name) for name in names)
    assert len(found) == len(names)
    assert all(velocity is None or 0 <= velocity <= 1 for velocity, _ in found)
