"""What all Paddle suites have in common: device, starting weights, learner, export."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import paddle

from paddlex_nb.contracts.adapter import Adapter, Runner
from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.learner import Learner
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.repairs import quick_depthwise
from paddlex_nb.runs.checkpoint import Arrays
from paddlex_nb.runtimes.onnx import run_onnx, save_onnx
from paddlex_nb.runtimes.paddle_inference import run_inference, save_inference
from paddlex_nb.suites.learner import PaddleLearner, set_weights
from paddlex_nb.weights.classes import carry_classes
from paddlex_nb.weights.matching import Converter, Match, match


class PaddleAdapter(Adapter):
    """An adapter whose model is a Paddle layer.

    A subclass builds the model and says what its loss, predictions and data are.

    Attributes:
        model: The model.
        on_gpu: Whether it is on a GPU.
    """

    converters: Sequence[Converter] = ()

    def __init__(self, setup: RunSetup) -> None:
        super().__init__(setup)
        self.on_gpu = _set_device(setup.config.device, setup.config.gpu)
        paddle.seed(setup.config.seed)
        # some architectures fix their parameters' names, which Paddle allows once a process
        with paddle.utils.unique_name.guard():
            self.model: paddle.nn.Layer = self.build()
        if not self.on_gpu:
            quick_depthwise(self.model)

    @abstractmethod
    def build(self) -> paddle.nn.Layer:
        """The model with random weights."""

    @abstractmethod
    def loss(self, batch: Batch) -> dict[str, paddle.Tensor]:
        """The losses of a batch by name, ``loss`` being their total."""

    @abstractmethod
    def head(self) -> paddle.nn.Layer:
        """The parameters that are trained when the backbone is frozen."""

    @abstractmethod
    def inference_model(self) -> tuple[paddle.nn.Layer, Sequence[paddle.static.InputSpec]]:
        """The model as it is exported, with its inputs."""

    @cached_property
    def _learner(self) -> PaddleLearner:
        config = self.setup.config
        if config.freeze_backbone:
            trained = {id(p) for p in self.head().parameters()}
            for parameter in self.model.parameters():
                parameter.stop_gradient = id(parameter) not in trained
        mixed = config.mixed_precision and self.on_gpu
        return PaddleLearner(self.model, self.loss, config, mixed_precision=mixed)

    def learner(self) -> Learner:
        """The model as the loop trains it."""
        return self._learner

    def carry_classes(self, weights: Arrays, was: Sequence[str]) -> Arrays:
        """The outputs of classes that are ours too, in our order."""
        trained = {id(p) for p in self.head().parameters()}
        named = {n: p for n, p in self.model.state_dict().items() if id(p) in trained}
        own = {name: tensor.numpy() for name, tensor in named.items()}
        return carry_classes(own, weights, own, self.setup.record.classes, was)

    def match(self, weights: Arrays, part: str = "") -> Match:
        """Which of the model's tensors foreign weights fit."""
        shapes = {name: tensor.shape for name, tensor in self.model.state_dict().items()}
        return match(shapes, weights, self.converters, part)

    def load_weights(self, weights: Arrays) -> None:
        """Set the model's tensors of these names."""
        set_weights(self.model, weights)

    def outputs(self, batch: Batch) -> Sequence[np.ndarray[Any, Any]]:
        """What the trained model gives where the exported one gives its outputs."""
        model, _ = self.inference_model()
        model.eval()
        with paddle.no_grad():
            outputs = model(paddle.to_tensor(self.inputs(batch)))
        return [t.numpy() for t in (outputs if isinstance(outputs, (list, tuple)) else [outputs])]

    def save(self, to: str, folder: Path) -> None:
        """Write the model for use without this package."""
        model, inputs = self.inference_model()
        model.eval()
        if to == "onnx":
            save_onnx(model, inputs, folder)
        else:
            save_inference(model, inputs, folder)

    def runner(self, to: str, folder: Path) -> Runner:
        """The exported model, loaded by the runtime that it is meant for."""
        return run_onnx(folder) if to == "onnx" else run_inference(folder, gpu=self.on_gpu)


def _set_device(wanted: str, number: int | None) -> bool:
    """Choose the device; whether it is a GPU."""
    has_gpu = paddle.device.is_compiled_with_cuda() and paddle.device.cuda.device_count() > 0
    if wanted == "gpu" and not has_gpu:
        raise UserError("training.no_gpu")
    gpu = has_gpu and wanted != "cpu"
    paddle.device.set_device(f"gpu:{number or 0}" if gpu else "cpu")
    return gpu
