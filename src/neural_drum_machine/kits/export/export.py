"""Exporting a kit: a folder that is complete or not there."""

from dataclasses import dataclass
from pathlib import Path

from neural_drum_machine.errors import OutputError
from neural_drum_machine.kits.export.about import ABOUT, about_text, check_replaceable
from neural_drum_machine.kits.export.formats import FORMATS, FormatName
from neural_drum_machine.kits.export.job import Job, Progress
from neural_drum_machine.kits.export.options import ExportOptions
from neural_drum_machine.kits.export.prepare_samples import prepared
from neural_drum_machine.kits.rendered import RenderedKit
from neural_drum_machine.new_folder import check_new_folder, new_folder


@dataclass(frozen=True, slots=True)
class Exported:
    """A kit that was exported.

    Attributes
    ----------
    folder : Path
        Where it is.
    files : tuple of Path
        All files in it.
    notes : tuple of str
        Sentences about what the format does not carry, and what was changed.
    """

    folder: Path
    files: tuple[Path, ...]
    notes: tuple[str, ...]


def export_kit(
    kit: RenderedKit,
    to: FormatName,
    out: str | Path,
    options: ExportOptions | None = None,
    *,
    force: bool = False,
    place: Path | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Write a kit for another program.

    Parameters
    ----------
    kit : RenderedKit
        The kit as samples.
    to : str
        A name of :data:`~neural_drum_machine.kits.export.formats.FORMATS`.
    out : str or Path
        The folder of the export. It is made, with the folders above it. It gets its name once all
        is written; if anything fails before, nothing has changed.
    options : ExportOptions, optional
        Rate, bits, trim, level, mix.
    force : bool
        Whether an earlier export in `out` is replaced. A folder that holds anything else is never
        replaced.
    place : Path, optional
        Where files of the export say that it is; `out` if absent. One that will be moved names a
        relative path.
    progress : callable, optional
        Called with (files written, files in all).

    Returns
    -------
    Exported
        The folder, its files, and what the format does not carry.

    Raises
    ------
    OutputError
        If there is no such format, `out` exists and may not be replaced, or cannot be written.
    """
    if to not in FORMATS:
        raise OutputError(f"no format is called {to!r:.40}; choose one of: {', '.join(FORMATS)}")
    target = Path(out)
    check_export_target(target, force=force)
    made = FORMATS[to]
    options = options or ExportOptions()
    kit, notes = made.fits(kit)
    samples, softer = prepared(kit, options, made.carried)
    if softer < 0:
        notes.append(
            f"The kit is {-softer:.1f} dB softer, so that no sample is clipped. "
            "Files of floating point keep their level."
        )
    with new_folder(target) as folder:
        notes += made.write(samples, Job(folder, place or target.resolve(), options, progress))
        files = sorted(
            each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()
        )
        text = about_text(kit, made.title, made.opening, notes, files)
        (folder / ABOUT).write_text(text, encoding="utf-8", newline="\n")
    return Exported(target, tuple(target / each for each in [*files, ABOUT]), tuple(notes))


def check_export_target(out: Path, *, force: bool) -> None:
    """Check that an export may have a name, before any work.

    Raises
    ------
    OutputError
        If it is a file, or a folder that is not empty and may not be replaced, or the folder above
        takes no new one.
    """
    check_new_folder(out, force=force, check_replaceable=check_replaceable)
