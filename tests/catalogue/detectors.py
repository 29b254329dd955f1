"""Configurations of PaddleDetection's one-stage detectors, as in its YAML files.

Where they stop parts of the network from learning, that is left out: a run may begin from random
weights, and freezing the backbone is a parameter of ours.
"""

from __future__ import annotations

from typing import Any

Config = dict[str, Any]

_COCO_ANCHORS = [
    [10, 13],
    [16, 30],
    [33, 23],
    [30, 61],
    [62, 45],
    [59, 119],
    [116, 90],
    [156, 198],
    [373, 326],
]
_TINY_ANCHORS = [
    [10, 15],
    [24, 36],
    [72, 42],
    [35, 87],
    [102, 96],
    [60, 170],
    [220, 125],
    [128, 222],
    [264, 266],
]
_ALIGNED = {"name": "TaskAlignedAssigner", "topk": 13, "alpha": 1.0, "beta": 6.0}
_IOU_LOSS = {"loss_weight": 2.5, "loss_square": True}


def _nms(score: float, keep: int = 100, top: int = 1000) -> Config:
    # the threshold itself is a parameter of the run
    return {
        "name": "MultiClassNMS",
        "nms_top_k": top,
        "keep_top_k": keep,
        "score_threshold": score,
        "nms_threshold": 0.6,
    }


_MATRIX_NMS = {
    "name": "MatrixNMS",
    "keep_top_k": 100,
    "score_threshold": 0.01,
    "post_threshold": 0.01,
    # all of them in the recipe, which takes minutes while a network has not learned much
    "nms_top_k": 400,
    "background_label": -1,
}


def ppyoloe(depth: float, width: float) -> Config:
    """PP-YOLOE+ of that depth and width."""
    return {
        "epoch": 80,
        "depth_mult": depth,
        "width_mult": width,
        "PPYOLOE": {
            "backbone": "CSPResNet",
            "neck": "CustomCSPPAN",
            "yolo_head": "PPYOLOEHead",
            "post_process": None,
        },
        "CSPResNet": {
            "layers": [3, 6, 6, 3],
            "channels": [64, 128, 256, 512, 1024],
            "return_idx": [1, 2, 3],
            "use_large_stem": True,
            "use_alpha": True,
        },
        "CustomCSPPAN": {
            "out_channels": [768, 384, 192],
            "stage_num": 1,
            "block_num": 3,
            "act": "swish",
            "spp": True,
        },
        "PPYOLOEHead": {
            "fpn_strides": [32, 16, 8],
            "grid_cell_scale": 5.0,
            "grid_cell_offset": 0.5,
            "static_assigner_epoch": 30,
            "use_varifocal_loss": True,
            "loss_weight": {"class": 1.0, "iou": 2.5, "dfl": 0.5},
            "static_assigner": {"name": "ATSSAssigner", "topk": 9},
            "assigner": _ALIGNED,
            "nms": _nms(0.01, keep=300),
        },
    }


def picodet(scale: float, channels: int, convs: int) -> Config:
    """PicoDet with an LCNet of that scale."""
    return {
        "epoch": 300,
        "PicoDet": {"backbone": "LCNet", "neck": "LCPAN", "head": "PicoHeadV2"},
        "LCNet": {"scale": scale, "feature_maps": [3, 4, 5]},
        "LCPAN": {
            "out_channels": channels,
            "use_depthwise": True,
            "num_features": 4,
            # its own default is a list that each network makes longer
            "spatial_scales": [0.125, 0.0625, 0.03125],
        },
        "PicoHeadV2": {
            "conv_feat": {
                "name": "PicoFeat",
                "feat_in": channels,
                "feat_out": channels,
                "num_convs": convs,
                "num_fpn_stride": 4,
                "norm_type": "bn",
                "share_cls_reg": True,
                "use_se": True,
            },
            "fpn_stride": [8, 16, 32, 64],
            "feat_in_chan": channels,
            "prior_prob": 0.01,
            "reg_max": 7,
            "cell_offset": 0.5,
            "grid_cell_scale": 5.0,
            "static_assigner_epoch": 100,
            "use_align_head": True,
            "static_assigner": {"name": "ATSSAssigner", "topk": 4, "force_gt_matching": False},
            "assigner": _ALIGNED,
            "loss_class": {
                "name": "VarifocalLoss",
                "use_sigmoid": False,
                "iou_weighted": True,
                "loss_weight": 1.0,
            },
            "loss_dfl": {"name": "DistributionFocalLoss", "loss_weight": 0.5},
            "loss_bbox": {"name": "GIoULoss", "loss_weight": 2.5},
            "nms": _nms(0.025),
        },
    }


def yolov3(backbone: str, settings: Config) -> Config:
    """YOLOv3 on a backbone."""
    return {
        **_grids(backbone, settings, "YOLOv3FPN", {}),
        "YOLOv3Loss": {"ignore_thresh": 0.7, "downsample": [32, 16, 8], "label_smooth": False},
        "BBoxPostProcess": {"decode": _decode(0.005), "nms": _nms(0.01)},
    }


def ppyolo(depth: int, neck: str, settings: Config, iou_aware: float) -> Config:
    """PP-YOLO (neck ``PPYOLOFPN``) and PP-YOLOv2 (``PPYOLOPAN``) on a ResNet-vd."""
    backbone = {
        "depth": depth,
        "variant": "d",
        "return_idx": [1, 2, 3],
        "dcn_v2_stages": [3],
        "freeze_at": -1,
        "freeze_norm": False,
        "norm_decay": 0.0,
    }
    config = _grids("ResNet", backbone, neck, settings)
    config["YOLOv3Head"] |= {"iou_aware": True, "iou_aware_factor": iou_aware}
    return {
        **config,
        "YOLOv3Loss": {
            "ignore_thresh": 0.7,
            "downsample": [32, 16, 8],
            "label_smooth": False,
            "scale_x_y": 1.05,
            "iou_loss": "IouLoss",
            "iou_aware_loss": "IouAwareLoss",
        },
        "IouLoss": _IOU_LOSS,
        "IouAwareLoss": {"loss_weight": 1.0},
        "BBoxPostProcess": {"decode": _decode(0.01, 1.05), "nms": _MATRIX_NMS},
    }


def ppyolo_tiny() -> Config:
    """PP-YOLO tiny: MobileNetV3 at half width."""
    backbone = {
        "model_name": "large",
        "scale": 0.5,
        "with_extra_blocks": False,
        "extra_block_filters": [],
        "feature_maps": [7, 13, 16],
    }
    neck = {"detection_block_channels": [160, 128, 96], "spp": True, "drop_block": True}
    config = _grids("MobileNetV3", backbone, "PPYOLOTinyFPN", neck)
    config["YOLOv3Head"]["anchors"] = _TINY_ANCHORS
    return {
        **config,
        "YOLOv3Loss": {
            "ignore_thresh": 0.5,
            "downsample": [32, 16, 8],
            "label_smooth": False,
            "scale_x_y": 1.05,
            "iou_loss": "IouLoss",
        },
        "IouLoss": _IOU_LOSS,
        "Gt2YoloTarget": {"iou_thresh": 0.25},
        "BBoxPostProcess": {"decode": _decode(0.005, 1.05), "nms": _nms(0.005)},
    }


def yolox(depth: float, width: float, *, depthwise: bool = False) -> Config:
    """YOLOX of that depth and width."""
    return {
        "epoch": 300,
        "act": "silu",
        "depth_mult": depth,
        "width_mult": width,
        "YOLOX": {"backbone": "CSPDarkNet", "neck": "YOLOCSPPAN", "head": "YOLOXHead"},
        "CSPDarkNet": {"arch": "X", "return_idx": [2, 3, 4], "depthwise": depthwise},
        "YOLOCSPPAN": {"depthwise": depthwise},
        "YOLOXHead": {
            "l1_epoch": 285,
            "depthwise": depthwise,
            "loss_weight": {"cls": 1.0, "obj": 1.0, "iou": 5.0, "l1": 1.0},
            "assigner": {"name": "SimOTAAssigner", "candidate_topk": 10, "use_vfl": False},
            "nms": _nms(0.001),
        },
    }


def detr() -> Config:
    """DETR on ResNet50."""
    return {
        **_transformer("DETRTransformer", "DETRHead", [3]),
        "DETRTransformer": {"num_queries": 100, **_layers(2048, 0.1)},
        "DETRHead": {"num_mlp_layers": 3},
        "DETRLoss": {
            "loss_coeff": {
                "class": 1,
                "bbox": 5,
                "giou": 2,
                "no_object": 0.1,
                "mask": 1,
                "dice": 1,
            },
            "aux_loss": True,
        },
        "HungarianMatcher": {"matcher_coeff": {"class": 1, "bbox": 5, "giou": 2}},
    }


def deformable_detr() -> Config:
    """Deformable DETR on ResNet50."""
    return {
        **_transformer("DeformableTransformer", "DeformableDETRHead", [1, 2, 3]),
        "use_focal_loss": True,
        "DeformableTransformer": {
            "num_queries": 300,
            **_layers(1024, 0.1),
            "num_feature_levels": 4,
            "num_encoder_points": 4,
            "num_decoder_points": 4,
        },
        "DeformableDETRHead": {"num_mlp_layers": 3},
        "DETRLoss": {
            "loss_coeff": {"class": 2, "bbox": 5, "giou": 2, "mask": 1, "dice": 1},
            "aux_loss": True,
        },
        "HungarianMatcher": {"matcher_coeff": {"class": 2, "bbox": 5, "giou": 2}},
    }


def _grids(backbone: str, settings: Config, neck: str, neck_settings: Config) -> Config:
    return {
        "YOLOv3": {
            "backbone": backbone,
            "neck": neck,
            "yolo_head": "YOLOv3Head",
            "post_process": "BBoxPostProcess",
        },
        backbone: settings,
        **({neck: neck_settings} if neck_settings else {}),
        "YOLOv3Head": {
            "anchors": _COCO_ANCHORS,
            "anchor_masks": [[6, 7, 8], [3, 4, 5], [0, 1, 2]],
            "loss": "YOLOv3Loss",
        },
    }


def _decode(score: float, scale: float = 1.0) -> Config:
    return {
        "name": "YOLOBox",
        "conf_thresh": score,
        "downsample_ratio": 32,
        "clip_bbox": True,
        "scale_x_y": scale,
    }


def _transformer(transformer: str, head: str, stages: list[int]) -> Config:
    return {
        "hidden_dim": 256,
        "DETR": {
            "backbone": "ResNet",
            "transformer": transformer,
            "detr_head": head,
            "post_process": "DETRBBoxPostProcess",
        },
        "ResNet": {
            "depth": 50,
            "freeze_at": -1,
            "freeze_norm": False,
            "return_idx": stages,
            "num_stages": 4,
        },
    }


def _layers(hidden: int, dropout: float) -> Config:
    return {
        "position_embed_type": "sine",
        "nhead": 8,
        "num_encoder_layers": 6,
        "num_decoder_layers": 6,
        "dim_feedforward": hidden,
        "dropout": dropout,
        "activation": "relu",
    }
