"""Of the model."""

from __future__ import annotations

from paddlex_nb.core.task import Task
from paddlex_nb.params.spec import Param

OBJECTS = (Task.DETECTION, Task.INSTANCE_SEGMENTATION)
"""Tasks whose labels are objects."""

MODEL: tuple[Param, ...] = (
    Param(
        name="input_size",
        kind="int",
        default=224,
        group="model",
        minimum=32,
        maximum=2048,
        multiple_of=32,
        unit="pixels",
    ),
    Param(
        name="full_resolution",
        kind="bool",
        default=False,
        group="model",
        tasks=(Task.SEGMENTATION,),
    ),
    Param(
        name="grey_bits",
        kind="int",
        default=None,
        group="model",
        advanced=True,
        optional=True,
        minimum=8,
        maximum=16,
        unit="bits",
    ),
    Param(name="freeze_backbone", kind="bool", default=False, group="model", advanced=True),
    Param(
        name="ema",
        kind="float",
        default=None,
        group="model",
        advanced=True,
        optional=True,
        minimum=0.5,
        maximum=0.99999,
    ),
    Param(
        name="anchors",
        kind="choice",
        default="model",
        choices=("model", "data"),
        group="model",
        advanced=True,
        tasks=(Task.DETECTION,),
    ),
    Param(
        name="score_threshold",
        kind="float",
        default=0.3,
        group="model",
        minimum=0,
        maximum=1,
        tasks=OBJECTS,
    ),
    Param(
        name="nms_iou",
        kind="float",
        default=0.6,
        group="model",
        advanced=True,
        minimum=0.05,
        maximum=1,
        tasks=OBJECTS,
    ),
)
