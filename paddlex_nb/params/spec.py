"""What a parameter is: typed once, for the form, the command line, the check and the record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.core.task import Task
from paddlex_nb.core.wording import nearest

Value = bool | int | float | str | list[int] | None
Group = Literal["model", "training", "optimisation"]
Kind = Literal["int", "float", "bool", "choice", "int_list"]

_LONGEST = 300
"""Characters of a choice that is not known yet."""

_SHOWN = 20
"""Choices that are named where a value is none of them."""


class Param(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter of a training run.

    Its texts stand in the catalogue: ``params.<name>`` (label), ``params.<name>.help`` (one
    sentence in basic words) and optionally ``params.<name>.more``; choices are
    ``params.<name>.<choice>``.

    Attributes:
        name: As used by ``--set`` and in ``run.json``.
        kind: Type of its value.
        default: Value where neither the model's recipe nor a recommendation says otherwise.
        group: Part of the form.
        part: Part of the group that is shown together: ``augmentation`` or none.
        advanced: Whether it is hidden until asked for.
        minimum: Least allowed value (of each element of a list).
        maximum: Greatest allowed value.
        exclusive: Whether ``minimum`` itself is not allowed.
        multiple_of: The value must be a multiple of this.
        choices: Allowed values of a choice.
        open: Whether a choice has others, which depend on the data set; see `offering`.
        optional: Whether None (off, automatic) is allowed.
        unit: Catalogue key end of its unit (``params.unit.<unit>``), or empty.
        tasks: Tasks that have it; empty means all.
    """

    name: str
    kind: Kind
    default: Value
    group: Group
    part: str = ""
    advanced: bool = False
    minimum: float | None = None
    maximum: float | None = None
    exclusive: bool = False
    multiple_of: int | None = None
    choices: Sequence[str] = ()
    open: bool = False
    optional: bool = False
    unit: str = ""
    tasks: Sequence[Task] = ()

    @property
    def label(self) -> str:
        """The parameter's label in the user's language."""
        return tr(f"params.{self.name}")

    @property
    def help(self) -> str:
        """One sentence for somebody who has never trained a model."""
        return tr(f"params.{self.name}.help")

    def offering(self, choices: Sequence[str]) -> Param:
        """The parameter with the choices that there are for a data set, and no others."""
        return msgspec.structs.replace(self, choices=tuple(choices), open=False)

    def parse(self, text: str) -> Value:
        """The value written as ``text``, checked.

        Raises:
            UserError: ``text`` is not of this kind or out of range.
        """
        text = text.strip()
        if self.optional and text.lower() in {"", "none", "auto", "off"}:
            return None
        try:
            if self.kind == "int":
                return self.check(int(text))
            if self.kind == "float":
                return self.check(float(text))
            if self.kind == "int_list":
                return self.check([int(part) for part in text.split(",") if part.strip()])
        except ValueError as error:
            raise self._wrong(text) from error
        if self.kind == "bool":
            words = {"true": True, "1": True, "yes": True, "on": True}
            words |= {"false": False, "0": False, "no": False, "off": False}
            if text.lower() not in words:
                raise self._wrong(text)
            return words[text.lower()]
        return self.check(text)

    def check(self, value: Value) -> Value:
        """``value`` in the parameter's type, if it is allowed.

        Raises:
            UserError: It is not; says what is.
        """
        if value is None:
            if self.optional:
                return None
            raise self._wrong("none")
        if self.kind == "bool":
            if not isinstance(value, bool):
                raise self._wrong(value)
            return value
        if self.kind == "choice":
            free = self.open and isinstance(value, str) and 0 < len(value) <= _LONGEST
            if value not in self.choices and not free:
                raise self._wrong(value)
            return value
        if self.kind == "int_list":
            if not isinstance(value, list) or not all(self._fits(v, whole=True) for v in value):
                raise self._wrong(value)
            return value
        if isinstance(value, (bool, str, list)) or not self._fits(value, whole=self.kind == "int"):
            raise self._wrong(value)
        return int(value) if self.kind == "int" else float(value)

    def _fits(self, value: float, *, whole: bool) -> bool:
        if value != value or value in (float("inf"), float("-inf")):
            return False
        if whole and value != int(value):
            return False
        if self.multiple_of and value % self.multiple_of:
            return False
        if self.minimum is not None and (
            value < self.minimum or (self.exclusive and value == self.minimum)
        ):
            return False
        return self.maximum is None or value <= self.maximum

    @property
    def limits(self) -> str:
        """The allowed values, in words."""
        if self.kind == "bool":
            return tr("params.limits.bool")
        if self.open:
            return tr(f"params.limits.{self.name}")
        if self.kind == "choice":
            return tr("params.limits.choice", choices=[*self.choices[:_SHOWN]])
        kind = tr(f"params.limits.{self.kind}")
        low, high = (None if v is None else f"{v:g}" for v in (self.minimum, self.maximum))
        lower = "" if low is None else "above" if self.exclusive else "at_least"
        if low is not None and high is not None:
            lower = "above_to" if self.exclusive else "from_to"
        if bound := lower or ("" if high is None else "at_most"):
            kind = tr(f"params.limits.{bound}", kind=kind, low=low, high=high)
        if self.multiple_of:
            return tr("params.limits.multiple", limits=kind, of=self.multiple_of)
        return kind

    def _wrong(self, value: object) -> UserError:
        shown = f"{value:g}" if isinstance(value, float) else str(value)[:80]
        name = Message(f"params.{self.name}")
        if self.kind == "choice" and (near := nearest(value, self.choices)):
            hint = Message("core.did_you_mean", {"near": near})
            return UserError("params.wrong_choice", name=name, value=shown, near=hint)
        return UserError("params.wrong_value", name=name, value=shown, limits=self.limits)
