"""What can be done about a training that failed: other settings, or simply another try."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.catalogue.models import model
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.item import Item
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.params.spec import Value
from paddlex_nb.params.values import as_config
from paddlex_nb.planning.plan import plan
from paddlex_nb.runs.record import RunRecord, read_run

_GRID = 32
"""Input sizes are multiples of it."""


class Remedy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a user can do about a failed run.

    Attributes:
        label: What it does, for a button.
        params: Parameters that change; then a new run is started.
        weights: Other starting weights of that run.
        resume: Go on with the same run instead.
    """

    label: Message
    params: dict[str, Value] = {}
    weights: str | None = None
    resume: bool = False


def remedies(folder: Path) -> list[Remedy]:
    """The ways out of the failure of a run's newest training, the likeliest first.

    Only those with which a training could start are named.

    Args:
        folder: The run's folder.

    Raises:
        UserError: The run's record is damaged.
    """
    job = Item(folder).last_job("train")
    error = None if job is None else job.status.error
    if error is None:
        return []
    record = read_run(folder)
    offered = [remedy for make in _KNOWN.get(error.key, ()) if (remedy := make(record)) is not None]
    return [remedy for remedy in offered if _fits(folder, record, remedy)]


def new_training(record: RunRecord, remedy: Remedy) -> dict[str, Any]:
    """What `Workspace.train` is to be given, besides data set and model, for a remedy.

    Returns:
        ``weights``, and the parameters that the user chose or that change; all others are
        recommended anew to suit these.
    """
    overrides = {name: v for name, v in record.params.items() if name not in record.reasons}
    return {"weights": remedy.weights or record.weights, **overrides, **remedy.params}


def _fits(folder: Path, record: RunRecord, remedy: Remedy) -> bool:
    """Whether a training could start with these parameters."""
    if remedy.resume:
        return True
    asked = new_training(record, remedy)
    dataset = RunFolder(folder).workspace.datasets / record.dataset
    try:
        plan(dataset, record.model, weights=asked.pop("weights"), overrides=asked)
    except UserError:
        return False
    return True


def _smaller_batch(record: RunRecord) -> Remedy | None:
    half = as_config(record.params).batch_size // 2
    if half < 1:
        return None
    label = Message("training.remedy.batch_size", {"value": half})
    return Remedy(label=label, params={"batch_size": half})


def _smaller_images(record: RunRecord) -> Remedy | None:
    size = as_config(record.params).input_size
    allowed = [s for s in model(record.model).input_sizes if s < size]
    smaller = max(allowed, default=0) or size * 3 // 4 // _GRID * _GRID
    if smaller < _GRID:
        return None
    label = Message("training.remedy.input_size", {"value": smaller})
    return Remedy(label=label, params={"input_size": smaller})


def _lower_rate(record: RunRecord) -> Remedy | None:
    rate = float(f"{as_config(record.params).learning_rate / 10:.3g}")
    label = Message("training.remedy.learning_rate", {"value": f"{rate:g}"})
    return Remedy(label=label, params={"learning_rate": rate})


def _no_workers(record: RunRecord) -> Remedy | None:
    if record.params.get("num_workers") == 0:
        return None
    return Remedy(label=Message("training.remedy.num_workers"), params={"num_workers": 0})


def _on_cpu(record: RunRecord) -> Remedy | None:
    del record
    return Remedy(label=Message("training.remedy.cpu"), params={"device": "cpu"})


def _no_weights(record: RunRecord) -> Remedy | None:
    if record.weights == "none":
        return None
    return Remedy(label=Message("training.remedy.no_weights"), weights="none")


def _again(record: RunRecord) -> Remedy | None:
    del record
    return Remedy(label=Message("training.remedy.again"), resume=True)


_MEMORY = (_smaller_batch, _smaller_images)
_KNOWN: dict[str, tuple[Callable[[RunRecord], Remedy | None], ...]] = {
    "training.out_of_memory": _MEMORY,
    "jobs.out_of_memory": _MEMORY,
    "jobs.interrupted": (_again, *_MEMORY),
    "training.loader_died": (_no_workers, _smaller_batch),
    "training.shared_memory": (_no_workers, _smaller_batch),
    "training.not_finite": (_lower_rate,),
    "training.weights_not_finite": (_lower_rate,),
    "training.gpu_failed": (_on_cpu, _smaller_batch),
    "training.no_gpu": (_on_cpu,),
    "weights.download_failed": (_again, _no_weights),
    "weights.download_damaged": (_again, _no_weights),
    "training.download_failed": (_again, _no_weights),  # of runs of a former version
    "training.download_damaged": (_again, _no_weights),
    "training.weights_do_not_fit": (_no_weights,),
    "weights.changed": (_no_weights,),
    "weights.not_published": (_no_weights,),
    "core.disk_full": (_again,),
    "training.all_files_gone": (_again,),
    "training.disk_silent": (_again,),
    "training.files_gone": (_again,),
    "training.image_failed": (_again,),
    "training.image_gone": (_again,),
    "training.unreadable_image": (_again,),
    "data.image_unreadable": (_again,),
}
"""By the error's key."""
