"""The suites behind one interface: `base` says what it is, the other modules are the adapters."""

from __future__ import annotations

from importlib import import_module
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from paddlex_nb.contracts.adapter import Adapter
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.core.unused import unused

if TYPE_CHECKING:
    from paddlex_nb.suites.pictures import TrainingImages

_ADAPTERS = {
    "clas": "paddlex_nb.suites.clas",
    "det": "paddlex_nb.suites.det.adapter",
    "fake": "paddlex_nb.suites.fake",
    "seg": "paddlex_nb.suites.seg.segmentation",
}
"""The module of each suite; its class is called ``SuiteAdapter``."""

_UNUSED = (
    *("sklearn", "matplotlib", "mpl_toolkits", "motmetrics", "pandas", "faiss"),
    *("scipy.ndimage", "scipy.optimize"),
)
"""What the suites import for metrics, trackers and plots of theirs that we never use, and what only
few models need: over two seconds."""

_IMAGES = {
    Task.CLASSIFICATION: "paddlex_nb.suites.clas_images:ClassificationImages",
    Task.DETECTION: "paddlex_nb.suites.det.images:DetectionImages",
    Task.SEGMENTATION: "paddlex_nb.suites.seg.images:SegmentationImages",
    Task.INSTANCE_SEGMENTATION: "paddlex_nb.suites.det.images:InstanceImages",
}


def adapter_for(setup: RunSetup) -> Adapter:
    """The adapter of a run; imports its suite, and Paddle with it.

    Raises:
        UserError: The suite or Paddle is not installed, or cannot be loaded.
    """
    try:
        with unused(*_UNUSED):
            module = import_module(_ADAPTERS[setup.entry.suite])
    except ImportError as error:
        raise UserError("training.suite_missing", suite=setup.entry.suite, reason=error) from error
    adapter: Adapter = module.SuiteAdapter(setup)
    return adapter


def training_images(task: Task) -> type[TrainingImages]:
    """How the training images of a task come about; imports neither a suite nor Paddle."""
    kind: type[TrainingImages] = resolve_name(_IMAGES[task])
    return kind
