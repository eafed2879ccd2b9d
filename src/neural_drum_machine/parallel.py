"""Running tasks in processes of this machine, or on the workers of a Dask cluster."""

import contextlib
import multiprocessing
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from neural_drum_machine.cores import cores
from neural_drum_machine.errors import DatasetError, NdmWarning
from neural_drum_machine.extras import is_installed, require
from neural_drum_machine.parent_watch import end_with_parent
from neural_drum_machine.quiet_libraries import keep_python_output

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
        work is done in this process, and also, with a warning, where the system has no shared
        memory for locks between processes.
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
    if workers is None and not is_installed("joblib"):
        workers = 1
    workers = workers or cores()
    if workers > 1 and dask is None and not _has_locks():
        warnings.warn(
            "one process does the work: processes cannot share locks here, because /dev/shm is "
            "missing, full or read-only",
            NdmWarning,
            stacklevel=1,  # one place in the code, so that it is said once
        )
        workers = 1
    if workers == 1 and dask is None:
        yield from map(function, tasks)
        return
    require("joblib", "data")
    import joblib
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


def _has_locks() -> bool:
    """Return whether the system gives locks to processes. On Linux they need /dev/shm."""
    try:
        multiprocessing.get_context("spawn").Lock()
    except (ImportError, OSError):
        return False
    return True


def _start_worker() -> None:
    """Prepare a process of joblib's: without this, it would outlive a killed command for ever."""
    end_with_parent()
    keep_python_output()


@contextlib.contextmanager
def _backend(dask: str | None, workers: int) -> Iterator[dict[str, Any]]:
    if dask is None:
        # One thread for each process: more would compete for the cores.
        from joblib import parallel_config

        # joblib replaces workers that use much memory. No work is lost, so users need not know.
        warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
        with parallel_config(backend="loky", inner_max_num_threads=1, initializer=_start_worker):
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
