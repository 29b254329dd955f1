"""What the loop, evaluation, prediction and export ask of a suite: one adapter a run.

Nothing outside an adapter knows the task. A further task is a further adapter (and its metric);
the loop and the jobs stay as they are. This module is light; an adapter's own may import Paddle,
because adapters live in jobs only.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.catalogue.models import model
from paddlex_nb.core.files import read_json
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.params.values import Values
from paddlex_nb.runs.checkpoint import Arrays
from paddlex_nb.runs.record import RunRecord

if TYPE_CHECKING:
    import pyarrow as pa

    from paddlex_nb.weights.matching import Match


@dataclass(frozen=True)
class RunSetup:
    """What an adapter is made from.

    Attributes:
        folder: The run's folder.
        dataset: The data set's folder.
        record: The run's description.
        entry: Its model in the catalogue.
    """

    folder: Path
    dataset: Path
    record: RunRecord
    entry: ModelEntry

    @classmethod
    def load(cls, folder: Path) -> RunSetup:
        """The setup of the run in ``folder``.

        Raises:
            UserError: The run's record is missing or damaged, or its model unknown.
        """
        record = read_json(folder / "run.json", RunRecord)
        dataset = folder.parents[1] / "datasets" / record.dataset
        return cls(folder=folder, dataset=dataset, record=record, entry=model(record.model))

    def view(self, split: str) -> DatasetView:
        """The images of a split, as the data set was divided when the run was made.

        Dividing the data set anew later must not bring images that the model has learned from
        into its evaluation.

        Raises:
            UserError: The data set is gone or damaged.
        """
        return DatasetView(self.dataset, split, divided=self.folder)

    @property
    def values(self) -> Values:
        """The run's parameters."""
        return Values(self.record.params)


@dataclass(frozen=True)
class Batch:
    """Some images, ready for the model.

    Attributes:
        rows: Their rows in the split (in the list of files, when predicting).
        data: What the adapter needs, by name; NumPy arrays or tensors.
    """

    rows: Sequence[int]
    data: dict[str, Any]

    def __len__(self) -> int:
        return len(self.rows)


class NotFiniteError(Exception):
    """The loss is not a number; the step was not made."""


class Learner(Protocol):
    """The model as the loop trains it."""

    def step(self, batch: Batch, learning_rate: float, seed: int) -> dict[str, float]:
        """Make one optimisation step.

        Args:
            batch: Images to learn from.
            learning_rate: For this step.
            seed: For all random numbers of this step, so that a resumed run draws the same.

        Returns:
            The losses by name, ``loss`` being their total.

        Raises:
            NotFiniteError: The total is not finite; nothing was changed.
        """
        ...

    def evaluating(self) -> AbstractContextManager[None]:
        """Within it the adapter predicts with the weights that count (averaged ones, if any)."""
        ...

    def weights(self) -> Arrays:
        """The weights that count, as copies."""
        ...

    def state(self) -> Arrays:
        """All that is needed to go on, as copies, named ``<section>/<name>``.

        The section ``model`` is what `weights` gives.
        """
        ...

    def load_state(self, state: Arrays) -> None:
        """Go on from what `state` gave."""
        ...


class Metric(Protocol):
    """Collects predictions of a split and says how good they are."""

    def update(self, batch: Batch, predictions: Any) -> None:
        """Take in a batch and what the adapter predicted for it."""
        ...

    def scores(self) -> dict[str, float | None]:
        """The figures told while training by name, the main one first; None where undefined."""
        ...

    def report(self) -> dict[str, Any]:
        """The whole evaluation as plain JSON; ``metrics`` holds all figures, None if undefined."""
        ...

    def table(self) -> pa.Table:
        """Predictions, one row an image; column ``row`` is its row in the split."""
        ...


Runner = Callable[[np.ndarray[Any, np.dtype[np.float32]]], Sequence[np.ndarray[Any, Any]]]
"""Takes a batch of inputs as the exported model wants them, gives its outputs."""


class Adapter(ABC):
    """One run's model and data, behind what all tasks have in common.

    Args:
        setup: The run.

    Attributes:
        sample: The program in ``export/samples`` that shows how to use an exported model.
        waiting: Called now and then while images are waited for; raises to give up.
    """

    sample: str

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
        """Batches in an epoch."""

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
    def match(self, weights: Arrays) -> Match:
        """Which of the model's tensors foreign ``weights`` fit (see `training.matching`).

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
