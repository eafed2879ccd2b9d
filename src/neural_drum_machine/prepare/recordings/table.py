"""The table of recordings from which a dataset is made."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from neural_drum_machine.dataset.index import REAL, Entry
from neural_drum_machine.prepare.labelling.classifier import Guess
from neural_drum_machine.prepare.recordings.candidate import Candidate, Rejection


@dataclass(frozen=True, slots=True)
class Recording:
    """A row of the table: a file that could be decoded.

    Attributes
    ----------
    candidate : Candidate
        The file, its category and provenance.
    stored : int
        Number of its samples in the store.
    digest : bytes
        SHA-256 of its samples.
    spectral_print : numpy.ndarray
        Shape ``(64,)``, for the search for near-duplicates.
    guess : Guess or None
        What the classifier says, if it was asked.
    sure : bool
        Whether its category is known: stated, or guessed with enough confidence.
    """

    candidate: Candidate
    stored: int
    digest: bytes
    spectral_print: npt.NDArray[np.float32]
    guess: Guess | None
    sure: bool

    @property
    def name(self) -> str:
        """The file's name in the dataset."""
        return self.candidate.name

    @property
    def category(self) -> str:
        """Its category; empty if unknown."""
        return self.candidate.category or ""

    @property
    def doubt(self) -> str:
        """Why its category is not known; empty where nobody looked for one."""
        if self.candidate.doubt or self.guess is None:
            return self.candidate.doubt
        choices = self.candidate.choices
        if choices and self.guess.category not in choices:
            return f"the name says {' or '.join(choices)}, the sound does not"
        return f"the name does not say ({self.guess.doubt})"

    @property
    def authority(self) -> int:
        """Rank of who stated the category; of equal samples the lowest rank is kept."""
        return ("user", "manifest", "name", "", "unsure").index(
            "unsure" if not self.sure else self.candidate.label
        )

    def with_guess(self) -> "Recording":
        """Return the row with the classifier's category, if it was asked."""
        if self.guess is None:
            return self
        category = self.guess.category
        return replace(
            self, candidate=replace(self.candidate, category=category, label="classifier")
        )

    def entry(self, kit: str, held_out: bool) -> Entry:
        """Return its line in the dataset's index, without the facts about its samples."""
        candidate = self.candidate
        return Entry(
            category=self.category,
            split="validation" if held_out else "train",
            kit=kit,
            group=candidate.group,
            origin=REAL,
            name=candidate.name,
            velocity=candidate.velocity,
            round_robin=candidate.round_robin,
            label=candidate.label,
            confidence=round(self.guess.confidence, 2) if self.guess else 1.0,
            source=candidate.source,
            licence=candidate.licence,
            attribution=candidate.attribution,
            upstream=candidate.upstream,
        )


@dataclass(frozen=True, slots=True)
class Recordings:
    """The recordings of a dataset, labelled and split.

    Attributes
    ----------
    entries : list of Entry
        One for each recording.
    wave : callable
        Takes a recording's number, returns its samples, int16 ``(length,)``.
    rejected : list of Rejection
        Files that were left out.
    unsure : list of list
        Lines of ``unsure.csv``.
    copies : int
        Pairs of near-duplicates that were found.
    """

    entries: list[Entry]
    wave: Callable[[int], npt.NDArray[np.int16]]
    rejected: list[Rejection]
    unsure: list[list[object]]
    copies: int
