import dataclasses

import pytest

from neural_drum_machine.errors import ConfigError
from neural_drum_machine.training.config import TrainingConfig
from neural_drum_machine.training.config_file import load_config, merge


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[cwae]\nbetta = 3.0",
            r"unknown key 'cwae\.betta'; did you mean 'beta'\? Known",
        ),
        ("[vocoder]\nx = 1", r"unknown key 'vocoder'; Known here: cwae, mcnn"),
        (
            "[cwae.schedule]\nlr = 'fast'",
            r"cwae\.schedule\.lr = 'fast': expected `float`",
        ),
        ("[cwae.schedule]\nlr = true", r"cwae\.schedule\.lr = True: expected `float`, got `bool`"),
        ("[cwae.schedule]\nlr = inf", r"cwae\.schedule\.lr = inf: expected finite numbers"),
        ("[cwae.schedule]\nlr = 0", r"cwae\.schedule\.lr = 0: expected `float` > 0"),
        ("[cwae.schedule]\nmax_steps = 1.5", r"max_steps = 1.5: expected `int`, got `float`"),
        ("[cwae.schedule]\nmax_steps = 0", r"max_steps = 0: expected `int` >= 1"),
        ("[cwae.schedule]\ndecay = 'linear'", r"'linear': expected one of plateau, cosine"),
        ("[cwae.schedule]\nseed = -1", r"seed = -1: expected `int` >= 0"),
        ("[cwae.schedule]\nplateau_factor = 1.5", r"plateau_factor = 1.5: expected `float` < 1"),
        ("[cwae.schedule]\nplateau_factor = 0.0", r"plateau_factor = 0.0: expected `float` > 0"),
        ("[cwae.model]\nkernel_size = [11]", r"kernel_size = \[11\]: expected `array` of length 2"),
        ("[cwae.model]\nchannels = 16", r"cwae\.model\.channels = 16: expected `array`"),
        (
            "[cwae.model]\nchannels = [16, 'x']",
            r"channels = \[16, 'x'\]: expected `int`",
        ),
        ("[cwae.model]\nstride = [0, 2]", r"cwae\.model: .*stride must be positive"),
        ("[cwae.model]\nlatent_dim = 2", r"cwae\.model: latent_dim must be at least 3"),
        ("[cwae.model]\nnum_categories = 3", "num_categories must be 11, got 3"),
        ("[cwae]\nmodel = 3", r"cwae\.model = 3: expected a table, \[cwae\.model\]"),
        ("[cwae]\nbeta = nan", r"cwae\.beta = nan: expected finite numbers"),
        ("[cwae]\nper_category = 1", r"per_category = 1: expected `int` >= 2"),
        ("[cwae]\nmmd_scales = []", r"mmd_scales = \[\]: expected `array` of length >= 1"),
        ("[cwae]\nmmd_scales = [1.0, 0.0]", r"mmd_scales = \[1.0, 0.0\]: expected `float` > 0"),
        ("[cwae]\ncategory_weight = -1.0", r"category_weight = -1.0: expected `float` >= 0"),
        ("[cwae]\nema_decay = -0.1", r"ema_decay = -0.1: expected `float` >= 0"),
        ("[cwae]\nema_decay = 1.0", r"ema_decay = 1.0: expected `float` < 1"),
        ("[cwae.augment]\nstretch = 1.0", r"cwae\.augment\.stretch = 1.0: expected `float` < 1"),
        ("[cwae.augment]\ntilt_db = -1.0", r"tilt_db = -1.0: expected `float` >= 0"),
        ("[mcnn]\nonset_share = 1.5", r"mcnn\.onset_share = 1.5: expected `float` <= 1"),
        ("[mcnn]\nsc_weight = -1.0", r"sc_weight = -1.0: expected `float` >= 0"),
        ("[mcnn.model]\nkernel_size = 4", r"mcnn\.model: kernel_size must be odd.*4"),
        ("[mcnn.model]\nheads = 0", r"mcnn\.model: heads and channels must be positive"),
        ("[cwae", "not readable as TOML"),
    ],
)
def test_errors_name_file_table_key_and_value(tmp_path, text, message):
    path = tmp_path / "c.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message) as error:
        load_config(path)
    assert str(path) in str(error.value)


def test_absent_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="no such configuration file"):
        load_config(tmp_path / "absent.toml")


def test_whole_numbers_may_stand_for_decimals(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text("[cwae]\nbeta = 3\nmmd_scales = [1, 2]")
    config = load_config(path)
    assert config == dataclasses.replace(
        TrainingConfig(),
        cwae=dataclasses.replace(TrainingConfig().cwae, beta=3.0, mmd_scales=(1.0, 2.0)),
    )
    assert isinstance(config.cwae.beta, float)


def test_values_of_an_earlier_file_stay_where_a_later_one_has_none():
    first = merge(TrainingConfig(), {"cwae": {"beta": 3.0, "schedule": {"lr": 0.5}}})
    second = merge(first, {"cwae": {"schedule": {"seed": 7}}})
    assert (second.cwae.beta, second.cwae.schedule.lr, second.cwae.schedule.seed) == (3.0, 0.5, 7)
    assert first.cwae.schedule.seed == 0
