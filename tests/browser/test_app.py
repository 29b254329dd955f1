"""The wizard as a web app: ``paddlex-nb app``."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.road import LONG, Road
from browser.servers import app
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample

pytestmark = pytest.mark.browser


def test_a_folder_named_at_the_start_is_opened_and_a_reload_goes_on(
    page: Page, tmp_path: Path
) -> None:
    for name in ("server", "named", "other"):
        (tmp_path / name).mkdir()
    write_sample(Task.CLASSIFICATION, tmp_path / "named" / "fruit")
    with app(tmp_path / "server", "--root", str(tmp_path / "named")) as server:
        road = Road(page)
        page.goto(server.url)
        road.wait_until_there()
        path = road.find("path-text").locator("input")
        path.fill(str(tmp_path / "other"))
        path.press("Enter")
        road.find("import").click()
        expect(road.find("page-data")).to_contain_text("--root")
        path.fill(str(tmp_path / "named" / "fruit"))
        path.press("Enter")
        road.find("import").click()
        expect(road.find("chosen")).to_contain_text("fruit", timeout=LONG)
        road.open("preview")
        road.find("language").click()
        expect(road.find("language")).to_have_text("English")

        page.reload()
        road.wait_until_there()
        road.expect_step("preview")
        expect(road.find("language")).to_have_text("English")
