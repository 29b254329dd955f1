"""What led to a run and what came of it, as steps; read from the records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from paddlex_nb.jobs.job import State
from paddlex_nb.run import Run
from paddlex_nb.script.data_steps import data_steps
from paddlex_nb.script.step import Call, Step, note
from paddlex_nb.weights.saved import SAVED
from paddlex_nb.weights.starting import NONE, RUN


def steps_of(run: Run) -> list[Step]:
    """All steps, from the import to the exports.

    Raises:
        UserError: The run's record is damaged.
    """
    return [*data_steps(run), *_training(run), *_evaluations(run), *_exports(run)]


def _training(run: Run) -> list[Step]:
    record = run.record
    arguments: dict[str, Any] = {"model": record.model, "weights": record.weights}
    if record.name != record.id:
        arguments["name"] = record.name
    arguments["chosen"] = {n: v for n, v in record.params.items() if n not in record.reasons}
    arguments["recommended"] = {n: v for n, v in record.params.items() if n in record.reasons}
    return [*_weights(record.weights), Call("train", arguments), *_resumed(run)]


def _weights(named: str) -> list[Step]:
    """What is to be said about starting weights that lie in the workspace or in a file."""
    if named.startswith((RUN, SAVED)):
        return [note("script.weights_of_workspace", weights=named)]
    if named != NONE and Path(named).is_absolute() and not Path(named).is_file():
        return [note("script.weights_gone", weights=named)]
    return []


def _resumed(run: Run) -> list[Step]:
    """Trainings that went on to another epoch, and whether the last one came to its end."""
    steps: list[Step] = []
    former = State.DONE
    for job in run.jobs("train"):
        epochs = job.spec.arguments.get("epochs")
        if former is not State.DONE and not steps:
            steps.append(note("script.interrupted"))
        if epochs is not None:
            steps.append(Call("resume", {"epochs": epochs}))
        former = job.state
    if former is not State.DONE:
        steps.append(note("script.not_done"))
    return steps


def _evaluations(run: Run) -> list[Step]:
    asked = _asked(run, "evaluate", {"split": "val", "checkpoint": "best"})
    return [Call("evaluate", arguments) for arguments in asked]


def _exports(run: Run) -> list[Step]:
    """Exports; they go to the run's own folder, so that none is written over."""
    asked = _asked(run, "export", {"to": "inference", "checkpoint": "best"})
    return [Call("export", arguments) for arguments in asked]


def _asked(run: Run, kind: str, defaults: dict[str, str]) -> list[dict[str, Any]]:
    """What jobs of a kind that ended well were asked for, each once, oldest first."""
    requests: list[dict[str, Any]] = []
    for job in run.jobs(kind):
        if job.state is State.DONE:
            given = job.spec.arguments
            arguments = {name: given.get(name, default) for name, default in defaults.items()}
            if arguments not in requests:
                requests.append(arguments)
    return requests
