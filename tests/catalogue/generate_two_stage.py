"""Write R-CNNs and SOLOv2 to the catalogue: ``python tests/catalogue/generate_two_stage.py``.

Their configurations are in `two_stage`; parameter counts and costs come from building them for
COCO's 80 classes. Needs Paddle. Entries of other families stay as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import paddle

from paddlex_nb.catalogue.entry import ModelEntry, Weights
from paddlex_nb.core.task import Task
from paddlex_nb.params.values import as_config
from paddlex_nb.suites.det import regions, solo
from paddlex_nb.suites.det.network import build_network

sys.path.insert(0, str(Path(__file__).parents[1]))
from catalogue import two_stage

_CLASSES = 80
_SIZE = 640
_WEIGHTS = "https://paddledet.bj.bcebos.com/models"
_BACKBONE = Weights(
    "imagenet", f"{_WEIGHTS}/pretrained/ResNet18_vd_pretrained.pdparams", part="backbone"
)
"""Of those that are light; the suite publishes none of them as a whole."""

_OVERLAP = {"nms_iou": 0.5}

_GRIDS = {
    "cells": [40, 36, 24, 16, 12],
    "sizes": [[1, 96], [48, 192], [96, 384], [192, 768], [384, 2048]],
}
_LIGHT_GRIDS = {
    "cells": [20, 18, 16, 12, 8],
    "sizes": [[1, 32], [16, 64], [48, 160], [96, 384], [192, 2048]],
}


def detectors() -> list[ModelEntry]:
    """All two-stage detectors."""
    faster = [
        ("light", two_stage.resnet(18, "d"), "ResNet18_vd", "", two_stage.LIGHT),
        ("ResNet34", two_stage.resnet(34), "", "r34_fpn_1x", two_stage.USUAL),
        ("ResNet34_vd", two_stage.resnet(34, "d"), "", "r34_vd_fpn_1x", two_stage.USUAL),
        ("ResNet50", two_stage.resnet(50), "", "r50_fpn_2x", two_stage.USUAL),
        ("ResNet50_vd", two_stage.resnet(50, "d"), "", "r50_vd_fpn_2x", two_stage.USUAL),
        ("ResNet101", two_stage.resnet(101), "", "r101_fpn_2x", two_stage.USUAL),
        ("ResNet101_vd", two_stage.resnet(101, "d"), "", "r101_vd_fpn_2x", two_stage.USUAL),
        ("HRNet_W18", two_stage.hrnet(18), "", "hrnetv2p_w18_1x", two_stage.USUAL),
    ]
    cascade = [
        ("ResNet50", two_stage.resnet(50), "r50_fpn_1x"),
        ("ResNet50_vd", two_stage.resnet(50, "d"), "r50_vd_fpn_ssld_2x"),
    ]
    return [
        *(
            _entry(
                Task.DETECTION,
                "Faster R-CNN",
                f"FasterRCNN_{name}",
                "FasterRCNN",
                two_stage.faster_rcnn(backbone, size),
                backbone_name or name,
                f"faster_rcnn_{weights}_coco" if weights else "",
            )
            for name, backbone, backbone_name, weights, size in faster
        ),
        *(
            _entry(
                Task.DETECTION,
                "Cascade R-CNN",
                f"CascadeRCNN_{name}",
                "CascadeRCNN",
                two_stage.cascade_rcnn(backbone),
                name,
                f"cascade_rcnn_{weights}_coco",
            )
            for name, backbone, weights in cascade
        ),
    ]


def segmenters() -> list[ModelEntry]:
    """All models for instance segmentation."""
    task = Task.INSTANCE_SEGMENTATION
    light = two_stage.resnet(18, "d")
    mask = [
        ("light", light, "ResNet18_vd", "", two_stage.LIGHT),
        ("ResNet50", two_stage.resnet(50), "", "r50_fpn_2x", two_stage.USUAL),
        ("ResNet50_vd", two_stage.resnet(50, "d"), "", "r50_vd_fpn_2x", two_stage.USUAL),
        ("ResNet101", two_stage.resnet(101), "", "r101_fpn_1x", two_stage.USUAL),
        ("ResNet101_vd", two_stage.resnet(101, "d"), "", "r101_vd_fpn_1x", two_stage.USUAL),
    ]
    cascade = [
        ("light", light, "ResNet18_vd", "", two_stage.LIGHT),
        ("ResNet50", two_stage.resnet(50), "", "r50_fpn_1x", two_stage.USUAL),
        ("ResNet50_vd", two_stage.resnet(50, "d"), "", "r50_vd_fpn_ssld_2x", two_stage.USUAL),
    ]
    solos = [
        ("light", light, "ResNet18_vd", "", (64, 64, 2, 64, 64), _LIGHT_GRIDS),
        ("ResNet50", two_stage.resnet(50), "", "r50_fpn_3x", (), _GRIDS),
        ("ResNet101_vd", two_stage.resnet(101, "d"), "", "r101_vd_fpn_3x", (), _GRIDS),
    ]
    return [
        *(
            _entry(
                task,
                "Mask R-CNN",
                f"MaskRCNN_{name}",
                "MaskRCNN",
                two_stage.mask_rcnn(backbone, size),
                backbone_name or name,
                f"mask_rcnn_{weights}_coco" if weights else "",
            )
            for name, backbone, backbone_name, weights, size in mask
        ),
        *(
            _entry(
                task,
                "Cascade Mask R-CNN",
                f"CascadeMaskRCNN_{name}",
                "CascadeRCNN",
                two_stage.cascade_rcnn(backbone, size, masks=True),
                backbone_name or name,
                f"cascade_mask_rcnn_{weights}_coco" if weights else "",
            )
            for name, backbone, backbone_name, weights, size in cascade
        ),
        *(
            _entry(
                task,
                "SOLOv2",
                f"SOLOv2_{name}",
                "SOLOv2",
                two_stage.solov2(backbone, grids, *sizes),
                backbone_name or name,
                f"solov2_{weights}_coco" if weights else "",
                without=["nms_iou"],
            )
            for name, backbone, backbone_name, weights, sizes, grids in solos
        ),
    ]


def _entry(
    task: Task,
    family: str,
    name: str,
    architecture: str,
    config: two_stage.Config,
    backbone: str,
    weights: str,
    without: Sequence[str] = (),
) -> ModelEntry:
    """An entry; its size and cost are measured."""
    model_entry = ModelEntry(
        name=name,
        task=task,
        suite="det",
        architecture=architecture,
        backbone=backbone,
        arguments=config,
        weights=[Weights("coco", f"{_WEIGHTS}/{weights}.pdparams") if weights else _BACKBONE],
        recipe={} if without else _OVERLAP,
        without=[*(["anchors"] if task is Task.DETECTION else []), *without],
        family=family,
    )
    values = as_config({"input_size": _SIZE, "epochs": 10, **_OVERLAP})
    with paddle.utils.unique_name.guard():
        network = build_network(model_entry, values, _CLASSES)
    trained = sum(int(p.size) for p in network.parameters() if not p.stop_gradient)
    return msgspec.structs.replace(model_entry, parameters=trained, gflops=round(_cost(network), 3))


def _cost(network: paddle.nn.Layer) -> float:
    """10^9 multiply-adds of the convolutions and products for one image."""
    total = 0.0

    def count(layer: Any, _inputs: Any, output: Any) -> Any:
        nonlocal total
        wide = output.shape[-1] if isinstance(layer, paddle.nn.Linear) else output.shape[1]
        total += float(output.size) * float(layer.weight.size) / wide

    kinds = (paddle.nn.Conv2D, paddle.nn.Linear)
    for layer in network.sublayers():
        if isinstance(layer, kinds):
            layer.register_forward_post_hook(count)
    network.eval()
    image = paddle.zeros([1, 3, _SIZE, _SIZE])
    with paddle.no_grad():
        if type(network).__name__ == "SOLOv2":
            solo.detect(network, image)
        else:
            regions.find_boxes(network, image, paddle.full([1, 2], _SIZE, "float32"))
    return total / 1e9


def main() -> None:
    """Write the files."""
    folder = Path(str(resources.files("paddlex_nb.catalogue"))) / "entries"
    for task, written in (
        (Task.DETECTION, detectors()),
        (Task.INSTANCE_SEGMENTATION, segmenters()),
    ):
        path = folder / f"{task}.json"
        families = {entry.family for entry in written}
        former: list[ModelEntry] = []
        if path.is_file():
            former = msgspec.json.decode(path.read_bytes(), type=list[ModelEntry])
        kept = [entry for entry in former if entry.family not in families]
        encoded = msgspec.json.encode([*kept, *written])
        path.write_bytes(msgspec.json.format(encoded, indent=1) + b"\n")
        sys.stderr.write(f"{len(written)} models in {path}, {len(kept)} kept\n")


if __name__ == "__main__":
    main()
