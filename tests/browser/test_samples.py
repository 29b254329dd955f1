"""Sample predictions on the live page: six images, what is wrong in them, and which epoch."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.axe import violations
from browser.road import SHORT, open_newest_run
from browser.servers import Server
from paddlex_nb.core.task import Task
from paddlex_nb.workspace import Workspace

pytestmark = pytest.mark.browser

Shoot = Callable[[Page, str], Path]


@pytest.mark.parametrize(
    ("task", "language", "theme"),
    [
        (Task.CLASSIFICATION, "en", "dark"),
        (Task.DETECTION, "en", "light"),
        (Task.SEGMENTATION, "zh_CN", "dark"),
        (Task.INSTANCE_SEGMENTATION, "zh_CN", "light"),
    ],
)
def test_the_live_page_shows_what_is_wrong_in_six_images(
    page: Page,
    tmp_path: Path,
    voila_server: Callable[..., Server],
    monkeypatch: pytest.MonkeyPatch,
    shoot: Shoot,
    task: Task,
    language: str,
    theme: str,
) -> None:
    monkeypatch.setenv("PADDLEX_NB_FAKE", "1")
    workspace = Workspace(tmp_path / "work")
    dataset = workspace.import_sample(task, progress=False)
    model = "fake" if task is Task.CLASSIFICATION else f"fake_{task}"
    workspace.train(dataset, model, epochs=4, progress=False)
    road = open_newest_run(page, voila_server, tmp_path, workspace.path, language, theme)
    road.open("training")
    samples = road.find("samples")
    expect(samples).to_be_visible(timeout=SHORT)
    tiles = samples.locator(".pxp-tile[data-state='shown']")
    expect(tiles).to_have_count(6, timeout=SHORT)
    expect(road.find("samples-epoch").locator(".widget-readout")).to_have_text("4")
    if task is not Task.CLASSIFICATION:
        words = "right|wrong|missed" if language == "en" else "正确|错误|漏检"
        expect(samples).to_contain_text(re.compile(words))
    for width in (1280, 830):
        page.set_viewport_size({"width": width, "height": 900})
        samples.scroll_into_view_if_needed()
        road.settle()
        assert road.wizard.evaluate("wizard => wizard.scrollWidth <= wizard.clientWidth + 1")
        shoot(page, f"samples-{task}-{language}-{theme}-{width}")
    assert violations(page) == []

    before = tiles.first.screenshot()
    handle = road.find("samples-epoch").locator(".noUi-handle, .ui-slider-handle").first
    handle.focus()
    page.keyboard.press("Home")
    expect(road.find("samples-epoch").locator(".widget-readout")).to_have_text("1", timeout=SHORT)
    road.settle()
    first = tiles.first.screenshot()
    if task is not Task.CLASSIFICATION:
        assert first != before
        samples.locator("select").last.select_option(index=1)
        page.set_viewport_size({"width": 1280, "height": 1600})  # tiles come when they are seen
        samples.scroll_into_view_if_needed()
        expect(tiles).to_have_count(6, timeout=SHORT)
        road.settle()
        shoot(page, f"samples-both-{task}-{language}-{theme}")
        assert tiles.first.locator(".pxp-sheet").count() == 2
