import pytest
import torch

from neural_drum_machine.training.trainer import pick_precision


@pytest.mark.parametrize(("has", "name"), [(True, "bf16-mixed"), (False, "32-true")])
def test_precision_follows_the_hardware(monkeypatch, has, name):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: has)
    assert pick_precision("auto") == name
    assert pick_precision("32-true") == "32-true"
