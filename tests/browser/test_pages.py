"""Every page of the wizard has its place in every width, light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from browser.road import Road
from browser.servers import Server
from browser.walk import NOTEBOOK, Shoot
from paddlex_nb.workspace import Workspace

pytestmark = pytest.mark.browser

STEPS = (
    *("data", "split", "preview", "parameters"),
    *("training", "evaluation", "predict", "publish"),
)


@pytest.mark.parametrize(
    ("width", "theme", "task"),
    [
        (1280, "light", "detection"),
        (800, "dark", "instance_segmentation"),
        (640, "light", "segmentation"),
    ],
)
def test_every_page_fits_its_width_in_light_and_dark(
    page: Page,
    voila_server: Callable[..., Server],
    shoot: Shoot,
    all_tasks: Workspace,
    width: int,
    theme: str,
    task: str,
) -> None:
    """Nothing is cut off and nothing lies upon something else."""
    environment = {"PADDLEX_NB_WORKSPACE": str(all_tasks.path), "PADDLEX_NB_FAKE": "1"}
    server = voila_server(NOTEBOOK, environment=environment)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{server.url}/?theme={theme}")
    road = Road(page, "en")
    road.wait_until_there()
    road.open_dataset(f"sample-{task}")
    for step in STEPS:
        road.open(step)
        road.settle()
        shoot(page, f"page-{task}-{step}-{width}-{theme}")
        assert page.evaluate(OVERFLOWING) == []
    background = page.evaluate(
        "getComputedStyle(document.querySelector('.pxnb-wizard')).backgroundColor"
    )
    level = sum(int(n) for n in re.findall(r"\d+", background)[:3]) / 3
    assert (level > 128) == (theme == "light")


# what sticks out of the wizard or of its card, apart from what scrolls
OVERFLOWING = """() => {
  const out = [];
  for (const box of document.querySelectorAll('.pxnb-wizard, .pxnb-card')) {
    const right = box.getBoundingClientRect().right + 1;
    for (const e of box.querySelectorAll('button, input, select, p, h2, h3, h4, summary, table')) {
      const r = e.getBoundingClientRect();
      if (e.closest('.pxnb-scroll, .pxp-records, pre') || r.width === 0) continue;
      if (r.right > right) out.push(`${e.tagName} ${e.className} ${e.textContent.slice(0, 40)}`);
    }
  }
  return out;
}"""
