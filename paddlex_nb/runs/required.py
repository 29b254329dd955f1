"""What a job of a run needs, looked for before the job is started, which would only fail."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.record import read_run


def require_dataset(run: Path) -> Path:
    """The folder of a run's data set.

    Args:
        run: The run's folder.

    Raises:
        UserError: The data set was deleted, or it or the run is damaged.
    """
    from paddlex_nb.data.store.record_file import ready_folder

    return ready_folder(RunFolder(run).workspace.datasets / read_run(run).dataset)


def require_checkpoint(run: Path, name: str) -> None:
    """See to it that no job looks for a checkpoint whose name is wrong.

    Args:
        run: The run's folder.
        name: ``best``, ``last`` or the number of an epoch.

    Raises:
        UserError: There are checkpoints, but none of that name; names them.
    """
    from paddlex_nb.runs.checkpoint import CheckpointStore

    store = CheckpointStore(run)
    if store.names():  # the first may come at any moment
        store.require(name)
