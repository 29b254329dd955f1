"""The learning rate over time."""

from __future__ import annotations

from paddlex_nb.params.spec import Param

RATE: tuple[Param, ...] = (
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
)
