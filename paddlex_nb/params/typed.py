"""A run's parameters as keyword arguments.

Written by ``python -m paddlex_nb.params.generate``, not by hand.
"""

from __future__ import annotations

from typing_extensions import TypedDict

from paddlex_nb.params.config import Anchors, ClassWeights, Device, Loss, LrPolicy, Optimizer


class TrainingParams(TypedDict, total=False):
    """Parameters of a training by name; those that are left out are recommended.

    ``Workspace.train`` and ``Dataset.preview_augmentation`` take them as keyword arguments. None
    means that the parameter is off, or chosen automatically.
    """

    input_size: int
    """Input size (a whole number, ≥ 32 ≤ 2048, a multiple of 32). Side of the square that the
    model sees; larger shows more detail and takes longer."""

    grey_bits: int | None
    """Bits of 16-bit grey (a whole number, ≥ 8 ≤ 16). How many bits the values of 16-bit grey
    images fill, as 12 from many cameras and microscopes; empty for all 16."""

    freeze_backbone: bool
    """Freeze backbone (yes or no (true, false)). Train only the last layer and leave the rest
    as the starting weights have it: quick, for very few images."""

    ema: float | None
    """Averaged weights (a number, ≥ 0.5 ≤ 0.99999). Evaluate a running average of the weights
    instead of the newest ones; 0.999 averages over about 1,000 steps."""

    anchors: Anchors
    """Anchors (one of model, data). Sizes of boxes that the model starts from: its own, or
    clustered from your boxes, which helps if these are unusually small or long. Only:
    detection."""

    score_threshold: float
    """Score threshold (a number, ≥ 0 ≤ 1). Predictions with a lower score are not shown; it
    does not change training or the AP figures. Only: detection, instance_segmentation."""

    nms_iou: float
    """NMS overlap (a number, ≥ 0.05 ≤ 1). Of two predictions of a class that overlap by more
    than this (IoU), only the better one is kept. Only: detection, instance_segmentation."""

    epochs: int
    """Epochs (a whole number, ≥ 1 ≤ 100000). How often every training image is seen; more takes
    longer and helps up to a point."""

    batch_size: int
    """Batch size (a whole number, ≥ 1 ≤ 4096). Images looked at together in a step; larger
    needs more memory."""

    learning_rate: float
    """Learning rate (a number, > 0 ≤ 10). How far a step changes the model; too large and the
    loss jumps or becomes infinite, too small and nothing moves."""

    early_stop: int | None
    """Early stop (a whole number, ≥ 1 ≤ 100000). Stop if the result has not improved for so
    many epochs; empty: never."""

    device: Device
    """Device (one of auto, cpu, gpu). Where to compute; auto takes a GPU if there is one."""

    gpu: int | None
    """GPU (a whole number, ≥ 0 ≤ 63). Number of the GPU to use, from 0; empty: the first one."""

    mixed_precision: bool
    """Mixed precision (yes or no (true, false)). Compute with half the digits where that is
    safe: quicker and with less memory, on GPUs only."""

    num_workers: int | None
    """Loading processes (a whole number, ≥ 0 ≤ 128). Processes that read images beside the
    training; empty: chosen for the machine, 0: none."""

    seed: int
    """Seed (a whole number, ≥ 0 ≤ 2.14748e+09). Start of all random numbers; the same seed
    gives the same result on the same machine."""

    eval_interval: int
    """Evaluate every (a whole number, ≥ 1 ≤ 100000). Epochs between two evaluations on the
    validation images."""

    save_interval: int
    """Keep a checkpoint every (a whole number, ≥ 1 ≤ 100000). Epochs between two checkpoints
    that are kept beside the best and the last one."""

    keep_checkpoints: int
    """Checkpoints kept (a whole number, ≥ 0 ≤ 1000). How many of those to keep; the oldest is
    deleted first."""

    lr_policy: LrPolicy
    """Learning rate policy (one of cosine, piecewise, linear, polynomial, constant). How the
    learning rate falls during training."""

    warmup_steps: int
    """Warm-up (a whole number, ≥ 0 ≤ 1e+06). Steps over which the learning rate first rises
    from 0."""

    decay_epochs: list[int]
    """Decay epochs (whole numbers separated by commas, ≥ 1 ≤ 100000). Epochs after which the
    piecewise policy multiplies the learning rate by the decay factor."""

    gamma: float
    """Decay factor (a number, > 0 ≤ 1). What the piecewise policy multiplies the learning rate
    by."""

    power: float
    """Power (a number, > 0 ≤ 10). Exponent of the polynomial policy; 1 is linear."""

    optimizer: Optimizer
    """Optimiser (one of momentum, adamw, sgd). How the model is changed in each step."""

    momentum: float
    """Momentum (a number, ≥ 0 ≤ 0.999). How much of the former direction a step keeps; only the
    momentum optimiser has it."""

    weight_decay: float
    """Weight decay (a number, ≥ 0 ≤ 1). Pulls the weights towards zero, against learning the
    images by heart."""

    label_smoothing: float
    """Label smoothing (a number, ≥ 0 ≤ 0.5). Share of each label that is spread over all
    classes, so that the model does not become too sure. Only: classification."""

    loss: Loss
    """Loss (one of cross_entropy, dice, lovasz, focal, ohem, ce_dice, ce_lovasz). What training
    makes small: cross-entropy suits most data, Dice or Lovász small objects, focal and OHEM
    hard pixels. Only: segmentation."""

    class_weights: ClassWeights
    """Class weights (one of none, balanced). Let rare classes count more, by how many pixels
    each class has in the training images. Only: segmentation."""

    negative_samples: bool
    """Images without objects (yes or no (true, false)). Train on images without any object too:
    fewer false alarms on empty scenes. Only: detection, instance_segmentation."""

    random_crop: float | None
    """Random crop (a number, ≥ 0.05 ≤ 1). Show a random part of each image; the value is the
    least share of its area. Empty: no random part."""

    horizontal_flip: bool
    """Horizontal flip (yes or no (true, false)). Mirror every second image; not if left and
    right mean something."""

    vertical_flip: bool
    """Vertical flip (yes or no (true, false)). Turn every second image upside down; for views
    that have no up and down, such as from above or through a microscope."""

    rotation: int | None
    """Rotation (a whole number, ≥ 1 ≤ 180). Turn images by up to this angle; empty: not at all.
    Only: classification, segmentation."""

    brightness: float | None
    """Brightness (a number, > 0 ≤ 0.9). Vary the brightness by up to this share; empty: not at
    all."""

    contrast: float | None
    """Contrast (a number, > 0 ≤ 0.9). Vary the contrast by up to this share; empty: not at all."""

    saturation: float | None
    """Saturation (a number, > 0 ≤ 0.9). Vary the saturation by up to this share; empty: not at
    all."""

    hue: float | None
    """Hue (a number, > 0 ≤ 0.5). Shift the colours by up to this share of the colour circle;
    empty: not at all. Not if colours tell the classes apart."""

    random_erasing: float | None
    """Random erasing (a number, > 0 ≤ 1). Probability that a rectangle of an image is filled
    with noise, so that no single part decides; empty: never. Only: classification."""

    mixup: float | None
    """Mixup (a number, > 0 ≤ 10). Blend images and their labels in pairs; the value is the
    strength (0.2 is usual). Empty: never. Only: classification, detection."""

    random_scale: float | None
    """Random scale (a number, > 1 ≤ 8). Enlarge or shrink images by up to this factor, so that
    the size of things matters less. Only: segmentation, instance_segmentation."""

    expand: float | None
    """Random expand (a number, > 1 ≤ 8). Place every second image on a canvas up to this many
    times its size, so that small objects are learnt too. Only: detection."""

    blur: float | None
    """Blur (a number, > 0 ≤ 1). Share of the images that are blurred a little, for pictures out
    of focus. Only: segmentation."""

    multi_scale: bool
    """Several input sizes (yes or no (true, false)). Vary the input size from batch to batch,
    so that the model gets used to several scales; takes longer. Only: detection, segmentation,
    instance_segmentation."""
