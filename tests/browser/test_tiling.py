"""Tiles in the wizard, as a user meets them: folded away, offered for small objects, predicted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from browser.axe import violations
from browser.road import LONG, SHORT, Road
from browser.servers import Server, write_notebook
from paddlex_nb.catalogue.models import FAKE_VARIABLE
from paddlex_nb.data.images.tiles import Tiling
from paddlex_nb.suites.fake import STEP_VARIABLE
from paddlex_nb.workspace import Workspace

pytestmark = pytest.mark.browser

Shoot = Callable[[Page, str], Path]
LOOKS = [("en", "light"), ("zh_CN", "dark")]


def street(source: Path) -> None:
    """Six wide photos with things of four pixels in them."""
    (source / "images").mkdir(parents=True)
    labels: dict[str, Any] = {"images": [], "annotations": []}
    labels["categories"] = [{"id": 1, "name": "bird"}, {"id": 2, "name": "kite"}]
    for number in range(1, 7):
        pixels = np.random.default_rng(number).integers(90, 120, (300, 900, 3), dtype=np.uint8)
        for place in range(6):
            x, y = 20 + 140 * place, 20 + 40 * place
            pixels[y : y + 4, x : x + 4] = 255
            one = {"id": 10 * number + place, "image_id": number, "iscrowd": 0, "area": 16}
            box = {"category_id": 1 + place % 2, "bbox": [x, y, 4, 4]}
            labels["annotations"].append({**one, **box})
        Image.fromarray(pixels).save(source / "images" / f"{number}.png")
        image = {"id": number, "file_name": f"{number}.png", "width": 900, "height": 300}
        labels["images"].append(image)
    (source / "annotations.json").write_text(json.dumps(labels))


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_tiles_at_import_and_prediction(
    page: Page,
    tmp_path: Path,
    voila_server: Callable[..., Server],
    monkeypatch: pytest.MonkeyPatch,
    shoot: Shoot,
    language: str,
    theme: str,
) -> None:
    monkeypatch.setenv("PADDLEX_NB_ROOTS", str(tmp_path))
    monkeypatch.setenv(FAKE_VARIABLE, "1")
    monkeypatch.setenv(STEP_VARIABLE, "0.001")
    street(tmp_path / "street")
    workspace = Workspace(tmp_path / "w")
    notebook = write_notebook(
        tmp_path / "tiles.ipynb",
        f"from paddlex_nb import Wizard\nWizard({str(workspace.path)!r}, lang={language!r})",
    )
    page.goto(f"{voila_server(notebook).url}/?theme={theme}")
    road = Road(page, language)
    road.wait_until_there()
    fields = road.find("tiling")
    expect(fields.locator("input").first).to_be_hidden()
    fields.locator(".pxnb-more").click()
    expect(fields.locator("input").first).to_be_visible(timeout=SHORT)
    shoot(page, f"tiles-import-{language}")
    assert violations(page) == []
    fields.locator(".pxnb-more").click()
    expect(fields.locator("input").first).to_be_hidden()

    road.import_path(str(tmp_path / "street"))
    small = road.find("finding").filter(
        has_text={"en": "Tiny objects", "zh_CN": "极小目标"}[language]
    )
    expect(small.locator(".pxnb-in-tiles")).to_be_visible(timeout=LONG)
    expect(small.locator("input")).to_have_value("640")
    shoot(page, f"tiles-finding-{language}")
    assert violations(page) == []
    small.locator("input").fill("300")
    small.locator("input").press("Tab")
    small.locator(".pxnb-in-tiles").click()
    expect(road.find("chosen").locator("h3")).to_have_text("street-300", timeout=LONG)
    (tiled,) = (d for d in workspace.datasets() if d.record.name == "street-300")
    assert tiled.record.tiles == Tiling(300)

    run = workspace.train(tiled, "fake_detection", epochs=1)
    run.evaluate()
    road.open("data")
    page.reload()
    road.wait_until_there()
    road.open("evaluation")
    shoot(page, f"tiles-evaluation-{language}")
    of_tiles = road.find("of-tiles").inner_text()
    road.find("evaluated-photos").locator("select").select_option(index=1)
    expect(road.find("result-grid")).to_have_count(0, timeout=SHORT)
    road.find("evaluate").click()
    expect(road.find("of-tiles")).to_contain_text("300 x 300", timeout=LONG)
    assert road.find("of-tiles").inner_text() != of_tiles
    # as any evaluation: a verdict, sections, images
    expect(road.find("verdict").locator(".pxnb-said")).not_to_be_empty(timeout=LONG)
    expect(road.find("sections").locator("button")).to_have_count(4)
    expect(road.find("result-grid")).to_contain_text(".png", timeout=LONG)
    (whole,) = run.evaluations(photos=True)
    assert 0 < (whole.images or 0) < len(run.images(whole.split))
    shoot(page, f"tiles-photos-{language}")
    assert violations(page) == []
    page.reload()
    road.wait_until_there()
    road.open("evaluation")  # what was evaluated last is shown again
    expect(road.find("of-tiles")).to_contain_text("300 x 300", timeout=LONG)
    assert road.find("of-tiles").inner_text() != of_tiles
    road.open("predict")
    road.find("tiling").locator(".pxnb-more").click()
    size = road.find("tiling").locator("input").first
    expect(size).to_have_attribute("placeholder", "300", timeout=SHORT)
    size.fill("200")
    size.press("Tab")
    road.predict(str(tmp_path / "street" / "images" / "1.png"))
    shoot(page, f"tiles-predicted-{language}")
    assert violations(page) == []
    assert run.jobs("predict")[-1].result()["tile"] == 200
