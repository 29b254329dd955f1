"""Heat maps: the place that decides is hot, by gradients and by covering; a run draws them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from fake_runs import fake_run
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace

CORNER = (slice(24, 48), slice(8, 32))
"""Rows and columns of the bright square that decides."""


def bright(side: int = 64) -> NDArray[np.float32]:
    image = np.zeros((3, side, side), np.float32)
    image[:, CORNER[0], CORNER[1]] = 1
    return image


def inside(heat: NDArray[np.float32]) -> tuple[float, float]:
    """Mean heat in the square and outside it."""
    square = np.zeros(heat.shape, np.bool_)
    square[CORNER] = True
    return float(heat[square].mean()), float(heat[~square].mean())


def test_gradients_lead_to_the_place_that_decides() -> None:
    import paddle

    from paddlex_nb.suites.heat import grad_cam

    nn = paddle.nn
    first = nn.Conv2D(3, 2, 4, stride=4, bias_attr=False)
    # one map rises with brightness, the other falls; class 1 wants the first, class 0 the other
    weight = np.ones((2, 3, 4, 4), np.float32)
    weight[1] *= -1
    first.weight.set_value(weight)
    head = nn.Linear(2, 2, bias_attr=False)
    head.weight.set_value(np.array([[0, 1], [1, 0]], np.float32))
    pooled = nn.Conv2D(2, 2, 1)  # sees a single pixel, so it has no map
    pooled.weight.set_value(np.eye(2, dtype=np.float32)[:, :, None, None])
    model = nn.Sequential(first, nn.ReLU(), nn.AdaptiveAvgPool2D(1), pooled, nn.Flatten(), head)
    for parameter in model.parameters():
        parameter.stop_gradient = True  # as with a frozen backbone
    heat = grad_cam(model, bright(), 1)
    assert heat.shape == (64, 64)
    hot, cold = inside(heat)
    assert hot > 0.7
    assert cold < 0.2
    with pytest.raises(UserError) as raised:
        grad_cam(nn.Sequential(nn.Flatten(), nn.Linear(3 * 64 * 64, 2)), bright(), 0)
    assert raised.value.message.key == "training.explain.no_convolution"


def test_covering_finds_the_place_that_decides() -> None:
    from paddlex_nb.suites.heat import MASKS, rise

    def predict(images: NDArray[np.float32]) -> NDArray[np.float32]:
        score = images[:, :, CORNER[0], CORNER[1]].mean(axis=(1, 2, 3))
        return np.stack([1 - score, score], axis=1)

    done: list[int] = []
    hot, cold = inside(rise(predict, bright(), 1, done.append))
    assert hot > cold + 0.3
    assert done[-1] == MASKS
    again, _ = inside(rise(predict, bright(), 1))
    assert again == hot, "the same masks each time"
    against, beside = inside(rise(predict, bright(), 0))
    assert against < beside


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    space = Workspace(tmp_path_factory.mktemp("explained"))
    dataset = space.import_sample("classification", progress=False)
    return space.train(dataset, "MobileNetV2_x0_25", epochs=1, input_size=64, progress=False)


@pytest.mark.parametrize("method", ["gradient", "perturbation"])
def test_a_run_explains_images_and_draws_them(
    run: Run, method: Literal["gradient", "perturbation"]
) -> None:
    images = run.images("val")[:2]
    name = run.record.classes[0]
    explained = run.explain(images, method, name, progress=False)
    assert [one.path for one in explained] == images
    for one in explained:
        assert (one.class_name, one.method) == (name, method)
        assert 0 <= one.score <= 1
        assert one.heat.shape == (64, 64)
        assert (float(one.heat.min()), float(one.heat.max())) == (0.0, 1.0)
        left, top, width, height = one.region
        assert 0 <= left < 1
        assert left * 2 + width == pytest.approx(1)
        assert top * 2 + height == pytest.approx(1)
        drawn = one.draw()
        assert drawn.dtype == np.uint8
        assert drawn.ndim == 3
        assert one._repr_png_()
    (job,) = (job for job in run.jobs("explain") if job.spec.arguments["method"] == method)
    (of_job, _) = Workspace(run.folder.parents[1]).job(job.id).result()
    assert np.array_equal(of_job.heat, explained[0].heat)


def test_what_cannot_be_explained_is_said_at_once(run: Run, tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        run.explain(run.images("val")[0], class_name="no such")
    assert raised.value.message.key == "training.explain.no_class"
    other = fake_run(tmp_path, Task.DETECTION, evaluated=False)
    with pytest.raises(UserError) as raised:
        other.explain("a.jpg")
    assert raised.value.message.key == "training.explain.only_classes"
