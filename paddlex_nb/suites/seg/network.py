"""Networks of paddleseg, built from a catalogue entry."""

from __future__ import annotations

import inspect
from typing import Any

import paddle
from paddleseg.cvlibs import manager

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.repairs.channel_max import quick_channel_max

_FEATURES = {
    "backbone",
    # of networks without one: all that comes before what tells the classes apart
    "encode",
    "learning_to_downsample",
    "global_feature_extractor",
    "db",
    "sb",
}


def build_network(entry: ModelEntry, classes: int) -> paddle.nn.Layer:
    """The network of a run, with random weights.

    Args:
        entry: Its ``arguments`` are those of the architecture, as in the suite's YAML files;
            ``backbone`` holds those of the backbone, with its name as ``type``.
        classes: Number of classes.
    """
    quick_channel_max()
    arguments: dict[str, Any] = dict(entry.arguments)
    backbone = arguments.pop("backbone", None)
    if backbone is not None:
        settings = dict(backbone)
        build = manager.BACKBONES[settings.pop("type")]
        arguments["backbone"] = build(**settings)
    architecture = manager.MODELS[entry.architecture]
    arguments.pop("loss_weights", None)
    if "pretrained" in inspect.signature(architecture).parameters:
        arguments.setdefault("pretrained", None)
    network: paddle.nn.Layer = architecture(num_classes=classes, **arguments)
    return network


def loss_weights(entry: ModelEntry, outputs: int) -> list[float]:
    """How much each output counts while training, the main one first."""
    weights = [float(weight) for weight in entry.arguments.get("loss_weights", ())]
    return weights or [1.0] * outputs


def classifying_parts(network: paddle.nn.Layer) -> paddle.nn.Layer:
    """The layers that come after the features."""
    parts = [part for name, part in network.named_children() if name not in _FEATURES]
    return paddle.nn.LayerList(parts)
