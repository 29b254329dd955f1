"""Recommendations depend on data, machine, model and weights, say why, and always fit."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.catalogue.models import list_models, model
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import LANGUAGES, tr
from paddlex_nb.core.task import Task
from paddlex_nb.hosts.processor import Gpu, Machine
from paddlex_nb.params.catalogue import params
from paddlex_nb.planning.default_model import default_model
from paddlex_nb.planning.facts import DatasetFacts
from paddlex_nb.planning.recommend import recommend
from paddlex_nb.planning.resolve import resolve
from paddlex_nb.planning.validate import validate

GIB = 1 << 30


def machine(gpu: float = 0) -> Machine:
    gpus = [Gpu("GPU", int(gpu * GIB), int(gpu * GIB))] if gpu else []
    return Machine("AuthenticAMD", 2, 16 * GIB, 12 * GIB, gpus)


def facts(
    train: int = 1000,
    classes: int = 10,
    side: int = 224,
    val: int = 100,
    task: Task = Task.CLASSIFICATION,
) -> DatasetFacts:
    return DatasetFacts(
        task=task, classes=classes, train=train, val=val, short_side=side, long_side=2 * side
    )


ENTRY = model("MobileNetV2_x1_0")
SWIN = model("SwinTransformer_tiny_patch4_window7_224")


def values(entry: ModelEntry = ENTRY, **given: Any) -> dict[str, Any]:
    where = {"facts": facts(), "machine": machine(), **given}
    recommended = recommend(entry, **where)
    return {name: r.value for name, r in recommended.items()}


@pytest.mark.parametrize(
    ("train", "gpu", "weights", "entry", "side"),
    list(
        itertools.product(
            [1, 2, 3, 17, 250, 5000, 200_000],
            [0, 2, 24],
            ["none", "imagenet"],
            [ENTRY, SWIN, model("PPHGNet_base")],
            [20, 224],
        )
    ),
)
def test_they_always_fit_and_say_why(
    train: int, gpu: float, weights: str, entry: ModelEntry, side: int
) -> None:
    data, here = facts(train, side=side), machine(gpu)
    recommended = recommend(entry, data, here, weights)
    assert list(recommended) == [p.name for p in params(Task.CLASSIFICATION)]
    validate(entry, {name: r.value for name, r in recommended.items()}, data, here)
    for policy in ("piecewise", "linear"):
        resolve(entry, data, here, {"lr_policy": policy}, weights)
    for recommendation in recommended.values():
        for language in LANGUAGES:
            text = recommendation.reason.text(language)
            assert "{" not in text
            assert not text.startswith("params.")


@pytest.mark.parametrize("task", Task)
@pytest.mark.parametrize("gpu", [0, 24])
@pytest.mark.parametrize("train", [1, 2, 60, 50_000])
def test_every_task_has_its_own(task: Task, gpu: float, train: int) -> None:
    data, here = facts(train, task=task, classes=2), machine(gpu)
    entry = ModelEntry(name="x", task=task, suite="x", architecture="x", gflops=20)
    for weights in ("none", "coco"):
        recommended = recommend(entry, data, here, weights)
        assert list(recommended) == [p.name for p in params(task)]
        validate(entry, {name: r.value for name, r in recommended.items()}, data, here)
        for kind in ("momentum", "sgd", "adamw"):
            resolve(entry, data, here, {"optimizer": kind}, weights)


def test_a_detector_needs_no_second_class() -> None:
    entry = ModelEntry(name="x", task=Task.DETECTION, suite="x", architecture="x")
    resolve(entry, facts(classes=1, task=Task.DETECTION), machine(), {})


def test_little_memory_means_small_batches() -> None:
    entry = ModelEntry(name="x", task=Task.CLASSIFICATION, suite="x", architecture="x", gflops=10)
    small = Machine("", 2, 2 * GIB, GIB // 2, [])
    assert values(entry, machine=small, facts=facts(9999))["batch_size"] == 2
    assert values(entry, facts=facts(9999))["batch_size"] == 32


def test_what_a_model_lacks_is_refused() -> None:
    entry = ModelEntry(
        name="x", task=Task.DETECTION, suite="x", architecture="x", without=["anchors"]
    )
    data = facts(task=Task.DETECTION)
    assert "anchors" not in resolve(entry, data, machine(), {})[0]
    with pytest.raises(UserError) as error:
        resolve(entry, data, machine(), {"anchors": "data"})
    assert error.value.code == "params.not_of_model"


def test_they_depend_on_what_they_should() -> None:
    few, many = values(facts=facts(60)), values(facts=facts(50_000))
    assert few["batch_size"] < many["batch_size"]
    assert few["epochs"] > many["epochs"]
    tuned, fresh = values(weights="imagenet"), values(weights="none")
    assert tuned["epochs"] < fresh["epochs"]
    assert tuned["learning_rate"] < fresh["learning_rate"]
    small, large = (values(facts=facts(5000), machine=machine(gpu)) for gpu in (2, 40))
    assert small["batch_size"] < large["batch_size"]
    assert values(machine=machine(40))["input_size"] > values()["input_size"]
    assert values(facts=facts(side=50))["input_size"] == 64
    assert values(SWIN)["input_size"] == 224


def test_they_suit_what_was_chosen() -> None:
    assert values(overrides={"optimizer": "momentum"})["weight_decay"] == 1e-4
    halved = values(overrides={"batch_size": 8})["learning_rate"]
    assert halved == pytest.approx(values(overrides={"batch_size": 32})["learning_rate"] / 2)
    longer = values(overrides={"epochs": 200})
    assert longer["decay_epochs"] == [50, 100, 150]
    assert values(machine=machine(24), overrides={"device": "cpu"}) == values(machine=machine())
    assert values(overrides={"epochs": 1})["decay_epochs"] == []


def test_a_models_recipe_comes_first() -> None:
    entry = ModelEntry(
        name="x", task=Task.CLASSIFICATION, suite="clas", architecture="x", recipe={"epochs": 7}
    )
    assert values(entry)["epochs"] == 7


def test_a_single_epoch_in_pieces_is_allowed() -> None:
    resolve(ENTRY, facts(), machine(), {"epochs": 1, "lr_policy": "piecewise"})


def test_resolve_keeps_the_users_values_and_explains_the_others() -> None:
    config, reasons = resolve(ENTRY, facts(), machine(), {"epochs": "3", "seed": 5})
    assert (config["epochs"], config["seed"]) == (3, 5)
    assert set(reasons) == set(config) - {"epochs", "seed"}


WRONG: list[tuple[str, dict[str, Any], DatasetFacts]] = [
    ("params.few_classes", {}, facts(classes=1)),
    ("params.no_images", {}, facts(train=0)),
    ("params.no_images", {}, facts(val=0)),
    ("params.batch_too_large", {"batch_size": 64}, facts(train=50)),
    ("params.no_gpu", {"device": "gpu"}, facts()),
    ("params.no_such_gpu", {"gpu": 0}, facts()),
    ("params.mixed_needs_gpu", {"mixed_precision": True}, facts()),
    ("params.warmup_too_long", {"warmup_steps": 100_000}, facts()),
    ("params.decay_not_rising", {"lr_policy": "piecewise", "decay_epochs": [3, 2]}, facts()),
    ("params.decay_beyond_end", {"lr_policy": "piecewise", "decay_epochs": [999]}, facts()),
    ("params.patience_too_short", {"early_stop": 2, "eval_interval": 5}, facts()),
    ("params.wrong_value", {"input_size": 33}, facts()),
    ("params.unknown_near", {"epoch": 3}, facts()),
]


@pytest.mark.parametrize(("code", "overrides", "data"), WRONG)
def test_what_does_not_fit_together_is_named(
    code: str, overrides: dict[str, Any], data: DatasetFacts
) -> None:
    with pytest.raises(UserError) as error:
        resolve(ENTRY, data, machine(), overrides)
    assert error.value.code == code
    for language in LANGUAGES:
        text = error.value.message.text(language)
        assert "{" not in text
        called = [tr(f"params.{name}", language=language) for name in overrides]
        assert not overrides or any(name in text for name in [*called, *overrides])


def test_a_size_the_model_does_not_take_is_named() -> None:
    with pytest.raises(UserError) as error:
        resolve(SWIN, facts(), machine(), {"input_size": 256})
    assert error.value.code == "params.size_of_model"


@pytest.mark.parametrize("task", Task)
def test_there_is_a_model_to_begin_with(task: Task) -> None:
    names = {e.name for e in list_models(task)}
    for here in (machine(), machine(24)):
        assert default_model(facts(task=task), here).name in names


@pytest.mark.parametrize("task", list(Task))
def test_an_empty_field_is_not_called_a_usual_value(task: Task) -> None:
    seen, here = facts(task=task), machine()
    recommended = recommend(default_model(seen, here), seen, here)
    crop = recommended["random_crop"]
    assert (crop.value is None) == (task is not Task.CLASSIFICATION)
    assert (crop.reason.key == "params.reason.task_empty") == (crop.value is None)
    assert recommended["vertical_flip"].reason.key == "params.reason.upright"
