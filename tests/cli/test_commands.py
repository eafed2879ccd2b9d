"""The program imports no more than the command that is named."""

import subprocess
import sys

import typer.main

from neural_drum_machine import cli


def test_a_command_is_imported_alone():
    program = (
        "import sys; from neural_drum_machine.cli import app_of; app_of(['recall'])\n"
        "print(*(name for name in sys.modules if name.startswith('neural_drum_machine.cli.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = {name.rpartition(".")[2] for name in done.stdout.split()}
    assert "recall" in loaded
    assert not loaded & {"play", "doctor", "library", "train", "kit"}


def test_every_command_has_its_module_and_its_help():
    group = typer.main.get_command(cli.app)
    assert group.commands.keys() == cli.COMMANDS.keys()
    assert all(command.help for command in group.commands.values())
