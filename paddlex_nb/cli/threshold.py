"""``runs threshold``: from which score on the objects of a run's model count."""

from __future__ import annotations

import click

from paddlex_nb.cli.shared import Command, CommandLineError, Reply, option, settings
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.params.values import as_config


@click.command("threshold", cls=Command, help=tr("cli.runs.threshold.help"))
@click.argument("run", metavar="RUN")
@click.argument("value", metavar="[SCORE]", type=float, required=False)
@option("--trained", is_flag=True, text="trained")
def threshold(run: str, value: float | None, trained: bool) -> Reply:
    """Say or choose a run's score threshold."""
    target = settings().workspace.run(run)
    if trained and value is not None:
        raise CommandLineError("cli.runs.threshold.both")
    if trained or value is not None:
        target.set_threshold(value)
    now = target.threshold
    if now is None:
        raise UserError("evaluation.no_threshold", run=target.id)
    parameter = as_config(target.record.params).score_threshold
    said = "threshold.is" if value is None else "threshold.chosen"
    text = tr(
        "threshold.back" if trained else said,
        run=target.id,
        threshold=f"{now:g}",
        trained=f"{parameter:g}",
    )
    return Reply({"run": target.id, "threshold": now, "trained": parameter}, text)
