"""The steps of a run as columns of bounded length: what is drawn, and what is shown of the last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.jobs.events import Step

LIMIT = 16_384
"""Steps that are kept; with more, every second one goes."""

_DTYPES = {
    "time": "f8", "epoch": "i8", "step": "i8", "steps": "i8",
    "loss": "f8", "learning_rate": "f8", "rate": "f8",
}  # fmt: skip

OPTIONAL = ("waiting", "cpu", "memory", "gpu", "gpu_memory")
"""Fields of `Step` that not every event has; NaN where it has none."""

Columns = Mapping[str, NDArray[Any]]
"""Arrays of one length by the names of `Step`'s fields, and ``losses.<name>`` for its parts; those
that are not in every event may be missing."""


def dtype_of(name: str) -> str:
    """The type of a column's numbers.

    Raises:
        ValueError: There is no such column.
    """
    if name not in _DTYPES and name not in OPTIONAL and not name.startswith("losses."):
        raise ValueError(f"no column {name!r}")
    return _DTYPES.get(name, "f8")


class StepCurve:
    """The step events that count, rising by ``step``; a million of them cost what 16,384 cost.

    Where there are more, of any four that follow each other the one with the least and the one
    with the greatest loss stay, again and again: no peak of the loss is lost (min-max
    downsampling), and what stays are events as they were reported.

    Attributes:
        edition: Changes when steps went that were there before, so that whoever has drawn them
            begins anew; else steps were only added at the end.
    """

    def __init__(self) -> None:
        self.edition = 0
        self._columns: dict[str, NDArray[Any]] = {
            name: np.empty(LIMIT, dtype) for name, dtype in _DTYPES.items()
        } | {name: np.full(LIMIT, np.nan) for name in OPTIONAL}
        self._length = 0

    def append(self, event: Step) -> None:
        """Add a step at the end."""
        self._make_room(1)
        row = self._length
        for name in _DTYPES:
            self._columns[name][row] = getattr(event, name)
        for name in OPTIONAL:
            value = getattr(event, name)
            self._columns[name][row] = np.nan if value is None else value
        for name, value in event.losses.items():
            self._part(f"losses.{name}")[row] = value
        self._length += 1

    def extend(self, columns: Columns) -> None:
        """Add many steps at the end.

        Args:
            columns: All that `Step` has; parts of the loss are NaN where a step has none.
        """
        count, begin = len(columns["step"]), 0
        while begin < count:
            self._make_room(1)
            room = min(LIMIT - self._length, count - begin)
            rows, taken = slice(self._length, self._length + room), slice(begin, begin + room)
            for name, values in columns.items():
                self._part(name)[rows] = values[taken]
            self._length += room
            begin += room

    def truncate(self, step: int) -> None:
        """Drop what lies beyond a step: a run goes on from there."""
        keep = int(np.searchsorted(self["step"], step, side="right"))
        if keep < self._length:
            self._forget(keep, self._length)
            self._length = keep
            self.edition += 1

    def _make_room(self, count: int) -> None:
        if self._length + count > LIMIT:
            self._thin()

    def _thin(self) -> None:
        groups = self["loss"].reshape(-1, 4)
        base = np.arange(len(groups)) * 4
        low = base + np.where(np.isnan(groups), np.inf, groups).argmin(axis=1)
        high = base + np.where(np.isnan(groups), -np.inf, groups).argmax(axis=1)
        high = np.where(high == low, base + 3 - (low - base) // 3 * 3, high)  # of four equal ones
        kept = np.sort(np.concatenate([low, high]))
        for column in self._columns.values():
            column[: len(kept)] = column[kept]
        self._forget(len(kept), self._length)
        self._length = len(kept)
        self.edition += 1

    def _part(self, name: str) -> NDArray[Any]:
        if name not in self._columns:
            self._columns[name] = np.full(LIMIT, np.nan)
        return self._columns[name]

    def _forget(self, begin: int, end: int) -> None:
        """What a later step does not have is not that of a former one."""
        for name in self._columns:
            if name not in _DTYPES:
                self._columns[name][begin:end] = np.nan

    @property
    def names(self) -> list[str]:
        """Names of all columns."""
        return list(self._columns)

    @property
    def parts(self) -> list[str]:
        """Names of the loss's parts."""
        return [name.removeprefix("losses.") for name in self._columns if "." in name]

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, which: str) -> NDArray[Any]: ...
    @overload
    def __getitem__(self, which: int) -> Step: ...

    def __getitem__(self, which: str | int) -> NDArray[Any] | Step:
        """A column by the name of a `Step`'s field (or ``losses.<name>``), or a step by its place.

        Raises:
            IndexError: There are fewer steps.
            KeyError: There is no such column.
        """
        if isinstance(which, str):
            return self._columns[which][: self._length]
        row = range(self._length)[which]
        fields = {name: self._columns[name][row].item() for name in _DTYPES}
        parts = {name: self._columns[f"losses.{name}"][row].item() for name in self.parts}
        fields |= {name: self._columns[name][row].item() for name in OPTIONAL}
        known = {name: value for name, value in parts.items() if value == value}
        told = {n: v for n, v in fields.items() if n not in OPTIONAL or v == v}
        return Step(**told, losses=known)

    def __iter__(self) -> Iterator[Step]:
        return (self[row] for row in range(self._length))
