"""What the loop, evaluation, prediction and export ask of a suite: one adapter a run.

Nothing outside an adapter knows the task. A further task is a further adapter (and its metric);
the loop and the jobs stay as they are. This module is light; an adapter's own may import Paddle,
because adapters live in jobs only.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.learner import Learner
from paddlex_nb.contracts.metric import Metric
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.runs.checkpoint import Arrays

if TYPE_CHECKING:
    from paddlex_nb.weights.matching import Match

Runner = Callable[[np.ndarray[Any, np.dtype[np.float32]]], Sequence[np.ndarray[Any, Any]]]
"""Takes a batch of inputs as the exported model wants them, gives its outputs."""


class Adapter(ABC):
    """One run's model and data, behind what all tasks have in common.

    Args:
        setup: The run.

    Attributes:
        sample: The program in ``export/samples`` that shows how to use an exported model.
        at_once: Images that are predicted at once, at most.
        waiting: Called now and then while images are waited for; raises to give up.
    """

    sample: str
    at_once = 16

    def __init__(self, setup: RunSetup) -> None:
        self.setup = setup
        self.waiting: Callable[[], None] = lambda: None

    # data

    @abstractmethod
    def paths(self, split: str) -> list[Path]:
        """The images of a split, in its order of rows.

        Raises:
            UserError: The split has none.
        """

    @property
    @abstractmethod
    def steps_per_epoch(self) -> int:
        """The number of batches in an epoch."""

    @abstractmethod
    def train_batches(self, epoch: int, skip: int) -> Iterator[Batch]:
        """The batches of an epoch, in an order that depends on seed and epoch alone.

        Args:
            epoch: Number of the epoch, from 1.
            skip: Batches to leave out at the beginning.
        """

    @abstractmethod
    def eval_batches(self, split: str) -> Iterator[Batch]:
        """The images of a split once, in its order, without augmentation."""

    @abstractmethod
    def truth(self, split: str, rows: Sequence[int]) -> dict[str, Any]:
        """What is true of some images of a split, as the metric takes it in a batch."""

    @abstractmethod
    def file_batch(self, paths: Sequence[Path]) -> Batch:
        """Images from files, as `eval_batches` gives them but without labels.

        Raises:
            UserError: One of them cannot be read; names it.
        """

    # model

    @abstractmethod
    def learner(self) -> Learner:
        """The model as the loop trains it; one an adapter."""

    def carry_classes(self, weights: Arrays, was: Sequence[str]) -> Arrays:
        """Weights that were trained on the classes ``was``, with the outputs of ours.

        See `training.classes`; by default they stay as they are.
        """
        del was
        return weights

    @abstractmethod
    def match(self, weights: Arrays, part: str = "") -> Match:
        """Which of the model's tensors foreign ``weights`` fit (see `weights.matching`).

        Args:
            weights: The arrays of a file.
            part: The part of the model that they are for, such as ``backbone``; empty for all.

        Raises:
            UserError: Almost nothing fits.
        """

    @abstractmethod
    def load_weights(self, weights: Arrays) -> None:
        """Set the model's tensors of these names."""

    @abstractmethod
    def predict(self, batch: Batch) -> Any:
        """Predict a batch, in evaluation mode; what `metric` and `describe` take."""

    @abstractmethod
    def metric(self) -> Metric:
        """A new, empty metric."""

    @abstractmethod
    def describe(self, predictions: Any) -> list[dict[str, Any]]:
        """Predictions as plain JSON, one entry an image.

        Arrays in it are label maps, of shape (H, W) and type uint8; whoever writes the JSON
        makes files of them.
        """

    def explain(
        self, path: Path, class_id: int, method: Literal["gradient", "perturbation"]
    ) -> tuple[np.ndarray[Any, np.dtype[np.float32]], tuple[float, float, float, float]]:
        """Where in an image the model looks for a class (classification).

        Args:
            path: The image.
            class_id: The class.
            method: By the gradients of the last convolution, or by covering parts of the image.

        Returns:
            How much each place matters, from 0 to 1, of shape (H, W); and which part of the image
            that is: left, top, width and height in shares of its sides.

        Raises:
            UserError: The image cannot be read, or the model cannot be explained so.
        """
        del path, class_id, method
        raise UserError("training.explain.no_convolution")

    # export

    @abstractmethod
    def inputs(self, batch: Batch) -> np.ndarray[Any, np.dtype[np.float32]]:
        """A batch as the exported model's input takes it."""

    @abstractmethod
    def outputs(self, batch: Batch) -> Sequence[np.ndarray[Any, Any]]:
        """What the trained model gives where the exported one gives its outputs."""

    @abstractmethod
    def save(self, to: str, folder: Path) -> None:
        """Write the model for use without this package.

        Args:
            to: ``inference`` or ``onnx``.
            folder: An empty folder.

        Raises:
            UserError: The model cannot be converted.
        """

    @abstractmethod
    def runner(self, to: str, folder: Path) -> Runner:
        """The exported model, loaded by the runtime that it is meant for."""

    def difference(self, batch: Batch, runner: Runner) -> float:
        """Largest absolute difference between the trained model's outputs and the exported one's.

        Args:
            batch: Real images.
            runner: The exported model.
        """
        pairs = zip(self.outputs(batch), runner(self.inputs(batch)), strict=True)
        return max(float(np.abs(np.asarray(a, np.float64) - b).max()) for a, b in pairs)

    @abstractmethod
    def preprocessing(self) -> list[dict[str, Any]]:
        """What is to be done to an image before the exported model, step by step, as plain JSON."""
