"""Labels that look wrong, in a browser: looked at, corrected as suggested, judged again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_runs import fake_run
from playwright.sync_api import Page, expect

from browser.axe import violations
from browser.road import SHORT, open_newest_run
from browser.servers import Server
from browser.test_pages import OVERFLOWING
from browser.walk import Shoot
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.workspace import Workspace

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("task", "language", "theme", "width"),
    [(Task.CLASSIFICATION, "en", "light", 1280), (Task.DETECTION, "zh_CN", "dark", 830)],
)
def test_a_suspected_label_is_corrected_and_the_figures_change(
    page: Page,
    tmp_path: Path,
    voila_server: Callable[..., Server],
    monkeypatch: pytest.MonkeyPatch,
    shoot: Shoot,
    task: Task,
    language: str,
    theme: str,
    width: int,
) -> None:
    monkeypatch.setenv("PADDLEX_NB_FAKE", "1")
    run = fake_run(tmp_path / "work", task)
    workspace = Workspace(tmp_path / "work")
    dataset = workspace.dataset(run.record.dataset)
    page.set_viewport_size({"width": width, "height": 900})
    road = open_newest_run(page, voila_server, tmp_path, workspace.path, language, theme)
    road.open("evaluation")
    name = tr("wizard.evaluation.section.labels", language=language)
    road.find("sections").get_by_role("button", name=name).click()
    section = road.find("labels")
    tiles = section.locator(".pxp-tile[data-state='shown']")
    expect(tiles.first).to_be_visible(timeout=SHORT)
    road.settle()
    assert page.evaluate(OVERFLOWING) == []
    assert violations(page) == []
    tiles.first.click()
    why = section.locator(".pxnb-label-why")
    expect(why).not_to_have_text(tr("label_errors.choose", language=language), timeout=SHORT)
    shoot(page, f"labels-{task}-{language}")
    count = len(run.label_errors())
    section.locator(".pxnb-accept").click()
    said = section.locator(".pxnb-browse-told")
    expect(said).to_contain_text(tr("label_errors.accepted", language=language, count=1))
    assert len(dataset.edits.changes()) == 1
    expect(section.locator(".pxnb-filters")).to_contain_text(
        tr("label_errors.found", language=language, count=count - 1)
    )
    road.find("rescore").click()
    expect(road.find("rescored")).to_contain_text(re.compile("95 ?%"), timeout=SHORT)
    tiles.first.dblclick()
    viewer = section.locator(".pxp-viewer[data-state='shown']")
    expect(viewer).to_be_visible(timeout=SHORT)
    shoot(page, f"labels-viewer-{task}-{language}")
