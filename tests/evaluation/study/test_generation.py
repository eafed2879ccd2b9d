import numpy as np
from tests.support.sounds import tone

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.study import generation
from neural_drum_machine.evaluation.study.set_distances import set_distances
from neural_drum_machine.evaluation.study.sound_sets import SoundSet, of_dataset


def test_a_worse_set_has_a_larger_distance():
    rng = np.random.default_rng(0)
    real = rng.standard_normal((60, 8))
    sets = {
        "real": real,
        "augmented": real + 0.1 * rng.standard_normal((60, 8)),
        "generated": rng.standard_normal((60, 8)) + 1,
    }
    table = set_distances(
        {name: x.astype(np.float32) for name, x in sets.items()}, np.arange(60) < 30
    )
    for name in ("kad", "fad"):
        near, far = table[name]["augmented"], table[name]["generated"]
        assert near[0] <= near[1] <= near[2] < far[0] <= far[1] <= far[2]
        floor = table[name]["halves of the real ones"]
        assert floor[1] < far[0]
    # Comparisons of too few sounds are absent.
    few = {name: x[:10].astype(np.float32) for name, x in sets.items()}
    kept = set_distances(few, np.arange(10) < 1)
    assert "halves without a kit in common" not in kept["kad"]
    assert "skipped" in set_distances({"real": real[:3]}, np.arange(3) < 1)


def test_copies_have_no_distance_from_the_training_sounds(measured):
    data = measured.data
    train = data.rows("train", "kick")[:5]
    held_out = data.rows("validation")
    copies = of_dataset(data, train)
    copied = generation.copying(data, copies, held_out)
    assert copied["generated"]["p95"] < 0.02 < copied["held_out"]["p50"]


def test_pitches_on_the_frame_rate_are_counted(small_machine):
    sr, hop = 22050, 256

    def share(*frequencies):
        sounds = [tone(f, 0.9, decay=6).astype(np.float32) for f in frequencies]
        found = generation.pitch_on_frame_rate(
            SoundSet(sounds, sounds, np.zeros(len(sounds), np.int64)), sr, hop
        )
        assert found["pitched"] == len(sounds)
        return found["on_frame_rate"] / len(sounds)

    assert share(86.13, 172.27, 258.4, 344.5) == 1
    assert share(60.0, 110.0, 200.0, 310.0, 700.0) == 0
    silence = [np.zeros(22015, np.float32)]
    silent = SoundSet(silence, silence, np.zeros(1, np.int64))
    nothing = {"pitched": 0.0, "on_frame_rate": 0.0}
    assert generation.pitch_on_frame_rate(silent, sr, hop) == nothing


def test_every_recording_is_predicted_once_and_generated_sounds_by_every_member(measured):
    result, data = measured.result, measured.data
    real = np.array(result["fidelity"]["real"])
    assert real.sum() == sum(entry.origin == "real" for entry in data.entries)
    made = np.array(result["fidelity"]["generated"]).sum(axis=1)
    # Each of the four members predicts every generated sound.
    counts = result["generation"]["counts"]
    assert made.tolist() == [4 * counts.get(category, 0) for category in CATEGORIES]
