"""Which model to propose first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.catalogue.models import list_models, model
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task, task_name
from paddlex_nb.hosts.processor import Machine

if TYPE_CHECKING:
    from paddlex_nb.planning.facts import DatasetFacts

_DEFAULTS = {
    Task.CLASSIFICATION: ("PPLCNet_x1_0", "ResNet18_vd"),
    Task.DETECTION: ("PPYOLOE_plus_s", "PPYOLOE_plus_t"),
    Task.SEGMENTATION: ("PPLiteSeg_STDC1", "PPLiteSeg_STDC1_fine"),
    Task.INSTANCE_SEGMENTATION: ("MaskRCNN_ResNet50_vd", "MaskRCNN_light"),
}
"""On a GPU and on a CPU."""


def default_model(facts: DatasetFacts, machine: Machine) -> ModelEntry:
    """The model to begin with: small, robust from random weights, quick on this machine.

    Raises:
        UserError: The task has no models yet.
    """
    if facts.task not in _DEFAULTS or not list_models(facts.task):
        raise UserError("models.none_for_task", task=task_name(facts.task))
    on_gpu, on_cpu = _DEFAULTS[facts.task]
    return model(on_gpu if machine.gpus else on_cpu)
