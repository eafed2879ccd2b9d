"""Ableton Live: a Drum Rack .adg, which is compressed XML, beside the samples."""

import gzip
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Final

from neural_drum_machine.kits.export.formats.live_elements import (
    device,
    device_preset,
    nested,
    parameter,
    preset_reference,
    span,
    values,
)
from neural_drum_machine.kits.export.formats.live_sampler import ROOT_KEY, Part, sampler
from neural_drum_machine.kits.export.job import Job
from neural_drum_machine.kits.export.names import safe_name
from neural_drum_machine.kits.export.sample_files import SAMPLES, write_samples
from neural_drum_machine.kits.export.xml_text import document, element
from neural_drum_machine.kits.rendered import RenderedKit, RenderedVoice

_NOTES: Final = 128
_MACROS: Final = 16
_LIVE_11: Final = {
    "MajorVersion": "5",
    "MinorVersion": "11.0_433",
    "SchemaChangeCount": "6",
    "Creator": "Neural Drum Machine",
    "Revision": "",
}
_LIVE_12: Final = _LIVE_11 | {"MinorVersion": "12.0_12120", "SchemaChangeCount": "2"}
_LOWEST, _HIGHEST = "0.0003162277571", "1.99526238"
"""Levels of a mixer: -70 and 6 dB."""
_MOST_DB: Final = 6.0


def write(kit: RenderedKit, job: Job) -> list[str]:
    """Write the samples and the rack; return what is not carried."""
    files = write_samples(kit, job.folder / SAMPLES, job)
    several = any(len(layer.takes) > 1 for voice in kit.voices for layer in voice.layers)
    layered = any(len(voice.layers) > 1 for voice in kit.voices)
    over = max(0.0, max(voice.level_db for voice in kit.voices) - _MOST_DB)
    root = ET.Element("Ableton", _LIVE_12 if several else _LIVE_11)
    preset = element(root, "GroupDevicePreset")
    values(preset, {"OverwriteProtectionNumber": 2816})
    _rack(element(preset, "Device"))
    preset_reference(element(preset, "PresetRef"), "DrumGroupDevice")
    branches = element(preset, "BranchPresets")
    for number, (voice, by_layer) in enumerate(zip(kit.voices, files, strict=True)):
        parts = [
            Part(
                f"{SAMPLES}/{file}",
                (job.final / SAMPLES / file).as_posix(),
                file.removesuffix(".wav"),
                take.shape[-1],
                (job.folder / SAMPLES / file).stat().st_size,
                kit.sr,
                layer.low,
                layer.high,
            )
            for layer, by_take in zip(voice.layers, by_layer, strict=True)
            for take, file in zip(layer.takes, by_take, strict=True)
        ]
        _branch(branches, number, replace(voice, level_db=voice.level_db - over), parts)
    element(preset, "ReturnBranchPresets")
    data = gzip.compress(document(root), mtime=0)
    (job.folder / f"{safe_name(kit.name)}.adg").write_bytes(data)
    notes = _notes(several, layered, any(voice.choke for voice in kit.voices))
    if over:
        notes.append(
            f"The kit is {over:.1f} dB softer: a chain of Live goes up to {_MOST_DB:g} dB."
        )
    return notes


def _notes(several: bool, layered: bool, choked: bool) -> list[str]:
    notes = []
    if several:
        notes.append("Round robins need Sampler and Live 12.")
    elif layered:
        notes.append("Velocity layers need Sampler. A kit of one layer needs only Simpler.")
    if choked:
        notes.append("Live has no choke time.")
    return notes


def _rack(parent: ET.Element) -> None:
    made = device(parent, "DrumGroupDevice")
    element(made, "Branches")
    values(made, {"IsBranchesListVisible": False, "IsReturnBranchesListVisible": False})
    values(made, {"IsRangesEditorVisible": False, "AreDevicesVisible": True})
    values(made, {"NumVisibleMacroControls": 8})
    macros = range(_MACROS)
    for each in macros:
        parameter(made, f"MacroControls.{each}", 0, 0, 127)
    values(made, {f"MacroDisplayNames.{each}": f"Macro {each + 1}" for each in macros})
    values(made, {f"MacroDefaults.{each}": 0 for each in macros})
    values(made, {f"MacroAnnotations.{each}": "" for each in macros})
    values(made, {f"ForceDisplayGenericValue.{each}": False for each in macros})
    values(made, {"AreMacroControlsVisible": False, "IsAutoSelectEnabled": True})
    parameter(made, "ChainSelector", 0, 0, 127)
    values(made, {"ChainSelectorRelativePosition": -1073741824, "ViewsToRestoreWhenUnfolding": 0})
    element(made, "ReturnBranches")
    values(made, {"BranchesSplitterProportion": 0.5, "ShowBranchesInSessionMixer": False})
    values(made, {f"MacroColor.{each}": -1 for each in macros})
    values(made, {"LockId": 0, "LockSeal": 0})
    element(made, "ChainsListWrapper", LomId=0)
    element(made, "ReturnChainsListWrapper", LomId=0)
    nested(made, "MacroVariations", "MacroSnapshots")
    values(made, {f"ExcludeMacroFromRandomization.{each}": False for each in macros})
    values(made, {f"ExcludeMacroFromSnapshots.{each}": False for each in macros})
    values(made, {"AreMacroVariationsControlsVisible": False, "ChainSelectorFilterMidiCtrl": False})
    values(made, {"RangeTypeIndex": 1, "ShowsZonesInsteadOfNoteNames": True})
    values(made, {"IsMidiSectionVisible": False, "AreSendsVisible": False, "ArePadsVisible": True})
    values(made, {"PadScrollPosition": 19})
    element(made, "DrumPadsListWrapper", LomId=0)
    element(made, "VisibleDrumPadsListWrapper", LomId=0)


def _branch(parent: ET.Element, number: int, voice: RenderedVoice, parts: list[Part]) -> None:
    made = element(parent, "DrumBranchPreset", Id=number)
    values(made, {"Name": voice.name, "IsSoloed": False})
    preset = device_preset(element(made, "DevicePresets"))
    several = any(len(layer.takes) > 1 for layer in voice.layers)
    name = sampler(element(preset, "Device"), parts, pitch=voice.pitch, round_robin=several)
    preset_reference(element(preset, "PresetRef"), name)
    _mixer(element(made, "MixerPreset"), voice)
    span(made, "BranchSelectorRange", 0, 0)
    values(made, {"SessionViewBranchWidth": 55, "DocumentColorIndex": 11})
    values(made, {"AutoColored": True, "AutoColorScheme": 0})
    element(made, "SourceContext")
    # Live counts the notes of pads from the top.
    zone = {"ReceivingNote": _NOTES - voice.note, "SendingNote": ROOT_KEY}
    values(element(made, "ZoneSettings"), zone | {"ChokeGroup": voice.choke})


def _mixer(parent: ET.Element, voice: RenderedVoice) -> None:
    preset = device_preset(parent)
    name = "AudioBranchMixerDevice"
    made = device(element(preset, "Device"), name, default=False)
    parameter(made, "Speaker", True)
    parameter(made, "Volume", 10 ** (voice.level_db / 20), _LOWEST, _HIGHEST)
    parameter(made, "Panorama", voice.pan, -1)
    element(made, "SendInfos")
    routing = element(made, "RoutingHelper")
    target = {"Target": "AudioOut/None", "UpperDisplayString": "No Output"}
    values(element(routing, "Routable"), target | {"LowerDisplayString": ""})
    values(routing, {"TargetEnum": 0})
    element(made, "SendsListWrapper", LomId=0)
    preset_reference(element(preset, "PresetRef"), name)
