"""Every model of the catalogue, by task and family."""

from __future__ import annotations

from itertools import groupby

from markup import code, plain, table

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.catalogue.models import list_models
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task


def page() -> str:
    """All models: size, cost and published weights."""
    parts = []
    for task in Task:
        parts.append(f"## {tr(f'data.task.{task}')}")
        for family, entries in groupby(list_models(task), key=lambda entry: entry.family):
            parts.append(_family(family, list(entries)))
    return "\n\n".join(parts)


def _family(name: str, entries: list[ModelEntry]) -> str:
    head = [tr(f"cli.column.{c}") for c in ("model", "parameters")]
    head += ["GFLOPs", tr("cli.column.weights")]
    rows = [
        (
            code(entry.name),
            f"{entry.parameters / 1e6:.1f} M",
            f"{entry.gflops:g}",
            plain(", ".join(w.name for w in entry.weights)),
        )
        for entry in entries
    ]
    return "\n\n".join([f"### {name}", plain(entries[0].description), table(head, rows)])
