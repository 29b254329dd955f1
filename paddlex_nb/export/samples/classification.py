"""Classify images with the exported model: ``python predict.py IMAGE...``.

Needs NumPy, OpenCV, PyYAML and either onnxruntime or paddlepaddle; nothing of paddlex_nb.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml

HERE = Path(__file__).parent


def preprocess(path: Path, steps: list[dict[str, Any]]) -> np.ndarray[Any, Any]:
    """Do what ``inference.yml`` says, giving an array of shape (3, height, width)."""
    options = {step["op"]: step for step in steps}
    bits = int(options["decode"].get("grey_bits") or 16)
    # through NumPy, because OpenCV cannot open every path on every system
    data = np.fromfile(path, np.uint8)
    flags = cv2.IMREAD_COLOR | (cv2.IMREAD_ANYDEPTH if bits < 16 else 0)
    image = cv2.imdecode(data, flags) if data.size else None
    if image is None:
        raise SystemExit(f"{path} is not an image that OpenCV reads")
    if image.dtype == np.uint16:  # of which not all bits are used
        image = (image * (255 / (2**bits - 1))).clip(0, 255).astype(np.uint8)
    image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    height, width = image.shape[:2]
    scale = options["resize_short"]["size"] / min(height, width)
    shape = (max(1, round(width * scale)), max(1, round(height * scale)))
    image = cv2.resize(image, shape, interpolation=cv2.INTER_AREA)
    size = options["center_crop"]["size"]
    top, left = (image.shape[0] - size) // 2, (image.shape[1] - size) // 2
    pixels = image[top : top + size, left : left + size].astype(np.float32) / 255
    mean, std = (np.float32(options["normalise"][name]) for name in ("mean", "std"))
    return np.ascontiguousarray(((pixels - mean) / std).transpose(2, 0, 1))


def load() -> Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]:
    """The model, by whichever runtime its files are for."""
    if (HERE / "model.onnx").is_file():
        import onnxruntime

        session = onnxruntime.InferenceSession(str(HERE / "model.onnx"))
        name = session.get_inputs()[0].name
        return lambda images: session.run(None, {name: images})[0]

    from paddle import inference

    config = inference.Config(str(HERE / "inference.json"), str(HERE / "inference.pdiparams"))
    predictor = inference.create_predictor(config)

    def run(images: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        entry = predictor.get_input_handle(predictor.get_input_names()[0])
        entry.copy_from_cpu(images)
        predictor.run()
        output = predictor.get_output_handle(predictor.get_output_names()[0])
        return np.asarray(output.copy_to_cpu())

    return run


def main() -> None:
    """Print the most likely class of each image and its probability."""
    description = yaml.safe_load((HERE / "inference.yml").read_text(encoding="utf-8"))
    run = load()
    for name in sys.argv[1:]:
        image = preprocess(Path(name), description["preprocessing"])
        scores = run(image[None].astype(np.float32))[0]
        best = int(scores.argmax())
        sys.stdout.write(f"{name}\t{description['classes'][best]}\t{scores[best]:.4f}\n")


if __name__ == "__main__":
    main()
