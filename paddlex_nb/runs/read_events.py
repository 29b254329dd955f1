"""Event files of trainings read quickly: their steps as columns, everything else as events."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.jobs.events import AnyEvent, Step
from paddlex_nb.jobs.log import decoded
from paddlex_nb.runs.step_curve import OPTIONAL, Columns

_SMALL = 1 << 18
"""Bytes up to which lines are decoded one by one: that is as quick, and spares an import."""

_STEP = b'{"kind":"step",'

_NUMBERS = ("time", "epoch", "step", "steps", "loss", "learning_rate", "rate")
_WHOLE = ("epoch", "step", "steps")


def read_events(block: bytes) -> Iterator[AnyEvent | Columns]:
    """The events of whole lines, in their order.

    Args:
        block: Lines of an event file; those that are damaged or of an unknown kind are passed over.

    Yields:
        Events, or the columns of many step events that follow each other.
    """
    if len(block) > _SMALL:
        lines = _Lines(block)
        steps = lines.steps()
        if steps is not None:
            yield from lines.in_order(steps)
            return
    for line in block.splitlines():
        event = decoded(line)
        if event is not None:
            yield event


class _Lines:
    """Lines of a block, told apart without decoding them."""

    def __init__(self, block: bytes) -> None:
        self._block = block
        text = np.frombuffer(block, np.uint8)
        self._ends = np.flatnonzero(text == ord("\n")) + 1
        self._starts = np.concatenate([[0], self._ends[:-1]]).astype(np.int64)
        long = self._ends - self._starts > len(_STEP)
        heads = text[np.where(long, self._starts, 0)[:, None] + np.arange(len(_STEP))]
        self._is_step = long & (heads == np.frombuffer(_STEP, np.uint8)).all(axis=1)

    def steps(self) -> dict[str, NDArray[Any]] | None:
        """The columns of all steps; None if a line of them is damaged."""
        import pyarrow as pa
        import pyarrow.json as pj

        first = next(iter(np.flatnonzero(self._is_step)), None)
        if first is None:
            return None
        event = decoded(self._line(first))
        if not isinstance(event, Step):
            return None
        schema = [(name, pa.int64() if name in _WHOLE else pa.float64()) for name in _NUMBERS]
        schema += [(name, pa.float64()) for name in OPTIONAL]
        if event.losses:
            parts = pa.struct([(name, pa.float64()) for name in event.losses])
            schema.append(("losses", parts))
        # what is no step would be a line with other fields
        text = b"".join(self._block[a:b] for a, b in self._runs())
        try:
            table = pj.read_json(
                io.BytesIO(text),
                read_options=pj.ReadOptions(block_size=1 << 20),
                parse_options=pj.ParseOptions(
                    explicit_schema=pa.schema(schema), unexpected_field_behavior="ignore"
                ),
            )
        except pa.ArrowInvalid:
            return None
        if len(table) != self._is_step.sum() or any(table[n].null_count for n in _NUMBERS):
            return None
        columns = {name: table[name].to_numpy() for name in _NUMBERS}
        for name in OPTIONAL:
            if table[name].null_count < len(table):
                columns[name] = table[name].to_numpy()
        if event.losses:
            parts = table["losses"].combine_chunks().flatten()
            for name, part in zip(event.losses, parts, strict=True):
                columns[f"losses.{name}"] = part.to_numpy(zero_copy_only=False)
        return columns

    def in_order(self, steps: dict[str, NDArray[Any]]) -> Iterator[AnyEvent | Columns]:
        """Other events decoded, and between them the steps."""
        before = np.concatenate([[0], np.cumsum(self._is_step)])
        begin = 0
        for line in np.flatnonzero(~self._is_step):
            end = int(before[line])
            if end > begin:
                yield {name: values[begin:end] for name, values in steps.items()}
                begin = end
            event = decoded(self._line(line))
            if event is not None:
                yield event
        if begin < len(steps["step"]):
            yield {name: values[begin:] for name, values in steps.items()}

    def _line(self, number: int) -> bytes:
        return self._block[self._starts[number] : self._ends[number]]

    def _runs(self) -> Iterator[tuple[int, int]]:
        """Begin and end in the block of steps that follow each other."""
        edges = np.diff(np.concatenate([[0], self._is_step.astype(np.int8), [0]]))
        firsts, lasts = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
        yield from zip(self._starts[firsts].tolist(), self._ends[lasts].tolist(), strict=True)
