"""The job that trains a run."""

from __future__ import annotations

from typing import Any

import msgspec

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.files import disk_errors
from paddlex_nb.evaluation.required_files import require_files
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.planning.facts import dataset_facts
from paddlex_nb.planning.small_objects import small_objects
from paddlex_nb.planning.unmeasured import unmeasured_classes
from paddlex_nb.runs.checkpoint import CheckpointStore
from paddlex_nb.runs.trainer_lock import alone
from paddlex_nb.suites import adapter_for
from paddlex_nb.suites.failures import in_words
from paddlex_nb.training.loading import stopped_anywhere
from paddlex_nb.training.loop import Loop
from paddlex_nb.training.starting_weights import start_from


class Arguments(msgspec.Struct, forbid_unknown_fields=True):
    """The arguments of a training job.

    Attributes:
        resume: Go on from the run's last checkpoint instead of its starting weights; a run that
            never came to one begins anew.
        epochs: Train to this epoch instead of the planned one.
    """

    resume: bool = False
    epochs: int | None = None


def run(context: JobContext, arguments: Arguments) -> dict[str, Any]:
    """Train the run that the job belongs to.

    Returns:
        ``epoch``, ``step`` and ``best`` (``value``, ``epoch``; None if never evaluated).

    Raises:
        Stopped: The user asked for it.
        UserError: The run cannot be trained (any further); says why.
    """
    setup = RunSetup.load(context.item)
    require_files(context, setup, "train", "val")
    if not arguments.resume:
        unknown = unmeasured_classes(setup.dataset, setup.folder)
        small = small_objects(setup.entry, setup.record.params, dataset_facts(setup.dataset))
        for warning in filter(None, (unknown, small)):
            context.notice(warning.key, "warning", **warning.values)
    context.progress("load", 0, 1)
    with alone(setup.folder), in_words(), disk_errors(setup.folder):
        store = CheckpointStore(setup.folder)
        store.clear()
        with stopped_anywhere(context):
            adapter = adapter_for(setup)
        if not (arguments.resume and "last" in store.names()):
            start_from(context, adapter)
        loop = Loop(context, adapter, arguments.epochs)
        if arguments.resume:
            loop.resume()
        return loop.run()
