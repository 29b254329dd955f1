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
    """Input size (a whole number from 32 to 2048 that is a multiple of 32). Side length of the
    square image that the model receives; larger images show more detail and take longer."""

    full_resolution: bool
    """Full resolution (true or false). Train on pieces of the images as they are, each as large
    as the input, in place of whole images made smaller; for structures that are thin or small.
    Only: segmentation."""

    grey_bits: int | None
    """Bits of 16-bit images (a whole number from 8 to 16). How many bits the values of 16-bit
    images, grey or in colour, fill, as 12 from many cameras and microscopes; empty for all 16."""

    freeze_backbone: bool
    """Freeze backbone (true or false). Train only the last layer and keep the starting weights
    of all others: fast, for very few images."""

    ema: float | None
    """Weight averaging (EMA) (a number from 0.5 to 0.99999). Evaluate an exponential moving
    average of the weights instead of the latest weights; 0.999 averages over about 1,000 steps."""

    anchors: Anchors
    """Anchors (model or data). Box sizes from which the model predicts: its own, or clustered
    from your boxes, which helps if these are unusually small or elongated. Only: detection."""

    score_threshold: float
    """Score threshold (a number from 0 to 1). Predictions with a lower score are not shown;
    this does not change training or AP. Only: detection, instance_segmentation."""

    nms_iou: float
    """NMS IoU threshold (a number from 0.05 to 1). If two predictions of a class overlap by
    more than this IoU, only the one with the higher score is kept. Only: detection,
    instance_segmentation."""

    epochs: int
    """Epochs (a whole number from 1 to 100000). Number of passes over the training set; more
    epochs take longer and help up to a point."""

    time_limit: int | None
    """Time limit (a whole number from 1 to 100000). End the training after about this many
    minutes: 10 for a first look, 60 over lunch, 480 overnight; empty: after all epochs."""

    batch_size: int
    """Batch size (a whole number from 1 to 4096). Number of images in each training step;
    larger batches need more memory."""

    learning_rate: float
    """Learning rate (a number greater than 0 and at most 10). Size of each update of the
    weights; too high, and the loss jumps or becomes infinite; too low, and the model hardly
    learns."""

    early_stop: int | None
    """Early stopping (a whole number from 1 to 100000). Stop when the main metric has not
    improved for this many epochs; empty: never."""

    best_metric: str | None
    """Metric for the best epoch (a metric of the evaluation such as recall, or of one class
    such as recall:CLASS). Which validation metric decides which epoch is kept as the best, and
    when to stop early."""

    device: Device
    """Device (auto, cpu or gpu). Where to compute; automatic uses a GPU if there is one."""

    gpu: int | None
    """GPU number (a whole number from 0 to 63). Number of the GPU to use, counted from 0;
    empty: the first one."""

    mixed_precision: bool
    """Mixed precision (true or false). Compute in half precision where this is safe: faster and
    with less memory, on GPUs only."""

    num_workers: int | None
    """Loading processes (a whole number from 0 to 128). Number of processes that load images
    during training; empty: chosen for the machine, 0: none."""

    seed: int
    """Random seed (a whole number from 0 to 2.14748e+09). Seed of all random numbers; the same
    seed gives the same result on the same machine."""

    eval_interval: int
    """Evaluation interval (a whole number from 1 to 100000). Number of epochs between two
    evaluations on the validation set."""

    save_interval: int
    """Checkpoint interval (a whole number from 1 to 100000). Number of epochs between two
    checkpoints that are kept in addition to the best and the last one."""

    keep_checkpoints: int
    """Maximum number of checkpoints (a whole number from 0 to 1000). Maximum number of these
    checkpoints to keep; the oldest is deleted first."""

    lr_policy: LrPolicy
    """Learning rate schedule (cosine, piecewise, linear, polynomial or constant). How the
    learning rate decreases during training."""

    warmup_steps: int
    """Warm-up steps (a whole number from 0 to 1e+06). Number of steps at the start in which the
    learning rate rises from 0."""

    decay_epochs: list[int]
    """Decay epochs (a comma-separated list of whole numbers from 1 to 100000). Epochs after
    which the piecewise schedule multiplies the learning rate by the decay factor."""

    gamma: float
    """Decay factor (a number greater than 0 and at most 1). Factor by which the piecewise
    schedule multiplies the learning rate."""

    power: float
    """Power (a number greater than 0 and at most 10). Exponent of the polynomial schedule; 1 is
    linear."""

    optimizer: Optimizer
    """Optimiser (momentum, adamw or sgd). Algorithm that updates the weights in each step."""

    momentum: float
    """Momentum (a number from 0 to 0.999). Share of the previous update that each step keeps;
    used only by the momentum optimiser."""

    weight_decay: float
    """Weight decay (a number from 0 to 1). Pulls the weights towards zero, which reduces
    overfitting."""

    label_smoothing: float
    """Label smoothing (a number from 0 to 0.5). Share of each label that is spread over all
    classes, so that the model does not become overconfident. Only: classification."""

    loss: Loss
    """Loss (cross_entropy, dice, lovasz, focal, ohem, ce_dice or ce_lovasz). What training
    minimises: cross-entropy suits most data, Dice and Lovász suit small objects, focal and OHEM
    focus on difficult pixels. Only: segmentation."""

    class_weights: ClassWeights
    """Class weights (none or balanced). Give rare classes a larger weight, by the number of
    pixels of each class in the training set. Only: segmentation."""

    negative_samples: bool
    """Images without objects (true or false). Also train on images without any object, which
    reduces false positives on empty scenes. Only: detection, instance_segmentation."""

    random_crop: float | None
    """Random crop (a number from 0.05 to 1). Use a random part of each image; the value is the
    minimum share of its area. Empty: off."""

    horizontal_flip: bool
    """Horizontal flip (true or false). Mirror half of the images; switch it off if left and
    right have a meaning."""

    vertical_flip: bool
    """Vertical flip (true or false). Turn half of the images upside down; for images without an
    up and down, such as aerial or microscope images."""

    rotation: int | None
    """Rotation (a whole number from 1 to 180). Rotate images by up to this angle; empty: off.
    Only: classification, segmentation."""

    brightness: float | None
    """Brightness (a number greater than 0 and at most 0.9). Vary the brightness by up to this
    share; empty: off."""

    contrast: float | None
    """Contrast (a number greater than 0 and at most 0.9). Vary the contrast by up to this
    share; empty: off."""

    saturation: float | None
    """Saturation (a number greater than 0 and at most 0.9). Vary the saturation by up to this
    share; empty: off."""

    hue: float | None
    """Hue (a number greater than 0 and at most 0.5). Shift the hue by up to this share of the
    colour circle; empty: off. Leave it off if colours distinguish the classes."""

    random_erasing: float | None
    """Random erasing (a number greater than 0 and at most 1). Probability that a rectangle of
    an image is filled with noise, so that the model does not rely on a single part; empty: off.
    Only: classification."""

    mixup: float | None
    """Mixup (a number greater than 0 and at most 10). Blend pairs of images and their labels;
    the value is the strength (0.2 is common). Empty: off. Only: classification, detection."""

    random_scale: float | None
    """Random scale (a number greater than 1 and at most 8). Enlarge or shrink images by up to
    this factor, so that the model depends less on object size. Only: segmentation,
    instance_segmentation."""

    expand: float | None
    """Random expansion (a number greater than 1 and at most 8). Place half of the images on a
    canvas of up to this many times their size, so that the model also learns small objects.
    Only: detection."""

    blur: float | None
    """Blur (a number greater than 0 and at most 1). Share of the images that are slightly
    blurred, to prepare the model for images out of focus. Only: segmentation."""

    multi_scale: bool
    """Multi-scale training (true or false). Vary the input size from batch to batch, so that
    the model learns several scales; takes longer. Only: detection, segmentation,
    instance_segmentation."""
