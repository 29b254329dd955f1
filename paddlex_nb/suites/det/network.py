"""Networks of paddledet, built from a catalogue entry and a run's parameters."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import paddle
import ppdet.modeling  # noqa: F401 - registers everything
from ppdet.core.workspace import create, global_config, merge_config

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.params.config import TrainingConfig
from paddlex_nb.repairs import scalar_concat, static_nms
from paddlex_nb.repairs.background_batch import background_batch
from paddlex_nb.repairs.deformable_attention import deformable_attention

_BY_EPOCH = ("static_assigner_epoch", "l1_epoch")
"""Settings that name an epoch of the recipe, whose number of epochs is ``epoch``."""


def build_network(
    entry: ModelEntry,
    training: TrainingConfig,
    classes: int,
    anchors: Sequence[Sequence[float]] | None = None,
) -> paddle.nn.Layer:
    """The network of a run, with random weights.

    Args:
        entry: Its ``arguments`` are configurations of paddledet's modules by name, as in the
            suite's YAML files.
        training: The run's parameters.
        classes: Number of classes.
        anchors: Instead of the entry's own, in pixels.
    """
    scalar_concat()
    static_nms()
    deformable_attention()
    background_batch()
    config = run_config(entry.arguments, training, classes)
    if anchors is not None:
        config["YOLOv3Head"]["anchors"] = [list(anchor) for anchor in anchors]
    with _own_config():
        merge_config(config)
        network: paddle.nn.Layer = create(entry.architecture)
    return network


def run_config(
    arguments: Mapping[str, Any], training: TrainingConfig, classes: int
) -> dict[str, Any]:
    """The configuration of a run: the recipe's, with what the run's parameters say instead."""
    config: dict[str, Any] = copy.deepcopy(dict(arguments))
    size = training.input_size
    config |= {"num_classes": classes, "eval_size": [size, size], "norm_type": "bn"}
    if "YOLOX" in config:
        # it would choose a size for each batch by itself; of one size it has no choice
        config["YOLOX"] |= {"input_size": [32, 32], "size_range": [1, 1]}
    pace = training.epochs / config.pop("epoch", training.epochs)
    for section in config.values():
        if not isinstance(section, dict):
            continue
        for name in _BY_EPOCH:
            if name in section:
                section[name] = round(section[name] * pace)
        if isinstance(section.get("nms"), dict) and "nms_threshold" in section["nms"]:
            section["nms"]["nms_threshold"] = training.nms_iou
    return config


@contextmanager
def _own_config() -> Iterator[None]:
    """Paddledet keeps one configuration a process: what a run sets must not reach the next."""
    before = {name: dict(v) if isinstance(v, dict) else v for name, v in global_config.items()}
    try:
        yield
    finally:
        for name in set(global_config) - set(before):
            del global_config[name]
        for name, value in before.items():
            if isinstance(value, dict):
                dict.clear(global_config[name])
                dict.update(global_config[name], value)
            else:
                global_config[name] = value
