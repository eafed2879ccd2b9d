import dataclasses
from pathlib import Path

import pytest

from neural_drum_machine.errors import ConfigError
from neural_drum_machine.training.config import TrainingConfig, load_config

CONFIGS = Path(__file__).parents[2] / "configs"


def test_defaults_are_the_papers():
    config = TrainingConfig()
    assert config.cwae.per_category * 11 == 704
    assert (config.cwae.beta, config.cwae.model.latent_dim) == (10.0, 64)
    assert (config.cwae.schedule.lr, config.cwae.schedule.plateau_factor) == (1e-3, 0.5)
    assert (config.cwae.schedule.plateau_patience, config.cwae.schedule.max_steps) == (10, 110_000)
    assert (config.mcnn.sc_weight, config.mcnn.log_sc_weight, config.mcnn.mask_weight) == (3, 10, 1)
    assert (config.mcnn.batch_size, config.mcnn.schedule.lr) == (128, 1e-4)
    assert (config.mcnn.schedule.plateau_patience, config.mcnn.schedule.plateau_factor) == (50, 0.2)
    assert config.mcnn.model.hop_length == 256


def test_paper_file_says_the_defaults_and_laptop_file_loads():
    assert load_config(CONFIGS / "paper.toml") == TrainingConfig()
    laptop = load_config(CONFIGS / "laptop.toml")
    assert laptop.mcnn.crop_frames == 48
    assert laptop.cwae.model == TrainingConfig().cwae.model
    open_ = load_config(CONFIGS / "open.toml").cwae
    assert (open_.network, open_.sc_weight) == ("frames", 1.5)
    finetune = load_config(CONFIGS / "open-finetune.toml")
    assert (finetune.cwae.network, finetune.cwae.frames) == (open_.network, open_.frames)
    assert finetune.cwae.augment.active
    assert finetune.mcnn.decoded_share == 0.5
    category = load_config(CONFIGS / "open-category.toml").cwae
    assert (category.network, category.frames) == (open_.network, open_.frames)
    assert category.category_weight == 0.1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[cwae]\nbetta = 3.0", r"unknown key 'cwae\.betta'.*beta"),
        ("[cwae.schedule]\nlr = 'fast'", r"cwae\.schedule\.lr must be of type float, got 'fast'"),
        ("[cwae.schedule]\nlr = true", r"cwae\.schedule\.lr must be of type float"),
        ("[cwae.schedule]\nmax_steps = 1.5", "max_steps must be of type int, got 1.5"),
        ("[cwae.schedule]\nmax_steps = 0", "max_steps must be positive, got 0"),
        ("[cwae.schedule]\ndecay = 'linear'", "must be one of plateau, cosine, got 'linear'"),
        ("[cwae.model]\nkernel_size = [11]", "must have 2 entries"),
        ("[cwae.model]\nchannels = 16", "must be a list, got 16"),
        ("[mcnn.model]\nkernel_size = 4", r"mcnn\.model: kernel_size must be odd.*4"),
        ("[mcnn]\nonset_share = 1.5", "onset_share must lie between 0 and 1, got 1.5"),
        ("[cwae]\nper_category = 1", "per_category must be at least 2"),
        ("[cwae]\nmodel = 3", "cwae.model is a table, got 3"),
        ("[cwae]\nbeta = nan", "cwae.beta must be a finite number"),
        ("[cwae.schedule]\nlr = inf", "lr must be a finite number"),
        ("[cwae.schedule]\nseed = -1", "seed must not be negative"),
        ("[cwae.schedule]\nplateau_factor = 1.5", "plateau_factor must be under 1"),
        ("[cwae]\nmmd_scales = []", "mmd_scales must be positive"),
        ("[cwae.model]\nstride = [0, 2]", "stride must be positive"),
        ("[cwae.model]\nlatent_dim = 2", "latent_dim must be at least 3"),
        ("[cwae.model]\nnum_categories = 3", "num_categories must be 11, got 3"),
        ("[mcnn.model]\nheads = 0", "heads and channels must be positive"),
        ("[mcnn]\nsc_weight = -1.0", "sc_weight must not be negative"),
        ("[cwae]\ncategory_weight = -1.0", "category_weight must not be negative"),
        ("[cwae]\nema_decay = -0.1", "ema_decay must not be negative"),
        ("[cwae]\nema_decay = 1.0", "ema_decay must be under 1"),
        ("[vocoder]\nx = 1", "unknown key 'vocoder'"),
        ("[cwae", "not readable as TOML"),
    ],
)
def test_bad_files_are_refused_by_key(tmp_path, text, message):
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
