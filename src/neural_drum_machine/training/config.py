"""Training configuration: frozen dataclasses read from TOML; the defaults are the paper's."""

import dataclasses
import math
import tomllib
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import ConfigError
from neural_drum_machine.networks.cwae import CwaeConfig
from neural_drum_machine.networks.frames import FrameConfig
from neural_drum_machine.networks.generator import NetworkName
from neural_drum_machine.networks.losses import MMD_SCALES
from neural_drum_machine.networks.mcnn import McnnConfig
from neural_drum_machine.training.augment import AugmentConfig


def _positive(owner: object, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if not value > 0:
            raise ConfigError(f"{name} must be positive, got {value!r}")


def _not_negative(owner: object, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if value < 0:
            raise ConfigError(f"{name} must not be negative, got {value!r}")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Length and learning rate of a training run.

    Attributes
    ----------
    max_steps : int
        Optimiser steps in all; the run ends with the epoch that reaches them.
    steps_per_epoch : int
        Steps between validations; the paper's epochs are 26,400 sounds.
    lr : float
        Adam's learning rate at the start.
    decay : {"plateau", "cosine"}
        Lower the rate when the validation loss stops falling, or along half a cosine to
        nothing at `max_steps`.
    plateau_patience : int
        Epochs without a lower validation loss before the rate is lowered.
    plateau_factor : float
        What the rate is then multiplied by.
    warmup_steps : int
        Steps over which a cosine run's rate rises from nothing.
    gradient_clip : float
        Largest norm of the gradient; 0 leaves it alone.
    checkpoint_minutes : float
        Time between checkpoints: what a kill can cost.
    precision : {"auto", "32-true", "bf16-mixed"}
        ``auto`` takes mixed bfloat16 where the hardware has it.
    seed : int
        Of weights, batches and crops.
    """

    max_steps: int
    steps_per_epoch: int
    lr: float
    decay: Literal["plateau", "cosine"] = "plateau"
    plateau_patience: int = 10
    plateau_factor: float = 0.5
    warmup_steps: int = 0
    gradient_clip: float = 0.0
    checkpoint_minutes: float = 3.0
    precision: Literal["auto", "32-true", "bf16-mixed"] = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        """Check ranges.

        Raises
        ------
        ConfigError
            If a number that must be positive is not.
        """
        _positive(self, "max_steps", "steps_per_epoch", "lr", "checkpoint_minutes")
        _positive(self, "plateau_patience", "plateau_factor")
        _not_negative(self, "warmup_steps", "gradient_clip", "seed")
        if self.plateau_factor >= 1:
            raise ConfigError(f"plateau_factor must be under 1, got {self.plateau_factor}")

    @property
    def epochs(self) -> int:
        """Epochs in all."""
        return -(-self.max_steps // self.steps_per_epoch)


@dataclass(frozen=True, slots=True)
class CwaeTraining:
    """The generator's stage: network, loss, batches, schedule.

    Attributes
    ----------
    network : {"paper", "frames"}
        The paper's 2-D convolutions, or a network at the frame rate.
    model : CwaeConfig
        Sizes of the paper's network.
    frames : FrameConfig
        Sizes of the other one.
    per_category : int
        Sounds of each category in a batch.
    beta : float
        Weight of the MMD term beside the squared error summed over elements *and*
        batch: a smaller batch wants a smaller one.
    sc_weight : float
        Weight of SC on linear magnitudes beside the squared error, both as means over the
        sounds: the peaks that the error of logarithms hardly sees. The paper has none.
    category_weight : float
        Weight of an auxiliary loss beside the squared error: how surely a small classifier, trained
        on the same sounds at the same time, hears the category in what is decoded, both of the
        sounds' codes and of codes drawn from a standard Gaussian. The paper has none.
    ema_decay : float
        What an exponential mean of the weights keeps at each step, such as 0.998; validated
        and exported instead of the last weights. 0 takes none, as the paper.
    mmd_scales : tuple of float
        Scales of the kernel.
    augment : AugmentConfig
        Variations of the training spectrograms; none by default.
    schedule : Schedule
        Length and learning rate.
    """

    network: NetworkName = "paper"
    model: CwaeConfig = field(default_factory=CwaeConfig)
    frames: FrameConfig = field(default_factory=FrameConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    per_category: int = 64
    beta: float = 10.0
    sc_weight: float = 0.0
    category_weight: float = 0.0
    ema_decay: float = 0.0
    mmd_scales: tuple[float, ...] = MMD_SCALES
    schedule: Schedule = Schedule(max_steps=110_000, steps_per_epoch=38, lr=1e-3)

    def __post_init__(self) -> None:
        """Check ranges.

        Raises
        ------
        ConfigError
            If the batch is too small for the MMD estimate or a weight is negative.
        """
        if self.per_category < 2:
            raise ConfigError(
                f"per_category must be at least 2 (the MMD estimate is unbiased over pairs), "
                f"got {self.per_category}"
            )
        _not_negative(self, "beta", "sc_weight", "category_weight", "ema_decay")
        if self.ema_decay >= 1:
            raise ConfigError(f"ema_decay must be under 1, got {self.ema_decay}")
        if not self.mmd_scales or min(self.mmd_scales) <= 0:
            raise ConfigError(f"mmd_scales must be positive numbers, got {self.mmd_scales}")
        for name, sizes in (("model", self.model), ("frames", self.frames)):
            if sizes.num_categories != len(CATEGORIES):
                raise ConfigError(
                    f"{name}.num_categories must be {len(CATEGORIES)}, got {sizes.num_categories}"
                )


@dataclass(frozen=True, slots=True)
class McnnTraining:
    """The inverter's stage: network, loss, batches, schedule.

    Attributes
    ----------
    model : McnnConfig
        Sizes of the network.
    batch_size : int
        Sounds (or crops) in a batch, drawn alike from every category.
    crop_frames : int
        Frames of the random crops trained on; 0 takes whole sounds.
    onset_share : float
        Share of the crops that begin with the sound.
    decoded_share : float
        Share of the crops whose mel is not the sound's own but what a generator makes of it,
        blurred as it will be in use; the paper has none.
    sc_weight, log_sc_weight, mask_weight : float
        Weights of SC, SClog and the mask's cross-entropy.
    schedule : Schedule
        Length and learning rate.
    """

    model: McnnConfig = field(default_factory=McnnConfig)
    batch_size: int = 128
    crop_frames: int = 0
    onset_share: float = 0.75
    decoded_share: float = 0.0
    sc_weight: float = 3.0
    log_sc_weight: float = 10.0
    mask_weight: float = 1.0
    schedule: Schedule = Schedule(
        max_steps=50_000, steps_per_epoch=206, lr=1e-4, plateau_patience=50, plateau_factor=0.2
    )

    def __post_init__(self) -> None:
        """Check ranges.

        Raises
        ------
        ConfigError
            If a number is outside its range.
        """
        _positive(self, "batch_size")
        _not_negative(self, "crop_frames", "sc_weight", "log_sc_weight", "mask_weight")
        for name in ("onset_share", "decoded_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name} must lie between 0 and 1, got {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """A whole configuration file: one table for each stage."""

    cwae: CwaeTraining = field(default_factory=CwaeTraining)
    mcnn: McnnTraining = field(default_factory=McnnTraining)


def load_config(path: Path) -> TrainingConfig:
    """Read a configuration file.

    Parameters
    ----------
    path : Path
        TOML with the tables ``[cwae]``, ``[cwae.model]``, ``[cwae.schedule]`` and the
        same for ``mcnn``; what is absent keeps the paper's value.

    Returns
    -------
    TrainingConfig
        The configuration.

    Raises
    ------
    ConfigError
        If the file is absent or no TOML, or holds an unknown key or a value of the wrong
        type or range; the message names the key.
    """
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such configuration file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path}: not readable as TOML ({error})") from error
    try:
        config = merge(TrainingConfig(), values)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
    assert isinstance(config, TrainingConfig)
    return config


def merge(default: Any, values: dict[str, Any], where: str = "") -> Any:
    """Return the dataclass `default` with the values of a (nested) dictionary put in.

    Parameters
    ----------
    default : dataclass instance
        Supplies what `values` leaves out, and the types.
    values : dict
        As TOML and JSON give it; lists become tuples.
    where : str
        The table's name, for errors.

    Returns
    -------
    dataclass instance
        Of the same class.

    Raises
    ------
    ConfigError
        For an unknown key or a wrong type, with the full name of the key.
    """
    hints = typing.get_type_hints(type(default))
    changes: dict[str, Any] = {}
    for key, value in values.items():
        name = f"{where}.{key}" if where else key
        if key not in hints:
            raise ConfigError(f"unknown key {name!r}; known here: {', '.join(sorted(hints))}")
        current = getattr(default, key)
        if dataclasses.is_dataclass(current):
            if not isinstance(value, dict):
                raise ConfigError(f"{name} is a table, got {value!r}")
            changes[key] = merge(current, value, name)
        else:
            changes[key] = _typed(value, hints[key], name)
    try:
        return dataclasses.replace(default, **changes)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}" if where else str(error)) from error


def _typed(value: Any, hint: Any, name: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        if value not in arguments:
            raise ConfigError(f"{name} must be one of {', '.join(arguments)}, got {value!r}")
        return value
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ConfigError(f"{name} must be a list, got {value!r}")
        if arguments[-1] is not Ellipsis and len(value) != len(arguments):
            raise ConfigError(f"{name} must have {len(arguments)} entries, got {value!r}")
        return tuple(_typed(item, arguments[0], name) for item in value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ConfigError(f"{name} must be a finite number, got {value!r}")
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        kind = hint.__name__ if isinstance(hint, type) else str(hint)
        raise ConfigError(f"{name} must be of type {kind}, got {value!r}")
    return value
