"""Recommended values: what suits the model, the data, the machine and the starting weights.

Each comes with its reason. Rules of thumb, not laws: they were chosen so that a first run on
plain hardware ends within minutes and well; everything can be overridden.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.core.wording import size_text
from paddlex_nb.hosts.processor import Machine
from paddlex_nb.params.catalogue import params
from paddlex_nb.params.spec import Value
from paddlex_nb.planning.defaults import DEFAULTS
from paddlex_nb.planning.facts import DatasetFacts
from paddlex_nb.planning.small_objects import HARD, size_for_classes
from paddlex_nb.planning.thin_structures import evaluation_interval, resolution
from paddlex_nb.runs.estimate import MEMORY_PER_GFLOP

_GIB = 1 << 30
_GIB_PER_GFLOP = MEMORY_PER_GFLOP / _GIB

_MEMORY_SHARE = 0.7
"""Of the free memory; the rest is for weights, optimiser and whoever else is there."""


_LONG = 30
"""Minutes of a time limit from which a CPU has time for a larger input."""

_MOST_IN_TIME = 300
"""Epochs at most where a time limit decides: more would hardly teach anything new."""


class Recommendation(msgspec.Struct, frozen=True):
    """A value and why.

    Attributes:
        value: The value.
        reason: One sentence.
    """

    value: Value
    reason: Message


def recommend(
    entry: ModelEntry,
    facts: DatasetFacts,
    machine: Machine,
    weights: str = "none",
    overrides: Mapping[str, Value] | None = None,
) -> dict[str, Recommendation]:
    """Recommend every parameter of the task.

    Args:
        entry: The model.
        facts: The data set.
        machine: The machine.
        weights: Starting weights; ``none`` for random ones.
        overrides: Values that the user has chosen: the others are made to suit them.

    Returns:
        By name, in the order of the form; chosen parameters are in it too, with what would be
        recommended otherwise.
    """
    advisor = _Advisor(entry, facts, machine, weights, dict(overrides or {}))
    specific = advisor.advise()
    recommended = {}
    for spec in params(facts.task):
        if spec.name in entry.without:
            continue
        if spec.name in entry.recipe:
            reason = Message("params.reason.recipe", {"model": entry.name})
            recommended[spec.name] = Recommendation(entry.recipe[spec.name], reason)
        elif spec.name in specific:
            recommended[spec.name] = specific[spec.name]
        else:
            recommended[spec.name] = Recommendation(spec.default, Message("params.reason.default"))
    return recommended


class _Advisor:
    """Works out the values that depend on something, each from those before it."""

    def __init__(
        self,
        entry: ModelEntry,
        facts: DatasetFacts,
        machine: Machine,
        weights: str,
        overrides: dict[str, Value],
    ) -> None:
        self._entry = entry
        self._facts = facts
        self._machine = machine
        self._gpu = bool(machine.gpus) and overrides.get("device") != "cpu"
        self._defaults = DEFAULTS[facts.task]
        self._tuning = weights != "none"
        self._overrides = {**entry.recipe, **overrides}
        self._recommended: dict[str, Recommendation] = {}

    def advise(self) -> dict[str, Recommendation]:
        """All values that depend on model, data, machine or starting weights."""
        self._input_size()
        self._resolution()
        self._batch_size()
        self._epochs()
        self._evaluations()
        self._optimiser()
        self._schedule()
        for name, value in self._defaults.values.items():
            self._set(name, value, "task_empty" if value is None else "task")
        self._set("vertical_flip", False, "upright")
        if bits := self._facts.grey_bits:
            self._set("grey_bits", bits, "few_bits", bits=bits)
        return self._recommended

    def _set(self, name: str, value: Value, reason: str, **values: Any) -> None:
        self._recommended[name] = Recommendation(value, Message(f"params.reason.{reason}", values))

    def _value(self, name: str) -> Any:
        return self._overrides[name] if name in self._overrides else self._recommended[name].value

    def _input_size(self) -> None:
        if self._entry.input_sizes:
            self._set("input_size", self._entry.input_sizes[0], "only_size")
            return
        sizes, minutes = self._defaults.sizes, self._overrides.get("time_limit")
        if self._gpu:
            limit, reason = sizes.gpu, "size_gpu"
        elif self._tuning:
            limit, reason = sizes.cpu_tuning, "size_cpu_tuning"
        elif self._facts.train < self._defaults.few and (minutes or 0) >= _LONG:
            limit, reason = sizes.cpu, "size_cpu_time"
        elif self._facts.train < self._defaults.few:
            limit, reason = sizes.cpu_few, "size_cpu_few"
        else:
            limit, reason = sizes.cpu, "size_cpu"
        needed, name = size_for_classes(self._facts)
        enough = math.ceil(needed / 32) * 32
        most = sizes.gpu_most if self._gpu else max(limit, sizes.cpu)
        if enough > limit:
            limit, reason = min(enough, most), "size_class" if enough <= most else "size_class_part"
        side = self._facts.short_side if self._defaults.side == "short" else self._facts.long_side
        own = max(32, math.ceil(side / 32) * 32)
        if own < limit:
            self._set("input_size", own, "size_images", pixels=side)
        else:
            self._set("input_size", limit, reason, of=name, side=HARD, minutes=minutes)

    def _resolution(self) -> None:
        if self._facts.task is Task.SEGMENTATION:
            found = resolution(self._facts, self._value("input_size"))
            self._recommended["full_resolution"] = Recommendation(*found)

    def _batch_size(self) -> None:
        defaults, here = self._defaults, self._machine
        usual = defaults.batch_gpu if self._gpu else defaults.batch_cpu
        free = (here.gpus[0] if self._gpu else here).memory_free / _GIB
        cost = self._entry.gflops * (self._value("input_size") / defaults.reference_size) ** 2
        fitting = _MEMORY_SHARE * free / max(0.02, cost * _GIB_PER_GFLOP)
        steps = self._facts.train / defaults.steps
        size = 2 ** max(1, int(math.log2(max(2.0, min(usual, fitting, steps)))))
        size = max(1, min(size, self._facts.train))
        if fitting < min(usual, steps):
            self._set("batch_size", size, "batch_memory", memory=size_text(free * _GIB))
        elif steps < usual:
            self._set("batch_size", size, "batch_few", images=self._facts.train)
        else:
            self._set("batch_size", size, "batch_gpu" if self._gpu else "batch_cpu")

    def _epochs(self) -> None:
        """So many that about the same number of images is seen, however large the split is."""
        if minutes := self._overrides.get("time_limit"):
            self._set("epochs", _MOST_IN_TIME, "epochs_time_limit", minutes=minutes)
            return
        seen = self._defaults.seen[self._gpu, self._tuning]
        epochs = math.ceil(seen.images / max(1, self._facts.train))
        start = "tuning" if self._tuning else "scratch"
        where = "gpu" if self._gpu else "cpu"
        self._set("epochs", min(seen.most, max(seen.least, epochs)), f"epochs_{start}_{where}")

    def _evaluations(self) -> None:
        if self._facts.task is Task.SEGMENTATION and self._value("full_resolution"):
            size, epochs = self._value("input_size"), self._value("epochs")
            interval, reason = evaluation_interval(self._facts, size, epochs)
            patience = self._overrides.get("early_stop") or interval
            interval = min(interval, patience)  # one evaluation at least has to be waited for
            self._recommended["eval_interval"] = Recommendation(interval, reason)

    def _optimiser(self) -> None:
        defaults = self._defaults
        self._set("optimizer", defaults.optimizer, defaults.optimizer)
        kind, batch = str(self._value("optimizer")), self._value("batch_size")
        tuned, fresh = defaults.rates[kind]
        rate = (tuned if self._tuning else fresh) * math.sqrt(batch / defaults.rate_batch)
        self._set(
            "learning_rate",
            float(f"{rate:.2g}"),
            "rate_tuning" if self._tuning else "rate_scratch",
            optimizer=kind,
            batch=batch,
        )
        self._set("weight_decay", defaults.decays[kind], "decay", optimizer=kind)

    def _schedule(self) -> None:
        epochs, batch = self._value("epochs"), self._value("batch_size")
        steps = epochs * max(1, self._facts.train // batch)
        self._set("warmup_steps", min(500, steps // 10), "warmup", steps=steps)
        decays = sorted({max(1, round(epochs * part)) for part in (0.25, 0.5, 0.75)})
        self._set("decay_epochs", [d for d in decays if d < epochs], "decay_epochs")
