"""The model as the loop trains it: gradient steps, averaged weights, all state as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import paddle

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.learner import NotFiniteError
from paddlex_nb.params.config import TrainingConfig
from paddlex_nb.runs.checkpoint import Arrays, section, with_section
from paddlex_nb.suites.optimizer import optimizer

_NORMS = (
    paddle.nn.BatchNorm,
    paddle.nn.BatchNorm1D,
    paddle.nn.BatchNorm2D,
    paddle.nn.BatchNorm3D,
    paddle.nn.SyncBatchNorm,
)


class PaddleLearner:
    """Trains a Paddle model.

    Args:
        model: The model; parameters whose ``stop_gradient`` is set stay as they are.
        loss: Gives the losses of a batch by name, ``loss`` being their total.
        config: The run's parameters.
        mixed_precision: Compute in float16 where that is safe (GPU only).
    """

    def __init__(
        self,
        model: paddle.nn.Layer,
        loss: Callable[[Batch], dict[str, paddle.Tensor]],
        config: TrainingConfig,
        *,
        mixed_precision: bool = False,
    ) -> None:
        self._model = model
        self._loss = loss
        self._optimizer = optimizer(config, [p for p in model.parameters() if not p.stop_gradient])
        self._scaler: Any = paddle.amp.GradScaler() if mixed_precision else None
        self._decay = config.ema
        self._average: dict[str, paddle.Tensor] = {}
        self._train()

    def _train(self) -> None:
        self._model.train()
        for layer in self._model.sublayers():
            # what is frozen must not go on gathering statistics either
            if (
                isinstance(layer, _NORMS)
                and layer.weight is not None
                and layer.weight.stop_gradient
            ):
                layer.eval()

    def step(self, batch: Batch, learning_rate: float, seed: int) -> dict[str, float]:
        """Make one optimisation step; see `paddlex_nb.contracts.learner.Learner`."""
        paddle.seed(seed)
        with paddle.amp.auto_cast(enable=self._scaler is not None):
            losses = self._loss(batch)
        values = {name: float(value) for name, value in losses.items()}
        if not np.isfinite(values["loss"]):
            raise NotFiniteError
        self._optimizer.set_lr(learning_rate)
        # names of the optimiser's tensors, hence of its saved state, must not depend on what else
        # this process has made
        with paddle.utils.unique_name.guard():
            if self._scaler is None:
                losses["loss"].backward()
                self._optimizer.step()
            else:
                self._scaler.scale(losses["loss"]).backward()
                self._scaler.step(self._optimizer)
                self._scaler.update()
        self._optimizer.clear_grad()
        self._update_average()
        return values

    def _update_average(self) -> None:
        if self._decay is None:
            return
        with paddle.no_grad():
            for name, tensor in self._model.state_dict().items():
                if name not in self._average:
                    self._average[name] = tensor.clone()
                elif tensor.dtype == paddle.float32:
                    old = self._average[name]
                    old.set_value(old * self._decay + tensor * (1 - self._decay))
                else:
                    self._average[name].set_value(tensor)

    @contextmanager
    def evaluating(self) -> Iterator[None]:
        """Evaluation mode, with the averaged weights if there are any."""
        own: dict[str, paddle.Tensor] = {}
        try:
            if self._average:
                own = {name: t.clone() for name, t in self._model.state_dict().items()}
                _set(self._model, self._average)
            self._model.eval()
            with paddle.no_grad():
                yield
        finally:
            _set(self._model, own)
            self._train()

    def weights(self) -> Arrays:
        """The weights that count, as copies."""
        return _arrays(self._average or self._model.state_dict())

    def state(self) -> Arrays:
        """All that is needed to go on, as copies."""
        state = with_section("model", self.weights())
        if self._average:
            state |= with_section("own", _arrays(self._model.state_dict()))
        state |= with_section("optimizer", _arrays(self._optimizer.state_dict()))
        if self._scaler is not None:
            scaler = {k: np.asarray(v) for k, v in self._scaler.state_dict().items()}
            state |= with_section("scaler", scaler)
        return state

    def load_state(self, state: Arrays) -> None:
        """Go on from what `state` gave."""
        model, own = section(state, "model"), section(state, "own")
        set_weights(self._model, own or model)
        if own:
            self._average = {name: paddle.to_tensor(array) for name, array in model.items()}
        tensors = {k: paddle.to_tensor(v) for k, v in section(state, "optimizer").items()}
        self._optimizer.set_state_dict(tensors)
        if self._scaler is not None and (saved := section(state, "scaler")):
            # the scale itself is an array of one, everything else a number
            self._scaler.load_state_dict({k: v if v.ndim else v.item() for k, v in saved.items()})


def set_weights(model: paddle.nn.Layer, weights: Arrays) -> None:
    """Set those of a model's tensors that ``weights`` names; the shapes must fit."""
    _set(model, {name: paddle.to_tensor(array) for name, array in weights.items()})


def _set(model: paddle.nn.Layer, tensors: dict[str, paddle.Tensor]) -> None:
    own = model.state_dict()
    for name, tensor in tensors.items():
        own[name].set_value(tensor.astype(own[name].dtype))


def _arrays(tensors: dict[str, Any]) -> Arrays:
    # NumPy has no bfloat16; float32 holds its values exactly
    return {
        name: (t.astype("float32") if t.dtype == paddle.bfloat16 else t).numpy().copy()
        for name, t in tensors.items()
    }
