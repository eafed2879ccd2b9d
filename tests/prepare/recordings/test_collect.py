"""Which of the decoded files become recordings, and on which side of the split."""

from collections import Counter

import soundfile
from tests.support.library import SR, drum, reasons, write_manifest
from tests.support.small import SMALL_SPEC
from tests.support.sounds import noise, tone

from neural_drum_machine.prepare.pipeline import prepare


def test_copies_are_on_one_side_of_the_split(tmp_path):
    root = tmp_path / "lib"
    for kit in range(10):
        (root / f"Kit {kit}" / "Snares").mkdir(parents=True)
        for hit in range(6):
            path = root / f"Kit {kit}" / "Snares" / f"{hit}.wav"
            soundfile.write(path, drum(100 * kit + hit), SR)
    # One hit of kit 0 in every other kit: quieter, shorter, in other formats.
    for kit in range(1, 10):
        x = (0.1 * kit) * drum(0)[: 2900 - 40 * kit]
        form = {"subtype": "PCM_U8"} if kit % 3 == 0 else {}
        name = f"copy.{'ogg' if kit % 3 == 1 else 'wav'}"
        soundfile.write(root / f"Kit {kit}" / "Snares" / name, x, SR, **form)
    # Two folders that hold the same six hits are one kit.
    (root / "Kit 3 (converted)" / "Snares").mkdir(parents=True)
    for hit in range(6):
        target = root / "Kit 3 (converted)" / "Snares" / f"n{hit}.ogg"
        soundfile.write(target, 0.4 * drum(300 + hit), SR)
    data = prepare([root], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    sides = {s: {data.entries[i].name for i in data.rows(s)} for s in ("train", "validation")}
    assert sides["validation"]
    copies = {f"lib/Kit {k}/Snares/copy.{'ogg' if k % 3 == 1 else 'wav'}" for k in range(1, 10)}
    family = copies | {"lib/Kit 0/Snares/0.wav"}
    assert not (family & sides["validation"]) or not (family & sides["train"])
    why = reasons(tmp_path / "d")
    assert all("nearly the same sound as lib/Kit" in reason for reason in why.values())
    kits = {e.group: e.kit for e in data.entries}
    assert kits["lib/Kit 3 (converted)"] == kits["lib/Kit 3"]
    assert len(set(kits.values())) == 10
    assert data.meta["copies"] >= 15


def test_a_recording_that_two_sources_bring_is_used_once(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for root in (first, second):
        (root / "Snares").mkdir(parents=True)
    for i in range(6):
        soundfile.write(first / "Snares" / f"{i}.wav", drum(i), SR)
        # Strokes of one machine: nearly equal, but each is used.
        stroke = drum(0) + 0.03 * noise(0.15, seed=50 + i)
        soundfile.write(first / "Snares" / f"stroke {i}.wav", stroke, SR)
    for i in range(3):
        soundfile.write(second / "Snares" / f"copy {i}.wav", 0.3 * drum(i), SR, "PCM_24")
    soundfile.write(second / "Snares" / "own.wav", drum(20), SR)
    data = prepare([first, second], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    names = {entry.name for entry in data.entries}
    assert {n for n in names if n.startswith("second")} == {"second/Snares/own.wav"}
    assert len(names) == 13
    assert reasons(tmp_path / "d") == {
        f"Snares/copy {i}.wav": f"the same recording as first/Snares/{i}.wav" for i in range(3)
    }


def test_of_equal_samples_the_file_with_the_best_label_is_used(tmp_path, oracle):
    root = tmp_path / "lib"
    for folder in ("A", "Z/Toms", "Z/Snares"):
        (root / folder).mkdir(parents=True)
    x = tone(80, 0.2, decay=8)
    for name in ("A/007.wav", "Z/Toms/1.wav", "Z/Snares/2.wav"):
        soundfile.write(root / name, x, SR)
    soundfile.write(root / "A" / "kick.wav", drum(3), SR)

    def named(folder, **options):
        data = prepare([root], tmp_path / folder, spec=SMALL_SPEC, workers=1, **options)
        return {e.name: (e.category, e.label) for e in data.entries if e.category != "kick"}

    # A name counts more than the classifier, the first name most, and the user above all.
    assert named("d") == {"lib/Z/Snares/2.wav": ("snare", "name")}
    assert reasons(tmp_path / "d")["A/007.wav"] == "the same sound as lib/Z/Snares/2.wav"
    labels = tmp_path / "labels.csv"
    labels.write_text("file,category\nlib/A/007.wav,clap\n")
    assert named("e", labels=labels) == {"lib/A/007.wav": ("clap", "user")}


def test_the_limit_counts_usable_sounds_and_names_the_others(tmp_path, oracle):
    root = tmp_path / "lib"
    for kit in range(4):
        (root / f"Kit {kit}" / "Snares").mkdir(parents=True)
        for i in range(5):
            path = root / f"Kit {kit}" / "Snares" / f"{i}.wav"
            soundfile.write(path, drum(10 * kit + i), SR)
            (root / f"Kit {kit}" / "Snares" / f"broken {i}.wav").write_bytes(b"RIFF")
    for i in range(20):
        soundfile.write(root / f"0{i:02d}.wav", tone(60 + 20 * i, 0.2, decay=8), SR)
    data = prepare([root], tmp_path / "d", spec=SMALL_SPEC, workers=1, limit=8)
    categories = Counter(entry.category for entry in data.entries)
    assert categories == {"snare": 8, "kick": 8}
    snares = Counter(e.kit for e in data.entries if e.category == "snare")
    assert sorted(snares.values()) == [2, 2, 2, 2]
    why = reasons(tmp_path / "d")
    left = [name for name in why if why[name] == "more than 8 of its category were found"]
    assert sum("Snares" in name for name in left) == 12
    assert len(left) > 12
    filled = prepare([root], tmp_path / "f", spec=SMALL_SPEC, workers=1, per_category=12)
    origins = Counter((e.category, e.origin) for e in filled.entries)
    assert origins["snare", "real"] == origins["kick", "real"] == 12
    assert len(filled) == 11 * 12


def test_sources_of_one_name_get_different_names(tmp_path):
    roots = [tmp_path / part / "Drums" for part in ("a", "b")]
    for i, root in enumerate(roots):
        (root / "Kit" / "Kicks").mkdir(parents=True)
        soundfile.write(root / "Kit" / "Kicks" / "1.wav", drum(i), SR)
    data = prepare([*roots, roots[0]], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    assert [e.name for e in data.entries] == ["Drums/Kit/Kicks/1.wav", "Drums~2/Kit/Kicks/1.wav"]
    assert {e.kit for e in data.entries} == {"Drums/Kit", "Drums~2/Kit"}


def test_a_sound_that_is_in_a_source_twice_is_used_once(tmp_path):
    source = tmp_path / "src"
    source.mkdir()
    for name in ("a", "b"):
        soundfile.write(source / f"{name}.wav", tone(100, 0.15), 22050)
    write_manifest(source, [["a.wav", "tom", "k1"], ["a.wav", "tom", "k2"], ["b.wav", "tom", "k3"]])
    data = prepare([source, source], tmp_path / "out", spec=SMALL_SPEC, workers=1)
    assert [e.group for e in data.entries] == ["k1"]
    # A source that is named twice is searched once.
    assert (tmp_path / "out" / "rejected.csv").read_text().splitlines()[1:] == [
        "src/a.wav,the same file as src/a.wav",
        "src/b.wav,the same sound as src/a.wav",
    ]


def test_a_folder_inside_another_source_adds_nothing(tmp_path, library):
    roots = [library / "Kit 0", library / "Kit 0" / "Kicks"]
    assert len(prepare(roots, tmp_path / "d", spec=SMALL_SPEC, workers=1)) == 12


def test_the_limit_is_spread_over_the_kits(prepared, library):
    data = prepared(limit=5)
    assert {e.kit for e in data.entries if e.category == "kick"} == {
        f"{library.name}/Kit {i}" for i in range(5)
    }
