"""What can be done about a training that failed: other settings, or simply another try."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from paddlex_nb.catalogue.models import model
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.params.spec import Value
from paddlex_nb.params.values import as_config
from paddlex_nb.planning.plan import plan
from paddlex_nb.run import Run
from paddlex_nb.runs.record import RunRecord
from paddlex_nb.workspace import Workspace

_GRID = 32
"""Input sizes are multiples of it."""


class Remedy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way out.

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


def remedies(run: Run) -> list[Remedy]:
    """The ways out of the failure of a run's newest training, the likeliest first."""
    error = run.status.error
    if error is None:
        return []
    record = run.record
    return [r for make in _KNOWN.get(error.key, ()) if (r := make(record)) and _fits(run, r)]


def apply(run: Run, remedy: Remedy) -> Run:
    """Start training again with a remedy.

    Returns:
        The run that trains: the same one if it is resumed.

    Raises:
        UserError: The data set or the starting weights are gone.
    """
    if remedy.resume:
        run.resume(wait=False)
        return run
    record = run.record
    job = _workspace(run).train(
        record.dataset,
        record.model,
        weights=remedy.weights or record.weights,
        wait=False,
        **_params(record, remedy),
    )
    return job.run


def _params(record: RunRecord, remedy: Remedy) -> dict[str, Any]:
    """What the user chose, and what changes; all else is recommended anew to suit that."""
    chosen = {name: v for name, v in record.params.items() if name not in record.reasons}
    return {**chosen, **remedy.params}


def _fits(run: Run, remedy: Remedy) -> bool:
    """Whether training could start so."""
    record = run.record
    if remedy.resume:
        return True
    try:
        plan(
            _workspace(run).dataset(record.dataset).folder,
            record.model,
            weights=remedy.weights or record.weights,
            overrides=_params(record, remedy),
        )
    except UserError:
        return False
    return True


def _workspace(run: Run) -> Workspace:
    return Workspace(RunFolder(run.folder).workspace.path)


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
    "training.download_failed": (_again, _no_weights),
    "training.download_damaged": (_again, _no_weights),
    "training.weights_do_not_fit": (_no_weights,),
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
