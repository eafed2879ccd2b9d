"""The exceptions of this package, all derived from one root.

Each message names the offending value and says what the user can do, so that a program can show
it unchanged.
"""


class NdmError(Exception):
    """Root of all exceptions that Neural Drum Machine raises deliberately."""


class NdmWarning(UserWarning):
    """Something goes on in another way than asked for; the message says how, and why."""


class SpecError(NdmError):
    """The values of an :class:`~neural_drum_machine.signal.spec.AudioSpec` do not fit together."""


class AudioError(NdmError):
    """An audio file or signal cannot be used: unreadable, silent, too short, or not finite."""


class OutputError(NdmError):
    """A result cannot be written: bad folder, full disk, or a file that must not be replaced."""


class DatasetError(NdmError):
    """A dataset cannot be prepared or opened: no usable sounds, altered, truncated, too new."""


class ConfigError(NdmError):
    """A configuration file is invalid: unknown key, wrong type, or value out of range."""


class BundleError(NdmError):
    """A model file cannot be trusted: another format, truncated, altered, or too new."""


class ExemplarError(NdmError):
    """Exemplars cannot be trusted or used: damaged, too large, of another format or licence."""


class AnchorError(NdmError):
    """An own sound cannot be kept or recalled: damaged, too long, of another version or model."""


class AxisError(NdmError):
    """A taught axis cannot be learned, read or used: few examples, damaged, of another model."""


class ControlError(NdmError):
    """A control value is outside the machine's range: category, latent vector or seed."""


class KitError(NdmError):
    """A kit cannot be made, read, changed or written: damaged, of another model, no such voice."""


class GrooveError(NdmError):
    """A groove cannot be read or played: damaged, without drums, too long, out of range."""


class LibraryError(NdmError):
    """A library of samples cannot be used: missing, busy, damaged, of another user, too new."""


class EngineError(NdmError):
    """The engine in C cannot play: not built, too old, or it lacks what a model needs."""


class TrainingError(NdmError):
    """Training cannot start or continue: no validation sounds, wrong checkpoint, infinite loss."""


class ExportError(NdmError):
    """The exported graphs do not compute the same as the trained networks."""


class ServerError(NdmError):
    """The live server cannot start, or cannot answer a request."""


class MissingExtraError(NdmError):
    """An optional dependency is not installed; the message holds the command that installs it."""
