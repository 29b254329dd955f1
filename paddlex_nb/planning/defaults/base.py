"""What is usual for a task: the numbers that recommendations start from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from paddlex_nb.params.spec import Value


class Sizes(msgspec.Struct, frozen=True):
    """Input sizes in pixels, where the images are not smaller.

    Attributes:
        gpu: On a GPU.
        gpu_most: On a GPU, where a class of small objects needs more.
        cpu_tuning: On a CPU, from pretrained weights.
        cpu_few: On a CPU, from random weights, with few images.
        cpu: On a CPU, from random weights.
    """

    gpu: int
    gpu_most: int
    cpu_tuning: int
    cpu_few: int
    cpu: int


class Seen(msgspec.Struct, frozen=True):
    """The number of images that a run sees in all its epochs.

    Attributes:
        images: Images, each time it is seen counted.
        least: Epochs at least.
        most: Epochs at most.
    """

    images: int
    least: int
    most: int


class Defaults(msgspec.Struct, frozen=True, kw_only=True):
    """Default parameters of a task.

    Attributes:
        sizes: Input sizes.
        few: Training images below which ``sizes.cpu_few`` is meant.
        side: Which side of the images decides how large an input makes sense.
        rates: Learning rate by optimiser: from pretrained weights, from random ones.
        rate_batch: Batch size that ``rates`` are for.
        decays: Weight decay by optimiser.
        optimizer: Optimiser.
        seen: By (on a GPU, from pretrained weights).
        batch_cpu: Largest batch on a CPU.
        batch_gpu: Largest batch on a GPU.
        steps: An epoch should have so many steps at least.
        reference_size: Input size that a model's ``gflops`` are for.
        values: Values of other parameters.
    """

    sizes: Sizes
    few: int
    side: Literal["short", "long"] = "short"
    rates: Mapping[str, tuple[float, float]]
    rate_batch: int
    decays: Mapping[str, float]
    optimizer: str = "adamw"
    seen: Mapping[tuple[bool, bool], Seen]
    batch_cpu: int
    batch_gpu: int
    steps: int = 10
    reference_size: int
    values: Mapping[str, Value] = {}
