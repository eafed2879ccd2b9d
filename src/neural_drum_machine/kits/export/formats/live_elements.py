"""The elements of Ableton Live's devices, in the order in which Live 11 saves them.

Live has published no schema. Names and order follow what Live 11.0.10 saved: the templates of the
package abletondrumrack 1.0.2 (MIT licence).
"""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Final

from neural_drum_machine.kits.export.xml_text import Value, element

_PROTECTION: Final = 2816
_FILE: Final[dict[str, Value]] = {"RelativePathType": 0, "RelativePath": "", "Path": "", "Type": 1}
_PACK: Final[dict[str, Value]] = {
    "LivePackName": "",
    "LivePackId": "",
    "OriginalFileSize": 0,
    "OriginalCrc": 0,
}


def values(parent: ET.Element, tags: Mapping[str, Value]) -> None:
    """Add elements that hold one value each."""
    for tag, value in tags.items():
        element(parent, tag, Value=value)


def nested(parent: ET.Element, *tags: str) -> ET.Element:
    """Add an element in an element, and so on; return the innermost."""
    for tag in tags:
        parent = element(parent, tag)
    return parent


def parameter(
    parent: ET.Element, tag: str, value: Value, low: Value | None = None, high: Value = 1
) -> None:
    """Add a parameter that can be automated.

    Parameters
    ----------
    parent : Element
        The device or a part of it.
    tag : str
        The parameter's name.
    value : str, int, float or bool
        What it is set to.
    low, high : str, int or float
        Its range; a switch or a choice has none.
    """
    made = element(parent, tag)
    values(made, {"LomId": 0, "Manual": value})
    if low is not None:
        values(element(made, "MidiControllerRange"), {"Min": low, "Max": high})
    values(element(made, "AutomationTarget", Id=0), {"LockEnvelope": 0})
    if low is not None:
        values(element(made, "ModulationTarget", Id=0), {"LockEnvelope": 0})
    if isinstance(value, bool):
        values(element(made, "MidiCCOnOffThresholds"), {"Min": 64, "Max": 127})


def empty_slot(parent: ET.Element, tag: str) -> None:
    """Add a part of a device that is switched off, such as an LFO."""
    made = element(parent, tag)
    parameter(made, "IsOn", False)
    nested(made, "Slot", "Value")


def modulations(parent: ET.Element, tag: str, *, feedback: bool = False) -> None:
    """Add a source of modulation that changes nothing."""
    made = element(parent, tag)
    for number in range(2):
        values(element(made, f"ModConnections.{number}"), {"Amount": 0, "Connection": 0})
    if feedback:
        values(made, {"Feedback": 0})


def preset_reference(parent: ET.Element, device: str) -> None:
    """Add what says that a device began as Live's default."""
    made = element(parent, "AbletonDefaultPresetRef", Id=0)
    values(element(made, "FileRef"), _FILE | _PACK)
    element(made, "DeviceId", Name=device)


def device(parent: ET.Element, tag: str, *, default: bool = True) -> ET.Element:
    """Add a device with what all devices have; return it."""
    made = element(parent, tag, Id=0)
    values(made, {"LomId": 0, "LomIdView": 0, "IsExpanded": True})
    parameter(made, "On", True)
    values(made, {"ModulationSourceCount": 0})
    element(made, "ParametersListWrapper", LomId=0)
    element(made, "Pointee", Id=0)
    values(made, {"LastSelectedTimeableIndex": 0, "LastSelectedClipEnvelopeIndex": 0})
    reference = nested(made, "LastPresetRef", "Value")
    if default:
        preset_reference(reference, tag)
    element(made, "LockedScripts")
    values(
        made, {"IsFolded": False, "ShouldShowPresetName": True, "UserName": "", "Annotation": ""}
    )
    nested(made, "SourceContext", "Value")
    values(made, {"OverwriteProtectionNumber": _PROTECTION})
    return made


def device_preset(parent: ET.Element) -> ET.Element:
    """Add a preset that holds one device; return the preset."""
    made = element(parent, "AbletonDevicePreset", Id=0)
    values(made, {"OverwriteProtectionNumber": _PROTECTION})
    return made


def file_reference(parent: ET.Element, relative: str, path: str, size: int) -> None:
    """Add the reference to a sample: from the rack's folder, and from the root of the disk."""
    places: dict[str, Value] = {"RelativePathType": 1, "RelativePath": relative}
    places |= {"Path": path, "Type": 1}
    values(element(parent, "FileRef"), places | _PACK | {"OriginalFileSize": size})


def span(parent: ET.Element, tag: str, low: int, high: int) -> None:
    """Add a range of keys, velocities or selectors, without crossfades."""
    values(
        element(parent, tag), {"Min": low, "Max": high, "CrossfadeMin": low, "CrossfadeMax": high}
    )
