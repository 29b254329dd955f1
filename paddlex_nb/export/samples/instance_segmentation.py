"""Find objects with the exported model: ``python predict.py IMAGE...``.

Prints class, score and box (left, top, width, height in pixels) of each object and draws their
masks into ``IMAGE_objects.png`` in the current folder.

Needs NumPy, OpenCV, PyYAML and either onnxruntime or paddlepaddle; nothing of paddlex_nb.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
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


def preprocess(image: Array, steps: list[dict[str, Any]]) -> tuple[Array, float]:
    """Do what ``inference.yml`` says: the input of shape (3, size, size), and the scale."""
    options = {step["op"]: step for step in steps}
    fit = options["fit"]
    height, width = image.shape[:2]
    scale = fit["size"] / max(height, width)
    shape = (max(1, round(width * scale)), max(1, round(height * scale)))
    canvas = np.empty((fit["size"], fit["size"], 3), np.float32)
    canvas[:] = fit["padding"]
    canvas[: shape[1], : shape[0]] = cv2.resize(image, shape, interpolation=cv2.INTER_AREA)
    mean, std = (np.float32(options["normalise"][name]) for name in ("mean", "std"))
    return np.ascontiguousarray(((canvas / 255 - mean) / std).transpose(2, 0, 1)), scale


def load() -> Callable[[Array], list[Array]]:
    """The model, by whichever runtime its files are for."""
    if (HERE / "model.onnx").is_file():
        import onnxruntime

        session = onnxruntime.InferenceSession(str(HERE / "model.onnx"))
        name = session.get_inputs()[0].name
        return lambda images: session.run(None, {name: images})

    from paddle import inference

    config = inference.Config(str(HERE / "inference.json"), str(HERE / "inference.pdiparams"))
    predictor = inference.create_predictor(config)

    def run(images: Array) -> list[Array]:
        entry = predictor.get_input_handle(predictor.get_input_names()[0])
        entry.copy_from_cpu(images)
        predictor.run()
        return [predictor.get_output_handle(n).copy_to_cpu() for n in predictor.get_output_names()]

    return run


def objects(
    outputs: list[Array], image: Array, scale: float, least_score: float
) -> Iterator[tuple[int, float, Array]]:
    """Class, score and mask (height, width) of each object from a score on, best first.

    The model gives class and score, then either the box and a small mask of it (R-CNN), or only
    a small mask of the whole canvas (SOLOv2).
    """
    rows, masks = outputs
    height, width = image.shape[:2]
    for row, mask in zip(rows, masks, strict=True):
        if row[1] < least_score:
            continue
        if len(row) == 6:
            left, top, right, bottom = row[2:] / scale
            step_x, step_y = mask.shape[1] / (right - left), mask.shape[0] / (bottom - top)
        else:
            left = top = 0.0
            step_x = step_y = scale / 4
        columns = (np.arange(width, dtype=np.float32) + 0.5 - left) * step_x - 0.5
        lines = (np.arange(height, dtype=np.float32) + 0.5 - top) * step_y - 0.5
        grid = np.meshgrid(columns.astype(np.float32), lines.astype(np.float32))
        border = cv2.BORDER_CONSTANT if len(row) == 6 else cv2.BORDER_REPLICATE
        full_mask = cv2.remap(mask, grid[0], grid[1], cv2.INTER_LINEAR, borderMode=border)
        yield int(row[0]), float(row[1]), full_mask >= 0.5


def main() -> None:
    """Find the objects of each image."""
    description = yaml.safe_load((HERE / "inference.yml").read_text(encoding="utf-8"))
    run, least_score = load(), description["score_threshold"]
    for name in sys.argv[1:]:
        image = read(Path(name), description["preprocessing"])
        pixels, scale = preprocess(image, description["preprocessing"])
        drawn = image.copy()
        predicted = objects(run(pixels[None]), image, scale, least_score)
        for number, (class_id, score, mask) in enumerate(predicted):
            ys, xs = np.nonzero(mask)
            if not len(xs):
                continue
            box = (xs.min(), ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1)
            shown = " ".join(str(int(value)) for value in box)
            sys.stdout.write(f"{name}\t{description['classes'][class_id]}\t{score:.4f}\t{shown}\n")
            colour = np.array([(37 * number) % 256, (97 * number + 80) % 256, 220], np.float32)
            drawn[mask] = (0.5 * drawn[mask] + 0.5 * colour).astype(np.uint8)
        encoded = cv2.imencode(".png", cv2.cvtColor(drawn, cv2.COLOR_RGB2BGR))[1]
        encoded.tofile(f"{Path(name).stem}_objects.png")


if __name__ == "__main__":
    main()
