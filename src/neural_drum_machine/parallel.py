"""Work shared among processes of this machine, or among a Dask cluster's workers."""

import contextlib
import importlib.util
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.extras import require

Task = TypeVar("Task")
Result = TypeVar("Result")


def run(
    function: Callable[[Task], Result],
    tasks: Iterable[Task],
    *,
    workers: int | None = None,
    dask: str | None = None,
) -> Iterator[Result]:
    """Yield the results of tasks in their order, as they get ready.

    Parameters
    ----------
    function : callable
        Takes a task; of a module, so that other processes find it.
    tasks : iterable
        What is to be done, taken as it is needed; a task and its result travel between processes.
    workers : int, optional
        Processes on this machine; all its cores if absent (one without joblib). 1 works in
        this process.
    dask : str, optional
        Address of a Dask scheduler (``tcp://host:8786``), whose workers then do the work; they
        need this package and must see the files under the same paths.

    Yields
    ------
    Result
        One a task.

    Raises
    ------
    DatasetError
        If the number of workers is not positive, Dask is not installed or does not answer, or
        a worker process died.
    """
    if workers is not None and workers < 1:
        raise DatasetError(f"--workers must be at least 1, got {workers}")
    # Slower without joblib, yet nobody asked for more than one process.
    alone = workers == 1 or (workers is None and importlib.util.find_spec("joblib") is None)
    if alone and dask is None:
        yield from map(function, tasks)
        return
    # Imported here: the core, which plays sounds, does without it.
    require("joblib", "data")
    import joblib
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    with _backend(dask, workers or os.cpu_count() or 1) as settings:
        jobs: Any = joblib.Parallel(return_as="generator", **settings)
        try:
            yield from jobs(joblib.delayed(function)(task) for task in tasks)
        except TerminatedWorkerError as error:
            raise DatasetError(
                "a worker process died: out of memory, or killed; nothing finished is lost: run "
                "the same command again, with fewer --workers"
            ) from error


@contextlib.contextmanager
def _backend(dask: str | None, workers: int) -> Iterator[dict[str, Any]]:
    if dask is None:
        # One thread each: the processes are the parallelism.
        from joblib import parallel_config

        # Workers that have grown are replaced, and lose nothing by it: no news for a user.
        warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
        with parallel_config(backend="loky", inner_max_num_threads=1):
            yield {"n_jobs": workers, "batch_size": 1}
        return
    require("distributed", "dask")
    from distributed import Client, KilledWorker
    from joblib import parallel_config

    try:
        client = Client(dask, timeout=5)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"--dask {dask}: no scheduler answers there ({error}); start one with: dask scheduler"
        ) from error
    with client, parallel_config(backend="dask"):
        # A task at a time: each is seconds of work, and batches would hide the progress.
        try:
            yield {"n_jobs": -1, "batch_size": 1}
        except KilledWorker as error:
            raise DatasetError(
                f"the cluster's workers die at this work ({error}): out of memory, perhaps; "
                "nothing finished is lost: run the same command again"
            ) from error
