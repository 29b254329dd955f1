"""Pictures of the wizard for README and documentation, taken anew into ``.artifacts/pictures``.

To show the wizard as it is now, copy them over ``docs``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from browser.conftest import SCREENS
from browser.road import LONG, SHORT, Road, open_newest_run
from browser.servers import Server
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PICTURES = SCREENS.with_name("pictures")
WIDEST = 1200
"""Pixels; pages of the documentation show no more."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    space = Workspace(tmp_path_factory.mktemp("fruit"))
    space.import_sample("detection", progress=False)
    dataset = space.import_sample("classification", progress=False)
    made = space.train(
        dataset, weights="none", name="fruit-1", input_size=64, epochs=4, progress=False
    )
    made.evaluate("test", progress=False)
    return made


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_pictures_are_taken(
    page: Page, tmp_path: Path, run: Run, voila_server: Callable[..., Server], language: str
) -> None:
    workspace = run.folder.parents[1]
    road = open_newest_run(page, voila_server, tmp_path, workspace, language, "light")
    road.open("training")
    expect(road.wizard.locator("[data-part='line-chart']").first).to_be_visible(timeout=SHORT)
    files = [take(road, "training")]
    road.open("evaluation")
    expect(road.wizard.locator("[data-part='matrix-view']")).to_be_visible(timeout=LONG)
    files.append(take(road, "evaluation"))
    road.open_dataset("sample-detection")
    road.open("preview")
    expect(road.grid.locator("img").first).to_be_visible(timeout=LONG)
    files.append(take(road, "preview"))
    road.open_dataset("sample-classification")  # where the next wizard begins
    for file in files:
        assert file.stat().st_size < 150_000
        with Image.open(file) as picture:
            assert picture.width == WIDEST


def take(road: Road, name: str) -> Path:
    """Keep what the page shows now, as a small file."""
    road.settle()
    file = PICTURES / road.language.partition("_")[0] / "assets" / f"{name}.webp"
    file.parent.mkdir(parents=True, exist_ok=True)
    taken = file.with_suffix(".png")
    road.page.screenshot(path=taken)
    with Image.open(taken) as picture:
        height = round(picture.height * WIDEST / picture.width)
        picture.resize((WIDEST, height), Image.Resampling.LANCZOS).save(file, quality=82, method=6)
    taken.unlink()
    return file
