import numpy as np

from neural_drum_machine.export.codes import representative


def test_preferred_sounds_represent_a_category_that_has_two():
    categories = np.array([0, 0, 0, 1, 1, 2])
    preferred = np.array([True, True, False, True, False, False])
    assert representative(categories, preferred).tolist() == [True, True, False, True, True, True]
