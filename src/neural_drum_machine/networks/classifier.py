"""A small network that names what it hears; it judges datasets and labels unnamed sounds."""

import torch
from torch import Tensor, nn

from neural_drum_machine.prepare.labelling.classes import CLASSES


class Classifier(nn.Module):
    """Thumbnails to class scores: four convolutions, pooled over the whole picture.

    Input ``(batch, 64, 86)``, magnitudes as
    :func:`~neural_drum_machine.prepare.recordings.thumbnail.thumbnail` gives them; output
    ``(batch, 12)``, one score for each of
    :data:`~neural_drum_machine.prepare.labelling.classes.CLASSES`.

    Parameters
    ----------
    channels : tuple of int
        Of the convolutions.
    dropout : float
        Before the last layer.
    """

    def __init__(self, channels: tuple[int, ...] = (16, 32, 64, 96), dropout: float = 0.3) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 1
        for i, width in enumerate(channels):
            layers += [
                # The first one halves the bands and takes four frames at a step.
                nn.Conv2d(1, width, (5, 7), stride=(2, 4), padding=(2, 3))
                if i == 0
                else nn.Conv2d(before, width, 3, stride=2, padding=1),
                nn.BatchNorm2d(width),
                nn.ReLU(),
                nn.Conv2d(width, width, 3, padding=1, groups=width),
                nn.Conv2d(width, width, 1),
                nn.BatchNorm2d(width),
                nn.ReLU(),
            ]
            before = width
        self.layers = nn.Sequential(*layers)
        self.dropout = nn.Dropout(dropout)
        # Means say how much there is of a pattern, maxima whether there is any.
        self.out = nn.Linear(2 * before, len(CLASSES))

    def forward(self, mel: Tensor) -> Tensor:
        """Return class scores."""
        logs = torch.log(mel[:, None].float() + 1e-3)
        # The level of the loudest point is no clue.
        x = self.layers((logs - logs.amax(dim=(1, 2, 3), keepdim=True) + 5.0) / 3.0)
        pooled = torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)
        scores: Tensor = self.out(self.dropout(pooled))
        return scores


class Probabilities(nn.Module):
    """A classifier whose scores are made probabilities; a temperature above 1 is more modest."""

    def __init__(self, classifier: Classifier, temperature: float) -> None:
        super().__init__()
        self.classifier = classifier
        self.temperature = temperature

    def forward(self, mel: Tensor) -> Tensor:
        """Return ``(batch, 12)``, rows sum to 1."""
        return torch.softmax(self.classifier(mel) / self.temperature, dim=1)
