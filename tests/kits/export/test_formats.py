"""Laws of the written files, without the programs that open them.

DecentSampler, Live and the MPC have no programs here. What is asked of their files is from
DecentSampler's developers' guide, from a rack that Live 11 saved, and from MPC programs in public.

This file is longer than 250 lines because some laws hold for all formats.
"""

import gzip
import io
import tarfile
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from neural_drum_machine.kits.export import ExportOptions, export_kit
from neural_drum_machine.kits.export.formats.sf2 import LEAD
from neural_drum_machine.kits.export.prepare_samples import PITCH, prepared
from neural_drum_machine.kits.rendered import Layer
from neural_drum_machine.prepare.soundfont.font import SoundFont

VELOCITIES = set(range(1, 128))


def written(kit, to, folder, **options):
    export_kit(kit, to, folder, ExportOptions(**options))
    return folder


def xml_of(folder, ending):
    (path,) = folder.glob(f"*{ending}")
    data = path.read_bytes()
    return ET.fromstring(gzip.decompress(data) if ending == ".adg" else data)


def sfz_regions(text):
    """The opcodes of each region, with those of its group; the path is all after `sample=`."""
    regions, group = [], {}
    for line in text.splitlines():
        head, _, path = line.partition("sample=")
        words = dict(word.split("=") for word in head.split()[1:] if "=" in word)
        if line.startswith("<group>"):
            group = words
        elif line.startswith("<region>"):
            regions.append(group | words | {"sample": path})
    return regions


def named_files(folder, to):
    """The samples that the format's own file names, as paths from its folder."""
    if to == "sfz":
        (path,) = folder.glob("*.sfz")
        return [each["sample"] for each in sfz_regions(path.read_text(encoding="utf-8"))]
    if to == "decentsampler":
        return [each.get("path") for each in xml_of(folder, ".dspreset").iter("sample")]
    if to == "drumrack":
        return [each.get("Value") for each in xml_of(folder, ".adg").findall(".//RelativePath")
                if each.get("Value")]  # fmt: skip
    if to == "mpc":
        names = [each.text for each in xml_of(folder, ".xpm").iter("SampleName")]
        return [f"{each}.wav" for each in names if each]
    if to == "drumgizmo":
        return [
            each.get("file").removeprefix("../")
            for path in (folder / "instruments").glob("*.xml")
            for each in ET.parse(path).iter("audiofile")
        ]
    raise AssertionError(to)


@pytest.mark.parametrize("to", ["sfz", "decentsampler", "drumrack", "mpc", "drumgizmo"])
def test_each_file_that_is_named_exists_and_each_file_is_named(awkward, tmp_path, to):
    folder = written(awkward, to, tmp_path / "kit")
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.wav")}
    assert set(named_files(folder, to)) == files
    # The MPC has one round robin of each layer.
    assert len(files) == (2 if to == "mpc" else 3) * len(awkward.voices)


def test_hydrogen_names_the_files_in_its_archive(awkward, tmp_path):
    folder = written(awkward, "hydrogen", tmp_path / "kit")
    (path,) = folder.glob("*.h2drumkit")
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(path.read_bytes()))) as archive:
        names = {each.name.split("/", 1)[1]: each for each in archive.getmembers()}
        root = ET.parse(archive.extractfile(names.pop("drumkit.xml"))).getroot()
        assert {each.name.split("/")[0] for each in archive.getmembers()} == {path.stem}
    space = "{http://www.hydrogen-music.org/drumkit}"
    assert {each.text for each in root.iter(f"{space}filename")} == set(names)
    assert len(names) == 3 * len(awkward.voices)


@pytest.mark.parametrize("bits", ["16", "24", "float"])
def test_wav_files_have_the_rate_and_bits_asked_for(make_kit, make_voice, tmp_path, bits):
    kit = make_kit(make_voice("A", 40), make_voice("B", 41, pan=0.5))
    folder = written(kit, "wav", tmp_path / "kit", rate=48_000, bits=bits)
    subtype = {"16": "PCM_16", "24": "PCM_24", "float": "FLOAT"}[bits]
    facts = [soundfile.info(folder / f"{name}.wav") for name in "AB"]
    assert {(each.samplerate, each.subtype) for each in facts} == {(48_000, subtype)}
    assert [each.channels for each in facts] == [1, 2]


def test_sfz_plays_each_velocity_once_a_round(drums, tmp_path):
    (path,) = written(drums, "sfz", tmp_path / "kit").glob("*.sfz")
    regions = sfz_regions(path.read_text(encoding="utf-8"))
    for voice in drums.voices:
        mine = [each for each in regions if each["key"] == str(voice.note)]
        for position in ("1", "2"):
            spans = [
                range(int(each["lovel"]), int(each["hivel"]) + 1)
                for each in mine
                if each["seq_position"] == position and each["seq_length"] == "2"
            ]
            assert sorted(velocity for span in spans for velocity in span) == sorted(VELOCITIES)
    hats = [each for each in regions if "off_by" in each]
    assert {(each["group"], each["off_by"], each["off_mode"]) for each in hats} == {
        ("1", "1", "time")
    }
    assert {each["off_time"] for each in hats} == {"0.04", "0.08"}


KNOWN_SAMPLE = {
    "path", "rootNote", "loNote", "hiNote", "loVel", "hiVel", "volume", "pan", "tuning",
    "seqMode", "seqLength", "seqPosition",
}  # fmt: skip
KNOWN_GROUP = {
    "name", "ampVelTrack", "pitchKeyTrack", "tags", "silencedByTags", "silencingMode",
    "silencingDecay",
}  # fmt: skip
KNOWN_GROUPS = {"attack", "decay", "sustain", "release", "releaseCurve"}


def test_decentsampler_has_what_its_guide_describes(drums, tmp_path):
    root = xml_of(written(drums, "decentsampler", tmp_path / "kit"), ".dspreset")
    assert root.tag == "DecentSampler"
    (groups,) = root
    assert (groups.tag, set(groups.keys())) == ("groups", KNOWN_GROUPS)
    by_tag = {}
    for voice, group in zip(drums.voices, groups, strict=True):
        assert set(group.keys()) <= KNOWN_GROUP
        spans = {}
        for sample in group:
            assert set(sample.keys()) <= KNOWN_SAMPLE
            assert sample.get("seqMode") == "round_robin"
            assert sample.get("loNote") == sample.get("hiNote") == str(voice.note)
            assert -100 <= float(sample.get("pan")) <= 100
            assert sample.get("volume").endswith("dB")
            span = range(int(sample.get("loVel")), int(sample.get("hiVel")) + 1)
            spans.setdefault(sample.get("seqPosition"), set()).update(span)
        assert all(each - {0} == VELOCITIES for each in spans.values())
        if group.get("tags"):
            by_tag[group.get("tags")] = group
    # Each hat ends the other one, in the other's time, and not itself.
    assert len(by_tag) == 2
    for tag, group in by_tag.items():
        assert set(group.get("silencedByTags").split(",")) == set(by_tag) - {tag}
    assert [each.get("silencingDecay") for each in by_tag.values()] == ["0.04", "0.08"]


def test_decentsampler_plays_a_layer_at_its_level(drums, tmp_path):
    root = xml_of(written(drums, "decentsampler", tmp_path / "kit"), ".dspreset")
    group = root[0][2]
    volumes = {float(each.get("volume").removesuffix("dB")) for each in group}
    # Its volume follows the velocity: at 63 it plays 63/127 as loud.
    assert sorted(volumes) == pytest.approx([-8, -8 + 20 * np.log10(127 / 63)], abs=0.001)


@pytest.mark.parametrize("layers", [1, 2])
def test_a_drum_rack_has_a_pad_for_each_voice(drums, tmp_path, layers):
    voices = tuple(
        replace(
            each,
            layers=tuple(
                replace(layer, low=1 if layers == 1 else layer.low, takes=layer.takes[:layers])
                for layer in each.layers[-layers:]
            ),
        )
        for each in drums.voices
    )
    folder = written(replace(drums, voices=voices), "drumrack", tmp_path / "kit")
    root = xml_of(folder, ".adg")
    assert root.tag == "Ableton"
    pads = root.findall("GroupDevicePreset/BranchPresets/DrumBranchPreset")
    for voice, pad in zip(voices, pads, strict=True):
        zone = {each.tag: int(each.get("Value")) for each in pad.find("ZoneSettings")}
        assert zone == {
            "ReceivingNote": 128 - voice.note, "SendingNote": 60, "ChokeGroup": voice.choke,
        }  # fmt: skip
        (device,) = pad.find("DevicePresets/AbletonDevicePreset/Device")
        assert device.tag == ("OriginalSimpler" if layers == 1 else "MultiSampler")
        spans = []
        for part in device.iter("MultiSamplePart"):
            low, high = (
                int(part.find(f"VelocityRange/{end}").get("Value")) for end in ("Min", "Max")
            )
            spans.append((low, high))
            path = folder / part.find("SampleRef/FileRef/RelativePath").get("Value")
            assert part.find("SampleRef/FileRef/Path").get("Value") == path.as_posix()
            frames = soundfile.info(path).frames
            assert int(part.find("SampleEnd").get("Value")) == frames - 1
        turns = device.find("Player/MultiSampleMap/RoundRobin")
        assert (turns is not None) == (layers == 2)
        assert {v for low, high in spans for v in range(low, high + 1)} == VELOCITIES
        mixer = pad.find("MixerPreset/AbletonDevicePreset/Device/AudioBranchMixerDevice")
        level = float(mixer.find("Volume/Manual").get("Value"))
        assert 20 * np.log10(level) == pytest.approx(voice.level_db, abs=0.01)
        assert float(mixer.find("Panorama/Manual").get("Value")) == pytest.approx(voice.pan)


def test_a_drum_rack_louder_than_live_goes_is_softer_as_a_whole(make_kit, make_voice, tmp_path):
    kit = make_kit(make_voice("a", 40, level_db=10.0), make_voice("b", 41, level_db=1.0))
    made = export_kit(kit, "drumrack", tmp_path / "kit")
    assert "4.0 dB softer" in made.notes[-1]
    mixers = xml_of(tmp_path / "kit", ".adg").iter("AudioBranchMixerDevice")
    levels = [20 * np.log10(float(each.find("Volume/Manual").get("Value"))) for each in mixers]
    assert levels == pytest.approx([6, -3], abs=0.01)


def test_an_mpc_program_has_128_pads_of_four_layers(drums, tmp_path):
    folder = written(drums, "mpc", tmp_path / "kit")
    program = xml_of(folder, ".xpm").find("Program")
    assert program.get("type") == "Drum"
    pads = program.findall("Instruments/Instrument")
    assert [int(each.get("number")) for each in pads] == list(range(1, 129))
    assert {len(each.find("Layers")) for each in pads} == {4}
    notes = [int(each.text) for each in program.findall("PadNoteMap/PadNote/Note")]
    assert sorted(notes) == list(range(128))
    assert notes[:3] == [38, 46, 42]
    for voice, pad in zip(drums.voices, pads, strict=False):
        assert pad.findtext("MuteGroup") == str(voice.choke)
        assert float(pad.findtext("Pan")) == pytest.approx(0.5 + voice.pan / 2)
        filled = [each for each in pad.find("Layers") if each.findtext("Active") == "True"]
        spans = [
            range(int(each.findtext("VelStart")), int(each.findtext("VelEnd")) + 1)
            for each in filled
        ]
        assert sorted(v for span in spans for v in span) == list(range(128))
        for each in filled:
            frames = soundfile.info(folder / f"{each.findtext('SampleName')}.wav").frames
            assert int(each.findtext("SliceEnd")) == frames
    assert all(each.findtext("SampleName") == "" for each in pads[3].find("Layers"))


def test_an_mpc_pad_keeps_the_loudest_of_many_layers_and_cycles_round_robins(
    make_kit, make_voice, tmp_path
):
    take = make_voice().layers[0].takes[0]
    many = tuple(
        Layer(16 * each + (each == 0), 16 * each + 15, 16 * each + 15, (take,), ("",), (b"",))
        for each in range(8)
    )
    turns = (Layer(1, 127, 127, (take,) * 6, ("",) * 6, (b"",) * 6),)
    for layers, plays, count in ((many, "1", 4), (turns, "0", 4)):
        kit = make_kit(make_voice(layers=layers))
        folder = written(kit, "mpc", tmp_path / plays)
        pad = xml_of(folder, ".xpm").find("Program/Instruments/Instrument")
        filled = [each for each in pad.find("Layers") if each.findtext("Active") == "True"]
        assert (pad.findtext("ZonePlay"), len(filled)) == (plays, count)
        assert filled[-1].findtext("VelEnd") == "127"
        assert filled[0].findtext("VelStart") == "0"


def test_a_soundfont_holds_the_kit_as_our_own_reader_reads_it(drums, tmp_path):
    (path,) = written(drums, "sf2", tmp_path / "kit", trim=False, bits="16").glob("*.sf2")
    bank = SoundFont.open(path)
    assert bank.presets == [(0, "Test kit 1"), (1, "Test kit 2")]
    expected, _ = prepared(drums, ExportOptions(trim=False, bits="16"), frozenset({PITCH}))
    hits = bank.drum_hits()
    assert len(hits) == 2 * 3 * 2
    gains = []
    for hit in hits:
        (voice,) = (each for each in expected.voices if each.note == hit.key)
        layer = voice.layers[hit.low_velocity > 1]
        assert (hit.low_velocity, hit.high_velocity) == (layer.low, layer.high)
        sample = np.atleast_2d(layer.takes[hit.program]).mean(axis=0)
        played = bank.render(hit)[0][LEAD : LEAD + len(sample)]
        assert np.corrcoef(played, sample)[0, 1] > 0.9999
        gains.append(20 * np.log10(np.dot(played, sample) / np.dot(sample, sample)))
    # All layers, mono or stereo, are as loud beside each other as they are in the kit.
    assert np.ptp(gains) < 0.05


def test_hydrogen_gets_no_more_samples_than_it_takes(make_kit, make_voice, tmp_path):
    take = make_voice().layers[0].takes[0]
    layers = tuple(
        Layer(low, high, high, (take,) * 5, ("",) * 5, (b"",) * 5)
        for low, high in ((1, 40), (41, 80), (81, 120), (121, 127))
    )
    made = export_kit(make_kit(make_voice(layers=layers)), "hydrogen", tmp_path / "kit")
    assert "first 4 round robins" in made.notes[0]
    (path,) = (each for each in made.files if each.suffix == ".h2drumkit")
    with tarfile.open(path) as archive:
        assert sum(each.name.endswith(".wav") for each in archive.getmembers()) == 16
