"""Write the catalogue of one-stage detectors: ``python tests/catalogue/generate_detection.py``.

Their configurations are in `detectors`; parameter counts and costs come from building them for
COCO's 80 classes. Needs Paddle. Entries of families that are not written here stay as they are.

Left out: DINO, whose denoising multiplies booleans with numbers, which Paddle 3 refuses, and which
has no images smaller than 224 pixels.
"""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import paddle

from paddlex_nb.catalogue.entry import ModelEntry, Weights
from paddlex_nb.core.task import Task
from paddlex_nb.params.values import as_config
from paddlex_nb.suites.det.network import build_network

sys.path.insert(0, str(Path(__file__).parents[1]))
from catalogue import detectors

_CLASSES = 80
_WEIGHTS = "https://paddledet.bj.bcebos.com/models"
_MOBILENET_V1 = {
    "scale": 1,
    "feature_maps": [4, 6, 13],
    "with_extra_blocks": False,
    "extra_block_filters": [],
}
_MOBILENET_V3 = {
    "model_name": "large",
    "scale": 1.0,
    "with_extra_blocks": False,
    "extra_block_filters": [],
    "feature_maps": [7, 13, 16],
}
_DARKNET = {"depth": 53, "return_idx": [2, 3, 4]}
_BLOCKS = {"drop_block": True, "block_size": 3, "keep_prob": 0.9, "spp": True}


def entries() -> list[ModelEntry]:
    """All one-stage detectors."""
    return [*_ppyoloe(), *_picodet(), *_yolov3(), *_ppyolo(), *_yolox(), *_detr()]


def _ppyoloe() -> list[ModelEntry]:
    return [
        _entry(
            "PP-YOLOE+",
            f"PPYOLOE_plus_{name}",
            "PPYOLOE",
            detectors.ppyoloe(depth, width),
            "CSPResNet",
            # the smallest is published with another neck and head, its backbone is the same
            f"ppyoloe_plus_crn_{name}_80e_coco"
            if name != "t"
            else "ppyoloe_plus_crn_t_auxhead_300e_coco",
            part="" if name != "t" else "backbone",
            without=["anchors"],
            min_size=96,
        )
        for name, depth, width in (
            ("t", 0.33, 0.375),
            ("s", 0.33, 0.5),
            ("m", 0.67, 0.75),
            ("l", 1.0, 1.0),
            ("x", 1.33, 1.25),
        )
    ]


def _picodet() -> list[ModelEntry]:
    return [
        _entry(
            "PicoDet",
            f"PicoDet_{name}",
            "PicoDet",
            detectors.picodet(scale, channels, convs),
            f"LCNet_x{scale}",
            f"picodet_{name}_416_coco_lcnet",
            without=["anchors"],
            min_size=128,
            size=416,
        )
        for name, scale, channels, convs in (
            ("xs", 0.35, 96, 2),
            ("s", 0.75, 96, 2),
            ("m", 1.5, 128, 4),
            ("l", 2.0, 160, 4),
        )
    ]


def _yolov3() -> list[ModelEntry]:
    return [
        _entry(
            "YOLOv3",
            f"YOLOv3_{name}",
            "YOLOv3",
            detectors.yolov3(module, settings),
            name,
            f"yolov3_{weights}_270e_coco",
            size=608,
        )
        for name, module, settings, weights in (
            ("MobileNetV1", "MobileNet", _MOBILENET_V1, "mobilenet_v1"),
            ("MobileNetV3", "MobileNetV3", _MOBILENET_V3, "mobilenet_v3_large"),
            ("DarkNet53", "DarkNet", _DARKNET, "darknet53"),
        )
    ]


def _ppyolo() -> list[ModelEntry]:
    first = detectors.ppyolo(50, "PPYOLOFPN", {"coord_conv": True, **_BLOCKS}, 0.4)
    second = [detectors.ppyolo(depth, "PPYOLOPAN", _BLOCKS, 0.5) for depth in (50, 101)]
    matrix = ["nms_iou"]
    return [
        _entry(
            "PP-YOLO",
            "PPYOLO_tiny",
            "YOLOv3",
            detectors.ppyolo_tiny(),
            "MobileNetV3_large_x0_5",
            "ppyolo_tiny_650e_coco",
            min_size=96,
            size=320,
        ),
        _entry(
            "PP-YOLO",
            "PPYOLO_ResNet50_vd_dcn",
            "YOLOv3",
            first,
            "ResNet50_vd_dcn",
            "ppyolo_r50vd_dcn_1x_coco",
            without=matrix,
            min_size=96,
            size=608,
        ),
        *(
            _entry(
                "PP-YOLOv2",
                f"PPYOLOv2_ResNet{depth}_vd_dcn",
                "YOLOv3",
                config,
                f"ResNet{depth}_vd_dcn",
                f"ppyolov2_r{depth}vd_dcn_365e_coco",
                without=matrix,
                min_size=96,
            )
            for depth, config in zip((50, 101), second, strict=True)
        ),
    ]


def _yolox() -> list[ModelEntry]:
    return [
        _entry(
            "YOLOX",
            f"YOLOX_{name}",
            "YOLOX",
            detectors.yolox(depth, width, depthwise=name == "nano"),
            "CSPDarkNet",
            f"yolox_{name}_300e_coco",
            without=["anchors"],
            size=416 if name in {"nano", "tiny"} else 640,
        )
        for name, depth, width in (
            ("nano", 0.33, 0.25),
            ("tiny", 0.33, 0.375),
            ("s", 0.33, 0.5),
            ("m", 0.67, 0.75),
            ("l", 1.0, 1.0),
            ("x", 1.33, 1.25),
        )
    ]


def _detr() -> list[ModelEntry]:
    return [
        _entry(
            "DETR",
            f"{name}_ResNet50",
            "DETR",
            config,
            "ResNet50",
            weights,
            without=["anchors", "nms_iou"],
            exports=exports,
        )
        for name, config, weights, exports in (
            ("DETR", detectors.detr(), "detr_r50_1x_coco", ("inference", "onnx")),
            # its attention asks for the values of sizes, which a static graph does not know
            ("DeformableDETR", detectors.deformable_detr(), "deformable_detr_r50_1x_coco", ()),
        )
    ]


def _entry(
    family: str,
    name: str,
    architecture: str,
    config: detectors.Config,
    backbone: str,
    weights: str,
    *,
    size: int = 640,
    part: str = "",
    **more: Any,
) -> ModelEntry:
    """An entry; its size and cost at ``size`` x ``size`` pixels are measured."""
    model_entry = ModelEntry(
        name=name,
        task=Task.DETECTION,
        suite="det",
        architecture=architecture,
        backbone=backbone,
        arguments=config,
        weights=[Weights("coco", f"{_WEIGHTS}/{weights}.pdparams", part=part)],
        family=family,
        **more,
    )
    with paddle.utils.unique_name.guard():
        network = build_network(
            model_entry, as_config({"input_size": size, "epochs": 10}), _CLASSES
        )
    trained = sum(int(p.size) for p in network.parameters() if not p.stop_gradient)
    return msgspec.structs.replace(
        model_entry, parameters=trained, gflops=round(cost(network, size), 3)
    )


def cost(network: paddle.nn.Layer, size: int) -> float:
    """10^9 multiply-adds of the convolutions and products for one image of ``size`` x ``size``."""
    total = 0.0

    def count(layer: Any, _inputs: Any, output: Any) -> Any:
        nonlocal total
        wide = output.shape[1 if isinstance(layer, paddle.nn.Conv2D) else -1]
        total += float(output.size) * float(layer.weight.size) / wide

    for layer in network.sublayers():
        if isinstance(layer, (paddle.nn.Conv2D, paddle.nn.Linear)):
            layer.register_forward_post_hook(count)
    network.eval()
    with paddle.no_grad():
        network(
            {
                "image": paddle.zeros([1, 3, size, size]),
                "im_shape": paddle.full([1, 2], size, "float32"),
                "scale_factor": paddle.ones([1, 2]),
            }
        )
    return total / 1e9


def main() -> None:
    """Write the file."""
    folder = Path(str(resources.files("paddlex_nb.catalogue"))) / "entries"
    path = folder / f"{Task.DETECTION}.json"
    written = entries()
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
