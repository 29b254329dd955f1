"""ONNX: converted by paddle2onnx, checked and run by onnxruntime."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import paddle
import paddle2onnx

from paddlex_nb.errors import UserError
from paddlex_nb.export.paddle_model import NAME, save_inference
from paddlex_nb.suites.base import Runner

FILE = "model.onnx"

_OPSET = 16
"""The first in which regions of a map are cut out (RoiAlign) as Paddle does it."""


def save_onnx(
    model: paddle.nn.Layer, inputs: Sequence[paddle.static.InputSpec], folder: Path
) -> None:
    """Write ``model.onnx``.

    Raises:
        UserError: paddle2onnx cannot convert the model.
    """
    with tempfile.TemporaryDirectory(prefix="paddlex_nb-") as between:
        save_inference(model, inputs, Path(between))
        stem = Path(between) / NAME
        try:
            paddle2onnx.export(
                f"{stem}.json",
                f"{stem}.pdiparams",
                str(folder / FILE),
                opset_version=_OPSET,
                verbose=False,
            )
        except (RuntimeError, ValueError) as error:
            raise UserError("export.not_convertible", reason=str(error).strip()[-300:]) from error
    if not (folder / FILE).is_file():
        raise UserError("export.not_convertible", reason="paddle2onnx")


def run_onnx(folder: Path) -> Runner:
    """Load what `save_onnx` wrote into onnxruntime."""
    session = onnxruntime.InferenceSession(
        str(folder / FILE), providers=onnxruntime.get_available_providers()
    )
    name = session.get_inputs()[0].name

    def run(images: np.ndarray[Any, np.dtype[np.float32]]) -> Sequence[np.ndarray[Any, Any]]:
        found: Sequence[np.ndarray[Any, Any]] = session.run(None, {name: images})
        return found

    return run
