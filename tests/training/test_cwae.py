"""The generator's losses, without a trainer."""

import pytest
import torch
from tests.support.training import small_config

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.networks.classifier import Classifier
from neural_drum_machine.prepare.labelling.classes import CLASSES
from neural_drum_machine.training import checkpoint
from neural_drum_machine.training.config_file import merge
from neural_drum_machine.training.cwae import CwaeStage, thumbnails
from neural_drum_machine.training.run import load_run


def stage_with(data, **changes):
    torch.manual_seed(1)
    part = merge(small_config("cwae"), {"cwae": changes}).cwae
    stage = CwaeStage(part, data.standardisation)
    stage.log = lambda *_, **__: None  # there is no trainer to log to
    return stage


def test_sc_on_linear_magnitudes_is_added_with_its_weight(small_data):
    mel = torch.from_numpy(small_data.mels[:11].astype("f4"))
    losses = {}
    for weight in (0.0, 1.0, 3.0):
        stage = stage_with(small_data, beta=0.0, sc_weight=weight)
        losses[weight] = float(stage.training_step((mel, torch.arange(11)), 0).detach())
        torch.testing.assert_close(
            stage.magnitudes(stage.standardise(mel)), mel, atol=1e-3, rtol=1e-3
        )
    sc = (losses[1.0] - losses[0.0]) / mel[0].numel() / len(mel)
    assert sc > 0.1
    assert losses[3.0] - losses[0.0] == pytest.approx(3 * (losses[1.0] - losses[0.0]), rel=1e-3)


def test_random_numbers_depend_on_seed_step_and_process_alone(small_data):
    def draw(seed=0, step=0, rank=0):
        class At(CwaeStage):
            global_step = step
            global_rank = rank

        part = merge(small_config("cwae", seed=seed), {}).cwae
        stage = At(part, small_data.standardisation)
        generator = stage.random(torch.device("cpu"))
        return tuple(torch.rand(3, generator=generator).tolist())

    assert draw() == draw()
    assert len({draw(), draw(seed=1), draw(step=1), draw(rank=1), draw(step=256)}) == 5
    # Written down, because other versions of Python and NumPy must draw the same numbers.
    drawn = (0.26736098527908325, 0.006412208080291748, 0.2156394124031067)
    assert draw(seed=3, step=1000, rank=1) == drawn


def test_the_classifier_learns_from_sounds_and_the_generator_from_the_classifier(small_data):
    mel = torch.from_numpy(small_data.mels[:11].astype("f4"))
    category = torch.arange(11)
    found = {}
    for weight in (0.5, 1.0):
        stage = stage_with(small_data, category_weight=weight)
        decoded = stage.standardise(torch.cat([mel, mel.flip(0)])).requires_grad_()
        own, others = stage.classifier_losses(mel, decoded, category.repeat(2))
        (own + weight * others).backward()
        gradients = [p.grad for p in stage.classifier.parameters()]
        assert all(grad is not None and grad.abs().max() > 0 for grad in gradients[-2:])
        found[weight] = gradients, decoded.grad
        assert stage.classifier.training
    assert found[1.0][1].abs().max() > 0
    torch.testing.assert_close(found[1.0][1], 2 * found[0.5][1])
    torch.testing.assert_close(found[1.0][0], found[0.5][0])


@pytest.mark.slow
def test_the_auxiliary_loss_makes_new_sounds_easier_to_classify(small_data, plain_run, guided_run):
    """New sounds of runs with and without it, given to the classifier of the one with it."""
    prefix = "classifier."
    plain, guided = (
        checkpoint.load(run.folder / "last.safetensors")["state_dict"]
        for run in (plain_run, guided_run)
    )
    assert not any(key.startswith(prefix) for key in plain)
    classifier = Classifier(len(CLASSES), dropout=0.0).eval()
    classifier.load_state_dict(
        {k.removeprefix(prefix): v for k, v in guided.items() if k.startswith(prefix)}
    )
    names = ("kick", "snare", "closed_hihat")
    category = torch.tensor([CATEGORIES.index(name) for name in names]).repeat(40)
    stage = stage_with(small_data)
    losses = []
    for run in (plain_run, guided_run):
        model = load_run(run.folder, "cwae", "last").model
        torch.manual_seed(3)
        with torch.inference_mode():
            x = model.decoder(torch.randn(len(category), 8), category)
            scores = classifier(thumbnails(stage.magnitudes(x).clamp_min(0)))
        losses.append(float(torch.nn.functional.cross_entropy(scores, category)))
    assert losses[1] < 0.7 * losses[0]
