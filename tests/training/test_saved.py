"""Saved models, and going on with other classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.planning.plan import plan
from paddlex_nb.run import Run
from paddlex_nb.runs.checkpoint import Arrays, CheckpointStore, section
from paddlex_nb.suites import adapter_for
from paddlex_nb.weights.classes import carry_classes
from paddlex_nb.weights.starting import find_weights
from training.fixtures import Bench


def test_a_saved_model_outlives_its_run_and_starts_another(bench: Bench, trained: Path) -> None:
    saved = Run(trained).save_model("Best fruit 水果")
    assert saved.name == "best-fruit-水果"
    assert [m.name for m in bench.workspace.saved_models()] == [saved.name]
    dataset = bench.workspace.dataset(bench.dataset)
    planned = plan(dataset.folder, weights=f"saved:{saved.name}")
    assert (planned.model.name, planned.weights) == (saved.model, f"saved:{saved.name}")
    run = bench.run_folder(weights=f"saved:{saved.name}", epochs=1, learning_rate=1e-9)
    bench.job(run, "train")
    before = section(CheckpointStore(trained).load("best")[1], "model")
    after = section(CheckpointStore(run).load("last")[1], "model")
    np.testing.assert_allclose(after["fc.weight"], before["fc.weight"], atol=1e-6)
    with pytest.raises(UserError) as error:
        Run(trained).save_model("best-fruit-水果")
    assert error.value.code == "training.saved_name_taken"
    for wrong in ("saved:nobody", "saved:../runs"):
        with pytest.raises(UserError) as error:
            find_weights(planned.model, wrong, bench.workspace.path)
        assert error.value.code == "training.no_such_saved"


def test_outputs_follow_their_classes(bench: Bench) -> None:
    """The real classifier's layout: a class that stays keeps its column, a new one is random."""
    adapter = adapter_for(RunSetup.load(bench.run_folder()))
    own = {n: t.numpy() for n, t in adapter.model.state_dict().items()}  # type: ignore[attr-defined]
    classes = adapter.setup.record.classes
    was = [classes[2], "unknown", classes[0]]
    rng = np.random.default_rng(0)
    foreign: Arrays = {
        **own,
        "fc.weight": rng.random((own["fc.weight"].shape[0], 3), np.float32),
        "fc.bias": rng.random(3, np.float32),
    }
    changed = adapter.carry_classes(foreign, was)
    for new, old in ((0, 2), (2, 0)):
        np.testing.assert_array_equal(changed["fc.weight"][:, new], foreign["fc.weight"][:, old])
        assert changed["fc.bias"][new] == foreign["fc.bias"][old]
    np.testing.assert_array_equal(changed["fc.weight"][:, 1], own["fc.weight"][:, 1])
    assert adapter.match(changed).missing == []


@pytest.mark.parametrize(
    ("own", "foreign", "expected"),
    [
        # convolutions have their outputs first; the background comes behind the classes
        (np.zeros((3, 1, 1, 1)), np.arange(3.0).reshape(3, 1, 1, 1), [1, 0, 2]),
        # four numbers of a box for each class
        (np.zeros(8), np.arange(8.0), [4, 5, 6, 7, 0, 1, 2, 3]),
        (np.zeros(7), np.arange(7.0), None),
        (np.zeros((2, 5)), np.zeros((3, 5)), None),
    ],
)
def test_other_layouts(own: np.ndarray, foreign: np.ndarray, expected: list[int] | None) -> None:
    carried = carry_classes({"x": own}, {"x": foreign}, ["x"], ["a", "b"], ["b", "a"])["x"]
    assert carried.ravel().tolist() == (foreign.ravel().tolist() if expected is None else expected)


def test_the_same_classes_change_nothing() -> None:
    foreign = {"x": np.arange(2.0)}
    assert carry_classes({"x": np.zeros(2)}, foreign, ["x"], ["a", "b"], ["a", "b"]) is foreign
