"""Label every pixel with the exported model: ``python predict.py IMAGE...``.

Writes ``IMAGE_mask.png`` into the current folder: class numbers as grey values, in the order of
``classes`` in ``inference.yml``. Prints which share of the image each class has.

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


def preprocess(image: Array, steps: list[dict[str, Any]]) -> Array:
    """Do what ``inference.yml`` says: the input of shape (3, size, size)."""
    options = {step["op"]: step for step in steps}
    size = options["stretch"]["size"]
    pixels = cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    mean, std = (np.float32(options["normalise"][name]) for name in ("mean", "std"))
    return np.ascontiguousarray(((pixels - mean) / std).transpose(2, 0, 1))


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
    run = load()
    for name in sys.argv[1:]:
        image = read(Path(name), description["preprocessing"])
        pixels = preprocess(image, description["preprocessing"])
        probabilities = run(pixels[None].astype(np.float32))[0]
        size = (image.shape[1], image.shape[0])
        full_size = [cv2.resize(one, size, interpolation=cv2.INTER_LINEAR) for one in probabilities]
        mask = np.argmax(full_size, axis=0).astype(np.uint8)
        cv2.imencode(".png", mask)[1].tofile(f"{Path(name).stem}_mask.png")
        for number, label in enumerate(description["classes"]):
            share = float((mask == number).mean())
            if share:
                sys.stdout.write(f"{name}\t{label}\t{share:.4f}\n")


if __name__ == "__main__":
    main()
