"""Simpler and Sampler of Ableton Live: the devices that play a pad's samples."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Final

from neural_drum_machine.kits.export.formats.live_elements import (
    device,
    empty_slot,
    file_reference,
    modulations,
    nested,
    parameter,
    span,
    values,
)
from neural_drum_machine.kits.export.xml_text import element

ROOT_KEY: Final = 60
"""The note that pads send to their devices, which plays samples as they are."""
_SILENT: Final = "0.0003162277571"
_INSTANT: Final = "0.1000000015"
_LONGEST: Final = 60_000
"""Milliseconds of release: a drum sounds to its end, however short the note is."""


@dataclass(frozen=True, slots=True)
class Part:
    """A sample of a pad: its file, length and velocities."""

    relative: str
    path: str
    name: str
    frames: int
    size: int
    sr: int
    low: int
    high: int


def sampler(parent: ET.Element, parts: list[Part], *, pitch: float, round_robin: bool) -> str:
    """Add Simpler for one sample, or Sampler for several; return the device's name.

    Parameters
    ----------
    parent : Element
        Where it goes.
    parts : list of Part
        The samples.
    pitch : float
        Semitones.
    round_robin : bool
        Whether samples of the same velocities take turns, which Live 12 can.
    """
    simple = len(parts) == 1
    name = "OriginalSimpler" if simple else "MultiSampler"
    made = device(parent, name)
    _player(made, parts, round_robin)
    _pitch(made, pitch)
    empty_slot(made, "Filter")
    empty_slot(made, "Shaper")
    _volume(made, follows=1 if simple else 0)
    for part in ("AuxEnv", "Lfo", "AuxLfos.0", "AuxLfos.1"):
        empty_slot(made, part)
    for source in ("KeyDst", "VelDst", "RelVelDst"):
        modulations(made, source)
    for number in range(6):
        modulations(made, f"MidiCtrl.{number}", feedback=True)
    _globals(made, simple)
    values(
        element(made, "ViewSettings"),
        {"SelectedPage": 0, "ZoneEditorVisible": False, "Seconds": False}
        | {"SelectedSampleChannel": 0, "VerticalSampleZoom": 1, "IsAutoSelectEnabled": False}
        | {"SimplerBreakoutVisible": False},
    )
    if simple:
        values(element(made, "SimplerSlicing"), {"PlaybackMode": 0})
    return name


def _player(parent: ET.Element, parts: list[Part], round_robin: bool) -> None:
    player = element(parent, "Player")
    samples = element(player, "MultiSampleMap")
    inside = element(samples, "SampleParts")
    for number, part in enumerate(parts):
        _part(inside, number, part)
    values(samples, {"LoadInRam": False, "LayerCrossfade": 0})
    element(samples, "SourceContext")
    if round_robin:
        values(samples, {"RoundRobin": True, "RoundRobinMode": 0, "RoundRobinResetPeriod": 0})
        values(samples, {"RoundRobinRandomSeed": 1})
    loops = element(player, "LoopModulators")
    values(loops, {"IsModulated": True})
    parameter(loops, "SampleStart", 0, 0)
    parameter(loops, "SampleLength", 1, 0)
    parameter(loops, "LoopOn", False)
    parameter(loops, "LoopLength", 1, 0)
    parameter(loops, "LoopFade", 0, 0)
    parameter(player, "Reverse", False)
    # Snapping would move the start to a zero crossing.
    parameter(player, "Snap", False)
    parameter(player, "SampleSelector", 0, 0, 127)
    empty_slot(player, "SubOsc")
    values(player, {"InterpolationMode": 2, "UseConstPowCrossfade": True})


def _part(parent: ET.Element, number: int, part: Part) -> None:
    made = element(
        parent,
        "MultiSamplePart",
        Id=number,
        HasImportedSlicePoints=True,
        NeedsAnalysisData=True,
    )
    values(made, {"LomId": 0, "Name": part.name, "Selection": True, "IsActive": True})
    values(made, {"Solo": False})
    span(made, "KeyRange", 0, 127)
    span(made, "VelocityRange", part.low, part.high)
    span(made, "SelectorRange", 0, 127)
    values(made, {"RootKey": ROOT_KEY, "Detune": 0, "TuneScale": 100, "Panorama": 0, "Volume": 1})
    values(made, {"Link": False, "SampleStart": 0, "SampleEnd": part.frames - 1})
    for tag, mode in (("SustainLoop", 0), ("ReleaseLoop", 3)):
        loop = {"Start": 0, "End": part.frames - 1, "Mode": mode, "Crossfade": 0, "Detune": 0}
        values(element(made, tag), loop)
    reference = element(made, "SampleRef")
    file_reference(reference, part.relative, part.path, part.size)
    values(reference, {"LastModDate": 0})
    element(reference, "SourceContext")
    values(
        reference,
        {"SampleUsageHint": 0, "DefaultDuration": part.frames, "DefaultSampleRate": part.sr},
    )
    values(made, {"SlicingThreshold": 100, "SlicingBeatGrid": 4, "SlicingRegions": 8})
    values(made, {"SlicingStyle": 0})
    _warp(element(made, "SampleWarpProperties"))
    for tag in ("SlicePoints", "ManualSlicePoints", "BeatSlicePoints", "RegionSlicePoints"):
        element(made, tag)
    values(made, {"UseDynamicBeatSlices": True, "UseDynamicRegionSlices": True})


def _warp(parent: ET.Element) -> None:
    markers = element(parent, "WarpMarkers")
    element(markers, "WarpMarker", Id=0, SecTime=0, BeatTime=0)
    element(markers, "WarpMarker", Id=1, SecTime="0.015625", BeatTime="0.03125")
    values(parent, {"WarpMode": 4, "GranularityTones": 30, "GranularityTexture": 65})
    values(parent, {"FluctuationTexture": 25, "ComplexProFormants": 100, "ComplexProEnvelope": 128})
    values(parent, {"TransientResolution": 6, "TransientLoopMode": 2, "TransientEnvelope": 100})
    values(parent, {"IsWarped": False})
    onsets = element(parent, "Onsets")
    element(onsets, "UserOnsets")
    values(onsets, {"HasUserOnsets": False})
    signature = nested(parent, "TimeSignature", "TimeSignatures")
    values(
        element(signature, "RemoteableTimeSignature", Id=0),
        {"Numerator": 4, "Denominator": 4, "Time": 0},
    )
    values(
        element(parent, "BeatGrid"),
        {"FixedNumerator": 1, "FixedDenominator": 16, "GridIntervalPixel": 20, "Ntoles": 2}
        | {"SnapToGrid": True, "Fixed": False},
    )


def _pitch(parent: ET.Element, pitch: float) -> None:
    semitones = round(pitch)
    made = element(parent, "Pitch")
    parameter(made, "TransposeKey", semitones, -48, 48)
    parameter(made, "TransposeFine", 100 * (pitch - semitones), -50, 50)
    parameter(made, "PitchLfoAmount", 0, 0)
    empty_slot(made, "Envelope")
    values(made, {"ScrollPosition": -1073741824})


def _volume(parent: ET.Element, follows: float) -> None:
    made = element(parent, "VolumeAndPan")
    parameter(made, "Volume", 0, -36, 36)
    parameter(made, "VolumeVelScale", follows, 0)
    parameter(made, "VolumeKeyScale", 0, -1)
    parameter(made, "VolumeLfoAmount", 0, 0)
    parameter(made, "Panorama", 0, -1)
    parameter(made, "PanoramaKeyScale", 0, -1)
    parameter(made, "PanoramaRnd", 0, 0)
    parameter(made, "PanoramaLfoAmount", 0, 0)
    envelope = element(made, "Envelope")
    parameter(envelope, "AttackTime", _INSTANT, _INSTANT, 20_000)
    parameter(envelope, "AttackLevel", _SILENT, _SILENT)
    parameter(envelope, "AttackSlope", 0, -1)
    parameter(envelope, "DecayTime", 300, 1, _LONGEST)
    parameter(envelope, "DecayLevel", 1, _SILENT)
    parameter(envelope, "DecaySlope", 1, -1)
    parameter(envelope, "SustainLevel", 1, _SILENT)
    parameter(envelope, "ReleaseTime", _LONGEST, 1, _LONGEST)
    parameter(envelope, "ReleaseLevel", _SILENT, _SILENT)
    parameter(envelope, "ReleaseSlope", 1, -1)
    parameter(envelope, "LoopMode", 0)
    parameter(envelope, "LoopTime", 100, "0.200000003", 20_000)
    parameter(envelope, "RepeatTime", 3, 0, 14)
    parameter(envelope, "TimeVelScale", 0, -100, 100)
    values(envelope, {"CurrentOverlay": 0})
    one_shot = element(made, "OneShotEnvelope")
    parameter(one_shot, "FadeInTime", 0, 0, 2000)
    parameter(one_shot, "SustainMode", 0)
    parameter(one_shot, "FadeOutTime", _INSTANT, 0, 2000)


def _globals(parent: ET.Element, simple: bool) -> None:
    made = element(parent, "Globals")
    values(made, {"NumVoices": 2, "NumVoicesEnvTimeControl": False, "RetriggerMode": simple})
    values(made, {"ModulationResolution": 2})
    parameter(made, "SpreadAmount", 0, 0, 100)
    parameter(made, "KeyZoneShift", 0, -48, 48)
    parameter(made, "PortamentoMode", 0)
    parameter(made, "PortamentoTime", 50, _INSTANT, 10_000)
    values(made, {"PitchBendRange": 5, "MpePitchBendRange": 48, "ScrollPosition": 0})
    scale = element(made, "EnvScale")
    parameter(scale, "EnvTime", 0, -100, 100)
    parameter(scale, "EnvTimeKeyScale", 0, -100, 100)
    parameter(scale, "EnvTimeIncludeAttack", True)
    # Playback mode 1 of Simpler is one-shot.
    values(made, {"IsSimpler": simple, "PlaybackMode": 1 if simple else 0, "LegacyMode": False})
