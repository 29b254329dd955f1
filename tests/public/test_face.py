"""`Run`, `Dataset` and `Workspace` are put together from files, and nobody outside sees it."""

from __future__ import annotations

import importlib
import inspect
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jedi
import pytest
from typing_extensions import get_overloads

from paddlex_nb.dataset import Dataset, DatasetJob, ImportJob
from paddlex_nb.item import Item
from paddlex_nb.run import Run, RunJob, TrainingJob
from paddlex_nb.workspace import Workspace

CLASSES = (Run, Dataset, Workspace)

HOMES = {
    "paddlex_nb.run": ("Run", "RunJob", "TrainingJob", "run_facts", "RUN_COLUMNS"),
    "paddlex_nb.dataset": ("Dataset", "DatasetJob", "ImportJob"),
    "paddlex_nb.workspace": ("Workspace", "typed_job"),
}
"""What users and their pickles import from where."""


def members(kind: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The public methods and properties of a class, wherever they are defined."""
    for name in dir(kind):
        value = inspect.getattr_static(kind, name)
        value = value.fget if isinstance(value, property) else value
        if not name.startswith("_") and inspect.isfunction(value):
            yield name, value


VERBS = [
    pytest.param(verb, id=f"{kind.__name__}.{name}")
    for kind in CLASSES
    for name, verb in members(kind)
    if "wait" in inspect.signature(verb).parameters
]
"""The methods that start a job."""


def test_names_are_where_they_were() -> None:
    for home, names in HOMES.items():
        module = importlib.import_module(home)
        assert [name for name in names if not hasattr(module, name)] == []


def test_what_is_pickled_is_the_same_afterwards(tmp_path: Path) -> None:
    for one in (Run(tmp_path), Dataset(tmp_path)):
        again = pickle.loads(pickle.dumps(one))  # noqa: S301 - made here
        assert (type(again), again) == (type(one), one)
    assert [kind.__module__ for kind in CLASSES] == list(HOMES)[:3]
    for kind in (RunJob, TrainingJob, DatasetJob, ImportJob):
        assert pickle.loads(pickle.dumps(kind)) is kind  # noqa: S301


@pytest.mark.parametrize("kind", CLASSES)
def test_a_verb_is_defined_once_and_says_what_it_does(kind: type) -> None:
    """A verb of one group that hides one of another group's would do so in silence."""
    groups = [one for one in kind.__mro__ if one not in {object, Item}]
    assert len(groups) > 2
    for name, verb in members(kind):
        homes = [one.__name__ for one in groups if name in vars(one)]
        assert len(homes) <= 1, (name, homes)
        assert verb.__doc__, name


@pytest.mark.skipif(sys.version_info < (3, 11), reason="overloads are kept from Python 3.11 on")
@pytest.mark.parametrize("verb", VERBS)
def test_the_two_forms_of_a_verb_differ_in_waiting_only(verb: Callable[..., Any]) -> None:
    """What a type checker is told, by two overloads, is what `help` and Python say."""
    whole = inspect.signature(verb)
    forms = [inspect.signature(form) for form in get_overloads(verb)]
    assert [form.parameters["wait"].annotation for form in forms] == [
        "Literal[True]",
        "Literal[False]",
    ]
    assert [form.parameters["wait"].default for form in forms] == [True, inspect.Parameter.empty]
    for form in forms:
        rest = [one for one in form.parameters.values() if one.name != "wait"]
        assert rest == [one for one in whole.parameters.values() if one.name != "wait"]
    results = [form.return_annotation for form in forms]
    assert whole.return_annotation == " | ".join(results)


def test_a_notebook_completes_verbs_and_shows_their_arguments(tmp_path: Path) -> None:
    names = {"run": Run(tmp_path), "dataset": Dataset(tmp_path)}
    for begun, verb, arguments in (
        ("run.eval", "evaluate", {"split", "checkpoint", "wait", "progress"}),
        ("run.expo", "export", {"to", "out", "checkpoint", "wait", "progress"}),
        ("dataset.prev", "preview_augmentation", {"model", "epoch", "count"}),
    ):
        asked = jedi.Interpreter(begun, [names])
        assert verb in {one.name for one in asked.complete()}
        call = jedi.Interpreter(f"{begun.partition('.')[0]}.{verb}(", [names])
        shown = [{param.name for param in one.params} for one in call.get_signatures()]
        assert shown
        assert all(arguments <= one for one in shown), shown
