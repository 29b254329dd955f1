"""A run's parameters, from how they are stored to their types."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from paddlex_nb.params.catalogue import PARAMS
from paddlex_nb.params.config import TrainingConfig
from paddlex_nb.params.spec import Value


def as_config(values: Mapping[str, Value]) -> TrainingConfig:
    """The parameters of a run in their types.

    Args:
        values: By name. One that is not there has its default; what is no parameter (any more)
            is passed over, so that runs of other versions can be read.

    Raises:
        UserError: A value is of another type, or a choice that there is not; says which.
    """
    known = [(spec, values[spec.name]) for spec in PARAMS if spec.name in values]
    try:
        return msgspec.convert({spec.name: value for spec, value in known}, TrainingConfig)
    except msgspec.ValidationError:
        # says which it is, or makes a whole number of 3.0
        checked = {spec.name: spec.check(value) for spec, value in known}
        return msgspec.convert(checked, TrainingConfig)
