"""A run's parameters in their types.

Written by ``python -m paddlex_nb.params.generate``, not by hand.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Anchors = Literal["model", "data"]
Device = Literal["auto", "cpu", "gpu"]
LrPolicy = Literal["cosine", "piecewise", "linear", "polynomial", "constant"]
Optimizer = Literal["momentum", "adamw", "sgd"]
Loss = Literal["cross_entropy", "dice", "lovasz", "focal", "ohem", "ce_dice", "ce_lovasz"]
ClassWeights = Literal["none", "balanced"]


class TrainingConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The value of every parameter; see `paddlex_nb.params.catalogue` for what each means."""

    input_size: int = 224
    full_resolution: bool = False
    grey_bits: int | None = None
    freeze_backbone: bool = False
    ema: float | None = None
    anchors: Anchors = "model"
    score_threshold: float = 0.3
    nms_iou: float = 0.6
    epochs: int = 120
    time_limit: int | None = None
    batch_size: int = 32
    learning_rate: float = 0.01
    early_stop: int | None = None
    best_metric: str | None = None
    device: Device = "auto"
    gpu: int | None = None
    mixed_precision: bool = False
    num_workers: int | None = None
    seed: int = 0
    eval_interval: int = 1
    save_interval: int = 5
    keep_checkpoints: int = 3
    lr_policy: LrPolicy = "cosine"
    warmup_steps: int = 0
    decay_epochs: tuple[int, ...] = (30, 60, 90)
    gamma: float = 0.1
    power: float = 0.9
    optimizer: Optimizer = "momentum"
    momentum: float = 0.9
    weight_decay: float = 0.0001
    label_smoothing: float = 0.05
    loss: Loss = "cross_entropy"
    class_weights: ClassWeights = "none"
    negative_samples: bool = True
    random_crop: float | None = 0.35
    horizontal_flip: bool = True
    vertical_flip: bool = False
    rotation: int | None = None
    brightness: float | None = 0.2
    contrast: float | None = 0.2
    saturation: float | None = 0.2
    hue: float | None = None
    random_erasing: float | None = None
    mixup: float | None = None
    random_scale: float | None = None
    expand: float | None = None
    blur: float | None = None
    multi_scale: bool = False
