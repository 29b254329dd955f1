"""ONNX: converted by paddle2onnx, checked and run by onnxruntime."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import paddle
from onnxruntime.capi import onnxruntime_pybind11_state as state

from paddlex_nb.contracts.adapter import Runner
from paddlex_nb.core.errors import UserError
from paddlex_nb.repairs.adaptive_pooling import exact_adaptive_pooling
from paddlex_nb.runtimes.paddle_inference import NAME, save_inference

FILE = "model.onnx"

_OPSET = 16
"""The first in which regions of a map are cut out (RoiAlign) as Paddle does it."""


# its default optimiser installs packages into the user's environment when one is missing; what it
# would fold, the runtimes fold when they load the model
_CONVERT = (
    "import sys, paddle2onnx; "
    "stem, out, opset = sys.argv[1:]; "
    "paddle2onnx.export(stem + '.json', stem + '.pdiparams', out,"
    " opset_version=int(opset), verbose=False, optimize_tool='none')"
)


def save_onnx(
    model: paddle.nn.Layer, inputs: Sequence[paddle.static.InputSpec], folder: Path
) -> None:
    """Write ``model.onnx``.

    Raises:
        UserError: paddle2onnx cannot convert the model.
    """
    with tempfile.TemporaryDirectory(prefix="paddlex_nb-") as between:
        with exact_adaptive_pooling():
            save_inference(model, inputs, Path(between))
        # in a process of its own: what it cannot convert, it answers with a crash now and then
        command = [sys.executable, "-c", _CONVERT, str(Path(between) / NAME), str(folder / FILE)]
        done = subprocess.run([*command, str(_OPSET)], capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr, sep="\n", flush=True)  # noqa: T201  into the job's log
    if done.returncode or not (folder / FILE).is_file():
        reason = done.stderr.strip().splitlines()[-1:] or [f"paddle2onnx: {done.returncode}"]
        raise UserError("export.not_convertible", reason=reason[0][-300:])


def run_onnx(folder: Path) -> Runner:
    """Load what `save_onnx` wrote into onnxruntime.

    Raises:
        UserError: What the converter wrote is no sound model.
    """
    try:
        session = onnxruntime.InferenceSession(
            str(folder / FILE), providers=onnxruntime.get_available_providers()
        )
    except (state.Fail, state.InvalidGraph, state.InvalidProtobuf, state.NotImplemented) as error:
        raise UserError("export.not_convertible", reason=str(error)[-300:]) from error
    name = session.get_inputs()[0].name

    def run(images: np.ndarray[Any, np.dtype[np.float32]]) -> Sequence[np.ndarray[Any, Any]]:
        outputs: Sequence[np.ndarray[Any, Any]] = session.run(None, {name: images})
        return outputs

    return run
