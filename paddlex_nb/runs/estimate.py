"""How long a training will take, by what a like one took on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.params.spec import Value
from paddlex_nb.runs.record import RunRecord, read_run
from paddlex_nb.runs.summary import read_summary


class Pattern(msgspec.Struct, frozen=True):
    """What a training took.

    Attributes:
        run: Name of the run.
        params: Its parameters.
        seconds: Seconds for an image in an epoch, evaluations included.
    """

    run: str
    params: dict[str, Value]
    seconds: float


class Estimate(msgspec.Struct, frozen=True):
    """How long a training will take.

    Attributes:
        seconds: Evaluations included.
        run: Name of the run that it is judged by.
    """

    seconds: float
    run: str


def patterns(runs: Iterable[Path], model: str, host: str) -> list[Pattern]:
    """What trainings of a model took on a machine; reads each run, so ask once.

    Args:
        runs: Folders of runs, newest first.
        model: Name of the model.
        host: Name of the machine.
    """
    return [found for folder in runs if (found := _pattern(folder, model, host)) is not None]


def estimate(known: Iterable[Pattern], params: Mapping[str, Any], images: int) -> Estimate | None:
    """How long a training would take; None if nothing like it is known.

    The time of an epoch grows with the number of images and with the area of the input.

    Args:
        known: `patterns` of its model, newest first; the most alike is taken.
        params: Parameters of the training.
        images: How many images it would train on.
    """

    def alike(one: Pattern) -> int:
        return sum(
            one.params.get(name) == params.get(name) for name in ("input_size", "batch_size")
        )

    like = [one for one in known if one.params.get("device") == params.get("device")]
    if not like:
        return None
    best = max(like, key=alike)
    each, size, former = best.seconds, params.get("input_size"), best.params.get("input_size")
    if isinstance(size, int) and isinstance(former, int) and former:
        each *= (size / former) ** 2
    return Estimate(each * images * int(params.get("epochs") or 1), best.run)


def _pattern(folder: Path, model: str, host: str) -> Pattern | None:
    try:
        record: RunRecord = read_run(folder)
        if record.model != model or record.host not in {"", host}:
            return None
        summary, images = read_summary(folder), len(read_splits(folder).train)
    except UserError:  # damaged, or deleted a moment ago
        return None
    if summary.epoch == 0 or not images or summary.seconds <= 0:
        return None
    return Pattern(record.name, record.params, summary.seconds / (summary.epoch * images))
