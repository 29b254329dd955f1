"""What differs between the architectures of paddledet outside the network itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from paddlex_nb.suites.images import MEAN, STD

Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Family:
    """How an architecture takes its images and ground truth.

    Attributes:
        targets: Form of the truth, see `paddlex_nb.suites.det.targets`.
        keep_aspect: Images are fitted into the square and padded, not stretched.
        mean: Subtracted from RGB values in 0..1.
        std: What they are divided by then.
        two_stages: It proposes regions and then looks at each of them.
    """

    targets: Literal["padded", "grid", "ragged", "relative"]
    keep_aspect: bool = False
    mean: Rgb = MEAN
    std: Rgb = STD
    two_stages: bool = False


_TWO_STAGES = Family("ragged", keep_aspect=True, two_stages=True)
FAMILIES = {
    "PPYOLOE": Family("padded", mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)),
    "PicoDet": Family("padded"),
    "YOLOv3": Family("grid"),
    # its recipe feeds bytes as they are
    "YOLOX": Family(
        "ragged", keep_aspect=True, mean=(0.0, 0.0, 0.0), std=(1 / 255, 1 / 255, 1 / 255)
    ),
    "DETR": Family("relative"),
    "FasterRCNN": _TWO_STAGES,
    "CascadeRCNN": _TWO_STAGES,
    "MaskRCNN": _TWO_STAGES,
    "SOLOv2": Family("ragged", keep_aspect=True),
}
"""By the name of the architecture."""
