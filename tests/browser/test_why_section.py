"""Where a classifier looks, in a browser: heat maps beside the images, and again later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.axe import violations
from browser.road import LONG, SHORT, open_newest_run
from browser.servers import Server
from browser.test_pages import OVERFLOWING
from browser.walk import Shoot
from paddlex_nb.core.i18n import tr
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    space = Workspace(tmp_path_factory.mktemp("why"))
    dataset = space.import_sample("classification", progress=False)
    made = space.train(dataset, "MobileNetV2_x0_25", epochs=1, input_size=64, progress=False)
    made.evaluate("val", progress=False)
    return made


@pytest.mark.parametrize(
    ("language", "theme", "width"), [("en", "light", 1280), ("zh_CN", "dark", 830)]
)
def test_heat_maps_stand_beside_the_images(
    page: Page,
    tmp_path: Path,
    run: Run,
    voila_server: Callable[..., Server],
    shoot: Shoot,
    language: str,
    theme: str,
    width: int,
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    road = open_newest_run(page, voila_server, tmp_path, run.folder.parents[1], language, theme)
    road.open("evaluation")
    name = tr("wizard.evaluation.section.why", language=language)
    section = road.find("sections").get_by_role("button", name=name, exact=True)
    section.click()
    before = len(run.jobs("explain"))
    road.find("explain").click()
    expect(road.find("stop-explaining")).to_be_visible(timeout=SHORT)
    expect(road.find("stop-explaining")).to_be_hidden(timeout=LONG)
    assert len(run.jobs("explain")) == before + 1
    images = road.find("why").locator("img")
    expect(images).to_have_count(12, timeout=SHORT)  # six images, each plain and with its heat
    sides = images.evaluate_all("all => all.slice(0, 2).map(one => one.getBoundingClientRect().x)")
    assert sides[0] < sides[1]
    road.settle()
    images.first.scroll_into_view_if_needed()
    shoot(page, f"why-{language}")
    assert page.evaluate(OVERFLOWING) == []
    assert violations(page) == []
    first = images.first.get_attribute("src") or ""
    road.open("runs")
    road.open("evaluation")
    section.click()
    expect(images.first).to_have_attribute("src", first, timeout=SHORT)
