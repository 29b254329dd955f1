"""Random changes of the training images."""

from __future__ import annotations

from paddlex_nb.core.task import Task
from paddlex_nb.params.spec import Param

AUGMENTATION: tuple[Param, ...] = (
    Param(
        name="random_crop",
        kind="float",
        default=0.35,
        group="optimisation",
        part="augmentation",
        optional=True,
        minimum=0.05,
        maximum=1,
    ),
    Param(
        name="horizontal_flip", kind="bool", default=True, group="optimisation", part="augmentation"
    ),
    Param(
        name="vertical_flip", kind="bool", default=False, group="optimisation", part="augmentation"
    ),
    Param(
        name="rotation",
        kind="int",
        default=None,
        group="optimisation",
        part="augmentation",
        advanced=True,
        optional=True,
        minimum=1,
        maximum=180,
        unit="degrees",
        tasks=(Task.CLASSIFICATION, Task.SEGMENTATION),
    ),
    *(
        Param(
            name=name,
            kind="float",
            default=default,
            group="optimisation",
            part="augmentation",
            advanced=True,
            optional=True,
            minimum=0,
            maximum=maximum,
            exclusive=True,
        )
        for name, default, maximum in (
            ("brightness", 0.2, 0.9),
            ("contrast", 0.2, 0.9),
            ("saturation", 0.2, 0.9),
            ("hue", None, 0.5),
        )
    ),
    Param(
        name="random_erasing",
        kind="float",
        default=None,
        group="optimisation",
        part="augmentation",
        advanced=True,
        optional=True,
        minimum=0,
        maximum=1,
        exclusive=True,
        tasks=(Task.CLASSIFICATION,),
    ),
    Param(
        name="mixup",
        kind="float",
        default=None,
        group="optimisation",
        part="augmentation",
        advanced=True,
        optional=True,
        minimum=0,
        maximum=10,
        exclusive=True,
        tasks=(Task.CLASSIFICATION, Task.DETECTION),
    ),
    Param(
        name="random_scale",
        kind="float",
        default=None,
        group="optimisation",
        part="augmentation",
        advanced=True,
        optional=True,
        minimum=1,
        maximum=8,
        exclusive=True,
        tasks=(Task.SEGMENTATION, Task.INSTANCE_SEGMENTATION),
    ),
    Param(
        name="expand",
        kind="float",
        default=None,
        group="optimisation",
        part="augmentation",
        advanced=True,
        optional=True,
        minimum=1,
        maximum=8,
        exclusive=True,
        tasks=(Task.DETECTION,),
    ),
    Param(
        name="blur",
        kind="float",
        default=None,
        group="optimisation",
        part="augmentation",
        advanced=True,
        optional=True,
        minimum=0,
        maximum=1,
        exclusive=True,
        tasks=(Task.SEGMENTATION,),
    ),
    Param(
        name="multi_scale",
        kind="bool",
        default=False,
        group="optimisation",
        part="augmentation",
        advanced=True,
        tasks=(Task.DETECTION, Task.SEGMENTATION, Task.INSTANCE_SEGMENTATION),
    ),
)
