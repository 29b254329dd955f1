"""Find objects with the exported model: ``python predict.py IMAGE...``.

Prints class, score and box (left, top, width, height in pixels) of each object and draws them
into ``IMAGE_objects.png`` in the current folder.

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
Array = np.ndarray[Any, Any]


def read(path: Path, steps: list[dict[str, Any]]) -> Array:
    """An image as RGB bytes of shape (height, width, 3)."""
    bits = int(steps[0].get("grey_bits") or 16)
    # through NumPy, because OpenCV cannot open every path on every system
    data = np.fromfile(path, np.uint8)
    flags = cv2.IMREAD_COLOR | (cv2.IMREAD_ANYDEPTH if bits < 16 else 0)
    image = cv2.imdecode(data, flags) if data.size else None
    if image is None:
        raise SystemExit(f"{path} is not an image that OpenCV reads")
    if image.dtype == np.uint16:  # of which not all bits are used
        image = (image * (255 / (2**bits - 1))).clip(0, 255).astype(np.uint8)
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def preprocess(image: Array, steps: list[dict[str, Any]]) -> tuple[Array, Array]:
    """Do what ``inference.yml`` says: the input of shape (3, size, size), and x and y scale."""
    options = {step["op"]: step for step in steps}
    height, width = image.shape[:2]
    fit = options.get("fit") or options["stretch"]
    size = fit["size"]
    scale = size / max(height, width)
    shape = (max(1, round(width * scale)), max(1, round(height * scale)))
    if "stretch" in options:
        shape = (size, size)
    canvas = np.empty((size, size, 3), np.float32)
    canvas[:] = fit["padding"]
    canvas[: shape[1], : shape[0]] = cv2.resize(image, shape, interpolation=cv2.INTER_AREA)
    mean, std = (np.float32(options["normalise"][name]) for name in ("mean", "std"))
    scales = np.array(shape, np.float32) / (width, height)
    return np.ascontiguousarray(((canvas / 255 - mean) / std).transpose(2, 0, 1)), scales


def load() -> Callable[[Array], Array]:
    """The model, by whichever runtime its files are for."""
    if (HERE / "model.onnx").is_file():
        import onnxruntime

        session = onnxruntime.InferenceSession(str(HERE / "model.onnx"))
        name = session.get_inputs()[0].name
        return lambda images: session.run(None, {name: images})[0]

    from paddle import inference

    config = inference.Config(str(HERE / "inference.json"), str(HERE / "inference.pdiparams"))
    predictor = inference.create_predictor(config)

    def run(images: Array) -> Array:
        entry = predictor.get_input_handle(predictor.get_input_names()[0])
        entry.copy_from_cpu(images)
        predictor.run()
        handle = predictor.get_output_handle(predictor.get_output_names()[0])
        return np.asarray(handle.copy_to_cpu())

    return run


def main() -> None:
    """Find the objects of each image."""
    description = yaml.safe_load((HERE / "inference.yml").read_text(encoding="utf-8"))
    run, least_score = load(), description["score_threshold"]
    for name in sys.argv[1:]:
        image = read(Path(name), description["preprocessing"])
        pixels, scales = preprocess(image, description["preprocessing"])
        edge = np.tile(np.array(image.shape[1::-1], np.float32), 2)
        drawn = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        # class, score, left, top, right, bottom in pixels of the model's square
        for class_id, score, *corners in run(pixels[None].astype(np.float32)):
            if score < least_score:
                continue
            left, top, right, bottom = np.clip(corners / np.tile(scales, 2), 0, edge)
            label = description["classes"][int(class_id)]
            box = f"{left:.1f} {top:.1f} {right - left:.1f} {bottom - top:.1f}"
            sys.stdout.write(f"{name}\t{label}\t{score:.4f}\t{box}\n")
            cv2.rectangle(
                drawn, (round(left), round(top)), (round(right), round(bottom)), (60, 60, 220), 2
            )
        cv2.imencode(".png", drawn)[1].tofile(f"{Path(name).stem}_objects.png")


if __name__ == "__main__":
    main()
