"""Write the catalogue of segmentation models: ``python tests/catalogue/generate_segmentation.py``.

Arguments are those of PaddleSeg's YAML files; parameter counts and costs come from building the
models for Cityscapes' 19 classes. Needs Paddle.
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
from paddlex_nb.suites.seg.network import build_network

_CLASSES = 19
_SIZE = 512
_WEIGHTS = "https://paddleseg.bj.bcebos.com/dygraph"
Config = dict[str, Any]


def entries() -> list[ModelEntry]:
    """All models, family by family, small ones first."""
    return [
        *_liteseg(),
        *_mobileseg(),
        *_small(),
        *_unet(),
        *_deeplab(),
        *_hrnet(),
        *_segformer(),
    ]


def _liteseg() -> list[ModelEntry]:
    # the suite's own decides at an eighth of the input's resolution, which blurs the edges of
    # small inputs; one level more costs a fifth of the time
    fine = {
        "backbone": {"type": "STDC1"},
        "backbone_indices": [1, 2, 3, 4],
        "arm_out_chs": [32, 32, 64, 128],
        "seg_head_inter_chs": [32, 32, 64, 64],
    }
    published = "pp_liteseg_stdc1_cityscapes_1024x512_scale1.0_160k"
    own = _entry(
        "PP-LiteSeg", "PPLiteSeg_STDC1_fine", "PPLiteSeg", fine, published, part="backbone"
    )
    return [own] + [
        _entry(
            "PP-LiteSeg",
            name,
            "PPLiteSeg",
            {"backbone": {"type": backbone}, **more},
            f"pp_liteseg_{backbone.lower()}_cityscapes_1024x512_scale1.0_160k",
        )
        for name, backbone, more in (
            (
                "PPLiteSeg_STDC1",
                "STDC1",
                {"arm_out_chs": [32, 64, 128], "seg_head_inter_chs": [32, 64, 64]},
            ),
            ("PPLiteSeg_STDC2", "STDC2", {}),
        )
    ]


def _mobileseg() -> list[ModelEntry]:
    return [
        _entry(
            "PP-MobileSeg",
            f"PPMobileSeg_{name}",
            "PPMobileSeg",
            {"backbone": {"type": f"MobileSeg_{name.title()}", "inj_type": "AAMSx8", **more}},
            f"pp_mobileseg_{name}",
            data="ade20k",
        )
        for name, more in (
            ("tiny", {"out_feat_chs": [32, 64, 128]}),
            ("base", {"out_feat_chs": [64, 128, 192]}),
        )
    ]


def _small() -> list[ModelEntry]:
    return [
        _entry(
            "Fast-SCNN",
            "FastSCNN",
            "FastSCNN",
            {"loss_weights": [1.0, 0.4]},
            "fastscnn_cityscapes_1024x1024_160k",
        ),
        _entry(
            "BiSeNetV2",
            "BiSeNetV2",
            "BiSeNetV2",
            {"loss_weights": [1.0] * 5},
            "bisenet_cityscapes_1024x1024_160k",
        ),
    ]


def _unet() -> list[ModelEntry]:
    return [
        _entry("U-Net", "UNet", "UNet", {}, "unet_cityscapes_1024x512_160k"),
        _entry("U-Net", "AttentionUNet", "AttentionUNet", {}),
        _entry("U-Net", "UNetPlusPlus", "UNetPlusPlus", {"in_channels": 3}, min_size=32),
    ]


def _deeplab() -> list[ModelEntry]:
    deep = {"output_stride": 8, "multi_grid": [1, 2, 4]}
    entries = [
        _entry(
            "DeepLabV3+",
            "DeepLabV3P_MobileNetV2",
            "DeepLabV3P",
            {"backbone": {"type": "MobileNetV2_x1_0"}, "backbone_indices": [0, 3]},
        ),
        _entry(
            "DeepLabV3+",
            "DeepLabV3P_ResNet18_vd",
            "DeepLabV3P",
            {"backbone": {"type": "ResNet18_vd", "output_stride": 8}, "backbone_indices": [0, 3]},
        ),
    ]
    for family, architecture, indices in (
        ("DeepLabV3+", "DeepLabV3P", [0, 3]),
        ("DeepLabV3", "DeepLabV3", [3]),
    ):
        for depth in (50, 101):
            backbone = {"type": f"ResNet{depth}_vd", **deep}
            entries.append(
                _entry(
                    family,
                    f"{architecture}_ResNet{depth}_vd",
                    architecture,
                    {"backbone": backbone, "backbone_indices": indices},
                    f"{architecture.lower()}_resnet{depth}_os8_cityscapes_1024x512_80k",
                )
            )
    return entries


def _hrnet() -> list[ModelEntry]:
    entries = []
    for width in (18, 48):
        backbone = {"type": f"HRNet_W{width}"}
        entries.append(
            _entry(
                "HRNet",
                f"FCN_HRNet_W{width}",
                "FCN",
                {"backbone": backbone, "backbone_indices": [-1]},
                f"fcn_hrnetw{width}_cityscapes_1024x512_80k",
            )
        )
        entries.append(
            _entry(
                "OCRNet",
                f"OCRNet_HRNet_W{width}",
                "OCRNet",
                {"backbone": backbone, "backbone_indices": [0], "loss_weights": [1.0, 0.4]},
                f"ocrnet_hrnetw{width}_cityscapes_1024x512_160k",
            )
        )
    return sorted(entries, key=lambda entry: entry.family)


def _segformer() -> list[ModelEntry]:
    return [
        _entry(
            "SegFormer",
            f"SegFormer_B{number}",
            "SegFormer",
            {
                "backbone": {"type": f"MixVisionTransformer_B{number}"},
                "embedding_dim": 256 if number < 2 else 768,
            },
            f"segformer_b{number}_cityscapes_1024x1024_160k",
        )
        for number in range(6)
    ]


def _entry(
    family: str,
    name: str,
    architecture: str,
    arguments: Config,
    weights: str = "",
    *,
    data: str = "cityscapes",
    part: str = "",
    **more: Any,
) -> ModelEntry:
    """An entry; its size and cost are measured."""
    model_entry = ModelEntry(
        name=name,
        task=Task.SEGMENTATION,
        suite="seg",
        architecture=architecture,
        backbone=arguments.get("backbone", {}).get("type", ""),
        arguments=arguments,
        weights=[Weights(data, f"{_WEIGHTS}/{data}/{weights}/model.pdparams", part=part)]
        if weights
        else [],
        family=family,
        **more,
    )
    with paddle.utils.unique_name.guard():
        network = build_network(model_entry, _CLASSES)
    named = network.named_parameters()
    size = sum(int(p.size) for n, p in named if not n.endswith(("._mean", "._variance")))
    return msgspec.structs.replace(model_entry, parameters=size, gflops=round(cost(network), 3))


def cost(network: paddle.nn.Layer) -> float:
    """Billions of multiply-adds in the convolutions and projections for one image."""
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
        network(paddle.zeros([1, 3, _SIZE, _SIZE]))
    return total / 1e9


def main() -> None:
    """Write the file."""
    folder = Path(str(resources.files("paddlex_nb.catalogue"))) / "entries"
    path = folder / f"{Task.SEGMENTATION}.json"
    models = entries()
    path.write_bytes(msgspec.json.format(msgspec.json.encode(models), indent=1) + b"\n")
    sys.stderr.write(f"{len(models)} models in {path}\n")


if __name__ == "__main__":
    main()
