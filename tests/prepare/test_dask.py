"""Preparing a dataset on a Dask cluster."""

import pytest
from tests.prepare.conftest import FEW
from tests.support.library import assert_same_files
from tests.support.small import SMALL_SPEC

from neural_drum_machine.prepare import writing
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.prepare.recordings import reading


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_bytes(library, prepared, tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed", reason="Dask is an extra")
    alone = prepared(**FEW)
    # Small chunks, so that there is work for both workers.
    monkeypatch.setattr(reading, "CHUNK_FILES", 8)
    monkeypatch.setattr(writing, "CHUNK_SOUNDS", 8)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address
        prepare([library], tmp_path / "d", spec=SMALL_SPEC, dask=address, **FEW)
        with distributed.Client(address) as client:
            done = client.run(lambda dask_worker: dask_worker.state.executed_count)
    # Both workers did part of it.
    assert len(done) == 2
    assert all(count > 0 for count in done.values())
    assert_same_files(alone.folder, tmp_path / "d")
