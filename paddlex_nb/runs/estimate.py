"""How long a training will take, by what a like one took on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.runs.record import RunRecord, read_run
from paddlex_nb.runs.summary import read_summary


class Estimate(msgspec.Struct, frozen=True):
    """How long a training will take.

    Attributes:
        seconds: Evaluations included.
        run: Name of the run that it is judged by.
    """

    seconds: float
    run: str


def estimate(
    runs: Iterable[Path], model: str, params: Mapping[str, Any], images: int, host: str
) -> Estimate | None:
    """How long a training would take; None if nothing like it was trained here.

    The time of an epoch grows with the number of images and with the area of the input.

    Args:
        runs: Folders of runs, newest first.
        model: Name of the model.
        params: Parameters of the training.
        images: How many images it would train on.
        host: Name of this machine.
    """
    like = sorted(_like(runs, model, params, host), key=lambda one: -one[1])
    for record, _, folder in like:
        summary, trained = read_summary(folder), _images(folder)
        if summary.epoch == 0 or not trained or summary.seconds <= 0:
            continue
        each = summary.seconds / (summary.epoch * trained)
        size, former = params.get("input_size"), record.params.get("input_size")
        if isinstance(size, int) and isinstance(former, int) and former:
            each *= (size / former) ** 2
        return Estimate(each * images * int(params.get("epochs") or 1), record.name)
    return None


def _like(
    runs: Iterable[Path], model: str, params: Mapping[str, Any], host: str
) -> Iterable[tuple[RunRecord, int, Path]]:
    """Runs of the model on this machine, and how much they are alike."""
    for folder in runs:
        try:
            record = read_run(folder)
        except UserError:  # damaged, or deleted a moment ago
            continue
        mine = record.params
        if record.model != model or record.host not in {"", host}:
            continue
        if mine.get("device") != params.get("device"):
            continue
        same = sum(mine.get(name) == params.get(name) for name in ("input_size", "batch_size"))
        yield record, same, folder


def _images(folder: Path) -> int:
    try:
        return len(read_splits(folder).train)
    except UserError:
        return 0
