"""``python -m neural_drum_machine``, the same as ``ndm``."""

from neural_drum_machine.cli import main

main()
