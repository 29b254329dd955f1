"""Write the catalogue of classification models: ``python tests/catalogue/generate.py``.

Names are chosen here; parameter counts, costs and addresses of weights come from paddleclas
itself. Needs Paddle; run it when paddleclas changes.
"""

from __future__ import annotations

import importlib
import sys
from importlib import resources
from pathlib import Path

import msgspec
import paddle
import paddleclas

from paddlex_nb.catalogue.entry import ModelEntry, Weights
from paddlex_nb.core.task import Task

_LCNET = ("0_25", "0_35", "0_5", "0_75", "1_0", "1_5", "2_0", "2_5")
_MOBILENET_V3 = ("0_35", "0_5", "0_75", "1_0", "1_25")
_RESNETS = (18, 34, 50, 101, 152)

FAMILIES: dict[str, list[str]] = {
    "PP-LCNet": [f"PPLCNet_x{s}" for s in _LCNET],
    "PP-LCNetV2": [f"PPLCNetV2_{k}" for k in ("small", "base", "large")],
    "PP-HGNet": ["PPHGNet_tiny", "PPHGNet_small", "PPHGNet_base"],
    "PP-HGNetV2": [f"PPHGNetV2_B{n}" for n in range(7)],
    "MobileNetV3": [f"MobileNetV3_{k}_x{s}" for k in ("small", "large") for s in _MOBILENET_V3],
    "MobileNetV2": [f"MobileNetV2_x{s}" for s in ("0_25", "0_5", "0_75", "1_0", "1_5", "2_0")],
    "MobileNetV1": [f"MobileNetV1_x{s}" for s in ("0_25", "0_5", "0_75", "1_0")],
    "ResNet_vd": [f"ResNet{n}_vd" for n in (*_RESNETS, 200)],
    "ResNet": [f"ResNet{n}" for n in _RESNETS],
    "ShuffleNetV2": [f"ShuffleNetV2_x{s}" for s in ("0_25", "0_5", "1_0", "1_5", "2_0")],
    "EfficientNet": [f"EfficientNetB{n}" for n in range(5)],
    "DenseNet": [f"DenseNet{n}" for n in (121, 161, 169, 201)],
    "HRNet": [f"HRNet_W{n}_C" for n in (18, 30, 32, 40, 44, 48, 64)],
    "DarkNet": ["DarkNet53"],
    "Xception": ["Xception41", "Xception65"],
    "SwinTransformer": [
        f"SwinTransformer_{k}_patch4_window7_224" for k in ("tiny", "small", "base")
    ],
}
_IN_PADDLECLAS = {"MobileNetV2_x1_0": "MobileNetV2", "MobileNetV1_x1_0": "MobileNetV1"}
_SSLD = {
    *("ResNet34_vd", "ResNet50_vd", "ResNet101_vd", "HRNet_W18_C", "HRNet_W48_C"),
    *("PPHGNet_tiny", "PPHGNet_small", "PPLCNet_x0_5", "PPLCNet_x1_0", "PPLCNet_x2_5"),
    *("MobileNetV1_x1_0", "MobileNetV2_x1_0"),
    *("MobileNetV3_small_x0_35", "MobileNetV3_small_x1_0", "MobileNetV3_large_x1_0"),
}
"""Models for which paddleclas' model list names weights distilled with SSLD as well."""

_INPUT_SIZES = {"SwinTransformer": [224]}
_SIZE = 224


def entry(family: str, name: str) -> ModelEntry:
    """The catalogue's entry of one model, by building it for ImageNet's 1,000 classes."""
    architecture = _IN_PADDLECLAS.get(name, name)
    build = getattr(paddleclas, architecture)
    with paddle.utils.unique_name.guard():
        net = build(pretrained=False, class_num=1000)
    url = importlib.import_module(build.__module__).MODEL_URLS[architecture]
    return ModelEntry(
        name=name,
        task=Task.CLASSIFICATION,
        suite="clas",
        architecture=architecture,
        parameters=trained(net),
        gflops=round(paddle.flops(net, [1, 3, _SIZE, _SIZE]) / 1e9, 3),
        weights=weights(name, url),
        input_sizes=_INPUT_SIZES.get(family, []),
        family=family,
    )


def weights(name: str, url: str | None) -> list[Weights]:
    """Published weights; paddleclas itself finds distilled ones by this change of the address."""
    published = [Weights(name="imagenet", url=url)] if url else []
    if url and name in _SSLD:
        distilled = url.replace("_pretrained", "_ssld_pretrained")
        published.append(Weights(name="ssld", url=distilled))
    return published


def trained(net: paddle.nn.Layer) -> int:
    """Parameters that training changes; older layers count running statistics among theirs."""
    named = net.named_parameters()
    return sum(int(p.size) for n, p in named if not n.endswith(("._mean", "._variance")))


def main() -> None:
    """Write the file."""
    entries = [entry(family, name) for family, names in FAMILIES.items() for name in names]
    folder = Path(str(resources.files("paddlex_nb.catalogue"))) / "entries"
    path = folder / f"{Task.CLASSIFICATION}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(entries), indent=1) + b"\n")
    sys.stderr.write(f"{len(entries)} models in {path}\n")


if __name__ == "__main__":
    main()
