"""Exports: a kit as files of other programs, complete or not there."""

from neural_drum_machine.kits.export.export import Exported, check_export_target, export_kit
from neural_drum_machine.kits.export.formats import FORMATS, FormatName
from neural_drum_machine.kits.export.options import ExportOptions

__all__ = [
    "FORMATS",
    "ExportOptions",
    "Exported",
    "FormatName",
    "check_export_target",
    "export_kit",
]
