"""The optimiser."""

from __future__ import annotations

from paddlex_nb.params.spec import Param

OPTIMISER: tuple[Param, ...] = (
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
)
