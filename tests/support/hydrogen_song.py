"""A song of Hydrogen that plays an installed kit."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

_NAMESPACE = "{http://www.hydrogen-music.org/drumkit}"
_TICKS = 48
"""A second, at 60 beats a minute."""
_BARS_TICKS = 4 * _TICKS


def hydrogen_song(drumkit: Path, notes: Sequence[tuple[float, int, int]], path: Path) -> None:
    """Write a song.

    Parameters
    ----------
    drumkit : Path
        The drumkit.xml of an installed kit.
    notes : sequence
        Start in seconds, the instrument's number, velocity 1 to 127.
    path : Path
        The song.
    """
    kit = ET.parse(drumkit).getroot()
    for each in kit.iter():
        each.tag = each.tag.removeprefix(_NAMESPACE)
    song = ET.Element("song")
    for tag, text in (
        ("version", "1.2.0"), ("bpm", "60"), ("volume", "1"), ("metronomeVolume", "0"),
        ("name", "test"), ("author", ""), ("notes", ""), ("license", ""),
        ("loopEnabled", "false"), ("patternModeMode", "true"), ("mode", "song"),
        ("pan_law_type", "RATIO_STRAIGHT_POLYGONAL"), ("pan_law_k_norm", "1.33333"),
        ("humanize_time", "0"), ("humanize_velocity", "0"), ("swing_factor", "0"),
    ):  # fmt: skip
        ET.SubElement(song, tag).text = text
    song.append(kit.find("componentList"))
    instruments = kit.find("instrumentList")
    for each in instruments.findall("instrument"):
        ET.SubElement(each, "drumkit").text = drumkit.parent.name
        ET.SubElement(each, "drumkitLookup").text = "2"
    song.append(instruments)
    patterns, sequence = ET.SubElement(song, "patternList"), ET.Element("patternSequence")
    last = max(round(start * _TICKS) for start, _, _ in notes)
    for number in range(last // _BARS_TICKS + 2):
        pattern = ET.SubElement(patterns, "pattern")
        name = f"Pattern {number}"
        for tag, text in (
            ("name", name), ("category", ""), ("size", str(_BARS_TICKS)), ("denominator", "4"),
        ):  # fmt: skip
            ET.SubElement(pattern, tag).text = text
        inside = ET.SubElement(pattern, "noteList")
        for start, instrument, velocity in notes:
            tick = round(start * _TICKS)
            if tick // _BARS_TICKS == number:
                note = ET.SubElement(inside, "note")
                for tag, text in (
                    ("position", str(tick % _BARS_TICKS)), ("leadlag", "0"),
                    ("velocity", f"{velocity / 127:.6f}"), ("pan", "0"), ("pitch", "0"),
                    ("probability", "1"), ("key", "C0"), ("length", "-1"),
                    ("instrument", str(instrument)), ("note_off", "false"),
                ):  # fmt: skip
                    ET.SubElement(note, tag).text = text
        ET.SubElement(ET.SubElement(sequence, "group"), "patternID").text = name
    ET.SubElement(song, "virtualPatternList")
    song.append(sequence)
    path.write_bytes(ET.tostring(song, encoding="UTF-8", xml_declaration=True))
