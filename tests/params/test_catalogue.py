"""Every parameter: its default is allowed, its texts exist, what is typed is understood."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import LANGUAGES, Message, tr
from paddlex_nb.core.task import Task
from paddlex_nb.params import config as params_config
from paddlex_nb.params import typed as params_typed
from paddlex_nb.params.catalogue import PARAMS, param, params, read
from paddlex_nb.params.config import TrainingConfig
from paddlex_nb.params.generate import config_module, params_module
from paddlex_nb.params.spec import Param, Value
from paddlex_nb.params.values import as_config

REQUIRED = {
    "input_size",
    "batch_size",
    "epochs",
    "learning_rate",
    "lr_policy",
    "warmup_steps",
    "optimizer",
    "weight_decay",
    "early_stop",
}


def test_names_are_unique_and_the_promised_ones_are_there() -> None:
    names = [p.name for p in PARAMS]
    assert len(names) == len(set(names))
    assert set(names) >= REQUIRED


@pytest.mark.parametrize("spec", PARAMS, ids=lambda p: p.name)
def test_defaults_are_allowed_and_texts_exist(spec: Param) -> None:
    assert spec.check(spec.default) == spec.default
    keys = [spec.name, f"{spec.name}.help", f"group.{spec.group}"]
    keys += [f"{spec.name}.{choice}" for choice in spec.choices]
    keys += [f"unit.{spec.unit}"] if spec.unit else []
    for language in LANGUAGES:
        for key in keys:
            text = tr(f"params.{key}", language=language)
            assert text != f"params.{key}", (language, key)
        assert spec.limits
    assert tr(f"params.{spec.name}.help", language="zh_CN") != tr(
        f"params.{spec.name}.help", language="en"
    )


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("epochs", " 12 ", 12),
        ("learning_rate", "1e-3", 0.001),
        ("early_stop", "off", None),
        ("early_stop", "5", 5),
        ("num_workers", "auto", None),
        ("horizontal_flip", "no", False),
        ("optimizer", "adamw", "adamw"),
        ("decay_epochs", "30, 60,90", [30, 60, 90]),
        ("random_crop", "none", None),
    ],
)
def test_what_is_typed_is_understood(name: str, text: str, value: Value) -> None:
    assert read({name: text}) == {name: value}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("epochs", "0"),
        ("epochs", "2.5"),
        ("epochs", "none"),
        ("input_size", "100"),
        ("input_size", "0"),
        ("learning_rate", "0"),
        ("learning_rate", "nan"),
        ("learning_rate", "inf"),
        ("optimizer", "lion"),
        ("horizontal_flip", "maybe"),
        ("decay_epochs", "1,x"),
        ("seed", "-1"),
        ("seed", "99999999999"),
    ],
)
def test_what_is_not_allowed_is_named(name: str, text: str) -> None:
    with pytest.raises(UserError) as error:
        read({name: text})
    assert error.value.code == "params.wrong_value"
    assert error.value.message.values["name"] == Message(f"params.{name}")


def test_unknown_names_get_a_hint() -> None:
    with pytest.raises(UserError) as error:
        param("batchsize")
    assert "batch_size" in str(error.value)
    with pytest.raises(UserError) as error:
        param("zzz")
    assert "epochs" in str(error.value)


def test_a_task_has_only_its_own() -> None:
    names = {p.name for p in params(Task.DETECTION)}
    assert "epochs" in names
    assert "label_smoothing" not in names
    with pytest.raises(UserError):
        read({"label_smoothing": 0.1}, Task.DETECTION)


def test_values_are_read_in_their_types() -> None:
    stored: dict[str, Value] = {
        "epochs": 3,
        "learning_rate": 1,
        "early_stop": None,
        "decay_epochs": [2],
        "batch_size": 4.0,
        "of_another_version": 7,
    }
    config = as_config(stored)
    assert (config.epochs, config.learning_rate, config.batch_size) == (3, 1.0, 4)
    assert isinstance(config.learning_rate, float)
    assert isinstance(config.batch_size, int)
    assert config.early_stop is None
    assert config.decay_epochs == (2,)
    assert config.horizontal_flip is True  # the default


@pytest.mark.parametrize(
    ("name", "value"), [("epochs", "many"), ("optimizer", 3), ("gpu", [1]), ("seed", None)]
)
def test_a_value_of_another_type_is_named(name: str, value: Value) -> None:
    with pytest.raises(UserError) as error:
        as_config({"batch_size": 4, name: value})
    assert error.value.code == "params.wrong_value"
    assert error.value.message.values["name"] == Message(f"params.{name}")


def test_the_types_are_those_of_the_catalogue() -> None:
    written = Path(params_config.__file__).read_text(encoding="utf-8")
    assert written == config_module(), "run python -m paddlex_nb.params.generate"
    assert as_config({p.name: p.default for p in PARAMS}) == TrainingConfig() == as_config({})
    typed = Path(params_typed.__file__).read_text(encoding="utf-8")
    assert typed == params_module(), "run python -m paddlex_nb.params.generate"


LIGHT = (
    "paddlex_nb.planning.resolve",
    "paddlex_nb.catalogue.models",
    "paddlex_nb.planning.default_model",
    "paddlex_nb.planning.plan",
    "paddlex_nb.runs.history",
    "paddlex_nb.training.schedule",
    "paddlex_nb.weights.starting",
    "paddlex_nb.suites",
)


def test_what_the_kernel_uses_does_not_import_paddle() -> None:
    code = f"import sys, {', '.join(LIGHT)}; print({{'paddle', 'cv2', 'torch'}} & set(sys.modules))"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert answer.stdout.strip() == "set()"
