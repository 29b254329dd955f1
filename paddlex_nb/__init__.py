"""paddlex_nb: from a folder of images to a deployed Paddle vision model, in a notebook.

    from paddlex_nb import Wizard
    Wizard()

or without the wizard::

    from paddlex_nb import Workspace
    workspace = Workspace()
    dataset = workspace.import_dataset("photos")
    run = workspace.train(dataset, epochs=20)
    print(run.evaluate("test"))
    run.export(to="onnx")

Everything here is light: Paddle is imported only by the jobs, which are processes of their own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paddlex_nb.catalogue.models import list_models
    from paddlex_nb.core.errors import UserError
    from paddlex_nb.core.i18n import language, set_language
    from paddlex_nb.core.task import Task
    from paddlex_nb.data.store.records import Finding
    from paddlex_nb.dataset import Dataset
    from paddlex_nb.jobs.job import Job
    from paddlex_nb.params.typed import TrainingParams
    from paddlex_nb.published import published_weights
    from paddlex_nb.results.evaluation import Evaluation
    from paddlex_nb.results.export import DatasetExport, Export
    from paddlex_nb.results.prediction import Prediction
    from paddlex_nb.results.predictions import Predictions
    from paddlex_nb.results.ranking import RankedPrediction
    from paddlex_nb.results.update import Update
    from paddlex_nb.run import Run
    from paddlex_nb.version import __version__
    from paddlex_nb.widgets.wizard import Wizard
    from paddlex_nb.workspace import Workspace

_HOMES = {
    "Dataset": "dataset",
    "DatasetExport": "results.export",
    "Evaluation": "results.evaluation",
    "Export": "results.export",
    "Finding": "data.store.records",
    "Job": "jobs.job",
    "Prediction": "results.prediction",
    "Predictions": "results.predictions",
    "RankedPrediction": "results.ranking",
    "Run": "run",
    "Task": "core.task",
    "TrainingParams": "params.typed",
    "Update": "results.update",
    "UserError": "core.errors",
    "Wizard": "widgets.wizard",
    "Workspace": "workspace",
    "__version__": "version",
    "language": "core.i18n",
    "list_models": "catalogue.models",
    "published_weights": "published",
    "set_language": "core.i18n",
}

__all__ = [
    "Dataset",
    "DatasetExport",
    "Evaluation",
    "Export",
    "Finding",
    "Job",
    "Prediction",
    "Predictions",
    "RankedPrediction",
    "Run",
    "Task",
    "TrainingParams",
    "Update",
    "UserError",
    "Wizard",
    "Workspace",
    "__version__",
    "language",
    "list_models",
    "published_weights",
    "set_language",
]


def __getattr__(name: str) -> Any:
    """Public names are loaded when they are first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
