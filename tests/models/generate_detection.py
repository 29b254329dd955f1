"""Write the catalogue of detectors: ``python tests/models/generate_detection.py``.

Their configurations are those of PaddleDetection's YAML files, written shorter; parameter counts
and costs come from building them for COCO's 80 classes. Needs Paddle. Entries of families that
are not written here stay as they are.
"""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import paddle

from paddlex_nb.models.entry import ModelEntry, Weights
from paddlex_nb.params.values import Values
from paddlex_nb.suites.det.network import build_network
from paddlex_nb.task import Task

_CLASSES = 80
_WEIGHTS = "https://paddledet.bj.bcebos.com/models"
Config = dict[str, Any]


def _nms(score: float, overlap: float, keep: int = 100, top: int = 1000) -> Config:
    return {
        "name": "MultiClassNMS",
        "nms_top_k": top,
        "keep_top_k": keep,
        "score_threshold": score,
        "nms_threshold": overlap,
    }


def _picodet(scale: float, channels: int, convs: int) -> Config:
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
            "assigner": {"name": "TaskAlignedAssigner", "topk": 13, "alpha": 1.0, "beta": 6.0},
            "loss_class": {
                "name": "VarifocalLoss",
                "use_sigmoid": False,
                "iou_weighted": True,
                "loss_weight": 1.0,
            },
            "loss_dfl": {"name": "DistributionFocalLoss", "loss_weight": 0.5},
            "loss_bbox": {"name": "GIoULoss", "loss_weight": 2.5},
            "nms": _nms(0.025, 0.6),
        },
    }


def _entries() -> list[ModelEntry]:
    return [
        _entry("PicoDet", name, "PicoDet", _picodet(*sizes), f"LCNet_x{sizes[0]}", weights)
        for name, sizes, weights in (
            ("PicoDet_xs", (0.35, 96, 2), "picodet_xs_416_coco_lcnet"),
            ("PicoDet_s", (0.75, 96, 2), "picodet_s_416_coco_lcnet"),
            ("PicoDet_m", (1.5, 128, 4), "picodet_m_416_coco_lcnet"),
            ("PicoDet_l", (2.0, 160, 4), "picodet_l_416_coco_lcnet"),
        )
    ]


def _entry(
    family: str,
    name: str,
    architecture: str,
    config: Config,
    backbone: str,
    weights: str,
    **more: Any,
) -> ModelEntry:
    """An entry; its size and cost are measured."""
    size = more.pop("size", 416)
    values = Values({"input_size": size, "epochs": 10})
    with paddle.utils.unique_name.guard():
        network = build_network(
            ModelEntry(name, Task.DETECTION, "det", architecture, arguments=config),
            values,
            _CLASSES,
        )
    return ModelEntry(
        name=name,
        task=Task.DETECTION,
        suite="det",
        architecture=architecture,
        backbone=backbone,
        parameters=sum(int(p.size) for p in network.parameters() if not p.stop_gradient),
        gflops=round(cost(network, size), 3),
        arguments=config,
        weights=[Weights("coco", f"{_WEIGHTS}/{weights}.pdparams")] if weights else [],
        family=family,
        **more,
    )


def cost(network: paddle.nn.Layer, size: int) -> float:
    """10^9 multiply-adds of the convolutions and products for one image of ``size`` x ``size``."""
    total = 0.0

    def count(layer: Any, _inputs: Any, output: Any) -> Any:
        nonlocal total
        total += float(output.size) * float(layer.weight.size) / output.shape[1]

    for layer in network.sublayers():
        if isinstance(layer, paddle.nn.Conv2D):
            layer.register_forward_post_hook(count)
    network.eval()
    shape = paddle.full([1, 2], size, "float32")
    with paddle.no_grad():
        network(
            {
                "image": paddle.zeros([1, 3, size, size]),
                "im_shape": shape,
                "scale_factor": paddle.ones([1, 2]),
            }
        )
    return total / 1e9


def main() -> None:
    """Write the file."""
    folder = Path(str(resources.files("paddlex_nb.models"))) / "catalogue"
    path = folder / f"{Task.DETECTION}.json"
    written = _entries()
    families = {entry.family for entry in written}
    former: list[ModelEntry] = []
    if path.is_file():
        former = msgspec.json.decode(path.read_bytes(), type=list[ModelEntry])
    kept = [entry for entry in former if entry.family not in families]
    encoded = msgspec.json.encode([*written, *kept])
    path.write_bytes(msgspec.json.format(encoded, indent=1) + b"\n")
    sys.stderr.write(f"{len(written)} models in {path}, {len(kept)} kept\n")


if __name__ == "__main__":
    main()
