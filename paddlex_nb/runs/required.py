"""What a job of a run needs, looked for before the job is started, which would only fail."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.wording import few
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.record import read_run

_NAMED = 20
"""Checkpoints that a sentence names."""


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
        store.own_name(name)


def compared_checkpoint(run: Path, name: str, split: str) -> str:
    """The own name of a checkpoint whose evaluation is asked for.

    Args:
        run: The run's folder.
        name: ``best``, ``last``, ``epoch-<number>`` or the number of an epoch.
        split: Of which split; what was evaluated on it may have been deleted since.

    Raises:
        UserError: There are checkpoints, but none of that name; names the run and them.
    """
    from paddlex_nb.runs.checkpoint import CheckpointStore

    store = CheckpointStore(run)
    wanted = f"epoch-{name}" if name.isdecimal() else name
    names = store.names()  # the first may come at any moment
    if not names or RunFolder(run).evaluation(split, wanted).result.exists():
        return wanted
    try:
        return store.own_name(name)
    except UserError as error:
        known = few([one.removeprefix("epoch-") for one in names], _NAMED)
        values = {"run": read_run(run).name, "name": name, "known": known}
        raise UserError("display.compare.no_checkpoint", **values) from error
