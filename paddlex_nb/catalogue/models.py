"""The models that can be trained; one JSON file a task, below ``entries``."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib import resources

import msgspec

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task, as_task, task_name
from paddlex_nb.core.wording import nearest

FAKE_VARIABLE = "PADDLEX_NB_FAKE"
"""Set to 1, it shows ``fake`` and ``fake_<task>``, which train in seconds without Paddle."""


def list_models(task: Task | str | None = None) -> list[ModelEntry]:
    """The models of the catalogue, grouped by family, small models first.

    Args:
        task: Only models for this task; those of all tasks if None.

    Raises:
        UserError: There is no such task.
    """
    wanted = None if task is None else as_task(task)
    entries = [e for t in Task if wanted in {None, t} for e in _read(t)]
    return entries + [e for e in _fake() if wanted in {None, e.task}]


def model(name: str, task: Task | None = None) -> ModelEntry:
    """The model of that name.

    Args:
        name: As in the catalogue; upper and lower case do not matter.
        task: Only a model for this task.

    Raises:
        UserError: There is none; names similar ones.
    """
    known = {entry.name.lower(): entry for entry in [*list_models(task), *_fake(always=True)]}
    match = known.get(name.lower())
    if match is not None:
        return match
    other = {entry.name.lower(): entry for entry in list_models()}.get(name.lower())
    if other is not None and task is not None:
        labels = {"of": task_name(other.task), "task": task_name(task), "option": task.value}
        raise UserError("models.wrong_task", name=other.name, **labels)
    from difflib import get_close_matches  # loaded when a name is wrong

    alike = get_close_matches(name.lower(), known, n=3, cutoff=0.4)
    # what begins with it is nearer than what is spelled alike
    near = nearest(name, [entry.name for entry in known.values()]) or [known[n].name for n in alike]
    if near:
        raise UserError("models.unknown_near", name=name, near=near)
    raise UserError("models.unknown", name=name)


@lru_cache(maxsize=8)
def _read(task: Task) -> tuple[ModelEntry, ...]:
    file = resources.files("paddlex_nb.catalogue") / "entries" / f"{task.value}.json"
    if not file.is_file():
        return ()
    entries = msgspec.json.decode(file.read_bytes(), type=list[ModelEntry])
    families = list(dict.fromkeys(entry.family for entry in entries))
    return tuple(sorted(entries, key=lambda e: (families.index(e.family), e.parameters)))


def _fake(*, always: bool = False) -> list[ModelEntry]:
    if not always and os.environ.get(FAKE_VARIABLE) != "1":
        return []
    return [
        ModelEntry(
            name="fake" if task is Task.CLASSIFICATION else f"fake_{task}",
            task=task,
            suite="fake",
            architecture="fake",
            parameters=1000,
            gflops=0.001,
            family="fake",
        )
        for task in Task
    ]
