"""The documents with figures of the model name the model that ships."""

import re
from pathlib import Path

import pytest

from neural_drum_machine.machine import default_model_path
from neural_drum_machine.model_file.bundle import Bundle

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["README.md", "MODEL_CARD.md", "docs/listening/README.md"])
def test_the_shipped_model_is_named(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    shipped = Bundle.open(default_model_path()).hash
    named = re.findall(r"`([0-9a-f]{12,64})`", text)
    assert shipped[:12] in {each[:12] for each in named}
