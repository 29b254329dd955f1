"""What is learned from: losses and the images that count."""

from __future__ import annotations

from paddlex_nb.core.task import Task
from paddlex_nb.params.spec import Param

LOSS: tuple[Param, ...] = (
    Param(
        name="label_smoothing",
        kind="float",
        default=0.05,
        group="optimisation",
        advanced=True,
        minimum=0,
        maximum=0.5,
        tasks=(Task.CLASSIFICATION,),
    ),
    Param(
        name="loss",
        kind="choice",
        default="cross_entropy",
        choices=("cross_entropy", "dice", "lovasz", "focal", "ohem", "ce_dice", "ce_lovasz"),
        group="optimisation",
        tasks=(Task.SEGMENTATION,),
    ),
    Param(
        name="class_weights",
        kind="choice",
        default="none",
        choices=("none", "balanced"),
        group="optimisation",
        advanced=True,
        tasks=(Task.SEGMENTATION,),
    ),
    Param(
        name="negative_samples",
        kind="bool",
        default=True,
        group="optimisation",
        advanced=True,
        tasks=(Task.DETECTION, Task.INSTANCE_SEGMENTATION),
    ),
)
