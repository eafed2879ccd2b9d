"""Every error this package raises on purpose, under one root.

Each message carries the offending value and the way out, so that it can be
shown to a user as it stands.
"""


class NdmError(Exception):
    """Root of all errors that Neural Drum Machine raises on purpose."""


class SpecError(NdmError):
    """Numbers of an :class:`~neural_drum_machine.signal.spec.AudioSpec` contradict each other."""


class AudioError(NdmError):
    """An audio file or signal cannot be used: unreadable, silent, too short, not finite."""


class OutputError(NdmError):
    """A result cannot be written: the folder, the disk, or a file that must not be replaced."""


class DatasetError(NdmError):
    """A dataset cannot be prepared or opened: nothing usable, altered, truncated, too new."""


class ConfigError(NdmError):
    """A configuration file is not valid: unknown key, wrong type, value out of range."""


class BundleError(NdmError):
    """A model file cannot be trusted: foreign, truncated, altered, too new."""


class ControlError(NdmError):
    """A control value is outside what the machine can play: category, code, seed."""


class TrainingError(NdmError):
    """Training cannot start or go on: no validation sounds, foreign checkpoint, loss not finite."""


class ExportError(NdmError):
    """Exported graphs do not compute what the trained networks compute."""


class ServerError(NdmError):
    """The live engine cannot start, or a request to it cannot be met."""


class MissingExtraError(NdmError):
    """An optional dependency is absent; the message says which ``pip install`` brings it."""
