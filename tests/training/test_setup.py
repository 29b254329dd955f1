"""A run's setup: its record, read in the types of the parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from paddlex_nb.catalogue.models import list_models
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_json
from paddlex_nb.core.task import Task
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.params.spec import Value
from paddlex_nb.runs.record import RunRecord


def stored(workspace: Path, params: dict[str, Value]) -> RunSetup:
    """The setup of a run whose record holds these parameters."""
    entry = list_models(Task.CLASSIFICATION)[0]
    folder = workspace / "runs" / "r"
    folder.mkdir(parents=True)
    record = RunRecord(
        id="r",
        name="r",
        dataset="fruit",
        task=Task.CLASSIFICATION,
        model=entry.name,
        classes=["apple", "pear"],
        params=params,
    )
    write_json(RunFolder(folder).record, record)
    return RunSetup.load(folder)


def test_parameters_of_a_run_on_disk_have_their_types(tmp_path: Path) -> None:
    setup = stored(tmp_path, {"epochs": 3, "learning_rate": 1, "of_another_version": 7})
    assert (setup.config.epochs, setup.config.learning_rate) == (3, 1.0)
    assert setup.config.optimizer == "momentum"  # not in the record: the default
    assert setup.dataset == tmp_path / "datasets" / "fruit"


def test_a_parameter_that_cannot_be_read_is_named_with_its_file(tmp_path: Path) -> None:
    setup = stored(tmp_path, {"epochs": "many"})
    with pytest.raises(UserError) as error:
        _ = setup.config
    assert error.value.code == "training.params_damaged"
    assert "Epochs cannot be many" in str(error.value)
    assert str(RunFolder(setup.folder).record) in str(error.value)
