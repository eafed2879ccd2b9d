"""The shapes that a model file's tensors must have."""

from typing import TYPE_CHECKING

from neural_drum_machine.detail.grain import grain_groups
from neural_drum_machine.detail.partials import partial_groups
from neural_drum_machine.inference.frames import FrameSizes
from neural_drum_machine.latent.controls import AXES
from neural_drum_machine.signal.air import AIR_BANDS
from neural_drum_machine.signal.fine_attack import ATTACK_BANDS, ATTACK_STEPS

if TYPE_CHECKING:
    from neural_drum_machine.model_file.bundle import Bundle


def tensor_shapes(bundle: "Bundle") -> dict[str, list[tuple[int, ...]]]:
    """Return the names of all tensors, required and optional, with their possible shapes."""
    spec, parts = bundle.spec, bundle.header["parts"]
    spectrogram = (spec.n_mels, spec.n_frames)
    n, dim = len(bundle.categories), bundle.latent_dim
    bands, frames = grain_groups(spec)
    scales, groups = partial_groups(spec)
    shares = parts.get("mixture.shares")
    centres = shares["shape"][-1] if shares else 0
    pad_map = parts.get("controls.map")
    places = pad_map["shape"][-1] if pad_map else 0
    out: dict[str, list[tuple[int, ...]]] = {
        "standardisation.mean": [spectrogram],
        "standardisation.std": [spectrogram],
        "controls.axes": [(n, AXES, dim), (AXES, dim)],
        "controls.map": [(n, 2, places, places)],
        "codes.mean": [(n, dim)],
        "codes.covariance": [(n, dim, dim)],
        "texture.weights": [(n, dim + 1, bands * frames)],
        "partials.weights": [(n, dim + 1, scales * groups)],
        "mixture.shares": [(n, centres)],
        "mixture.centres": [(n, centres, dim)],
        "mixture.covariance": [(n, dim, dim)],
    }
    if isinstance(bundle.generator, FrameSizes) and bundle.generator.attack_size:
        for kind in ("mean", "std"):
            out[f"air.{kind}"] = [(AIR_BANDS, spec.n_frames)]
            out[f"attack.{kind}"] = [(ATTACK_BANDS, ATTACK_STEPS)]
    weights = {**bundle.generator.shapes(), **(bundle.mcnn.shapes() if bundle.mcnn else {})}
    return out | {name: [shape] for name, shape in weights.items()}
