"""Every parameter that a run can have."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from paddlex_nb.errors import UserError
from paddlex_nb.params.spec import Param, Value
from paddlex_nb.task import Task

_CLASSIFICATION = (Task.CLASSIFICATION,)

PARAMS: tuple[Param, ...] = (
    # model
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
    # training
    Param(name="epochs", kind="int", default=120, group="training", minimum=1, maximum=100_000),
    Param(
        name="batch_size",
        kind="int",
        default=32,
        group="training",
        minimum=1,
        maximum=4096,
        unit="images",
    ),
    Param(
        name="learning_rate",
        kind="float",
        default=0.01,
        group="training",
        minimum=0,
        maximum=10,
        exclusive=True,
    ),
    Param(
        name="early_stop",
        kind="int",
        default=None,
        group="training",
        optional=True,
        minimum=1,
        maximum=100_000,
        unit="epochs",
    ),
    Param(
        name="device",
        kind="choice",
        default="auto",
        choices=("auto", "cpu", "gpu"),
        group="training",
        advanced=True,
    ),
    Param(name="mixed_precision", kind="bool", default=False, group="training", advanced=True),
    Param(
        name="num_workers",
        kind="int",
        default=None,
        group="training",
        advanced=True,
        optional=True,
        minimum=0,
        maximum=128,
        unit="processes",
    ),
    Param(
        name="seed",
        kind="int",
        default=0,
        group="training",
        advanced=True,
        minimum=0,
        maximum=2**31 - 1,
    ),
    Param(
        name="eval_interval",
        kind="int",
        default=1,
        group="training",
        advanced=True,
        minimum=1,
        maximum=100_000,
        unit="epochs",
    ),
    Param(
        name="save_interval",
        kind="int",
        default=5,
        group="training",
        advanced=True,
        minimum=1,
        maximum=100_000,
        unit="epochs",
    ),
    Param(
        name="keep_checkpoints",
        kind="int",
        default=3,
        group="training",
        advanced=True,
        minimum=0,
        maximum=1000,
    ),
    # optimisation: learning rate
    Param(
        name="lr_policy",
        kind="choice",
        default="cosine",
        choices=("cosine", "piecewise", "linear", "polynomial", "constant"),
        group="optimisation",
    ),
    Param(
        name="warmup_steps",
        kind="int",
        default=0,
        group="optimisation",
        minimum=0,
        maximum=1_000_000,
        unit="steps",
    ),
    Param(
        name="decay_epochs",
        kind="int_list",
        default=[30, 60, 90],
        group="optimisation",
        advanced=True,
        minimum=1,
        maximum=100_000,
        unit="epochs",
    ),
    Param(
        name="gamma",
        kind="float",
        default=0.1,
        group="optimisation",
        advanced=True,
        minimum=0,
        maximum=1,
        exclusive=True,
    ),
    Param(
        name="power",
        kind="float",
        default=0.9,
        group="optimisation",
        advanced=True,
        minimum=0,
        maximum=10,
        exclusive=True,
    ),
    # optimisation: optimiser
    Param(
        name="optimizer",
        kind="choice",
        default="momentum",
        choices=("momentum", "adamw", "sgd"),
        group="optimisation",
    ),
    Param(
        name="momentum",
        kind="float",
        default=0.9,
        group="optimisation",
        advanced=True,
        minimum=0,
        maximum=0.999,
    ),
    Param(
        name="weight_decay",
        kind="float",
        default=1e-4,
        group="optimisation",
        minimum=0,
        maximum=1,
    ),
    Param(
        name="label_smoothing",
        kind="float",
        default=0.05,
        group="optimisation",
        advanced=True,
        minimum=0,
        maximum=0.5,
        tasks=_CLASSIFICATION,
    ),
    # optimisation: augmentation
    Param(
        name="random_crop",
        kind="float",
        default=0.35,
        group="optimisation",
        optional=True,
        minimum=0.05,
        maximum=1,
        tasks=_CLASSIFICATION,
    ),
    Param(name="horizontal_flip", kind="bool", default=True, group="optimisation"),
    Param(name="vertical_flip", kind="bool", default=False, group="optimisation"),
    Param(
        name="rotation",
        kind="int",
        default=None,
        group="optimisation",
        advanced=True,
        optional=True,
        minimum=1,
        maximum=180,
        unit="degrees",
        tasks=_CLASSIFICATION,
    ),
    *(
        Param(
            name=name,
            kind="float",
            default=default,
            group="optimisation",
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
        advanced=True,
        optional=True,
        minimum=0,
        maximum=1,
        exclusive=True,
        tasks=_CLASSIFICATION,
    ),
    Param(
        name="mixup",
        kind="float",
        default=None,
        group="optimisation",
        advanced=True,
        optional=True,
        minimum=0,
        maximum=10,
        exclusive=True,
        tasks=_CLASSIFICATION,
    ),
)
"""In the order of the form."""


def params(task: Task | None = None) -> list[Param]:
    """The parameters of a task, in the order of the form; without a task, all of them."""
    return [p for p in PARAMS if task is None or not p.tasks or task in p.tasks]


def param(name: str, task: Task | None = None) -> Param:
    """The parameter of that name.

    Raises:
        UserError: The task has none of that name; names similar ones.
    """
    known = {p.name: p for p in params(task)}
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        raise UserError("params.unknown_near", name=name, near=", ".join(near))
    raise UserError("params.unknown", name=name, known=", ".join(known))


def read(values: Mapping[str, str | Value], task: Task | None = None) -> dict[str, Value]:
    """Named values as a user gave them, each checked by its own parameter.

    Args:
        values: By name; text is parsed, other values are taken as they are.
        task: The task whose parameters are allowed.

    Raises:
        UserError: A name is unknown or a value not allowed; says which.
    """
    return {name: _read(param(name, task), value) for name, value in values.items()}


def _read(spec: Param, value: str | Value) -> Value:
    return spec.parse(value) if isinstance(value, str) else spec.check(value)
