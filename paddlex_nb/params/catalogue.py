"""Every parameter that a run can have."""

from __future__ import annotations

from collections.abc import Mapping

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.params.fields.augmentation import AUGMENTATION
from paddlex_nb.params.fields.loss import LOSS
from paddlex_nb.params.fields.model import MODEL
from paddlex_nb.params.fields.optimiser import OPTIMISER
from paddlex_nb.params.fields.rate import RATE
from paddlex_nb.params.fields.training import TRAINING
from paddlex_nb.params.spec import Param, Value

PARAMS: tuple[Param, ...] = (*MODEL, *TRAINING, *RATE, *OPTIMISER, *LOSS, *AUGMENTATION)
"""In the order of the form."""


def params(task: Task | None = None) -> list[Param]:
    """The parameters of a task, in the order of the form; without a task, all of them."""
    return [p for p in PARAMS if task is None or not p.tasks or task in p.tasks]


def param(name: str, task: Task | None = None) -> Param:
    """The parameter of that name.

    Raises:
        UserError: The task has none of that name; names similar ones.
    """
    from difflib import get_close_matches  # loaded when a name is wrong

    known = {p.name: p for p in params(task)}
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        raise UserError("params.unknown_near", name=name, near=near)
    raise UserError("params.unknown", name=name, known=[*known])


def read(values: Mapping[str, str | Value], task: Task | None = None) -> dict[str, Value]:
    """Named values as a user gave them, each checked by its own parameter.

    Args:
        values: By name; text is parsed, other values are taken as they are.
        task: The task whose parameters are allowed.

    Raises:
        UserError: A name is unknown or a value not allowed; says which.
    """
    return {name: _read(param(name, task), value) for name, value in values.items()}


def _read(spec: Param, value: str | Value) -> Value:
    return spec.parse(value) if isinstance(value, str) else spec.check(value)
