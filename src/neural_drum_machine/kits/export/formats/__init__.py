"""The formats of exports, each in a file of its own, by their names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from neural_drum_machine.kits.export.formats import (
    decentsampler,
    drumgizmo,
    drumrack,
    hydrogen,
    mpc,
    sf2,
    sfz,
    wav,
)
from neural_drum_machine.kits.export.job import Job
from neural_drum_machine.kits.export.prepare_samples import MIX, PAN, PITCH
from neural_drum_machine.kits.rendered import RenderedKit

Write = Callable[[RenderedKit, Job], list[str]]
FormatName = Literal[
    "wav", "sfz", "hydrogen", "drumgizmo", "decentsampler", "drumrack", "mpc", "sf2"
]
Fit = Callable[[RenderedKit], tuple[RenderedKit, list[str]]]
_NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Format:
    """A format of exports.

    Attributes
    ----------
    title : str
        As people call it.
    write : callable
        Writes a kit whose samples are ready into an empty folder; returns sentences about what the
        format does not carry.
    carried : frozenset of str
        What of the mix it holds beside the samples: ``level``, ``pan``, ``pitch``. The rest is put
        into the samples.
    opening : str
        How to open it.
    fits : callable
        Returns the layers and round robins of a kit that the format can hold, and sentences about
        those that it cannot.
    """

    title: str
    write: Write
    carried: frozenset[str]
    opening: str
    fits: Fit = lambda kit: (kit, [])


FORMATS: Final[dict[FormatName, Format]] = {
    "wav": Format(
        "WAV", wav.write, _NOTHING, "Drag the files into any sampler or any track of a DAW."
    ),
    "sfz": Format(
        "SFZ",
        sfz.write,
        MIX,
        "Open the .sfz in sfizz, sforzando or another SFZ player. Keep the samples beside it.",
    ),
    "hydrogen": Format(
        "Hydrogen",
        hydrogen.write,
        MIX,
        "In Hydrogen: Drumkits, Import, and choose the .h2drumkit. MIDI notes follow the kit with "
        "the preference 'Use output note as input note'.",
        hydrogen.that_fits,
    ),
    "drumgizmo": Format(
        "DrumGizmo",
        drumgizmo.write,
        _NOTHING,
        "In DrumGizmo choose drumkit.xml as the drumkit and midimap.xml as the MIDI map.",
    ),
    "decentsampler": Format(
        "DecentSampler",
        decentsampler.write,
        MIX,
        "In DecentSampler choose File, Open, and the .dspreset. Keep the samples beside it.",
    ),
    "drumrack": Format(
        "Ableton Drum Rack",
        drumrack.write,
        MIX,
        "Put this folder into Live's User Library and drag the .adg onto a MIDI track.",
    ),
    "mpc": Format(
        "Akai MPC",
        mpc.write,
        frozenset({PAN, PITCH}),
        "Copy this folder to the MPC's disk or into MPC software, and load the .xpm.",
        mpc.that_fits,
    ),
    "sf2": Format(
        "SoundFont 2",
        sf2.write,
        frozenset({PITCH}),
        "Load the .sf2 in any SoundFont player. The kit is program 0 of bank 128, on channel 10.",
    ),
}
"""The formats by their names."""
