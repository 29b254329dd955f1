"""Starting weights by name: none, a file, another run's, a saved model's, or published ones."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.names import item_folder
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.runs.checkpoint import Arrays, CheckpointStore, read_checkpoint, section
from paddlex_nb.runs.record import read_run
from paddlex_nb.weights.published import Published, published_of
from paddlex_nb.weights.saved import SAVED, find_saved, read_saved

NONE = "none"
AUTO = "auto"
"""Published weights where they can be had, else random ones; settled when a run is planned."""
RUN = "run:"


def published(entry: ModelEntry, name: str) -> Published | None:
    """The model's published weights of that name."""
    return next((one for one in published_of(entry) if one.name == name), None)


def find_weights(entry: ModelEntry, named: str, workspace: Path) -> str:
    """Check, before a run is made, that its starting weights can be found; nothing is loaded.

    Args:
        entry: The run's model.
        named: ``none``, the name of published weights, ``run:<id>``, ``saved:<name>`` or a path.
        workspace: The workspace's folder.

    Returns:
        ``named``, a path made absolute.

    Raises:
        UserError: There are no such weights; names those there are.
    """
    if named == NONE or published(entry, named) is not None:
        return named
    if named.startswith(RUN):
        CheckpointStore(_run_folder(workspace, named)).info("best")
        return named
    if named.startswith(SAVED):
        find_saved(workspace, named)
        return named
    path = Path(named).expanduser().absolute()
    if not path.is_file():
        known = [NONE, *(w.name for w in entry.weights)]
        raise UserError("training.no_such_weights", weights=named, model=entry.name, known=known)
    return str(path)


def trained_model(named: str, workspace: Path) -> str | None:
    """The model that starting weights of the workspace were trained with; None if not known.

    Raises:
        UserError: There is no such run or saved model.
    """
    if named.startswith(RUN):
        return read_run(_run_folder(workspace, named)).model
    return find_saved(workspace, named).model if named.startswith(SAVED) else None


def read_weights(path: Path) -> Arrays:
    """Read a weight file: ``.pdparams`` or a checkpoint of ours.

    Raises:
        UserError: It is missing, damaged, of another kind or wants something executed.
    """
    if path.suffix == ".npz":
        return section(read_checkpoint(path)[1], "model")
    from paddlex_nb.weights.pickles import read_pdparams

    return read_pdparams(path)


def read_named(
    context: JobContext, entry: ModelEntry, named: str
) -> tuple[Arrays, list[str] | None]:
    """Read starting weights by their name; published ones are downloaded when missing.

    Returns:
        The weights and, where they are known, the classes that they were trained on.

    Raises:
        Stopped: The user asked for it while they were downloaded.
        UserError: They cannot be had, or are damaged.
    """
    weights = published(entry, named)
    if weights is not None:
        from paddlex_nb.weights.download import download

        return read_weights(download(context, weights)), None
    if named.startswith(RUN):
        folder = _run_folder(context.workspace, named)
        arrays = section(CheckpointStore(folder).load("best")[1], "model")
        return arrays, read_run(folder).classes
    if named.startswith(SAVED):
        saved = find_saved(context.workspace, named)
        return read_saved(context.workspace, saved), saved.classes
    return read_weights(Path(named).expanduser()), None


def _run_folder(workspace: Path, named: str) -> Path:
    folder = item_folder(WorkspaceFolder(workspace).runs, named.removeprefix(RUN))
    if folder is None:
        raise UserError("training.no_such_run", run=named.removeprefix(RUN))
    return folder
