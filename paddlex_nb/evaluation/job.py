"""The job that evaluates a checkpoint of a run on one split."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.files import open_whole, write_json
from paddlex_nb.evaluation.beside_metric import BesideMetric
from paddlex_nb.evaluation.evaluate import evaluate
from paddlex_nb.evaluation.loaded_model import forget_model, load_checkpoint
from paddlex_nb.evaluation.required_files import require_files
from paddlex_nb.evaluation.split import check_split
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.layout.run import EvaluationFolder, RunFolder
from paddlex_nb.runs.origin import origin
from paddlex_nb.suites import adapter_for
from paddlex_nb.suites.failures import in_words


class Arguments(msgspec.Struct, forbid_unknown_fields=True):
    """The arguments of an evaluation job.

    Attributes:
        split: ``train``, ``val`` or ``test``.
        checkpoint: ``best``, ``last`` or the number of an epoch that was kept.
    """

    split: str = "val"
    checkpoint: str = "best"


def run(context: JobContext, arguments: Arguments) -> dict[str, Any]:
    """Evaluate, and keep the predictions of every image for the pages that show them.

    Below the run's ``evaluation/<split>-<checkpoint>``: ``predictions.arrow`` (one row an image,
    with its ``path``) and ``result.json``, which is also the job's result.

    Returns:
        ``metrics``, ``per_class`` and what else the task has (a ``confusion_matrix``, whose rows
        are the truth), ``classes``, ``split``, ``images``, ``seconds``, ``tile`` (side in
        pixels of the tiles that these images are; None if they are whole), and what
        `training.origin` tells of the checkpoint.

    Raises:
        Stopped: The user asked for it.
        UserError: There is no such split or checkpoint, or an image cannot be read.
    """
    check_split(arguments.split)
    setup = RunSetup.load(context.item)
    require_files(context, setup, arguments.split)
    context.progress("load", 0, 1)
    with in_words():
        forget_model()  # two models need not fit into memory
        adapter = adapter_for(setup)
        info = load_checkpoint(adapter, arguments.checkpoint)
        source = origin(context, info, arguments.checkpoint)
        started = time.monotonic()
        beside = BesideMetric(setup.record)
        metric = evaluate(context, adapter, arguments.split, beside.update)
        report = beside.report(metric)
    paths = adapter.paths(arguments.split)
    result = {
        **report,
        "split": arguments.split,
        "images": len(paths),
        "seconds": time.monotonic() - started,
        "tile": setup.record.tiles.size if setup.record.tiles else None,
        **source,
    }
    folder = RunFolder(context.item).evaluation(arguments.split, info.name)
    write_evaluation(folder, beside.table(metric), paths, result)
    return result


def write_evaluation(
    folder: EvaluationFolder, table: pa.Table, images: list[Path], result: dict[str, Any]
) -> None:
    """Keep an evaluation.

    Args:
        folder: Where.
        table: The predictions and what else is kept of each image (`BesideMetric.table`).
        images: The images of the split, in its order.
        result: All figures, as plain JSON.

    Raises:
        UserError: The disk is full or refuses.
    """
    names = pa.array([str(images[row]) for row in table["row"].to_pylist()])
    table = table.append_column("path", names)
    with (
        open_whole(folder.predictions) as file,
        pa.ipc.new_file(file, table.schema) as writer,
    ):
        writer.write_table(table)
    write_json(folder.result, result)
