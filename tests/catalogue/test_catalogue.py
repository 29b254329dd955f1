"""The catalogue says what paddleclas has."""

from __future__ import annotations

import importlib

import paddleclas
import pytest

from catalogue.families import FAMILIES
from catalogue.generate import entry, weights
from paddlex_nb.catalogue.models import FAKE_VARIABLE, list_models, model
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import LANGUAGES, set_language
from paddlex_nb.core.task import Task
from paddlex_nb.params.catalogue import read

ALL = list_models(Task.CLASSIFICATION)
FAMILY_OF = {name: family for family, names in FAMILIES.items() for name in names}
QUICK = {"PPLCNet_x0_25", "MobileNetV2_x1_0", "ResNet18_vd"}


def test_names_are_unique_and_the_promised_families_are_there() -> None:
    names = [e.name for e in ALL]
    assert len(names) == len(set(names)) == len(FAMILY_OF)
    sizes = {family: sum(e.family == family for e in ALL) for family in FAMILIES}
    promised = (
        "PP-LCNet",
        "MobileNetV2",
        "MobileNetV3",
        "ResNet_vd",
        "PP-HGNet",
        "PP-HGNetV2",
        "PP-LCNetV2",
    )
    assert all(sizes[family] >= 3 for family in promised)


def test_families_stay_together_small_models_first() -> None:
    families = [e.family for e in ALL]
    assert families == sorted(families, key=families.index)
    for family in FAMILIES:
        counts = [e.parameters for e in ALL if e.family == family]
        assert counts == sorted(counts)


@pytest.mark.parametrize("found", ALL, ids=lambda e: e.name)
def test_weights_are_where_paddleclas_publishes_them(found: object) -> None:
    assert isinstance(found, type(ALL[0]))
    build = getattr(paddleclas, found.architecture)
    url = importlib.import_module(build.__module__).MODEL_URLS[found.architecture]
    assert found.weights == weights(found.name, url)
    read(found.recipe, found.task)
    assert found.gflops > 0


@pytest.mark.parametrize(
    "found",
    [pytest.param(e, id=e.name, marks=[] if e.name in QUICK else [pytest.mark.slow]) for e in ALL],
)
def test_what_it_says_is_what_the_model_has(found: object) -> None:
    assert isinstance(found, type(ALL[0]))
    assert entry(FAMILY_OF[found.name], found.name) == found


def test_known_parameter_counts() -> None:
    assert model("ResNet50").parameters == 25_557_032  # torchvision's, too
    assert model("DenseNet121").parameters == 7_978_856


def test_unknown_models_get_a_hint() -> None:
    assert model("resnet18_VD").name == "ResNet18_vd"
    with pytest.raises(UserError) as error:
        model("mobilnetv2")
    assert "MobileNetV2" in str(error.value)
    with pytest.raises(UserError) as error:
        model("~~~")
    assert error.value.code == "models.unknown"
    with pytest.raises(UserError) as error:
        model("ResNet18", Task.DETECTION)
    assert error.value.code == "models.wrong_task"


def test_the_fake_shows_only_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FAKE_VARIABLE, raising=False)
    assert "fake" not in {e.name for e in list_models()}
    assert model("fake").suite == "fake"
    monkeypatch.setenv(FAKE_VARIABLE, "1")
    assert "fake" in {e.name for e in list_models(Task.CLASSIFICATION)}
    assert "fake" not in {e.name for e in list_models(Task.DETECTION)}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_family_is_described_in_a_line(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FAKE_VARIABLE, "1")
    set_language(code)
    for one in list_models():
        assert 5 < len(one.description) < 90, one.name
        assert not one.description.startswith("models."), one.name
