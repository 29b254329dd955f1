"""The road of every task in JupyterLab, with models that pretend: one server, one page."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from browser.conftest import new_page
from browser.road import SHORT, Road
from browser.servers import Server, write_notebook
from paddlex_nb.workspace import Workspace

pytestmark = pytest.mark.browser

MAIN = {
    "classification": "top1",
    "detection": "map",
    "segmentation": "miou",
    "instance_segmentation": "mask_map",
}
"""The first figure of each task."""

Shoot = Callable[[Page, str], Path]


@pytest.fixture(scope="module")
def opened(
    browser: Browser,
    lab_server: Server,
    open_notebook_in_lab: Callable[[Page, Server, Path], None],
) -> Iterator[tuple[Road, Workspace]]:
    """A wizard that stays open from task to task, and its workspace."""
    folder = lab_server.home / "tasks"
    notebook = write_notebook(
        lab_server.root / "tasks.ipynb",
        "import os\n"
        "os.environ.update(PADDLEX_NB_FAKE='1', PADDLEX_NB_FAKE_STEP='0.005')\n"
        "from paddlex_nb import Wizard\n"
        f"Wizard({str(folder)!r}, lang='en')",
    )
    with new_page(browser) as page:
        page.set_viewport_size({"width": 1280, "height": 1000})
        open_notebook_in_lab(page, lab_server, notebook)
        road = Road(page)
        road.wait_until_there()
        yield road, Workspace(folder)


@pytest.mark.parametrize("task", list(MAIN))
def test_the_road_of_a_task(opened: tuple[Road, Workspace], shoot: Shoot, task: str) -> None:
    road, workspace = opened
    objects = task in {"detection", "instance_segmentation"}
    road.open("data")
    road.use_sample(task)
    expect(road.find("chosen").locator("h3")).to_have_text(f"sample-{task}", timeout=SHORT)

    road.next("split")
    road.next("preview")
    picture = road.grid.locator(".pxp-tile[data-state='shown']").first
    expect(picture).to_be_visible(timeout=SHORT)
    expect(picture.locator(".pxp-mask")).to_have_count(int(task == "segmentation"))
    assert (road.shapes() > 0) == objects
    shoot(road.page, f"lab-{task}-preview")

    road.next("parameters")
    road.choose_model("fake" if task == "classification" else f"fake_{task}")
    road.set_parameter("epochs", "3")
    expect(road.find("plan")).to_contain_text("3 epochs", timeout=SHORT)
    road.start_training()
    road.expect_trained()
    shoot(road.page, f"lab-{task}-training")

    road.next("evaluation")
    assert 0 < road.evaluate(MAIN[task]) <= 1
    expect(road.wizard.locator("[data-part='matrix-view']")).to_be_visible(timeout=SHORT)
    expect(road.wizard.locator("[data-part='line-chart']")).to_have_count(int(objects))
    tile = road.grid.locator(".pxp-tile[data-state='shown']").first
    expect(tile.locator(".pxp-frame")).to_have_count(1 + (task != "classification"))
    if objects:
        _move_the_slider(road)
    tile.scroll_into_view_if_needed()
    shoot(road.page, f"lab-{task}-evaluation")
    tile.dblclick()
    expect(road.grid.locator(".pxp-viewer[data-state='shown']")).to_be_visible(timeout=SHORT)
    expect(road.grid.locator(".pxp-pane")).to_have_count(1 + (task != "classification"))
    shoot(road.page, f"lab-{task}-viewer")

    road.next("predict")
    source = workspace.path / "samples" / task
    road.predict(str(next(source.rglob("*.jpg"))))
    expect(road.grid.locator(".pxp-viewer[data-state='shown']")).to_be_visible(timeout=SHORT)
    shoot(road.page, f"lab-{task}-predict")

    road.next("publish")
    assert "inference.yml" in road.export("inference")
    run = workspace.runs()[0]
    assert run.record.task == task
    assert [job.kind for job in run.jobs()] == ["train", "evaluate", "predict", "export"]


def _move_the_slider(road: Road) -> None:
    """Predictions that are not sure enough go at once, labels stay."""
    slider = road.grid.locator("[data-action='threshold']").first
    expect(slider).to_have_value("0.3")
    truth, predicted = road.shapes(), road.shapes(frame=1)
    slider.fill("0")
    road.page.wait_for_function(
        "n => document.querySelector('.pxp-tile').querySelectorAll('.pxp-frame')[1]"
        ".querySelectorAll('.pxp-outline').length > n",
        arg=predicted,
    )
    slider.fill("1")
    expect(road.grid.locator(".pxp-frame:nth-child(2) .pxp-outline")).to_have_count(0)
    assert road.shapes() == truth
    slider.fill("0.3")


BY_HAND = """
([element, kind, data]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "image.png", { type: "image/png" }));
  const options = { bubbles: true, cancelable: true };
  element.dispatchEvent(
    kind === "drop"
      ? new DragEvent(kind, { ...options, dataTransfer: transfer })
      : new ClipboardEvent(kind, { ...options, clipboardData: transfer }),
  );
}
"""
"""Drops or pastes a file on an element, as the browser does it for a user."""


def test_images_come_by_hand(opened: tuple[Road, Workspace], tmp_path: Path, shoot: Shoot) -> None:
    road, workspace = opened
    road.open("predict")
    noise = np.random.default_rng(0).integers(0, 256, (1000, 900, 3), np.uint8)
    large, small = tmp_path / "large.png", tmp_path / "small.png"
    Image.fromarray(noise).save(large)
    Image.fromarray(noise[:64, :64]).save(small)
    assert large.stat().st_size > 2 << 20, "several slices"
    zone = road.wizard.locator("[data-part='file-drop'] .pxp-zone")
    expect(zone).to_be_visible(timeout=SHORT)
    zone.scroll_into_view_if_needed()
    shoot(road.page, "lab-file-drop")

    def predictions() -> int:
        return len(list((workspace.runs()[0].folder / "jobs").glob("*-predict")))

    before = predictions()
    road.wizard.locator("[data-part='file-drop'] input[type='file']").set_input_files(
        [large, small]
    )
    title = road.wizard.locator(".pxnb-results .pxnb-card h3")
    expect(title).to_contain_text("2 images", timeout=SHORT)
    arrived = [path for path in (workspace.path / "uploads").iterdir() if path.suffix == ".png"]
    assert large.read_bytes() in [path.read_bytes() for path in arrived]

    for number, kind in enumerate(("drop", "paste"), before + 2):
        element = zone.element_handle()
        data = base64.b64encode(small.read_bytes()).decode()
        road.page.evaluate(BY_HAND, [element, kind, data])
        expect(title).to_contain_text("1 image", timeout=SHORT)
        for _ in range(100):
            if predictions() == number:
                break
            road.page.wait_for_timeout(100)
        assert predictions() == number, kind

    page_text = tmp_path / "notes.txt"
    page_text.write_text("no image")
    road.wizard.locator("[data-part='file-drop'] input[type='file']").set_input_files(page_text)
    expect(zone).to_contain_text("notes.txt cannot be used here")
    assert predictions() == before + 3
