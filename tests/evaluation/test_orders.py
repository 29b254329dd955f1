"""Images in the order of doubt, and with alike errors together."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from fake_runs import fake_runs

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.evaluation.stored_predictions import stored_predictions
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.metrics.image_counts import image_counts
from paddlex_nb.metrics.orders import alike, doubt, loss, worst
from paddlex_nb.results.ranking import OrderBy
from paddlex_nb.run import Run
from paddlex_nb.widgets.pages.evaluation.results import Order, Results


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Run]:
    return fake_runs(tmp_path_factory.mktemp("runs"))


def classes(truth: list[int], told: list[int], score: list[float]) -> pa.Table:
    return pa.table({"truth": truth, "prediction": told, "score": score})


def objects(**columns: list[list[float | int | None]]) -> pa.Table:
    return pa.table(
        {name: pa.array(values, pa.list_(pa.float64())) for name, values in columns.items()}
    )


def test_a_class_with_a_low_score_is_in_doubt() -> None:
    unsure = doubt(classes([0, 1], [0, 1], [0.9, 0.4]), 0.0)
    assert unsure is not None
    np.testing.assert_allclose(unsure, [0.1, 0.6])


def test_the_loss_of_images_is_that_of_the_evaluation(runs: dict[Task, Run]) -> None:
    run = runs[Task.CLASSIFICATION]
    (evaluation,) = run.evaluations()
    table = stored_predictions(RunFolder(run.folder).evaluation("val", "best").predictions)
    each = loss(table)
    assert each is not None
    assert each.mean() == pytest.approx(evaluation.metrics["loss"], rel=1e-5)
    first = run.worst(evaluation, 1, by="loss")[0]
    row = table.slice(int(each.argmax()), 1).to_pylist()[0]
    assert first.class_name == evaluation.classes[row["prediction"]]
    assert first.true_class == evaluation.classes[row["truth"]]
    assert first.loss == pytest.approx(each.max())
    assert f"true class {first.true_class}" in repr(first)
    assert f"loss {first.loss:.4g}" in repr(first)
    sure = pa.table({"truth_score": pa.array([1.0, 0.0], pa.float32())})
    found = loss(sure)
    assert found is not None
    assert np.isfinite(found).all()


def test_a_wrong_class_is_one_error_the_surest_first() -> None:
    table = classes([0, 1, 2, 0], [0, 0, 1, 2], [0.9, 0.4, 0.7, 0.5])
    counts = image_counts(table, 3)
    assert counts is not None
    assert counts.errors().tolist() == [0, 1, 1, 1]
    assert worst(table, counts).tolist() == [2, 3, 1]
    # of one class alone, what was taken for another is false or missed
    assert counts.chosen(np.arange(4), [2]).errors().tolist() == [0, 0, 1, 1]
    assert counts.chosen(np.array([2]), [1, 2]).errors().tolist() == [1]


def test_objects_near_the_threshold_are_in_doubt() -> None:
    table = objects(class_id=[[0, 0], [0], []], score=[[0.9, 0.35], [0.5], []])
    unsure = doubt(table, 0.3)
    assert unsure is not None
    np.testing.assert_allclose(unsure, [0.5, 0.0, 0.0], atol=1e-9)


def test_alike_errors_stand_together_the_most_frequent_first() -> None:
    table = classes([0, 0, 2, 0, 1, 1], [1, 1, 0, 0, 2, 2], [0.5, 0.9, 0.99, 0.9, 0.6, 0.7])
    # twice 0 for 1 and 1 for 2, the surer one first; then 2 for 0
    assert alike(table, 3).tolist() == [1, 0, 5, 4, 2]


def test_an_image_stands_by_its_main_error() -> None:
    table = objects(
        class_id=[[0, 0, 1], [1], [0]],
        true_class=[[2, 2, 1], [2], [None]],
        missed_class=[[1], [], [1, 1]],
    )
    # background in place of 0 twice in the first, of 1 in the second; 1 missed in the third
    assert sorted(alike(table, 2).tolist()) == [0, 1, 2]
    assert alike(table.slice(2, 1), 2).tolist() == [0]


def test_without_errors_there_is_nothing() -> None:
    assert alike(classes([0, 1], [0, 1], [0.9, 0.9]), 2).tolist() == []


@pytest.mark.parametrize("task", list(Task), ids=str)
def test_the_page_and_python_have_the_same_orders(runs: dict[Task, Run], task: Task) -> None:
    run = runs[task]
    (evaluation,) = run.evaluations()
    results = Results(run, dict(evaluation.data))
    assert ("unsure" in results.orders) == (task is not Task.SEGMENTATION)
    assert ("loss" in results.orders) == (task is Task.CLASSIFICATION)
    pairs: list[tuple[Order, OrderBy]]
    pairs = [("loss", "loss"), ("unsure", "doubt"), ("alike", "alike"), ("worst", "errors")]
    for order, by in pairs:
        if order not in results.orders:
            with pytest.raises(UserError) as raised:
                run.worst(evaluation, by=by)
            assert raised.value.message.key == f"display.no_{by}"
            continue
        results.choose(order=order)
        found = run.worst(evaluation, 1000, by)
        assert results.count == len(found) > 0
        names = [tile.caption for tile in results.tiles(0, results.count, 160)]
        assert names == [one.path.name for one in found]
        assert all(one.errors > 0 for one in found) or by in {"loss", "doubt"}
        if by != "alike":
            measured = [getattr(one, by) for one in found]
            assert measured == sorted(measured, reverse=True)
