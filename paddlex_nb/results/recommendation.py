"""What would be trained, value by value, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.display.tables import Table, data_frame
from paddlex_nb.params.spec import Param, Value
from paddlex_nb.weights.automatic import by_hand

if TYPE_CHECKING:
    import pandas as pd

    from paddlex_nb.planning.cost import Cost
    from paddlex_nb.planning.plan import Plan


class Recommended(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter of a run that could be started.

    Attributes:
        param: The parameter: name, limits, help.
        value: The value that would be used.
        default: The value where neither model, data nor machine say otherwise.
        reason: Why it is recommended; None if it was chosen.
    """

    param: Param
    value: Value
    default: Value
    reason: Message | None = None

    @property
    def name(self) -> str:
        """The parameter's name, as `Workspace.train` and ``--set`` take it."""
        return self.param.name

    def to_dict(self) -> dict[str, Any]:
        """The parameter as plain JSON, its texts in the current language."""
        return {
            "name": self.name,
            "label": self.param.label,
            "value": self.value,
            "default": self.default,
            "limits": self.param.limits,
            "help": self.param.help,
            "reason": None if self.reason is None else self.reason.text(),
        }


class Recommendation(Table[Recommended]):
    """All parameters of a run that could be started: a list that shows itself.

    Args:
        planned: The run.
        params: The parameters of its task.
        cost: What it would take.

    Attributes:
        model: Name of the model.
        weights: Starting weights.
        weights_reason: Why these; None if they were named.
        warnings: What is allowed, but will hardly do.
        cost: What the training would take on this machine.
    """

    def __init__(self, planned: Plan, params: Sequence[Param], cost: Cost) -> None:
        super().__init__(
            Recommended(
                param=param,
                value=planned.params[param.name],
                default=param.default,
                reason=planned.reasons.get(param.name),
            )
            for param in params
            if param.name in planned.params
        )
        self.model = planned.model.name
        self.weights = planned.weights
        self.weights_reason = None if planned.chosen is None else planned.chosen.reason
        self.warnings = planned.warnings
        self.cost = cost

    @property
    def params(self) -> dict[str, Value]:
        """The values by name: ``workspace.train(dataset, model, **params)`` takes them."""
        return {one.name: one.value for one in self}

    def to_pandas(self) -> pd.DataFrame:
        """The parameters as a `pandas.DataFrame`; names are its index.

        Raises:
            UserError: pandas is not installed.
        """
        return data_frame(self._records(), "name")

    def _shown(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        head = [tr(f"display.param.{name}") for name in ("name", "value", "limits", "reason")]
        rows = [
            [
                one.name,
                value_text(one.value),
                one.param.limits,
                "–" if one.reason is None else one.reason.text(),
            ]
            for one in self
        ]
        return head, rows

    def _notes(self) -> list[str]:
        said = [self.weights_reason, by_hand(self.weights_reason), self.cost.message]
        said += self.warnings
        return [message.text() for message in said if message is not None]

    def _records(self) -> Iterable[dict[str, Any]]:
        return (one.to_dict() for one in self)


def value_text(value: Value) -> str:
    """A value as it is typed behind ``--set``."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
