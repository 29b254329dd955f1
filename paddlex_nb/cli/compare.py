"""``compare``: runs side by side."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from paddlex_nb.cli.shared import Command, Reply, option, settings, table
from paddlex_nb.core.files import disk_errors
from paddlex_nb.core.i18n import tr


@click.command("compare", cls=Command, help=tr("cli.compare.help"))
@click.argument("runs", metavar="RUN RUN...", nargs=-1, required=True)
@option("--split", default="val", text="split")
@option("--checkpoint", default="best", text="checkpoint")
@option("--figure", metavar="FILE", type=click.Path(path_type=Path), text="compare_figure")
@option("--x", type=click.Choice(["epoch", "step", "time"]), default="epoch", text="compare_x")
@option("--metric", text="compare_metric")
def compare(
    runs: tuple[str, ...],
    split: str,
    checkpoint: str,
    figure: Path | None,
    x: Any,
    metric: str | None,
) -> Reply:
    """Compare runs."""
    comparison = settings().workspace.compare(runs, split=split, checkpoint=checkpoint)
    parts = [table(*part) for part in comparison.tables()]
    if figure is not None:
        drawn = comparison.plot(x=x, metric=metric)
        with disk_errors(figure):
            drawn.savefig(figure, dpi=150)
        parts.append(tr("cli.compare.figure", path=figure))
    data = {
        "runs": [
            {
                "run": run.id,
                "name": run.record.name,
                **{name: values[place] for name, values in comparison.parameters.items()},
            }
            for place, run in enumerate(comparison.runs)
        ],
        "differences": [
            {**asdict(one), "within_noise": one.within_noise} for one in comparison.differences
        ],
        "notes": comparison.notes,
    }
    return Reply(data, "\n\n".join([*parts, *comparison.notes]))
