"""How much disk a workspace takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paddlex_nb.core.i18n import tr
from paddlex_nb.deletion import disk_use
from paddlex_nb.display.html import html_table
from paddlex_nb.display.tables import columns, data_frame
from paddlex_nb.display.text import size_text, table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class DiskUse:
    """The disk space that a workspace takes.

    Attributes:
        datasets: Bytes by id of the data set, the largest first.
        runs: Bytes by id of the run, the largest first.
        others: Bytes of all else: samples, saved models, exports of data sets.
    """

    datasets: dict[str, int]
    runs: dict[str, int]
    others: int

    @property
    def total(self) -> int:
        """The sum in bytes."""
        return sum(self.datasets.values()) + sum(self.runs.values()) + self.others

    def to_dict(self) -> dict[str, Any]:
        """The sizes in bytes as plain JSON."""
        return {
            "total": self.total,
            "datasets": dict(self.datasets),
            "runs": dict(self.runs),
            "others": self.others,
        }

    def to_pandas(self) -> pd.DataFrame:
        """A `pandas.DataFrame` with ``kind``, ``id`` and ``bytes``.

        Raises:
            UserError: pandas is not installed.
        """
        return data_frame(
            {"kind": kind, "id": id_, "bytes": size} for kind, id_, size in self._all()
        )

    def __repr__(self) -> str:
        return table(*self._table())

    def _repr_html_(self) -> str:
        return html_table(*self._table())

    def _all(self) -> Iterable[tuple[str, str, int]]:
        yield from (("dataset", name, size) for name, size in self.datasets.items())
        yield from (("run", name, size) for name, size in self.runs.items())
        yield "others", "", self.others

    def _table(self) -> tuple[list[str], list[tuple[str, str, str]]]:
        words = {"dataset": columns("dataset")[0], "run": columns("run")[0]}
        others = tr("display.disk.others")
        rows = [(words.get(kind, others), id_, size_text(size)) for kind, id_, size in self._all()]
        rows.append((tr("display.disk.total"), "", size_text(self.total)))
        return [*columns("kind", "id"), tr("display.size")], rows


def measured(workspace: Path, datasets: Path, runs: Path) -> DiskUse:
    """The disk space that a workspace takes.

    Args:
        workspace: Its folder.
        datasets: The folder of its data sets.
        runs: The folder of its runs.
    """
    known, trained = _by_folder(datasets), _by_folder(runs)
    others = disk_use(workspace) - sum(known.values()) - sum(trained.values())
    return DiskUse(known, trained, max(0, others))


def _by_folder(parent: Path) -> dict[str, int]:
    if not parent.is_dir():
        return {}
    sizes = {f.name: disk_use(f) for f in parent.iterdir() if f.is_dir() and f.name[0] != "."}
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))
