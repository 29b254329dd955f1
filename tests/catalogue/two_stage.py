"""Configurations of PaddleDetection's R-CNNs and SOLOv2, as in its YAML files.

Where they stop parts of the network from learning, that is left out: a run may begin from random
weights, and freezing the backbone is a parameter of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Config = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How large the parts behind the backbone are.

    Attributes:
        channels: Of the pyramid.
        proposals: Boxes that the first stage passes on: in training, in evaluation.
        regions: Boxes an image that the second stage learns from.
        hidden: Width of the box head.
        mask_convs: Convolutions of the mask head.
        mask_region: Side of what the mask head sees of a box; its mask is twice as large.
        anchors: Sides of the anchors in pixels, one for each level of the pyramid.
    """

    channels: int = 256
    proposals: tuple[int, int] = (1000, 1000)
    regions: int = 512
    hidden: int = 1024
    mask_convs: int = 4
    mask_region: int = 14
    anchors: tuple[int, ...] = (32, 64, 128, 256, 512)


USUAL = Size()
LIGHT = Size(64, (64, 64), 32, 256, 2, 14, (16, 32, 64, 128, 256))
"""For small images and no GPU: a step takes a tenth of the time."""


def resnet(depth: int, variant: str = "b") -> Config:
    """A ResNet that learns as a whole."""
    return {
        "ResNet": {
            "depth": depth,
            "variant": variant,
            "freeze_at": -1,
            "freeze_norm": False,
            "norm_decay": 0.0,
            "return_idx": [0, 1, 2, 3],
            "num_stages": 4,
        }
    }


def hrnet(width: int) -> Config:
    """An HRNet that learns as a whole."""
    return {
        "HRNet": {
            "width": width,
            "freeze_at": -1,
            "freeze_norm": False,
            "return_idx": [0, 1, 2, 3],
        }
    }


def faster_rcnn(backbone: Config, size: Size = USUAL) -> Config:
    """Faster R-CNN: proposals, then boxes."""
    return {**_parts("FasterRCNN", "BBoxHead", backbone, size), **_boxes(size)}


def cascade_rcnn(backbone: Config, size: Size = USUAL, *, masks: bool = False) -> Config:
    """Cascade R-CNN: three stages of boxes, each stricter than the one before."""
    return {
        **_parts("CascadeRCNN", "CascadeHead", backbone, size, masks=masks),
        "CascadeHead": {"head": "CascadeTwoFCHead", **_regions(7)},
        "BBoxAssigner": {**_assigner(size), "cascade_iou": [0.5, 0.6, 0.7]},
        "CascadeTwoFCHead": {"out_channel": size.hidden},
        "BBoxPostProcess": {
            "decode": {"name": "RCNNBox", "prior_box_var": [30.0, 30.0, 15.0, 15.0]},
            "nms": _NMS,
        },
        **(_masks(size) if masks else {}),
    }


def mask_rcnn(backbone: Config, size: Size = USUAL) -> Config:
    """Mask R-CNN: Faster R-CNN with a mask for each box."""
    parts = _parts("MaskRCNN", "BBoxHead", backbone, size, masks=True)
    return {**parts, **_boxes(size), **_masks(size)}


def solov2(
    backbone: Config,
    grids: Config,
    channels: int = 256,
    features: int = 512,
    convs: int = 4,
    kernels: int = 256,
    middle: int = 128,
) -> Config:
    """SOLOv2: every cell of a grid gives the kernel that draws the mask of its object.

    Args:
        backbone: From `resnet`.
        grids: Their ``cells`` and the ``sizes`` of the objects that each is for.
        channels: Of the pyramid.
        features: Channels of the head.
        convs: Convolutions of the head.
        kernels: Channels that a kernel combines.
        middle: Channels where the levels meet.
    """
    return {
        "Gt2Solov2Target": grids,
        "SOLOv2": {
            "backbone": "ResNet",
            "neck": "FPN",
            "solov2_head": "SOLOv2Head",
            "mask_head": "SOLOv2MaskHead",
        },
        **backbone,
        "FPN": {"out_channel": channels},
        "SOLOv2Head": {
            "in_channels": channels,
            "seg_feat_channels": features,
            "stacked_convs": convs,
            "num_grids": grids["cells"],
            "kernel_out_channels": kernels,
            "solov2_loss": "SOLOv2Loss",
            "mask_nms": "MaskMatrixNMS",
            "norm_type": "gn",
        },
        "SOLOv2MaskHead": {
            "in_channels": channels,
            "mid_channels": middle,
            "out_channels": kernels,
            "start_level": 0,
            "end_level": 3,
            "norm_type": "gn",
        },
        "SOLOv2Loss": {"ins_loss_weight": 3.0, "focal_loss_gamma": 2.0, "focal_loss_alpha": 0.25},
        "MaskMatrixNMS": {"pre_nms_top_n": 500, "post_nms_top_n": 100},
    }


_NMS = {
    "name": "MultiClassNMS",
    "keep_top_k": 100,
    "score_threshold": 0.05,
    "nms_threshold": 0.5,
}


def _parts(
    architecture: str, head: str, backbone: Config, size: Size, *, masks: bool = False
) -> Config:
    name = next(iter(backbone))
    neck = "HRFPN" if name == "HRNet" else "FPN"
    of_masks = {"mask_head": "MaskHead", "mask_post_process": "MaskPostProcess"}
    return {
        architecture: {
            "backbone": name,
            "neck": neck,
            "rpn_head": "RPNHead",
            "bbox_head": head,
            "bbox_post_process": "BBoxPostProcess",
            **(of_masks if masks else {}),
        },
        **backbone,
        neck: {"out_channel": size.channels, **({"share_conv": False} if neck == "HRFPN" else {})},
        "RPNHead": {
            "anchor_generator": {
                "aspect_ratios": [0.5, 1.0, 2.0],
                "anchor_sizes": [[side] for side in size.anchors],
                "strides": [4, 8, 16, 32, 64],
            },
            "rpn_target_assign": {
                "batch_size_per_im": 256,
                "fg_fraction": 0.5,
                "negative_overlap": 0.3,
                "positive_overlap": 0.7,
                "use_random": True,
            },
            "train_proposal": _proposals(2000, size.proposals[0], size),
            "test_proposal": _proposals(1000, size.proposals[1], size),
        },
    }


def _proposals(before: int, after: int, size: Size) -> Config:
    return {
        "min_size": 0.0,
        "nms_thresh": 0.7,
        "pre_nms_top_n": before if size is USUAL else 4 * after,
        "post_nms_top_n": after,
        "topk_after_collect": True,
    }


def _boxes(size: Size) -> Config:
    return {
        "BBoxHead": {"head": "TwoFCHead", **_regions(7)},
        "BBoxAssigner": _assigner(size),
        "TwoFCHead": {"out_channel": size.hidden},
        "BBoxPostProcess": {"decode": "RCNNBox", "nms": _NMS},
    }


def _masks(size: Size) -> Config:
    return {
        "MaskHead": {
            "head": "MaskFeat",
            "roi_extractor": {
                "resolution": size.mask_region,
                "sampling_ratio": 0,
                "aligned": True,
            },
            "mask_assigner": "MaskAssigner",
            "share_bbox_feat": False,
        },
        "MaskFeat": {"num_convs": size.mask_convs, "out_channel": size.channels},
        "MaskAssigner": {"mask_resolution": 2 * size.mask_region},
        "MaskPostProcess": {"binary_thresh": 0.5},
    }


def _regions(resolution: int) -> Config:
    return {
        "roi_extractor": {"resolution": resolution, "sampling_ratio": 0, "aligned": True},
        "bbox_assigner": "BBoxAssigner",
    }


def _assigner(size: Size) -> Config:
    return {
        "batch_size_per_im": size.regions,
        "bg_thresh": 0.5,
        "fg_thresh": 0.5,
        "fg_fraction": 0.25,
        "use_random": True,
    }
