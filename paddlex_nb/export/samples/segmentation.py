"""Label every pixel with the exported model: ``python predict.py IMAGE...``.

Writes ``IMAGE_mask.png`` into the current folder: class numbers as grey values, in the order of
``classes`` in ``inference.yml``. Prints which share of the image each class has.

Needs NumPy, OpenCV, PyYAML and either onnxruntime or paddlepaddle; nothing of paddlex_nb.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise
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


def normalised(pixels: Array, options: dict[str, Any]) -> Array:
    """The model's input of shape (1, 3, size, size) from RGB bytes of shape (size, size, 3)."""
    mean, std = (np.float32(options["normalise"][name]) for name in ("mean", "std"))
    scaled = (pixels.astype(np.float32) / 255 - mean) / std
    return np.ascontiguousarray(scaled.transpose(2, 0, 1))[None].astype(np.float32)


def stretched(image: Array, options: dict[str, Any], run: Callable[[Array], Array]) -> Array:
    """The class of each pixel: the whole image on the model's square, and its answer back."""
    size = options["stretch"]["size"]
    square = cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA)
    return classes_of(run(normalised(square, options))[0], image.shape[1], image.shape[0])


def in_windows(image: Array, options: dict[str, Any], run: Callable[[Array], Array]) -> Array:
    """The class of each pixel: the image as it is, in windows; their overlaps are halved."""
    size, padding = options["windows"]["size"], options["windows"]["padding"]
    step = max(1, int(size * (1 - options["windows"]["overlap"])))
    height, width = image.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    for top, upper, lower in spans(height, size, step):
        for left, first, last in spans(width, size, step):
            piece = image[top : top + size, left : left + size]
            window = np.full((size, size, 3), padding, np.uint8)
            window[: piece.shape[0], : piece.shape[1]] = piece
            found = classes_of(run(normalised(window, options))[0], size, size)
            inside = found[upper - top : lower - top, first - left : last - left]
            mask[upper:lower, first:last] = inside
    return mask


def spans(length: int, size: int, step: int) -> list[tuple[int, int, int]]:
    """Where each window begins, and from where to where what it shows counts."""
    starts = [*range(0, max(length - size, 0), step), max(length - size, 0)]
    middles = [(one + size + other) // 2 for one, other in pairwise(starts)]
    return list(zip(starts, [0, *middles], [*middles, length], strict=True))


def classes_of(probabilities: Array, width: int, height: int) -> Array:
    """The likeliest class of each pixel, from probabilities of shape (classes, h, w)."""
    if probabilities.shape[1:] != (height, width):
        probabilities = np.stack([cv2.resize(one, (width, height)) for one in probabilities])
    return np.asarray(probabilities.argmax(axis=0), np.uint8)


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
    """Label the pixels of each image."""
    description = yaml.safe_load((HERE / "inference.yml").read_text(encoding="utf-8"))
    options = {step["op"]: step for step in description["preprocessing"]}
    run = load()
    for name in sys.argv[1:]:
        image = read(Path(name), description["preprocessing"])
        mask = (in_windows if "windows" in options else stretched)(image, options, run)
        cv2.imencode(".png", mask)[1].tofile(f"{Path(name).stem}_mask.png")
        for number, label in enumerate(description["classes"]):
            share = float((mask == number).mean())
            if share:
                sys.stdout.write(f"{name}\t{label}\t{share:.4f}\n")


if __name__ == "__main__":
    main()
