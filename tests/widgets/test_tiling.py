"""Large images and small objects in the wizard: tiles at the import and at the prediction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets as w
import numpy as np
import pytest
from PIL import Image

from paddlex_nb import Wizard
from paddlex_nb.catalogue.models import FAKE_VARIABLE
from paddlex_nb.core.i18n import set_language
from paddlex_nb.data.images.tiles import Tiling
from paddlex_nb.suites.fake import STEP_VARIABLE
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.pages.predict.images import Predicted
from paddlex_nb.workspace import Workspace

from .driving import click, find, said, until


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Eight photos with objects of four pixels, which nobody sees in an input of 640."""
    source = tmp_path / "photos"
    (source / "images").mkdir(parents=True)
    labels: dict[str, Any] = {"images": [], "annotations": [], "categories": []}
    labels["categories"] = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
    for number in range(1, 9):
        pixels = np.random.default_rng(number).integers(0, 200, (300, 900, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(source / "images" / f"{number}.png")
        name = f"{number}.png"
        image = {"id": number, "file_name": name, "width": 900, "height": 300}
        labels["images"].append(image)
        for place in range(6):
            one = {"id": 10 * number + place, "image_id": number, "iscrowd": 0, "area": 16}
            box = [20 + 140 * place, 20 + 40 * place, 4, 4]
            labels["annotations"].append({**one, "category_id": 1 + place % 2, "bbox": box})
    (source / "annotations.json").write_text(json.dumps(labels))
    return source


@pytest.fixture
def wizard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wizard]:
    monkeypatch.setenv("PADDLEX_NB_ROOTS", str(tmp_path))
    monkeypatch.setenv(FAKE_VARIABLE, "1")
    monkeypatch.setenv(STEP_VARIABLE, "0.001")
    made = Wizard(Workspace(tmp_path / "w"), start=False)
    yield made
    made.close()
    set_language("en")


def go(wizard: Wizard, step: Step) -> None:
    wizard.do(lambda: wizard.state.goto(step))
    wizard.event_loop.run_pending()


def ready(wizard: Wizard) -> None:
    until(wizard, lambda: wizard.state.dataset_ready)


def test_what_is_typed_cuts_the_images(wizard: Wizard, photos: Path) -> None:
    find(wizard, w.Text, "path-text").value = str(photos)
    assert find(wizard, w.Box, "tiling").children[1].layout.display == "none"
    find(wizard, w.Text, "tile-keep").value = "0.9"
    click(wizard, "import")
    assert "type the tile size" in said(wizard)
    find(wizard, w.Text, "tile").value = "7"
    click(wizard, "import")
    assert "from 32 to 8192, not 7" in said(wizard)
    find(wizard, w.Text, "tile").value = "many"
    click(wizard, "import")
    assert "not many" in said(wizard)
    assert wizard.state.dataset is None
    find(wizard, w.Text, "tile").value = "320"
    find(wizard, w.Text, "tile-overlap").value = "25 %"
    wizard.change_language("zh_CN")
    assert find(wizard, w.Text, "tile").value == "320"
    assert find(wizard, w.Text, "tile").description == "切片尺寸（像素）"
    assert find(wizard, w.Box, "tiling").children[1].layout.display == ""
    find(wizard, w.Text, "path-text").value = str(photos)
    click(wizard, "import")
    ready(wizard)
    assert wizard.state.dataset is not None
    assert wizard.state.dataset.record.tiles == Tiling(320, 0.25, 0.9)


def test_small_objects_are_offered_tiles(wizard: Wizard, photos: Path) -> None:
    space = wizard.state.workspace
    wizard.state.choose_dataset(space.import_dataset(photos, task="detection"))
    go(wizard, Step.PREVIEW)
    go(wizard, Step.DATA)
    field = find(wizard, w.Text, "tile-again")
    assert field.value == "640"
    field.value = "5"
    click(wizard, "in-tiles")
    assert "from 32 to 8192, not 5" in said(wizard)
    find(wizard, w.Text, "tile-again").value = "320"
    click(wizard, "in-tiles")
    ready(wizard)
    made = wizard.state.dataset
    assert made is not None
    assert (made.record.name, made.record.tiles) == ("photos-320", Tiling(320))
    assert len(space.datasets()) == 2
    wizard.event_loop.run_pending()
    with pytest.raises(AssertionError):
        find(wizard, w.Text, "tile-again")

    # likewise where an input size is chosen
    wizard.state.choose_dataset(space.dataset("photos"))
    go(wizard, Step.PARAMETERS)
    wizard.state.overrides = {"input_size": 320}
    go(wizard, Step.DATA)
    go(wizard, Step.PARAMETERS)
    offered = find(wizard, w.Button, "in-tiles")
    assert offered.layout.display == ""
    size = int(offered.description.split()[-2])
    assert 32 <= size < 640
    click(wizard, "in-tiles")
    assert wizard.state.step is Step.DATA
    ready(wizard)
    made = wizard.state.dataset
    assert made is not None
    assert made.record.tiles == Tiling(size)
    go(wizard, Step.PARAMETERS)
    assert find(wizard, w.Button, "in-tiles").layout.display == "none"


def test_reading_again_keeps_tiles(wizard: Wizard, photos: Path) -> None:
    """In another encoding, say."""
    from paddlex_nb.widgets.pages.data.again import import_again

    dataset = wizard.state.workspace.import_dataset(
        photos, task="detection", tile=320, tile_overlap=0.1, tile_keep=0.7
    )
    again = import_again(wizard.state, dataset.record, encoding="gbk")
    until(wizard, lambda: again.record.ready)
    assert again.record.tiles == dataset.record.tiles
    assert again.record.encoding == "gbk"


def test_predicting_by_tiles(wizard: Wizard, photos: Path) -> None:
    space = wizard.state.workspace
    dataset = space.import_dataset(photos, task="detection", tile=320, tile_overlap=0.25)
    run = space.train(dataset, "fake_detection", epochs=1)
    run.evaluate()
    wizard.state.choose_run(run)
    go(wizard, Step.EVALUATION)
    assert "320 x 320 pixels, not of whole images" in said(wizard)
    go(wizard, Step.PREDICT)
    assert find(wizard, w.Text, "tile").placeholder == "320"
    assert find(wizard, w.Text, "tile-overlap").placeholder == "0.25"

    def predicted(**typed: str) -> dict[str, Any]:
        for name, text in typed.items():
            find(wizard, w.Text, name.replace("_", "-")).value = text
        before = len(run.jobs("predict"))
        find(wizard, w.Text, "path-text").value = str(photos / "images" / "1.png")
        click(wizard, "import")
        until(wizard, lambda: len(run.jobs("predict")) > before)
        job = run.jobs("predict")[-1]
        until(wizard, lambda: not job.state.active)
        wizard.event_loop.run_pending()
        result: dict[str, Any] = job.status.result
        return result

    assert predicted()["tile"] == 320
    until(wizard, lambda: "tiles of that size with an overlap of 25%" in said(wizard))
    other = predicted(tile="200", tile_overlap="0")
    assert (other["tile"], other["tile_overlap"]) == (200, 0)
    assert predicted(tile="0", tile_overlap="")["tile"] is None
    find(wizard, w.Text, "tile").value = "9999999"
    click(wizard, "import")
    assert "to 8192, not 9999999" in said(wizard)


def test_an_image_above_the_usual_limit_is_shown_with_its_objects(tmp_path: Path) -> None:
    Image.new("L", (20_000, 10_000), 90).save(tmp_path / "x.png", compress_level=1)
    prediction = {"class": "a", "class_id": 0, "score": 0.9, "box": [10_000, 5_000, 4_000, 2_000]}
    pictures = Predicted([{"path": str(tmp_path / "x.png"), "objects": [prediction]}], ["a"], None)
    (tile,) = pictures.tiles(0, 1, 160)
    assert tile.jpeg
    assert tile.size == (20_000, 10_000)
    ((shape,),) = (layer.shapes for layer in tile.layers)
    assert shape.points == pytest.approx((0.5, 0.5, 0.7, 0.7))
    assert pictures.picture(0, whole=True).jpeg

    labels = np.zeros((10_000, 20_000), np.uint8)
    labels[5_000:] = 1
    Image.fromarray(labels).save(tmp_path / "m.png", compress_level=1)
    entry = {"path": str(tmp_path / "x.png"), "mask": str(tmp_path / "m.png"), "areas": []}
    (tile,) = Predicted([entry], ["background", "a"], None).tiles(0, 1, 160)
    assert tile.layers[0].mask
