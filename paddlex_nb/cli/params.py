"""``params``: every parameter of a training, what it should be here, and why."""

from __future__ import annotations

import click

from paddlex_nb.catalogue.models import model as find_model
from paddlex_nb.cli.shared import Command, CommandLineError, Reply, option, settings, table
from paddlex_nb.core.i18n import tr
from paddlex_nb.params.catalogue import params as params_of
from paddlex_nb.results.recommendation import value_text
from paddlex_nb.weights.automatic import by_hand
from paddlex_nb.weights.starting import AUTO


@click.command("params", cls=Command, help=tr("cli.params.help"))
@click.argument("model", metavar="[MODEL]", required=False)
@option("--dataset", metavar="ID", text="params_dataset")
@option("--weights", default=AUTO, text="weights")
def params(model: str | None, dataset: str | None, weights: str) -> Reply:
    """List the parameters, for a data set with what is recommended."""
    if dataset is not None:
        return _recommended(model, dataset, weights)
    if model is None:
        raise CommandLineError("cli.params.needs_one")
    entry = find_model(model)
    mine = [param for param in params_of(entry.task) if param.name not in entry.without]
    data = [
        {
            "name": param.name,
            "label": param.label,
            "default": param.default,
            "limits": param.limits,
            "help": param.help,
        }
        for param in mine
    ]
    head = [tr(f"display.param.{name}") for name in ("name", "default", "limits", "help")]
    rows = [(p.name, value_text(p.default), p.limits, p.help) for p in mine]
    text = "\n".join([table(head, rows), "", tr("cli.params.depends")])
    return Reply({"model": entry.name, "task": entry.task.value, "params": data}, text)


def _recommended(model: str | None, dataset: str, weights: str) -> Reply:
    advice = settings().workspace.recommend(dataset, model, weights=weights)
    head = [tr(f"display.param.{name}") for name in ("name", "value", "limits", "reason")]
    rows = [
        (
            one.name,
            value_text(one.value),
            one.param.limits,
            one.param.help if one.reason is None else f"{one.param.help} {one.reason.text()}",
        )
        for one in advice
    ]
    title = tr("cli.params.title", model=advice.model, dataset=dataset)
    warnings = [warning.text() for warning in advice.warnings]
    data = {
        "model": advice.model,
        "dataset": dataset,
        "weights": advice.weights,
        "weights_reason": None if advice.weights_reason is None else advice.weights_reason.text(),
        "params": [one.to_dict() for one in advice],
        "warnings": warnings,
        "seconds": advice.cost.seconds,
        "memory_bytes": round(advice.cost.memory),
    }
    weights_said = [advice.weights_reason, by_hand(advice.weights_reason)]
    notes = [message.text() for message in weights_said if message is not None]
    notes += [advice.cost.message.text(), *warnings]
    said = [title, "", table(head, rows), "", *notes]
    return Reply(data, "\n".join(said))
