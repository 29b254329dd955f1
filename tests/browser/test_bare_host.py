"""The whole road where the parts' own front end is missing, as on AI Studio.

AI Studio itself cannot be tried here. What stands in for it: no front end of anywidget, nothing
that needs a server proxy, a workspace in the one folder that persists. `PADDLEX_NB_TEST_PYTHON`
may name an interpreter with Python 3.10 and ipywidgets 7.7.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import remove_front_end
from browser.road import SHORT, Road
from browser.servers import REPOSITORY, lab
from paddlex_nb.workspace import Workspace

pytestmark = pytest.mark.browser

NOTEBOOK = REPOSITORY / "notebooks" / "wizard.ipynb"


def test_the_road_without_the_parts_front_end(
    page: Page,
    tmp_path: Path,
    open_notebook_in_lab: Callable[..., None],
    shoot: Callable[[Page, str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PADDLEX_NB_FAKE", "1")
    persistent = tmp_path / "work"
    monkeypatch.setenv("PADDLEX_NB_WORKSPACE", str(persistent / "paddlex_nb_workspace"))
    folder = tmp_path / "server"
    folder.mkdir()
    remove_front_end(page)
    with lab(folder) as server:
        open_notebook_in_lab(page, server, NOTEBOOK)
        road = Road(page, "en")
        road.wait_until_there()
        road.use_sample()
        road.next("split")
        road.next("preview")
        thumbnails = road.wizard.locator(".pxnb-grid-box img")
        expect(thumbnails.first).to_be_visible(timeout=SHORT)
        shoot(page, "bare-preview")
        road.next("parameters")
        road.find("models").click()
        road.find("models-table").locator("select").select_option(
            road.find("models-table").locator("option", has_text="fake").first.inner_text()
        )
        expect(road.find("model-about")).to_contain_text("fake", timeout=SHORT)
        road.set_parameter("epochs", "3")
        expect(road.find("plan")).to_contain_text("3", timeout=SHORT)
        road.start_training()
        road.expect_trained()
        expect(road.find("charts").locator("svg").first).to_be_visible(timeout=SHORT)
        shoot(page, "bare-training")
        road.next("evaluation")
        assert 0 < road.evaluate() <= 1
        expect(road.find("matrix").locator("table")).to_be_visible(timeout=SHORT)
        shoot(page, "bare-evaluation")
        road.open("publish")
    (run,) = Workspace(persistent / "paddlex_nb_workspace").runs()
    assert run.history.epoch == 3
