"""The job that exports a checkpoint, and proves that the result computes the same."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np

from paddlex_nb.contracts.adapter import Adapter, Runner
from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import draft_folder
from paddlex_nb.evaluation.loaded_model import load_checkpoint
from paddlex_nb.evaluation.threshold import score_threshold
from paddlex_nb.export.describe import DESCRIPTION, write_description
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.runs.origin import origin
from paddlex_nb.suites import adapter_for
from paddlex_nb.suites.failures import in_words

_PARITY_IMAGES = 16
_WARM_UP = 3
_TIMED = 20


class Arguments(msgspec.Struct, forbid_unknown_fields=True):
    """The arguments of an export job.

    Attributes:
        out: Folder to write: new, empty, or an earlier export.
        to: ``inference`` (Paddle) or ``onnx``.
        checkpoint: ``best``, ``last`` or the number of an epoch that was kept.
    """

    out: str
    to: Literal["inference", "onnx"] = "inference"
    checkpoint: str = "best"


def run(context: JobContext, arguments: Arguments) -> dict[str, Any]:
    """Export, compare with the trained model on real validation images, measure.

    Returns:
        ``files`` (absolute paths), ``parity`` (largest absolute difference of any output),
        ``latency_ms`` (median of one image at a time), ``to``, ``out``, ``size_bytes``,
        ``threshold`` (least score of the objects that the sample program gives; None in tasks
        without objects), and what `training.origin` tells of the checkpoint.

    Raises:
        Stopped: The user asked for it; nothing was written.
        UserError: The model cannot be converted, or ``out`` holds something else.
    """
    out = Path(arguments.out)
    _check_free(out)
    setup = RunSetup.load(context.item)
    context.progress("load", 0, 1)
    with in_words(), draft_folder(out) as draft:
        adapter = adapter_for(setup)
        info = load_checkpoint(adapter, arguments.checkpoint)
        source = origin(context, info, arguments.checkpoint)
        context.progress("export", 0, 1)
        adapter.save(arguments.to, draft)
        write_description(draft, adapter, arguments.to, source)
        context.progress("parity", 0, 1)
        runner, batch = adapter.runner(arguments.to, draft), _real_images(adapter)
        parity = adapter.difference(batch, runner)
        latency = _latency(context, runner, adapter.inputs(batch)[:1])
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {
        "files": [str(path) for path in files],
        "parity": parity,
        "latency_ms": latency,
        "threshold": score_threshold(setup.record),
        "to": arguments.to,
        "out": str(out),
        "size_bytes": sum(path.stat().st_size for path in files),
        **source,
    }


def _check_free(out: Path) -> None:
    if not out.exists():
        return
    if not out.is_dir() or (any(out.iterdir()) and not (out / DESCRIPTION).is_file()):
        raise UserError("export.out_used", out=out)


def _real_images(adapter: Adapter) -> Batch:
    return adapter.file_batch(adapter.paths("val")[:_PARITY_IMAGES])


def _latency(context: JobContext, runner: Runner, image: np.ndarray[Any, Any]) -> float:
    """Median milliseconds of one image."""
    seconds = []
    for number in range(_WARM_UP + _TIMED):
        started = time.perf_counter()
        runner(image)
        seconds.append(time.perf_counter() - started)
        context.progress("latency", number + 1, _WARM_UP + _TIMED)
    return statistics.median(seconds[_WARM_UP:]) * 1000
