"""Training configuration as frozen dataclasses; the defaults are the paper's.

:mod:`neural_drum_machine.training.config_file` reads it from TOML and checks the types and ranges
that the annotations give. A configuration built in Python is not checked.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from msgspec import Meta

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import ConfigError
from neural_drum_machine.networks.cwae import CwaeConfig
from neural_drum_machine.networks.frames import FrameConfig
from neural_drum_machine.networks.generator import NetworkName
from neural_drum_machine.networks.hits import HitConfig
from neural_drum_machine.networks.losses import MMD_SCALES
from neural_drum_machine.networks.mcnn import McnnConfig

PositiveInt = Annotated[int, Meta(ge=1)]
NonNegativeInt = Annotated[int, Meta(ge=0)]
PositiveFloat = Annotated[float, Meta(gt=0)]
NonNegativeFloat = Annotated[float, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
BelowOne = Annotated[float, Meta(ge=0, lt=1)]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Length and learning rate of a training run.

    Attributes
    ----------
    max_steps : int
        Number of optimiser steps; the run ends with the epoch that reaches it.
    steps_per_epoch : int
        Steps between validations; the paper's epochs are 26,400 sounds.
    lr : float
        Adam's learning rate at the start.
    decay : {"plateau", "cosine"}
        Lower the rate when the validation loss stops falling, or along half a cosine to 0 at
        `max_steps`.
    plateau_patience : int
        Epochs without a lower validation loss before the rate is lowered.
    plateau_factor : float
        The rate is then multiplied by this, between 0 and 1.
    warmup_steps : int
        Steps over which the rate rises from 0; with ``cosine`` only.
    gradient_clip : float
        Largest norm of the gradient; 0 does not clip.
    checkpoint_minutes : float
        Minutes between checkpoints: a killed run loses at most this much.
    precision : {"auto", "32-true", "bf16-mixed"}
        ``auto`` uses mixed bfloat16 where the hardware supports it.
    seed : int
        Seed of weights, batches, crops and variations.
    """

    max_steps: PositiveInt
    steps_per_epoch: PositiveInt
    lr: PositiveFloat
    decay: Literal["plateau", "cosine"] = "plateau"
    plateau_patience: PositiveInt = 10
    plateau_factor: Annotated[float, Meta(gt=0, lt=1)] = 0.5
    warmup_steps: NonNegativeInt = 0
    gradient_clip: NonNegativeFloat = 0.0
    checkpoint_minutes: PositiveFloat = 3.0
    precision: Literal["auto", "32-true", "bf16-mixed"] = "auto"
    seed: NonNegativeInt = 0

    @property
    def epochs(self) -> int:
        """Number of epochs."""
        return -(-self.max_steps // self.steps_per_epoch)


@dataclass(frozen=True, slots=True)
class AugmentConfig:
    """Largest change of each kind, in either direction; all 0 (as in the paper) changes nothing.

    Attributes
    ----------
    pitch_semitones : float
        Resampling, in semitones: a higher sound gets shorter, a lower one longer.
    stretch : float
        Share of the length by which the sound gets longer or shorter at the same pitch.
    tilt_db : float
        Decibels per octave, around 1 kHz.
    decay_db : float
        Decibels per second.
    """

    pitch_semitones: NonNegativeFloat = 0.0
    stretch: BelowOne = 0.0
    tilt_db: NonNegativeFloat = 0.0
    decay_db: NonNegativeFloat = 0.0

    @property
    def active(self) -> bool:
        """Whether any change is configured."""
        return any((self.pitch_semitones, self.stretch, self.tilt_db, self.decay_db))


@dataclass(frozen=True, slots=True)
class CwaeTraining:
    """Training of the generator: network, loss, batches, schedule.

    Attributes
    ----------
    network : {"paper", "frames", "hits"}
        The paper's 2-D convolutions, a network at the frame rate, or the same with air and the
        fine attack.
    model : CwaeConfig
        Sizes of the paper's network.
    frames : FrameConfig
        Sizes of the frame-rate network.
    hits : HitConfig
        Sizes of the network with air and the fine attack.
    per_category : int
        Sounds of each category in a batch.
    beta : float
        Weight of the MMD term. The squared error is summed over elements *and* batch, so a
        smaller batch needs a smaller weight.
    air_weight, attack_weight : float
        Weights of the squared errors of air and of the fine attack, both sums over elements, beside
        that of the mel spectrogram. For ``hits`` only.
    onset_weight : float
        Weight of the squared errors of the frames in which a hit begins (the first 60 ms), beside
        the others'. For ``hits`` only.
    sc_weight : float
        Weight of SC on linear magnitudes beside the squared error, both as means over the
        sounds. SC counts peaks that the error of logarithms hardly does. The paper uses 0.
    category_weight : float
        Weight of an auxiliary loss beside the squared error: the cross-entropy of a small
        classifier on decoded sounds, both reconstructions and codes drawn from a standard
        Gaussian. The classifier is trained on the same batches. The paper uses 0.
    code_noise : float
        Standard deviation of Gaussian noise on the codes before they are decoded, beside codes
        whose own is about 1. It makes near codes decode to near sounds. The paper uses 0.
    ema_decay : float
        Decay of an exponential moving average of the weights, such as 0.998. The average is
        validated and exported instead of the last weights. 0, as in the paper, keeps none.
    mmd_scales : tuple of float
        Scales of the MMD kernel, at least one.
    augment : AugmentConfig
        Variations of the training spectrograms; none by default.
    schedule : Schedule
        Length and learning rate.
    """

    network: NetworkName = "paper"
    model: CwaeConfig = field(default_factory=CwaeConfig)
    frames: FrameConfig = field(default_factory=FrameConfig)
    hits: HitConfig = field(default_factory=HitConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    per_category: Annotated[int, Meta(ge=2)] = 64  # the MMD estimate needs pairs
    beta: NonNegativeFloat = 10.0
    air_weight: NonNegativeFloat = 6.0
    attack_weight: NonNegativeFloat = 30.0
    onset_weight: PositiveFloat = 3.0
    sc_weight: NonNegativeFloat = 0.0
    category_weight: NonNegativeFloat = 0.0
    code_noise: NonNegativeFloat = 0.0
    ema_decay: BelowOne = 0.0
    mmd_scales: Annotated[tuple[PositiveFloat, ...], Meta(min_length=1)] = MMD_SCALES
    schedule: Schedule = Schedule(max_steps=110_000, steps_per_epoch=38, lr=1e-3)

    def __post_init__(self) -> None:
        """Check that the networks have the program's categories.

        Raises
        ------
        ConfigError
            If a network has another number of categories.
        """
        for name in ("model", "frames", "hits"):
            sizes: CwaeConfig | FrameConfig = getattr(self, name)
            if sizes.num_categories != len(CATEGORIES):
                raise ConfigError(
                    f"{name}.num_categories must be {len(CATEGORIES)}, got {sizes.num_categories}"
                )


@dataclass(frozen=True, slots=True)
class McnnTraining:
    """Training of the inverter: network, loss, batches, schedule.

    Attributes
    ----------
    model : McnnConfig
        Sizes of the network.
    batch_size : int
        Sounds (or crops) in a batch, equally many of each category.
    crop_frames : int
        Frames of the random crops; 0 trains on whole sounds.
    onset_share : float
        Share of the crops that begin with the sound.
    decoded_share : float
        Share of the crops whose mel a generator has encoded and decoded, so that the inverter
        is trained on mels as blurred as those it will get. The paper uses 0.
    sc_weight, log_sc_weight, mask_weight : float
        Weights of SC, of SClog and of the mask's cross-entropy.
    schedule : Schedule
        Length and learning rate.
    """

    model: McnnConfig = field(default_factory=McnnConfig)
    batch_size: PositiveInt = 128
    crop_frames: NonNegativeInt = 0
    onset_share: Share = 0.75
    decoded_share: Share = 0.0
    sc_weight: NonNegativeFloat = 3.0
    log_sc_weight: NonNegativeFloat = 10.0
    mask_weight: NonNegativeFloat = 1.0
    schedule: Schedule = Schedule(
        max_steps=50_000, steps_per_epoch=206, lr=1e-4, plateau_patience=50, plateau_factor=0.2
    )


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """A whole configuration file: one table per network."""

    cwae: CwaeTraining = field(default_factory=CwaeTraining)
    mcnn: McnnTraining = field(default_factory=McnnTraining)
