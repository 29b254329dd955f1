"""From what a user chose to all parameters of a run."""

from __future__ import annotations

from collections.abc import Mapping

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.hosts.processor import Machine
from paddlex_nb.params.catalogue import read
from paddlex_nb.params.spec import Value
from paddlex_nb.planning.facts import DatasetFacts
from paddlex_nb.planning.recommend import recommend
from paddlex_nb.planning.validate import validate


def resolve(
    entry: ModelEntry,
    facts: DatasetFacts,
    machine: Machine,
    overrides: Mapping[str, str | Value],
    weights: str = "none",
) -> tuple[dict[str, Value], dict[str, Message]]:
    """All parameters of a run: the user's, and recommendations that suit them.

    Args:
        entry: The model.
        facts: The data set.
        machine: The machine.
        overrides: What the user chose, by name; text is parsed.
        weights: Starting weights.

    Returns:
        The values by name, and for each that was recommended the reason.

    Raises:
        UserError: A name is unknown, or a value does not fit; says which.
    """
    given = read(overrides, facts.task)
    for name in given:
        if name in entry.without:
            raise UserError("params.not_of_model", name=Message(f"params.{name}"), model=entry.name)
    advised = recommend(entry, facts, machine, weights, given)
    values = {name: given.get(name, r.value) for name, r in advised.items()}
    reasons = {name: r.reason for name, r in advised.items() if name not in given}
    return validate(entry, values, facts, machine), reasons
