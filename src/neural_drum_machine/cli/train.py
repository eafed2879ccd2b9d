"""``ndm train``."""

import logging
import warnings
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from neural_drum_machine.cli.printing import console
from neural_drum_machine.extras import require


def train(
    network: Annotated[
        Literal["cwae", "mcnn"],
        typer.Argument(help="cwae: mel spectrogram ↔ latent code; mcnn: mel spectrogram → sound."),
    ],
    config: Annotated[Path, typer.Option(help="A TOML file, such as configs/paper.toml.")],
    data: Annotated[Path, typer.Option(help="A folder made by ndm dataset prepare.")],
    out: Annotated[Path, typer.Option("--out", help="The run's folder.")],
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue from the last checkpoint.")
    ] = False,
    start_from: Annotated[
        Path | None,
        typer.Option(
            help="Weights that a new run starts with: a model file (.ndm), or kept weights."
        ),
    ] = None,
    generator: Annotated[
        Path | None,
        typer.Option(help="For mcnn.decoded_share: a model file whose generator decodes the mels."),
    ] = None,
    devices: Annotated[int, typer.Option(min=1, help="Per machine; several train with DDP.")] = 1,
    num_nodes: Annotated[int, typer.Option(min=1, help="Number of machines.")] = 1,
    accelerator: Annotated[
        str, typer.Option(help="In Lightning's words: auto, cpu, gpu, …")
    ] = "auto",
    threads: Annotated[
        int | None, typer.Option(min=1, help="CPU threads; PyTorch chooses by default.")
    ] = None,
) -> None:
    """Train one of the two networks; it can be interrupted and resumed at any time."""
    for module in ("torch", "lightning", "msgspec", "safetensors", "tensorboard"):
        require(module, "train")
    import torch
    from lightning.pytorch.callbacks import Callback

    from neural_drum_machine.dataset.store import Dataset
    from neural_drum_machine.machine import load
    from neural_drum_machine.training.config_file import load_config
    from neural_drum_machine.training.fit import fit

    class Lines(Callback):
        """Prints one line per validation, which a log file can show as well."""

        def on_validation_end(self, trainer: Any, _module: Any) -> None:
            figures = {
                name: float(value)
                for name, value in trainer.callback_metrics.items()
                if name.startswith(("train/", "val/"))
            }
            text = "  ".join(f"{name} {value:.4g}" for name, value in figures.items())
            console.print(f"step {trainer.global_step}  {text}")

    # Lightning repeats messages about hardware and hosted services at every start.
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    # The folder has run.json before the first checkpoint; LeafSpec is Lightning's own affair.
    warnings.filterwarnings("ignore", message=".*exists and is not empty")
    warnings.filterwarnings("ignore", message=".*LeafSpec")
    loaded = load_config(config)
    dataset = Dataset.open(data)
    if threads:
        torch.set_num_threads(threads)
    try:
        last = fit(
            network,
            loaded,
            dataset,
            out,
            resume=resume,
            start=_weights(start_from) if start_from else None,
            generator=load(generator, engine="reference") if generator else None,
            devices=devices,
            num_nodes=num_nodes,
            accelerator=accelerator,
            callbacks=[Lines()],
            progress=console.is_terminal,
        )
    except KeyboardInterrupt:
        console.print(f"interrupted; continue with: ndm train {network} … --out {out} --resume")
        raise typer.Exit(130) from None
    console.print(f"weights: {last}\ncurves: tensorboard --logdir {out}")


def _weights(path: Path) -> Any:
    """Return a model file, or the kept weights of an unfinished run."""
    from neural_drum_machine.model_file.bundle import Bundle
    from neural_drum_machine.training.kept_weights import SUFFIX, KeptWeights

    return KeptWeights.open(path) if path.suffix == SUFFIX else Bundle.open(path)
