"""A suite that only pretends, in seconds and without Paddle: for trying the wizard and the jobs.

It goes through the same loop, jobs, checkpoints and files as the real ones. Its models are called
``fake`` and ``fake_<task>``; the catalogue shows them if ``PADDLEX_NB_FAKE=1``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.contracts.adapter import Adapter, Runner
from paddlex_nb.contracts.batch import Batch, some
from paddlex_nb.contracts.metric import Metric
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_json
from paddlex_nb.data.store.records import split_name
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.runs.checkpoint import Arrays, section
from paddlex_nb.suites.fakes import FAKES, Fake
from paddlex_nb.weights.matching import Match

STEP_VARIABLE = "PADDLEX_NB_FAKE_STEP"
"""Seconds that a step takes, where the usual ones are too few to look at."""

_STEP = 0.02
_STEPS = 10
_HALF = 25.0
"""Steps after which half of all that can be learnt is learnt."""


class SuiteAdapter(Adapter):
    """Pretends to do any task.

    Args:
        setup: The run.
    """

    sample = "classification"

    def __init__(self, setup: RunSetup) -> None:
        super().__init__(setup)
        self._fake: Fake = FAKES[setup.entry.task](list(setup.record.classes))
        self.weights: Arrays = {"learnt": np.zeros(1, np.float32)}
        self._views: dict[str, DatasetView] = {}

    def _view(self, split: str) -> DatasetView:
        if split not in self._views:
            view = self.setup.view(split)
            if not len(view):
                raise UserError("training.empty_split", split=split_name(split))
            self._views[split] = view
        return self._views[split]

    def paths(self, split: str) -> list[Path]:
        """The images of a split."""
        return self._view(split).paths

    @property
    def steps_per_epoch(self) -> int:
        """Batches in an epoch: always the same few."""
        return _STEPS

    def train_batches(self, epoch: int, skip: int) -> Iterator[Batch]:  # noqa: ARG002
        """Batches without images, each after its time."""
        size = min(self.setup.config.batch_size, len(self._view("train")))
        for _ in range(skip, _STEPS):
            time.sleep(float(os.environ.get(STEP_VARIABLE, _STEP)))
            yield Batch(rows=range(size), data={})

    def eval_batches(self, split: str) -> Iterator[Batch]:
        """One batch with the labels of the split, after its time."""
        view = self._view(split)
        time.sleep(float(os.environ.get(STEP_VARIABLE, _STEP)))
        yield Batch(rows=range(len(view)), data=self._fake.truth(view))

    def truth(self, split: str, rows: Sequence[int]) -> dict[str, Any]:
        """The labels of some images of a split."""
        whole = self._fake.truth(self._view(split))
        return {name: some(values, rows) for name, values in whole.items()}

    def file_batch(self, paths: Sequence[Path]) -> Batch:
        """Labels by the files' names; the files are read nevertheless."""
        return Batch(rows=range(len(paths)), data=self._fake.made_up(paths))

    def learner(self) -> _Learner:
        """A learner whose loss falls over the steps."""
        return self._learner

    @cached_property
    def _learner(self) -> _Learner:
        return _Learner(self.weights)

    def match(self, weights: Arrays, part: str = "") -> Match:
        """Everything fits, nothing is used."""
        del part
        return Match(weights={}, missing=[], total=len(weights), how="names")

    def load_weights(self, weights: Arrays) -> None:
        """Take over how much was learnt."""
        for name, array in weights.items():
            self.weights[name][...] = array

    def predict(self, batch: Batch) -> Any:
        """Predictions that are the better the more was learnt."""
        return self._fake.predict(batch.data, float(self.weights["learnt"][0]))

    def metric(self) -> Metric:
        """The real metric of the task."""
        return self._fake.metric(self.setup.threshold)

    def describe(self, predictions: Any) -> list[dict[str, Any]]:
        """The predictions as plain JSON, as the real suites give them."""
        return self._fake.describe(predictions)

    def inputs(self, batch: Batch) -> NDArray[np.float32]:
        """A number for each image."""
        return np.asarray(batch.rows, np.float32)

    def outputs(self, batch: Batch) -> Sequence[NDArray[np.float32]]:
        """Outputs of the fake network: the same for the same images."""
        return [self.inputs(batch)]

    def save(self, to: str, folder: Path) -> None:
        """A file that says how much was learnt."""
        learnt = float(self.weights["learnt"][0])
        write_json(folder / f"{to}.json", {"fake": True, "learnt": learnt})

    def runner(self, to: str, folder: Path) -> Runner:  # noqa: ARG002 - the real ones need them
        """Gives back what it gets."""
        return lambda images: [images]

    def preprocessing(self) -> list[dict[str, Any]]:
        """No preprocessing."""
        return []


class _Learner:
    """Learns as most networks do: fast, then slowly, with noise."""

    def __init__(self, weights: Arrays) -> None:
        self._weights = weights
        self._steps = np.zeros(1, np.int64)

    def step(self, batch: Batch, learning_rate: float, seed: int) -> dict[str, float]:  # noqa: ARG002
        self._steps += 1
        learnt = 1 - 0.5 ** (self._steps[0] / _HALF)
        self._weights["learnt"][0] = learnt
        noise = np.random.default_rng(seed).normal(0, 0.05)
        return {"loss": float(abs(2.2 * (1 - 0.95 * learnt) + noise))}

    @contextmanager
    def evaluating(self) -> Iterator[None]:
        yield

    def weights(self) -> Arrays:
        return {name: array.copy() for name, array in self._weights.items()}

    def state(self) -> Arrays:
        return {
            **{f"model/{name}": array for name, array in self.weights().items()},
            "optimizer/steps": self._steps.copy(),
        }

    def load_state(self, state: Arrays) -> None:
        self._weights["learnt"][...] = section(state, "model")["learnt"]
        self._steps[...] = section(state, "optimizer")["steps"]
