"""What a user does to use a run's model elsewhere: export it, or save it to begin from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from paddlex_nb.catalogue.exports import check_export
from paddlex_nb.catalogue.models import model
from paddlex_nb.item import Item
from paddlex_nb.jobs.drafts import clear_drafts_of
from paddlex_nb.jobs.launch import launch
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run.jobs import RunJob, finished
from paddlex_nb.runs.record import read_run
from paddlex_nb.runs.required import require_checkpoint, require_dataset

if TYPE_CHECKING:
    from paddlex_nb.results.export import Export, Exports
    from paddlex_nb.weights.saved import SavedModel


class ExportVerbs(Item):
    """The model of a run, for use elsewhere."""

    def save_model(self, name: str) -> SavedModel:
        """Save the best checkpoint under a name, as starting weights ``saved:<name>``.

        Raises:
            UserError: There is no checkpoint yet, or the name is taken.
        """
        from paddlex_nb.weights.saved import save_model

        record, workspace = read_run(self.folder), RunFolder(self.folder).workspace.path
        return save_model(workspace, self.folder, name, record.task, record.model, record.classes)

    @overload
    def export(
        self,
        to: str = "inference",
        out: str | Path | None = None,
        checkpoint: str = "best",
        *,
        wait: Literal[True] = True,
        progress: bool = True,
    ) -> Export: ...
    @overload
    def export(
        self,
        to: str = "inference",
        out: str | Path | None = None,
        checkpoint: str = "best",
        *,
        wait: Literal[False],
        progress: bool = True,
    ) -> RunJob[Export]: ...

    def export(
        self,
        to: str = "inference",
        out: str | Path | None = None,
        checkpoint: str = "best",
        *,
        wait: bool = True,
        progress: bool = True,
    ) -> Export | RunJob[Export]:
        """Export a checkpoint for use elsewhere.

        Warns if the training was still going on.

        Args:
            to: ``inference`` (Paddle) or ``onnx``.
            out: Folder to write; by default in the run's ``exports``.
            checkpoint: ``best``, ``last`` or the number of an epoch that was kept.
            wait: Wait for the result; else the job is given at once.
            progress: Show a progress bar while waiting.

        Raises:
            KeyboardInterrupt: Ctrl-C while waiting; the job goes on.
            UserError: The model cannot be exported to that, there is no such checkpoint, the data
                set was deleted, or ``out`` cannot be written.
        """
        from paddlex_nb.results.export import Export

        check_export(model(read_run(self.folder).model), to)
        require_checkpoint(self.folder, checkpoint)
        require_dataset(self.folder)
        clear_drafts_of(self.jobs("export"))
        folder = Path(out).expanduser().absolute() if out else RunFolder(self.folder).export(to)
        arguments = {"to": to, "out": str(folder), "checkpoint": checkpoint}
        job = RunJob(launch(self.folder, "export", arguments).folder, Export.from_dict)
        return finished(job, progress=progress) if wait else job

    def exports(self) -> Exports:
        """What was exported: the newest result of each folder, newest first.

        Returns:
            A list that shows itself as a table; ``stale`` of each as in `evaluations`.
        """
        from paddlex_nb.results.newest import newest_exports

        return newest_exports(self.folder)
