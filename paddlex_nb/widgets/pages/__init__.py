"""The pages of the wizard, a folder each: adding one is a folder, one step and one line."""

from __future__ import annotations

from importlib import import_module

from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.pages.base import Page

PAGES = {
    Step.DATA: "data.DataPage",
    Step.SPLIT: "split.SplitPage",
    Step.PREVIEW: "preview.PreviewPage",
    Step.PARAMETERS: "parameters.ParametersPage",
    Step.TRAINING: "training.TrainingPage",
    Step.EVALUATION: "evaluation.EvaluationPage",
    Step.PREDICT: "predict.PredictPage",
    Step.PUBLISH: "publish.PublishPage",
    Step.RUNS: "runs.RunsPage",
}
"""Folder, and class in its ``page.py``, of each step's page."""


def page_of(step: Step) -> type[Page]:
    """The page of a step; its module is loaded when the step is first opened."""
    module, _, name = PAGES[step].partition(".")
    page_class: type[Page] = getattr(import_module(f"{__name__}.{module}.page"), name)
    return page_class
