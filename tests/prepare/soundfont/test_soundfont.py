"""SoundFont reader: laws on small banks written here, and FluidSynth as an independent judge."""

import io
import itertools
import shutil
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile

from neural_drum_machine.errors import AudioError
from neural_drum_machine.prepare.soundfont.font import DrumHit, SoundFont
from neural_drum_machine.prepare.soundfont.zones import Gen

SR = 44100
Gens = dict[int, int]
ZoneSpec = tuple[Gens, int | None]
INSTALLED = (
    Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"),
    Path("/usr/share/sounds/sf3/MuseScore_General_Full.sf3"),
)


def sine(frequency: float, seconds: float = 1.0, sr: int = SR, level: float = 0.5) -> np.ndarray:
    return level * np.sin(2 * np.pi * frequency * np.arange(round(seconds * sr)) / sr)


def span(low: int, high: int) -> int:
    """The amount of a range generator."""
    return low | high << 8


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def tables(
    owners: Sequence[tuple[bytes, list[ZoneSpec]]], final: Gen, mods: Sequence[tuple[int, ...]]
) -> tuple[bytes, bytes, bytes, list[int]]:
    """Bags, modulators, generators, and each owner's first bag; `mods` go into every first zone."""
    bags, gens, firsts, all_mods = b"", b"", [], b""
    n_bags = n_gens = n_mods = 0
    for _, zones in owners:
        firsts.append(n_bags)
        for number, (amounts, target) in enumerate(zones):
            bags += struct.pack("<HH", n_gens, n_mods)
            rows = [*amounts.items(), *([(final, target)] if target is not None else [])]
            for gen, amount in rows:
                gens += struct.pack("<HH", gen, amount & 0xFFFF)
            for mod in mods if number == 0 else ():
                all_mods += struct.pack("<HHhHH", *mod)
                n_mods += 1
            n_bags, n_gens = n_bags + 1, n_gens + len(rows)
    bags += struct.pack("<HH", n_gens, n_mods)
    return bags, all_mods + bytes(10), gens + bytes(4), [*firsts, n_bags]


def bank(
    instruments: Sequence[list[ZoneSpec]],
    presets: Sequence[list[ZoneSpec]] = ([({}, 0)],),
    samples: Sequence[np.ndarray] = (),
    *,
    vorbis: bool = False,
    mods: Sequence[tuple[int, ...]] = (),
    sr: int = SR,
    root: int = 60,
    correction: int = 0,
    loop: tuple[int, int] = (0, 0),
) -> bytes:
    """A SoundFont whose preset `i` is program `i` of bank 128; samples are called S0, S1, …"""
    smpl = headers = b""
    for number, x in enumerate(samples or [sine(441)]):
        if vorbis:
            buffer = io.BytesIO()
            soundfile.write(buffer, x, sr, format="OGG", subtype="VORBIS")
            raw, base, kind, unit = buffer.getvalue(), 0, 0x11, 1
        else:
            raw, kind, unit = np.round(x * 32767).astype("<i2").tobytes() + bytes(92), 1, 2
            base = len(smpl) // unit
        start = len(smpl) // unit
        end = start + (len(raw) if vorbis else len(x))
        headers += struct.pack(
            "<20s5IBbHH", b"S%d" % number, start, end, base + loop[0], base + loop[1],
            sr, root, correction, 0, kind,
        )  # fmt: skip
        smpl += raw
    inst = [(b"I%d" % i, zones) for i, zones in enumerate(instruments)]
    kits = [(b"Kit %d" % i, zones) for i, zones in enumerate(presets)]
    pbag, pmod, pgen, p_first = tables(kits, Gen.INSTRUMENT, ())
    ibag, imod, igen, i_first = tables(inst, Gen.SAMPLE, mods)
    phdr = b"".join(
        struct.pack("<20s3H3I", name, i, 128, first, 0, 0, 0)
        for i, ((name, _), first) in enumerate(zip([*kits, (b"EOP", [])], p_first, strict=True))
    )
    ihdr = b"".join(
        struct.pack("<20sH", name, first)
        for (name, _), first in zip([*inst, (b"EOI", [])], i_first, strict=True)
    )
    parts = (
        ("phdr", phdr), ("pbag", pbag), ("pmod", pmod), ("pgen", pgen), ("inst", ihdr),
        ("ibag", ibag), ("imod", imod), ("igen", igen), ("shdr", headers + bytes(46)),
    )  # fmt: skip
    pdta = b"".join(chunk(name.encode(), data) for name, data in parts)
    version = struct.pack("<HH", 3 if vorbis else 2, 1)
    lists = (b"INFO" + chunk(b"ifil", version), b"sdta" + chunk(b"smpl", smpl), b"pdta" + pdta)
    return chunk(b"RIFF", b"sfbk" + b"".join(chunk(b"LIST", data) for data in lists))


@pytest.fixture
def play(tmp_path: Path):
    """Renders one key of a bank's first kit at its loudest layer."""

    def render(data: bytes, key: int = 60, seconds: float = 1.0, layer: int = -1) -> np.ndarray:
        path = tmp_path / "bank.sf2"
        path.write_bytes(data)
        font = SoundFont.open(path)
        hit = [hit for hit in font.drum_hits([key]) if hit.program == 0][layer]
        samples, sr = font.render(hit, seconds=seconds)
        assert sr == SR
        assert samples.dtype == np.float32
        return samples

    return render


def pitch(x: np.ndarray) -> float:
    """Frequency in Hz of the strongest partial, between bins."""
    spectrum = np.abs(np.fft.rfft(x * np.hanning(len(x)), 1 << 19))
    return float(np.argmax(spectrum)) * SR / (1 << 19)


def level(x: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.square(x, dtype=np.float64)))))


@pytest.mark.parametrize(
    ("gens", "key", "options", "cents"),
    [
        ({}, 60, {}, 0),
        ({}, 72, {}, 1200),
        ({}, 55, {}, -500),
        ({}, 60, {"root": 48}, 1200),
        ({}, 60, {"root": 255}, 0),
        ({}, 60, {"correction": -30}, -30),
        ({Gen.ROOT_KEY: 50}, 60, {}, 1000),
        ({Gen.SCALE_TUNING: 0}, 80, {}, 0),
        ({Gen.SCALE_TUNING: 50}, 64, {}, 200),
        ({Gen.COARSE_TUNE: -3, Gen.FINE_TUNE: 25}, 60, {}, -275),
        ({Gen.MOD_ENV_PITCH: 700}, 60, {}, 700),
        ({Gen.KEY: 67}, 40, {}, 700),
    ],
)
def test_pitch(play, gens, key, options, cents) -> None:
    x = play(bank([[(gens, 0)]], **options), key)
    assert 1200 * np.log2(pitch(x[1000:-1000]) / 441) == pytest.approx(cents, abs=0.7)


def test_pitch_follows_the_modulation_envelope(play) -> None:
    decay = {Gen.MOD_ENV_PITCH: 1200, Gen.MOD_DECAY: -1200, Gen.MOD_SUSTAIN: 1000}
    x = play(bank([[(decay, 0)]], samples=[sine(441, 3)]), seconds=2)
    assert pitch(x[SR:]) == pytest.approx(441, rel=1e-3)
    # Half the decay of 0.5 s: half an octave.
    assert pitch(x[SR // 4 - 2000 : SR // 4 + 2000]) == pytest.approx(441 * 2**0.5, rel=0.01)


def test_layers_split_at_every_border_and_merge_equal_neighbours(tmp_path) -> None:
    velocity, keys = Gen.VELOCITY_RANGE, Gen.KEY_RANGE
    zones: list[ZoneSpec] = [
        ({keys: span(36, 36), velocity: span(0, 63)}, 0),
        ({keys: span(36, 36), velocity: span(40, 127)}, 1),
        # The same twice: one layer.
        ({keys: span(38, 40), velocity: span(1, 50)}, 0),
        ({keys: span(38, 40), velocity: span(51, 100)}, 0),
    ]
    presets: list[list[ZoneSpec]] = [
        [({}, 0)],
        [({keys: span(36, 36), velocity: span(60, 90)}, 0)],
    ]
    path = tmp_path / "layers.sf2"
    path.write_bytes(bank([zones], presets, [sine(300), sine(500)]))
    font = SoundFont.open(path)
    assert font.presets == [(0, "Kit 0"), (1, "Kit 1")]
    assert font.drum_hits([38, 36, 36]) == [
        DrumHit(0, "Kit 0", 36, 1, 39, "S0"),
        DrumHit(0, "Kit 0", 36, 40, 63, "S0 + S1"),
        DrumHit(0, "Kit 0", 36, 64, 127, "S1"),
        DrumHit(0, "Kit 0", 38, 1, 100, "S0"),
        DrumHit(1, "Kit 1", 36, 60, 63, "S0 + S1"),
        DrumHit(1, "Kit 1", 36, 64, 90, "S1"),
    ]
    assert [hit.key for hit in font.drum_hits() if hit.program == 0] == [36, 36, 36, 38, 39, 40]
    # Two octaves under the root key 60.
    assert pitch(font.render(font.drum_hits([36])[2])[0]) == pytest.approx(125, abs=0.2)


def test_a_pair_is_the_mean_of_left_and_right(play) -> None:
    pair: list[ZoneSpec] = [({Gen.PAN: -500, Gen.VOL_ATTACK: -32768}, 0)]
    pair += [({Gen.PAN: 500, Gen.VOL_ATTACK: -32768}, 1)]
    left, right = sine(300), sine(700, level=0.3)
    x = play(bank([pair], samples=[left, right]))
    np.testing.assert_allclose(x, (left + right) / 2, atol=1e-4)


def test_levels(play) -> None:
    plain = level(play(bank([[({}, 0)]])))
    # Instrument and preset add up; their global zones apply, local zones replace.
    instrument: list[ZoneSpec] = [({Gen.ATTENUATION: 70, Gen.PAN: 0}, None), ({}, 0)]
    local: list[ZoneSpec] = [({Gen.ATTENUATION: 70}, None), ({Gen.ATTENUATION: 20}, 0)]
    preset: list[list[ZoneSpec]] = [[({Gen.ATTENUATION: 30}, None), ({}, 0)]]
    assert plain - level(play(bank([instrument]))) == pytest.approx(7, abs=0.01)
    assert plain - level(play(bank([local]))) == pytest.approx(2, abs=0.01)
    assert plain - level(play(bank([instrument], preset))) == pytest.approx(10, abs=0.01)
    # A preset cannot replace the root key, and the amplitude does not go over 0 dB.
    ignored: list[list[ZoneSpec]] = [[({Gen.ROOT_KEY: 30, Gen.ATTENUATION: -300}, 0)]]
    x = play(bank([[({}, 0)]], ignored))
    assert level(x) == pytest.approx(plain, abs=0.01)
    assert pitch(x) == pytest.approx(441, abs=0.2)


@pytest.mark.parametrize(
    ("mods", "loss"),
    [
        ((), 40 * np.log10(127 / 64)),  # 8.4.1
        (((0x0502, Gen.ATTENUATION, 480, 0, 0),), 20 * np.log10(127 / 64)),
        (((0x0002, Gen.ATTENUATION, 128, 0, 0),), 6.4 + 40 * np.log10(127 / 64)),
        (((0x0000, Gen.ATTENUATION, 50, 0, 0),), 5 + 40 * np.log10(127 / 64)),
        (((0x0087, Gen.ATTENUATION, 50, 0, 0),), 5 * 127 / 128 + 40 * np.log10(127 / 64)),
        (((0x020E, Gen.ATTENUATION, 500, 0, 0),), 40 * np.log10(127 / 64)),
    ],
)
def test_velocity_attenuates(play, mods, loss) -> None:
    zone = {Gen.FILTER_FC: 13500}
    off = (0x0102, Gen.FILTER_FC, 0, 0x0D02, 0)
    quiet = play(bank([[({**zone, Gen.VELOCITY: 64}, 0)]], mods=(off, *mods)))
    loud = play(bank([[(zone, 0)]], mods=(off,)))
    assert level(loud) - level(quiet) == pytest.approx(loss, abs=0.05)


def test_volume_envelope(play) -> None:
    tone = [sine(441, 3)]
    decay = {Gen.VOL_DECAY: 1200, Gen.VOL_SUSTAIN: 400}
    x = play(bank([[(decay, 0)]], samples=tone), seconds=2)
    # 100 dB in 2 s, down to 40 dB under the peak.
    steps = [level(x[a : a + 4410]) for a in (4410, 22050, 66150, 83790)]
    assert steps[0] - steps[1] == pytest.approx(50 * 0.4, abs=0.1)
    assert steps[2] == pytest.approx(steps[3], abs=0.05)
    assert level(play(bank([[({}, 0)]], samples=tone))) - steps[3] == pytest.approx(40, abs=0.1)
    # A silent end is cut; higher keys decay faster: one octave, 12 · 100 timecents, half.
    cut = {Gen.VOL_DECAY: 0, Gen.VOL_SUSTAIN: 1000, Gen.KEY_VOL_DECAY: 100, Gen.SCALE_TUNING: 0}
    assert len(play(bank([[(cut, 0)]], samples=tone), seconds=2)) == pytest.approx(SR, abs=200)
    half = play(bank([[(cut, 0)]], samples=tone), key=72, seconds=2)
    assert len(half) == pytest.approx(SR / 2, abs=200)
    late = {Gen.VOL_DELAY: -2400, Gen.VOL_ATTACK: -1200}
    x = play(bank([[(late, 0)]], samples=tone), seconds=2)
    assert not x[: SR // 4].any()
    # Half way up the attack of 0.5 s.
    middle = np.abs(x[SR // 2 - 50 : SR // 2 + 50]).max() / np.abs(x[-SR // 2 :]).max()
    assert middle == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("vorbis", [False, True])
def test_loop_goes_on(play, vorbis) -> None:
    short = [sine(441, 0.1)]
    options = {"samples": short, "loop": (1000, 4000), "vorbis": vorbis}
    x = play(bank([[({Gen.SAMPLE_MODES: 1}, 0)]], **options))
    assert len(x) == SR
    assert level(x[-4410:]) == pytest.approx(level(x[4410:8820]), abs=0.1)
    assert pitch(x[4410:]) == pytest.approx(441, abs=0.3)
    assert len(play(bank([[({}, 0)]], **options))) == 4410
    # Offsets move the borders (8.1.2, 0 to 3), and a loop outside the sample is none.
    moved = {Gen.SAMPLE_MODES: 3, Gen.LOOP_END: 1000}
    assert len(play(bank([[(moved, 0)]], **options))) == 4410
    assert len(play(bank([[({Gen.START: 1000, Gen.END: -410}, 0)]], **options))) == 3000


def test_filter(play) -> None:
    click = np.zeros(SR)
    click[100] = 0.9  # after the attack
    fc = 7902 + 19  # 785 Hz: velocity 127 takes 2400/128 cents

    def response(gens: Gens) -> tuple[float, float, float]:
        x = play(bank([[(gens, 0)]], samples=[click]))
        spectrum = 20 * np.log10(np.abs(np.fft.rfft(x, SR)) + 1e-12)
        return tuple(float(spectrum[hertz]) for hertz in (5, 785, 7850))  # type: ignore[return-value]

    low, corner, high = response({Gen.FILTER_FC: fc})
    assert low - corner == pytest.approx(3, abs=0.1)
    assert low - high == pytest.approx(40, abs=4)
    resonant = response({Gen.FILTER_FC: fc, Gen.FILTER_Q: 200})
    # 20 dB over Butterworth's corner, half of it taken from the level at 0 Hz (9.1.3).
    assert resonant[1] - corner == pytest.approx(10, abs=0.1)
    assert low - resonant[0] == pytest.approx(10, abs=0.1)
    open_ = response({Gen.FILTER_FC: fc, Gen.MOD_ENV_FC: 12000})
    assert open_[0] - open_[2] == pytest.approx(0, abs=0.5)
    # The default of −2400 cents over the velocities: 63/128 of it at velocity 65.
    soft = response({Gen.VELOCITY: 65, Gen.FILTER_FC: fc + 1181 - 19})
    assert soft[0] - soft[1] == pytest.approx(3, abs=0.1)


def test_vorbis_samples_decode(tmp_path) -> None:
    path = tmp_path / "bank.sf3"
    data = [sine(300), sine(700)]
    zones = [({Gen.KEY_RANGE: span(60 + i, 60 + i), Gen.ROOT_KEY: 60 + i}, i) for i in range(2)]
    path.write_bytes(bank([zones], samples=data, vorbis=True))  # type: ignore[list-item]
    font = SoundFont.open(path)
    for hit, x in zip(font.drum_hits(), data, strict=True):
        got, sr = font.render(hit)
        assert (len(got), sr) == (SR, SR)
        # −3 dB: a sound in the centre; the first 1 ms is the attack.
        np.testing.assert_allclose(got[100:], x[100:] * 0.5**0.5, atol=0.02)


def test_rate_is_the_samples_own(tmp_path) -> None:
    path = tmp_path / "low.sf2"
    path.write_bytes(bank([[({}, 0)]], samples=[sine(441, sr=22050)], sr=22050))
    font = SoundFont.open(path)
    x, sr = font.render(font.drum_hits([60])[0])
    assert (sr, len(x)) == (22050, 22050)


def test_names_cannot_upset_a_terminal(tmp_path) -> None:
    path = tmp_path / "bank.sf2"
    path.write_bytes(bank([[({}, 0)]]).replace(b"Kit 0\0", b"K\x1b[2J\0"))
    assert SoundFont.open(path).presets == [(0, "K?[2J")]


def test_errors_name_file_and_reason(tmp_path) -> None:
    good = bank([[({Gen.KEY_RANGE: span(36, 36)}, 0)]])
    path = tmp_path / "bank.sf2"
    for data, reason in (
        (b"", "not a SoundFont"),
        (b"RIFF" + bytes(40), "not a SoundFont"),
        (good[:-10], "truncated"),
        (good.replace(b"smpl", b"smpx"), "holds no samples"),
        (good.replace(b"igen", b"igxx"), "chunk igen has 0 bytes"),
        (good.replace(b"ifil\4\0\0\0\2", b"ifil\4\0\0\0\1"), "version 1"),
        (bank([[({}, 7)]]), "names number 7 of 1"),
        (bank([[({}, 0)] * 300]), "over 256 regions"),
    ):
        path.write_bytes(data)
        with pytest.raises(AudioError, match=reason) as caught:
            SoundFont.open(path).drum_hits()
        assert str(path) in str(caught.value)
    for missing, reason in ((tmp_path / "no.sf2", "no such file"), (tmp_path, "cannot be read")):
        with pytest.raises(AudioError, match=reason):
            SoundFont.open(missing)
    path.write_bytes(good)
    font = SoundFont.open(path)
    (hit,) = font.drum_hits()
    with pytest.raises(AudioError, match="no sound for key 37"):
        font.render(DrumHit(0, "Kit 0", 37, 1, 127, "S0"))
    for seconds in (0, -1, 31, float("nan")):
        with pytest.raises(AudioError, match="seconds must be"):
            font.render(hit, seconds=seconds)
    path.write_bytes(good[:200])
    with pytest.raises(AudioError, match="became shorter"):
        font.render(hit)
    path.unlink()
    with pytest.raises(AudioError, match="cannot be read"):
        font.render(hit)


def test_samples_outside_the_data_are_left_out(tmp_path) -> None:
    path = tmp_path / "bank.sf2"
    data = bytearray(bank([[({}, 0)], [({}, 1)]], [[({}, 0), ({}, 1)]], [sine(300), sine(500)]))
    header = data.index(b"S1" + bytes(18))
    data[header + 24 : header + 28] = struct.pack("<I", 2**31)
    path.write_bytes(data)
    assert {hit.sample for hit in SoundFont.open(path).drum_hits()} == {"S0"}


def everything(vorbis: bool) -> bytes:
    zones: list[ZoneSpec] = [
        ({Gen.VOL_DECAY: 0, Gen.VOL_SUSTAIN: 1000, Gen.SAMPLE_MODES: 1}, None),
        ({Gen.KEY_RANGE: span(35, 36), Gen.VELOCITY_RANGE: span(1, 60), Gen.FILTER_FC: 9000}, 0),
        ({Gen.KEY_RANGE: span(36, 37), Gen.MOD_ENV_PITCH: 500, Gen.MOD_DECAY: -2000}, 1),
    ]
    presets: list[list[ZoneSpec]] = [[({Gen.FINE_TUNE: 3}, None), ({}, 0)], [({}, 0)]]
    mods = [(0x0502, Gen.ATTENUATION, 800, 0, 0), (0x0E03, Gen.VOL_DECAY, 500, 0x0587, 0)]
    short = [sine(441, 0.005), sine(900, 0.005)]
    return bank([zones], presets, short, mods=mods, loop=(10, 150), vorbis=vorbis)


def survives(path: Path, data: bytes) -> bool:
    """Whether a bank opens and plays, or raises an AudioError."""
    path.write_bytes(data)
    try:
        font = SoundFont.open(path)
        hits = font.drum_hits(range(34, 39))
        for hit in hits[:3]:
            x, _ = font.render(hit, seconds=0.02)
            assert np.isfinite(x).all()
    except AudioError:
        return False
    return True


@pytest.mark.parametrize("vorbis", [False, True])
def test_truncated_at_every_length(tmp_path, vorbis) -> None:
    data = everything(vorbis)
    assert survives(tmp_path / "bank", data)
    for length in range(0, len(data), 1 if len(data) < 4000 else 7):
        assert not survives(tmp_path / "bank", data[:length])
        # The same with an outer size that agrees: the chunks inside must be looked at.
        if length > 12:
            survives(tmp_path / "bank", chunk(b"RIFF", data[8:length]))


@pytest.mark.parametrize("vorbis", [False, True])
def test_damaged_bytes(tmp_path, vorbis) -> None:
    resource = pytest.importorskip("resource")
    data = everything(vorbis)
    tables_at = data.index(b"phdr")
    rng = np.random.default_rng(3)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for trial in range(600):
        damaged = bytearray(data)
        first = tables_at if trial % 3 else 0
        for at in rng.integers(first, len(data), rng.integers(1, 6)):
            damaged[at] = rng.choice([0, 255, 128, int(rng.integers(256))])
        survives(tmp_path / "bank", bytes(damaged))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown * (1 if sys.platform == "darwin" else 1024) < 256 * 2**20


def midi(hits: Sequence[DrumHit], hold_ms: int, pause_ms: int) -> bytes:
    """Each hit on channel 10, held, then all sound off; one tick is a millisecond."""

    def delta(ticks: int) -> bytes:
        return bytes([ticks >> 7 & 127 | 128, ticks & 127])

    track = b"\0\xff\x51\x03" + (500_000).to_bytes(3, "big")
    for hit in hits:
        track += delta(pause_ms) + bytes([0xC9, hit.program])
        track += delta(10) + bytes([0x99, hit.key, hit.high_velocity])
        track += delta(hold_ms) + bytes([0xB9, 120, 0])
    track += delta(pause_ms) + b"\xff\x2f\0"
    head = chunk(b"MThd", b"")[:4] + struct.pack(">IHHH", 6, 0, 1, 500)
    return head + b"MTrk" + struct.pack(">I", len(track)) + track


@pytest.mark.parametrize("path", INSTALLED, ids=lambda path: path.stem)
def test_sounds_like_fluidsynth(path, tmp_path) -> None:
    if not path.exists():
        pytest.skip(f"{path} is not installed (Debian packages fluid-soundfont-gm, musescore-…)")
    if shutil.which("fluidsynth") is None:
        pytest.skip("fluidsynth is not installed")
    font = SoundFont.open(path)
    hits = font.drum_hits()[::41]
    hold, pause = 1500, 90
    song, wav = tmp_path / "song.mid", tmp_path / "song.wav"
    song.write_bytes(midi(hits, hold, pause))
    command = ["fluidsynth", "-R", "0", "-C", "0", "-g", "0.2", "-r", str(SR), "-O", "float", "-q"]
    command += ["-T", "wav", "-F", str(wav), "-o", "synth.dynamic-sample-loading=1"]
    subprocess.run([*command, str(path), str(song)], check=True, capture_output=True)
    reference = soundfile.read(wav, dtype="float32", always_2d=True)[0].mean(axis=1)
    correlations = []
    for number, hit in enumerate(hits):
        start = round((number * (hold + pause + 10) + pause) * SR / 1000)
        theirs = reference[start : start + SR * hold // 1000]
        ours, sr = font.render(hit, seconds=hold / 1000)
        if sr != SR:
            ours = np.interp(np.arange(0, len(ours), sr / SR), np.arange(len(ours)), ours)
        n = 1 << 18
        both = np.fft.rfft(theirs, n) * np.fft.rfft(ours, n).conj()
        norm = np.linalg.norm(theirs) * np.linalg.norm(ours)
        correlations.append(float(np.fft.irfft(both, n)[:2000].max() / norm))
    # FluidSynth's filter is never quite open and its decay is 96 dB in the time the
    # specification gives 100: bright, long sounds differ a little.
    assert np.mean(np.array(correlations) >= 0.95) >= 0.9
    assert min(correlations) > 0.85


def test_layers_of_random_banks_tile_the_velocities(tmp_path) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "bank.sf2"
    for _ in range(20):
        ranges = [sorted(rng.integers(0, 128, 2).tolist()) for _ in range(5)]
        zones = [({Gen.VELOCITY_RANGE: span(*pair)}, i) for i, pair in enumerate(ranges)]
        samples = [sine(300, 0.01)] * len(zones)
        path.write_bytes(bank([zones], samples=samples))  # type: ignore[list-item]
        hits = SoundFont.open(path).drum_hits([60])
        for one, other in itertools.pairwise(hits):
            assert one.high_velocity < other.low_velocity
            assert one.sample != other.sample or other.low_velocity > one.high_velocity + 1
        for velocity in range(1, 128):
            names = [f"S{i}" for i, (low, high) in enumerate(ranges) if low <= velocity <= high]
            got = [hit for hit in hits if hit.low_velocity <= velocity <= hit.high_velocity]
            assert [hit.sample for hit in got] == ([" + ".join(names)] if names else [])
