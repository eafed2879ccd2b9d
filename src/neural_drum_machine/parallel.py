"""Running tasks in processes of this machine, or on the workers of a Dask cluster."""

import contextlib
import importlib.util
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
    """Yield the results of tasks in the tasks' order, as soon as they are ready.

    Parameters
    ----------
    function : callable
        Takes a task. It has to be a function of a module, which other processes can import.
    tasks : iterable
        The tasks, consumed as needed. Tasks and results are pickled between processes.
    workers : int, optional
        Number of processes; if absent, one for each core (one in all without joblib). With 1 the
        work is done in this process.
    dask : str, optional
        Address of a Dask scheduler (``tcp://host:8786``) whose workers do the work instead. They
        need this package, and must see the files under the same paths.

    Yields
    ------
    Result
        One for each task.

    Raises
    ------
    DatasetError
        If the number of workers is not positive, the Dask scheduler does not answer, or a worker
        process died.
    MissingExtraError
        If joblib or Dask is needed and not installed.
    """
    if workers is not None and workers < 1:
        raise DatasetError(f"--workers must be at least 1, got {workers}")
    # Imported here: joblib is optional. Without it one process does the work, unless the user asked
    # for more.
    if workers is None and importlib.util.find_spec("joblib") is None:
        workers = 1
    if workers != 1 or dask is not None:
        require("joblib", "data")
        import joblib

        # joblib knows the limits of containers, and of LOKY_MAX_CPU_COUNT.
        workers = workers or joblib.cpu_count()
    if workers == 1 and dask is None:
        yield from map(function, tasks)
        return
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    with _backend(dask, workers) as settings:
        jobs: Any = joblib.Parallel(return_as="generator", **settings)
        try:
            yield from jobs(joblib.delayed(function)(task) for task in tasks)
        except TerminatedWorkerError as error:
            raise DatasetError(
                "a worker process died: out of memory, or killed; finished work is kept: run the "
                "same command again, with fewer --workers"
            ) from error


@contextlib.contextmanager
def _backend(dask: str | None, workers: int) -> Iterator[dict[str, Any]]:
    if dask is None:
        # One thread for each process: more would compete for the cores.
        from joblib import parallel_config

        # joblib replaces workers that use much memory. No work is lost, so users need not know.
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
        # One task at a time: each takes seconds, and batches would hide the progress.
        try:
            yield {"n_jobs": -1, "batch_size": 1}
        except KilledWorker as error:
            raise DatasetError(
                f"the cluster's workers died ({error}), perhaps out of memory; finished work is "
                "kept: run the same command again"
            ) from error
