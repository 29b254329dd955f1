"""What an adapter is made from: a run's folder, data set, record and model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.catalogue.models import model
from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.params.config import TrainingConfig
from paddlex_nb.params.values import as_config
from paddlex_nb.runs.record import RunRecord, read_run
from paddlex_nb.runs.threshold import run_threshold


@dataclass(frozen=True)
class RunSetup:
    """Everything an adapter is built from.

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
        record = read_run(folder)
        dataset = RunFolder(folder).workspace.datasets / record.dataset
        return cls(folder=folder, dataset=dataset, record=record, entry=model(record.model))

    def view(self, split: str) -> DatasetView:
        """The images of a split, as the data set was divided when the run was made.

        Dividing the data set anew later must not bring images that the model has learned from
        into its evaluation.

        Raises:
            UserError: The data set is gone or damaged, or another one has its id by now.
        """
        view = DatasetView(self.dataset, split, divided=self.folder)
        # deleted, and another imported under its name: its figures would be about nothing
        if view.classes != self.record.classes:
            known = {"id": self.record.dataset, "run": self.record.id}
            raise UserError("workspace.dataset_replaced", **known)
        return view

    @property
    def threshold(self) -> float:
        """Least score of the objects that count; 0 in tasks without such objects."""
        return run_threshold(self.record) or 0.0

    @cached_property
    def config(self) -> TrainingConfig:
        """The run's parameters.

        Raises:
            UserError: One of them is not what it may be; names the run's record.
        """
        try:
            return as_config(self.record.params)
        except UserError as error:
            record = RunFolder(self.folder).record
            raise UserError("training.params_damaged", path=record, reason=error.message) from error
