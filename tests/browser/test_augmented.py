"""What the model will see, on the page of parameters: real images with their labels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.road import SHORT, Road
from browser.servers import Server, write_notebook
from paddlex_nb.core.task import Task
from paddlex_nb.workspace import Workspace

pytestmark = pytest.mark.browser

Shoot = Callable[[Page, str], Path]


@pytest.mark.parametrize(
    ("task", "language", "model"),
    [
        (Task.INSTANCE_SEGMENTATION, "en", "MaskRCNN_light"),
        (Task.SEGMENTATION, "zh_CN", "PPLiteSeg_STDC1"),
    ],
)
def test_examples_follow_the_switches(
    page: Page,
    tmp_path: Path,
    voila_server: Callable[..., Server],
    shoot: Shoot,
    task: Task,
    language: str,
    model: str,
) -> None:
    workspace = Workspace(tmp_path / "w")
    workspace.import_sample(task)
    notebook = write_notebook(
        tmp_path / "augmented.ipynb",
        f"from paddlex_nb import Wizard\nWizard({str(workspace.path)!r}, lang={language!r})",
    )
    page.goto(voila_server(notebook).url)
    road = Road(page, language)
    road.wait_until_there()
    road.open("parameters")
    road.choose_model(model)
    road.find("augmented-more").click()
    images = road.grid.locator(".pxp-tile img")
    expect(images.first).to_be_visible(timeout=SHORT)
    expect(road.grid.locator(".pxp-tile")).to_have_count(6)
    if task is Task.INSTANCE_SEGMENTATION:
        assert sum(road.shapes(index) for index in range(6)) > 0
    road.find("augmented").scroll_into_view_if_needed()
    shoot(page, f"augmented-{task}")

    before = page.evaluate(PIXELS)
    road.find("param-vertical_flip").locator("input").check()
    page.wait_for_function(f"before => ({PIXELS})() !== before", arg=before, timeout=SHORT)
    road.find("augmented").scroll_into_view_if_needed()
    shoot(page, f"augmented-turned-{task}")
    road.set_parameter("batch_size", "999")
    expect(road.find("augmented-more")).to_be_disabled(timeout=SHORT)
    assert workspace.runs() == []


PIXELS = """() => [...document.querySelectorAll('.pxp-tile img')].map(image => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [16, 16];
  const context = canvas.getContext('2d');
  if (image.complete && image.naturalWidth) context.drawImage(image, 0, 0, 16, 16);
  return canvas.toDataURL();
}).join()"""
"""The pictures on the screen, as text."""
