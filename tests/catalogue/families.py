"""The classification models of the catalogue, by name, and what their code does not tell."""

from __future__ import annotations

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
    "MobileNetV4": [f"MobileNetV4_conv_{k}" for k in ("small", "medium", "large")],
    "StarNet": [f"StarNet_S{n}" for n in range(1, 5)],
    "FasterNet": [f"FasterNet_{k}" for k in ("T0", "T1", "T2", "S", "M")],
    "GhostNet": [f"GhostNet_x{s}" for s in ("0_5", "1_0", "1_3")],
    "MobileViT": [f"MobileViT_{k}" for k in ("XXS", "XS", "S")],
    "EfficientNetV2": ["EfficientNetV2_S"],
    "RepVGG": [f"RepVGG_{k}" for k in ("A0", "A1", "A2", "B0")],
    "RegNetX": [
        f"RegNetX_{k}" for k in ("200MF", "400MF", "600MF", "800MF", "1600MF", "3200MF", "4GF")
    ],
    "MobileNeXt": [f"MobileNeXt_x{s}" for s in ("0_35", "0_5", "0_75", "1_0", "1_4")],
    "TinyNet": [f"TinyNet_{k}" for k in "EDCBA"],
    "ESNet": [f"ESNet_x{s}" for s in ("0_25", "0_5", "0_75")],
    "HarDNet": ["HarDNet39_ds", "HarDNet68_ds", "HarDNet68", "HarDNet85"],
    "PeleeNet": ["PeleeNet"],
    "SENet": [f"SE_ResNet{n}_vd" for n in (18, 34, 50)],
    "ResNeXt": ["ResNeXt50_32x4d"],
}
IN_PADDLECLAS = {"MobileNetV2_x1_0": "MobileNetV2", "MobileNetV1_x1_0": "MobileNetV1"}
SSLD = {
    *("ResNet34_vd", "ResNet50_vd", "ResNet101_vd", "HRNet_W18_C", "HRNet_W48_C"),
    *("PPHGNet_tiny", "PPHGNet_small", "PPLCNet_x0_5", "PPLCNet_x1_0", "PPLCNet_x2_5"),
    *("MobileNetV1_x1_0", "MobileNetV2_x1_0"),
    *("MobileNetV3_small_x0_35", "MobileNetV3_small_x1_0", "MobileNetV3_large_x1_0"),
}
"""Models for which paddleclas' model list names weights distilled with SSLD as well."""

INPUT_SIZES = {"SwinTransformer": [224]}
