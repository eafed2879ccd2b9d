"""``ndm train …``."""

import logging
from pathlib import Path
from typing import Annotated, Any

import typer

from neural_drum_machine.cli.common import console, require

app = typer.Typer(help="Train one of the two networks.", no_args_is_help=True)

Config = Annotated[Path, typer.Option("--config", help="A TOML file, such as configs/paper.toml.")]
Data = Annotated[Path, typer.Option("--data", help="A folder made by ndm dataset prepare.")]
Run = Annotated[Path, typer.Option("--out", help="The run's folder.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")]
Devices = Annotated[int, typer.Option(min=1, help="Devices of each machine (DDP if several).")]
Nodes = Annotated[int, typer.Option(min=1, help="Machines.")]
Accelerator = Annotated[str, typer.Option(help="Lightning's: auto, cpu, gpu, …")]
Threads = Annotated[
    int | None, typer.Option(min=1, help="CPU threads; PyTorch's choice if absent.")
]


@app.command("cwae")
def train_cwae(
    config: Config,
    data: Data,
    out: Run,
    resume: Resume = False,
    devices: Devices = 1,
    num_nodes: Nodes = 1,
    accelerator: Accelerator = "auto",
    threads: Threads = None,
) -> None:
    """Train the generator: mel spectrogram ↔ latent code."""
    _train("cwae", config, data, out, resume, devices, num_nodes, accelerator, threads)


@app.command("mcnn")
def train_mcnn(
    config: Config,
    data: Data,
    out: Run,
    resume: Resume = False,
    devices: Devices = 1,
    num_nodes: Nodes = 1,
    accelerator: Accelerator = "auto",
    threads: Threads = None,
) -> None:
    """Train the inverter: mel spectrogram → waveform."""
    _train("mcnn", config, data, out, resume, devices, num_nodes, accelerator, threads)


def _train(
    stage: Any,
    config: Path,
    data: Path,
    out: Path,
    resume: bool,
    devices: int,
    num_nodes: int,
    accelerator: str,
    threads: int | None,
) -> None:
    for module in ("torch", "lightning", "safetensors", "tensorboard"):
        require(module, "train")
    import torch
    from lightning.pytorch.callbacks import Callback

    from neural_drum_machine.data.store import Dataset
    from neural_drum_machine.training.config import load_config
    from neural_drum_machine.training.fit import fit

    class Lines(Callback):
        """One line a validation, which also a log file can show."""

        def on_validation_end(self, trainer: Any, _module: Any) -> None:
            figures = {
                name: float(value)
                for name, value in trainer.callback_metrics.items()
                if name.startswith(("train/", "val/"))
            }
            text = "  ".join(f"{name} {value:.4g}" for name, value in figures.items())
            console.print(f"step {trainer.global_step}  {text}")

    # Lightning's remarks on hardware and hosted services, again at every start.
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    loaded = load_config(config)
    dataset = Dataset.open(data)
    if threads:
        torch.set_num_threads(threads)
    try:
        last = fit(
            stage,
            loaded,
            dataset,
            out,
            resume=resume,
            devices=devices,
            num_nodes=num_nodes,
            accelerator=accelerator,
            callbacks=[Lines()],
            progress=console.is_terminal,
        )
    except KeyboardInterrupt:
        console.print(f"interrupted; go on with: ndm train {stage} … --out {out} --resume")
        raise typer.Exit(130) from None
    console.print(f"weights: {last}\ncurves: tensorboard --logdir {out}")
