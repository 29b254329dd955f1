"""Whether the parameters of a run fit together, the model, the data and the machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.records import split_name
from paddlex_nb.hosts.processor import Machine
from paddlex_nb.params.catalogue import param, read
from paddlex_nb.params.config import TrainingConfig
from paddlex_nb.params.metric_choices import metric_choices
from paddlex_nb.params.spec import Value
from paddlex_nb.params.values import as_config
from paddlex_nb.planning.facts import DatasetFacts

_LEAST_CLASSES = {Task.CLASSIFICATION: 2, Task.SEGMENTATION: 2}
"""An object stands out against the background, which is no class."""


def validate(
    entry: ModelEntry,
    values: Mapping[str, str | Value],
    facts: DatasetFacts,
    machine: Machine,
) -> dict[str, Value]:
    """Check every parameter by itself and all of them together.

    Args:
        entry: The model.
        values: By name; text is parsed.
        facts: The data set.
        machine: The machine.

    Returns:
        The values in their types.

    Raises:
        UserError: Something does not fit; names the parameter and what to do.
    """
    checked = read(values, facts.task)
    _check_data(facts)
    config = as_config(checked)
    _check_model(entry, config, facts)
    _check_machine(config, machine)
    _check_schedule(config, facts)
    param("best_metric").offering(metric_choices(facts.task, facts.names)).check(config.best_metric)
    return checked


def _check_data(facts: DatasetFacts) -> None:
    if facts.classes < _LEAST_CLASSES.get(facts.task, 1):
        raise UserError("params.few_classes", classes=facts.classes)
    for split, images in (("train", facts.train), ("val", facts.val)):
        if not images:
            raise UserError("params.no_images", split=split_name(split))
    if facts.learnable == 0:
        if facts.crowds:
            raise UserError("params.only_crowds", objects=facts.crowds)
        raise UserError("params.no_objects")


def _check_model(entry: ModelEntry, config: TrainingConfig, facts: DatasetFacts) -> None:
    size, batch = config.input_size, config.batch_size
    if entry.input_sizes and size not in entry.input_sizes:
        allowed = [str(one) for one in entry.input_sizes]
        raise UserError("params.size_of_model", model=entry.name, value=size, allowed=allowed)
    if size < entry.min_size:
        raise UserError(
            "params.size_below_model", model=entry.name, value=size, least=entry.min_size
        )
    if batch > facts.train:
        raise UserError("params.batch_too_large", value=batch, images=facts.train)


def _check_machine(config: TrainingConfig, machine: Machine) -> None:
    device = config.device
    if device == "gpu" and not machine.gpus:
        raise UserError("params.no_gpu")
    number = config.gpu
    if number is not None and number >= len(machine.gpus):
        raise UserError("params.no_such_gpu", value=number, count=len(machine.gpus), name="gpu")
    if config.mixed_precision and (device == "cpu" or not machine.gpus):
        raise UserError("params.mixed_needs_gpu")


def _check_schedule(config: TrainingConfig, facts: DatasetFacts) -> None:
    epochs, interval = config.epochs, config.eval_interval
    steps = epochs * max(1, facts.train // config.batch_size)
    warmup, patience = config.warmup_steps, config.early_stop
    if warmup >= steps and warmup > 0:
        raise UserError("params.warmup_too_long", value=warmup, steps=steps)
    decays = config.decay_epochs
    if config.lr_policy == "piecewise":
        if list(decays) != sorted(set(decays)):
            raise UserError("params.decay_not_rising", value=_text(decays))
        if decays and decays[-1] >= epochs:
            raise UserError("params.decay_beyond_end", value=_text(decays), epochs=epochs)
    if patience is not None and patience < interval:
        raise UserError("params.patience_too_short", value=patience, interval=interval)


def _text(values: Sequence[int]) -> str:
    return ",".join(map(str, values))
