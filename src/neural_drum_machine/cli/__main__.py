"""``python -m neural_drum_machine.cli``, the same as ``ndm``."""

from neural_drum_machine.cli import main

main()
