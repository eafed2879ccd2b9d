from collections import Counter

from neural_drum_machine.dataset.index import Entry
from neural_drum_machine.evaluation.judges.folds import deal_kits


def test_kits_are_distributed_evenly():
    def recording(category, kit):
        return Entry(category, "train", kit, kit, "real", kit)

    real = [recording("kick", f"k{i // 5}") for i in range(60)]
    real += [recording("snap", f"s{i}") for i in range(8)]
    fold_of = deal_kits(real, 4)
    for category, each in (("kick", 15), ("snap", 2)):
        dealt = Counter(fold_of[e.kit] for e in real if e.category == category)
        assert dealt == dict.fromkeys(range(4), each)
