"""Paddle's own inference format: written and run."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import paddle
from paddle import inference

from paddlex_nb.contracts.adapter import Runner
from paddlex_nb.hosts.processor import cores

NAME = "inference"
"""Stem of the model's files."""


def save_inference(
    model: paddle.nn.Layer, inputs: Sequence[paddle.static.InputSpec], folder: Path
) -> None:
    """Write ``inference.json`` and ``inference.pdiparams``."""
    static = paddle.jit.to_static(model, input_spec=list(inputs), full_graph=True)
    paddle.jit.save(static, str(folder / NAME))


def run_inference(folder: Path, *, gpu: bool = False) -> Runner:
    """Load what `save_inference` wrote into Paddle's predictor.

    On the CPU oneDNN is used; some versions of Paddle raise NotImplementedError with it for some
    graphs (Paddle#77340), whereupon the predictor is made again without it.
    """
    predictor = _predictor(folder, gpu=gpu, onednn=not gpu)
    plain = gpu

    def run(images: np.ndarray[Any, np.dtype[np.float32]]) -> Sequence[np.ndarray[Any, Any]]:
        nonlocal predictor, plain
        if not plain:
            with contextlib.suppress(NotImplementedError):
                return _run(predictor, images)
            predictor, plain = _predictor(folder, gpu=False, onednn=False), True
        return _run(predictor, images)

    return run


def _predictor(folder: Path, *, gpu: bool, onednn: bool) -> inference.Predictor:
    config = inference.Config(str(folder / f"{NAME}.json"), str(folder / f"{NAME}.pdiparams"))
    if gpu:
        config.enable_use_gpu(256, 0)
    else:
        config.disable_gpu()
        config.set_cpu_math_library_num_threads(cores())
        if onednn:
            config.enable_mkldnn()
        else:
            config.disable_mkldnn()
    config.disable_glog_info()
    return inference.create_predictor(config)


def _run(
    predictor: inference.Predictor, images: np.ndarray[Any, np.dtype[np.float32]]
) -> Sequence[np.ndarray[Any, Any]]:
    entry = predictor.get_input_handle(predictor.get_input_names()[0])
    entry.reshape(images.shape)
    entry.copy_from_cpu(np.ascontiguousarray(images))
    predictor.run()
    return [predictor.get_output_handle(n).copy_to_cpu() for n in predictor.get_output_names()]
