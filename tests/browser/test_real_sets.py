"""Each real data set is looked through in Voila: to the end, by a class, into the largest image."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import ConsoleMessage, Page, expect

from browser.road import SHORT, Road
from browser.servers import Server, write_notebook
from paddlex_nb.core.i18n import Message
from paddlex_nb.data.explore import Catalogue, Query
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.widgets.images.dataset_images import LARGE
from paddlex_nb.workspace import Workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SETS = [
    "classification/clothing",
    "detection/bccd",
    "instance/balloon",
    "instance/fruits-nuts",
    "segmentation/camvid",
    "enlarged",
]
"""All real sets have small images; so photos of one are enlarged, too."""


def enlarged(photos: Path, folder: Path) -> Path:
    """Two classes of photos that are larger than what the viewer shows at first."""
    for number, file in enumerate(sorted(photos.glob("*.jpg"))[:12]):
        place = folder / ("even", "odd")[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        with Image.open(file) as image:
            image.resize((3 * image.width, 3 * image.height)).save(place / file.name)
    return folder


@pytest.mark.parametrize("name", SETS)
def test_a_real_set_is_looked_through(
    name: str,
    shared_data: Path,
    tmp_path: Path,
    page: Page,
    voila_server: Callable[..., Server],
    shoot: Callable[[Page, str], Path],
) -> None:
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # what hosts complain of is theirs; our bundles are loaded from a blob
        if message.type == "error" and "blob:" in f"{message.location} {message.text}":
            complaints.append(message.text)

    page.on("console", listen)
    space = Workspace(tmp_path / "w")
    source = shared_data / name
    if name == "enlarged":
        source = enlarged(shared_data / "instance/balloon/JPEGImages", tmp_path / name)
    dataset = space.import_dataset(source)
    catalogue = Catalogue(dataset.folder)
    notebook = write_notebook(
        tmp_path / "real.ipynb",
        f"from paddlex_nb import Wizard\nWizard({str(space.path)!r}, lang='en')",
    )
    page.goto(voila_server(notebook).url)
    road = Road(page)
    road.wait_until_there()
    road.open("preview")
    short = name.rpartition("/")[2]
    browser = road.find("browser")
    grid = browser.locator("[data-part='image-grid']")
    shown = browser.locator(".pxp-tile[data-state='shown']")
    expect(grid).to_have_attribute("data-count", str(len(catalogue)), timeout=SHORT)
    expect(shown.first).to_be_visible(timeout=SHORT)

    def settled() -> None:
        """All tiles on the screen have come."""
        expect(browser.locator(".pxp-tile:not([data-state='shown'])")).to_have_count(
            0, timeout=SHORT
        )

    settled()
    shoot(page, f"real-{short}-first")
    scroller = browser.locator(".pxp-grid")
    for part in (0.3, 0.7, 1):
        scroller.evaluate("(one, part) => { one.scrollTop = part * one.scrollHeight; }", part)
    last = browser.locator(f".pxp-tile[data-index='{len(catalogue) - 1}']")
    expect(last).to_have_attribute("data-state", "shown", timeout=SHORT)
    settled()
    shoot(page, f"real-{short}-end")

    rows = catalogue.rows(Query(classes=(0,), sort="area", descending=True))
    browser.get_by_label("Class", exact=True).first.select_option(dataset.classes[0])
    expect(grid).to_have_attribute("data-count", str(len(rows)), timeout=SHORT)
    by_area = Message("browse.sort.area").text("en")
    browser.get_by_label("Sort by", exact=True).select_option(by_area)
    browser.locator("button[title='Descending']").click()
    # each of the three made another sheet; the last may begin with the same image
    expect(grid).to_have_attribute("data-edition", "3", timeout=SHORT)
    view = DatasetView(dataset.folder)
    file = view.path(int(rows[0])).name
    first = browser.locator(".pxp-tile[data-index='0']")
    expect(first).to_have_attribute("title", re.compile(f"^{re.escape(file)}"), timeout=SHORT)
    settled()

    first.dblclick()
    viewer = browser.locator(".pxp-viewer")
    expect(viewer).to_have_attribute("data-state", "shown", timeout=SHORT)
    expect(viewer).to_have_attribute("data-whole", "false")
    shoot(page, f"real-{short}-viewer")
    width, height = view.size(int(rows[0]))
    whole = max(width, height) > LARGE
    assert whole == (name == "enlarged")
    for _ in range(6):
        viewer.locator("[data-action='zoom-in']").click()
    expect(viewer).to_have_attribute("data-whole", str(whole).lower(), timeout=SHORT)
    image = viewer.locator(".pxp-pane img").first
    pixels = image.evaluate("async one => { await one.decode(); return one.naturalWidth; }")
    assert pixels == width
    page.wait_for_timeout(300)
    shoot(page, f"real-{short}-zoomed")
    page.keyboard.press("Escape")
    expect(first).to_be_visible(timeout=SHORT)
    assert complaints == []
