from pathlib import Path

from neural_drum_machine.training.config import TrainingConfig
from neural_drum_machine.training.config_file import load_config

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
