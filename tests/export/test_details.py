import numpy as np
from tests.support.small import SMALL_SPEC

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.detail.grain import Grain, grain_groups
from neural_drum_machine.detail.partials import partial_groups
from neural_drum_machine.export.codes import training_codes
from neural_drum_machine.export.details import fit_details
from neural_drum_machine.export.trained import Trained
from neural_drum_machine.training.run import load_run


def test_fitted_noise_and_partials_follow_the_code(small_runs, small_data):
    trained = Trained(load_run(small_runs["cwae"], "cwae"), None)
    calls = []
    weights, partials = fit_details(trained, small_data, lambda *p: calls.append(p))
    assert weights.shape == (11, 9, np.prod(grain_groups(SMALL_SPEC)))
    assert calls[-1] == (48, 48)
    hats, toms = CATEGORIES.index("closed_hihat"), CATEGORIES.index("tom")
    assert not weights[toms].any()
    assert partials.shape == (11, 9, np.prod(partial_groups(SMALL_SPEC)))
    assert not partials[toms].any()
    grain = Grain(SMALL_SPEC, weights)
    codes, categories = training_codes(trained, small_data)
    amounts = np.stack([grain.amount(code, hats) for code in codes[categories == hats]])
    # Hats are noise at the start, silence at the end; kicks are mostly tones.
    assert amounts[..., 8:24].mean() > 4 * amounts[..., -10:].mean()
    kicks = CATEGORIES.index("kick")
    tones = np.stack([grain.amount(code, kicks) for code in codes[categories == kicks]])
    assert amounts[..., :24].mean() > tones[..., :24].mean()
