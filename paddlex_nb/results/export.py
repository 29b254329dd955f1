"""A model for use elsewhere, and a data set in another format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typing_extensions import Self

from paddlex_nb.core.i18n import tr
from paddlex_nb.display.tables import Table, columns
from paddlex_nb.display.text import size_text, time_text
from paddlex_nb.results.base import ModelResult, Result, origin_fields


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Export(ModelResult):
    """A model that was exported.

    Attributes:
        to: ``inference`` (Paddle) or ``onnx``.
        out: The folder; ``inference.yml`` in it says how images are prepared.
        files: All files in it, absolute.
        parity: Largest absolute difference of any output to the trained model's, on real
            validation images.
        latency_ms: Milliseconds that one image takes (median).
        size_bytes: Size of all files; None if unknown.
        threshold: Least score of the objects that its sample program gives, 0 to 1; None in tasks
            without objects, or if unknown.
    """

    to: str
    out: Path
    files: list[Path]
    parity: float
    latency_ms: float
    size_bytes: int | None
    threshold: float | None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The export that is written as this plain JSON, by this version or an earlier one."""
        return cls(
            **origin_fields(data),
            to=data.get("to", "inference"),
            out=Path(data["out"]),
            files=[Path(file) for file in data["files"]],
            parity=data["parity"],
            latency_ms=data["latency_ms"],
            size_bytes=data.get("size_bytes"),
            threshold=data.get("threshold"),
        )

    def _facts(self) -> list[tuple[str, object]]:
        size = None if self.size_bytes is None else size_text(self.size_bytes)
        least = [] if self.threshold is None else [f"{self.threshold:.2f}"]
        return [
            (columns("format")[0], self.to),
            (columns("export")[0], self.out),
            (tr("display.files"), ", ".join(file.name for file in self.files)),
            (tr("display.size"), size),
            (tr("display.parity"), f"{self.parity:.1e}"),
            (tr("display.latency"), f"{self.latency_ms:.1f}"),
            *((tr("display.threshold"), text) for text in least),
        ]


class Exports(Table[Export]):
    """Exports, one row each."""

    def _shown(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        head = columns("format", "export", "checkpoint", "epoch", "when", "state")
        rows = [
            (
                e.to,
                e.out,
                e.checkpoint,
                e.epoch,
                None if e.time is None else time_text(e.time),
                e.stale or tr("cli.runs.show.current"),
            )
            for e in self
        ]
        return head, rows

    def _records(self) -> Iterable[dict[str, Any]]:
        names = ("to", "out", "checkpoint", "epoch", "parity", "latency_ms", "size_bytes")
        return ({name: getattr(e, name) for name in names} for e in self)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class DatasetExport(Result):
    """A data set that was written in a format.

    Attributes:
        format: Name of the format.
        out: The folder.
        images: How many images were written.
        files: How many files were written.
        lost: What the format cannot hold of the data set, in sentences.
    """

    format: str
    out: Path
    images: int
    files: int
    lost: list[str]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The export that is written as this plain JSON."""
        return cls(
            data=data,
            format=data["format"],
            out=Path(data["out"]),
            images=data["images"],
            files=data["files"],
            lost=list(data.get("lost", [])),
        )

    def _facts(self) -> list[tuple[str, object]]:
        return [
            (columns("format")[0], self.format),
            (columns("export")[0], self.out),
            (columns("images")[0], self.images),
            (tr("display.files"), self.files),
            *((tr("display.lost"), sentence) for sentence in self.lost),
        ]
