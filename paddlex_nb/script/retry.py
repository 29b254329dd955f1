"""What can be done about a training that failed, as a command."""

from __future__ import annotations

from paddlex_nb.layout.run import RunFolder
from paddlex_nb.planning.remedies import Remedy, new_training
from paddlex_nb.run import Run
from paddlex_nb.script.shell import setting, word


def retry_command(run: Run, remedy: Remedy) -> str:
    """The command line that trains again with a remedy.

    Raises:
        UserError: The run's record is damaged.
    """
    place = f"--workspace={RunFolder(run.folder).workspace.path}"
    if remedy.resume:
        return " ".join(map(word, ["paddlex-nb", "resume", place, "--", run.id]))
    record = run.record
    params = new_training(record, remedy)
    options = [f"--model={record.model}", f"--weights={params.pop('weights')}"]
    options += [setting(name, value) for name, value in params.items()]
    return " ".join(map(word, ["paddlex-nb", "train", place, *options, "--", record.dataset]))
