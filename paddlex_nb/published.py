"""The published weights as a list that shows itself as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from paddlex_nb.core.task import Task
from paddlex_nb.core.wording import size_text
from paddlex_nb.display.tables import Table, columns
from paddlex_nb.weights.published import Published, all_published


class PublishedWeights(Table[Published]):
    """Published weights, one row each: to be downloaded, or brought by hand."""

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows as JSON holds them; ``size`` is None where the file is not here."""
        return [
            {
                "model": one.model,
                "task": one.task.value,
                "name": one.name,
                "url": one.url,
                "sha256": one.sha256 or None,
                "file": str(one.file),
                "size": one.size,
            }
            for one in self
        ]

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        """The headings and the rows of the table."""
        rows = [
            (one.model, one.name, None if size is None else size_text(size), one.url, one.file)
            for one in self
            for size in [one.size]
        ]
        return columns("model", "name", "here", "url", "file"), rows

    def _shown(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        return self.table()

    def _records(self) -> Iterable[dict[str, Any]]:
        return self.to_dicts()


def published_weights(task: Task | str | None = None, model: str | None = None) -> PublishedWeights:
    """Every published weight file of the catalogue: where it is, and whether it is here.

        published_weights(model="ResNet18_vd")[0].fetch()
        published_weights(model="ResNet18_vd")[0].add("/media/usb/ResNet18_vd_pretrained.pdparams")

    Args:
        task: Only those of models for this task.
        model: Only those of this model.

    Raises:
        UserError: There is no such task or model.
    """
    return PublishedWeights(all_published(task, model))
