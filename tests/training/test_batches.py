from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from neural_drum_machine.errors import TrainingError
from neural_drum_machine.signal.mel import exp_mel
from neural_drum_machine.signal.spec import DEFAULT_SPEC
from neural_drum_machine.training.batches import (
    BalancedSampler,
    MelBatches,
    Picks,
    WaveBatches,
    loader,
    training_pools,
    validation_picks,
)

POOLS = [np.arange(0, 3), np.arange(3, 50), np.arange(50, 51)]


def test_categories_take_equal_parts_whatever_their_size():
    for picks in BalancedSampler(POOLS, 12, 5):
        kinds = Counter(int(np.searchsorted([3, 50], row, side="right")) for row in picks.rows)
        assert kinds == {0: 4, 1: 4, 2: 4}


def test_each_sound_comes_once_before_any_comes_again():
    rows = np.concatenate([p.rows for p in BalancedSampler([np.arange(8)], 4, 6)])
    for start in range(0, 24, 8):
        assert sorted(rows[start : start + 8]) == list(range(8))


def test_draws_depend_on_seed_epoch_and_rank_alone():
    def rows(seed=0, epoch=0, rank=0):
        sampler = BalancedSampler(POOLS, 12, 3, seed=seed, rank=rank, max_start=9, onset_share=0.5)
        sampler.set_epoch(epoch)
        return [np.concatenate([p.rows, p.starts]).tolist() for p in sampler]

    assert rows() == rows()
    assert len({str(r) for r in (rows(), rows(seed=1), rows(epoch=1), rows(rank=1))}) == 4


def test_rest_of_the_batch_is_shared_out():
    sizes = [len(p.rows) for p in BalancedSampler(POOLS, 10, 4)]
    assert sizes == [10] * 4


def test_crops_start_at_the_onset_as_often_as_asked():
    sampler = BalancedSampler(POOLS, 300, 4, max_start=38, onset_share=0.75)
    starts = np.concatenate([p.starts for p in sampler])
    assert 0.70 < (starts == 0).mean() < 0.83  # 0.75 and a 39th of the rest
    assert starts.max() == 38


def test_processes_that_read_ahead_give_the_same_batches_in_order(small_data):
    def epochs(workers):
        sampler = BalancedSampler(training_pools(small_data), 11, 3)
        batches = loader(MelBatches(small_data), sampler, workers)
        sampler.skip(0, 1)
        for epoch in (0, 1):
            sampler.set_epoch(epoch)
            yield from batches

    here, ahead = list(epochs(0)), list(epochs(2))
    assert len(here) == len(ahead) == 5
    for one, other in zip(here, ahead, strict=True):
        for a, b in zip(one, other, strict=True):
            assert torch.equal(a, b)


def test_no_training_sounds_is_an_error():
    with pytest.raises(TrainingError, match="no training sounds"):
        BalancedSampler([np.arange(0)], 4, 1)


def test_crops_belong_together(small_data):
    batches = WaveBatches(small_data, crop_frames=16)
    row = int(small_data.rows("train", "kick")[0])
    mel, wave, mask, category = batches[Picks(np.array([row, row]), np.array([0, 10]))]
    assert mel.shape == (2, 64, 16)
    assert wave.shape == mask.shape == (2, 1024)
    assert category.tolist() == [0, 0]
    full = small_data.wave(row)
    np.testing.assert_array_equal(wave[1], full[640:1664])
    np.testing.assert_array_equal(mel[1], small_data.mels[row][:, 10:26].astype(np.float32))
    length = small_data.entries[row].length
    assert mask[0].sum() == min(length, 1024)


def test_a_share_of_the_mels_is_decoded_and_nothing_else_changes(small_data):
    asked = []

    def decode(levels, categories):
        mels = exp_mel(levels.mel, small_data.spec)
        asked.append((mels, categories))
        return 2 * mels

    rows = small_data.rows("train")[::5][:8]
    picks = Picks(rows, np.arange(8) % 3)
    plain = WaveBatches(small_data, crop_frames=16)[picks]
    decoded = WaveBatches(small_data, 16, decode, 0.5)[picks]
    for one, other in zip(plain[1:], decoded[1:], strict=True):
        assert torch.equal(one, other)
    changed = (plain[0] != decoded[0]).any(dim=(1, 2))
    assert int(changed.sum()) == 4
    # The way over logarithms rounds.
    torch.testing.assert_close(decoded[0][changed], 2 * plain[0][changed], atol=1e-5, rtol=1e-5)
    # The generator hears whole sounds, in their own category, and twice the same ones.
    ((mels, categories),) = asked
    assert mels.shape == (4, 64, 64)
    assert sorted(categories) == sorted(plain[3][changed].tolist())
    assert torch.equal(decoded[0], WaveBatches(small_data, 16, decode, 0.5)[picks][0])


def test_late_crops_are_moved_until_half_of_them_sounds(small_data):
    batches = WaveBatches(small_data, crop_frames=16)
    row = int(np.argmin([e.length for e in small_data.entries]))
    _, wave, mask, _ = batches[Picks(np.array([row]), np.array([48]))]
    assert mask.sum() >= 8 * 64 - 64
    assert wave.any()


def test_whole_sounds_and_network_length(small_data):
    mel, wave, mask, _ = WaveBatches(small_data)[validation_picks(small_data, 5)[0]]
    assert mel.shape[1:] == (64, 64)
    assert wave.shape[1:] == (4096,)  # 4,095 samples and the one that is cropped again
    assert not (wave[:, -1:].any())
    assert not (mask[:, -1:].any())


def test_mels_and_categories(small_data):
    mel, category = MelBatches(small_data)[Picks(np.array([0, 59]), np.zeros(2, int))]
    assert mel.dtype == torch.float32
    assert category.dtype == torch.int64
    np.testing.assert_array_equal(mel[1], small_data.mels[59].astype(np.float32))


def test_validation_covers_each_held_out_sound_once(small_data):
    rows = np.concatenate([p.rows for p in validation_picks(small_data, 5)])
    assert sorted(rows) == small_data.rows("validation").tolist()
    assert [len(pool) > 0 for pool in training_pools(small_data)].count(True) == 3


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_what_is_read_from_a_mapped_dataset_does_not_stay_in_memory(tmp_path):
    mels = np.lib.format.open_memmap(tmp_path / "m.npy", "w+", np.float16, (3000, 512, 86))
    waves = np.lib.format.open_memmap(tmp_path / "w.npy", "w+", np.int16, (3000, 22015))
    entries = [SimpleNamespace(category="kick", length=22015)] * 3000
    data = SimpleNamespace(
        mels=mels, waves=waves, entries=entries, spec=DEFAULT_SPEC, wave=lambda i: waves[i]
    )

    def mapped_megabytes() -> float:
        status = Path("/proc/self/status").read_text()
        return int(status.split("RssFile:")[1].split()[0]) / 1024

    before = mapped_megabytes()
    for batches in (MelBatches(data), WaveBatches(data)):
        for first in range(0, 3000, 60):
            rows = np.arange(first, first + 60)
            batches[Picks(rows, np.zeros(60, np.int64))]
    # 264 and 132 megabytes were looked at.
    assert mapped_megabytes() - before < 60
