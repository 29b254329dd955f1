"""Planning a run before it is made: model, starting weights, all parameters. Light."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.catalogue.models import model as find_model
from paddlex_nb.core.i18n import Message
from paddlex_nb.hosts.processor import Machine, machine
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.params.spec import Value
from paddlex_nb.planning.default_model import default_model
from paddlex_nb.planning.facts import DatasetFacts, dataset_facts
from paddlex_nb.planning.resolve import resolve
from paddlex_nb.planning.small_objects import small_objects
from paddlex_nb.planning.unmeasured import unmeasured_classes
from paddlex_nb.weights.automatic import Automatic, automatic
from paddlex_nb.weights.reachable import PATIENCE
from paddlex_nb.weights.starting import AUTO, find_weights, trained_model


class Basis(msgspec.Struct, frozen=True):
    """What parameters are resolved from, but for what the user chooses of them.

    Attributes:
        model: The model.
        weights: Starting weights; a path is absolute.
        facts: The data set.
        machine: This machine.
        chosen: How the starting weights were chosen; None if the user named them.
    """

    model: ModelEntry
    weights: str
    facts: DatasetFacts
    machine: Machine
    chosen: Automatic | None = None

    def resolve(
        self, overrides: Mapping[str, str | Value]
    ) -> tuple[dict[str, Value], dict[str, Message]]:
        """As `resolve` does."""
        return resolve(self.model, self.facts, self.machine, overrides, self.weights)


class Plan(msgspec.Struct, frozen=True):
    """A run that could be started.

    Attributes:
        model: Its model.
        weights: Its starting weights; a path is absolute.
        params: All its parameters.
        reasons: Why, for each that was recommended.
        warnings: What is allowed, but will hardly do.
        chosen: How the starting weights were chosen; None if the user named them.
    """

    model: ModelEntry
    weights: str
    params: dict[str, Value]
    reasons: dict[str, Message]
    warnings: list[Message] = []
    chosen: Automatic | None = None


def plan(
    folder: Path,
    model: str | None = None,
    *,
    weights: str = AUTO,
    overrides: Mapping[str, str | Value] | None = None,
    patience: float = PATIENCE,
) -> Plan:
    """Plan a run.

    Args:
        folder: Folder of the data set, which is imported and divided.
        model: A name of the catalogue; by default that of the weights, where these are a run's
            or a saved model's, and else what suits data and machine.
        weights: ``auto``, ``none``, the name of published ones, ``run:<id>``, ``saved:<name>`` or
            a path.
        overrides: What the user chose, by name; text is parsed.
        patience: Seconds to wait for what a server says of published weights.

    Raises:
        UserError: The model, the weights or a parameter is unknown or does not fit.
    """
    known = basis(folder, model, weights, patience)
    params, reasons = known.resolve(overrides or {})
    small = small_objects(known.model, params, known.facts)
    warnings = [w for w in (small, unmeasured_classes(folder)) if w is not None]
    return Plan(known.model, known.weights, params, reasons, warnings, known.chosen)


def basis(
    folder: Path,
    model: str | None = None,
    weights: str = AUTO,
    patience: float = PATIENCE,
) -> Basis:
    """What a plan begins from: gathering it reads the whole index, what follows is quick.

    Args:
        folder: As `plan` takes it.
        model: Likewise.
        weights: Likewise.
        patience: Likewise.

    Raises:
        UserError: The model or the weights are unknown or do not fit.
    """
    facts, here = dataset_facts(folder), machine()
    workspace = DatasetFolder(folder).workspace.path
    name = model or trained_model(weights, workspace)
    entry = find_model(name, facts.task) if name else default_model(facts, here)
    chosen = automatic(entry, patience) if weights == AUTO else None
    named = find_weights(entry, weights if chosen is None else chosen.weights, workspace)
    return Basis(entry, named, facts, here, chosen)
