"""The live page in a browser: one x axis for all charts, smoothing, a logarithm, the epochs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.axe import violations
from browser.road import SHORT, Road
from browser.servers import Server, write_notebook
from paddlex_nb.core.task import Task
from paddlex_nb.workspace import Workspace

pytestmark = pytest.mark.browser

Shoot = Callable[[Page, str], Path]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A run long enough to have been looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PADDLEX_NB_FAKE", "1")
        patch.setenv("PADDLEX_NB_FAKE_STEP", "0.05")
        workspace = Workspace(tmp_path_factory.mktemp("live"))
        fruit = workspace.import_sample(Task.CLASSIFICATION, progress=False)
        workspace.train(fruit, "fake", epochs=12, progress=False)
    return workspace


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh_CN", "dark")])
def test_all_charts_follow_one_choice(
    page: Page,
    tmp_path: Path,
    trained: Workspace,
    voila_server: Callable[..., Server],
    shoot: Shoot,
    language: str,
    theme: str,
) -> None:
    notebook = write_notebook(
        tmp_path / "live.ipynb",
        f"from paddlex_nb import Wizard\nWizard({str(trained.path)!r}, lang={language!r})",
    )
    page.goto(f"{voila_server(notebook).url}/?theme={theme}")
    road = Road(page, language)
    road.wait_until_there()
    road.open("runs")
    road.wizard.locator("[data-part='record-table'] tbody tr").first.dblclick()
    road.open("training")
    charts = road.wizard.locator("[data-part='line-chart']")
    expect(charts).to_have_count(5, timeout=SHORT)
    for number in range(5):
        expect(charts.nth(number).locator("canvas")).to_be_visible(timeout=SHORT)
    table = road.find("epochs")
    expect(table.locator("tbody tr")).to_have_count(12)
    expect(table.locator("tbody b")).to_have_text(re.compile("★"))

    loss, metrics = charts.nth(0), charts.nth(1)
    metrics.locator("[data-action='axis']").select_option("step")
    expect(loss.locator("[data-action='axis']")).to_have_value("step", timeout=SHORT)
    road.settle()  # a chart that is drawn anew forgets the pointer
    loss.locator(".u-over").hover(position={"x": 190, "y": 60})
    loss.locator(".u-over").hover(position={"x": 200, "y": 60})
    expect(loss.locator(".pxp-tip")).to_contain_text(re.compile(r"(step|步) \d"))

    before = loss.locator("canvas").screenshot()
    slider = loss.locator("[data-action='smoothing']")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("PageUp")
    expect(charts.nth(4).locator("[data-action='smoothing']")).not_to_have_value("0")
    loss.locator(".u-over").hover(position={"x": 200, "y": 60})
    expect(loss.locator(".pxp-tip")).to_contain_text(re.compile("measured|原始值"))
    loss.locator("[data-action='logarithmic']").click()
    pressed = loss.locator("[data-action='logarithmic']")
    expect(pressed).to_have_attribute("aria-pressed", "true", timeout=SHORT)
    expect(metrics.locator("[data-action='logarithmic']")).to_have_attribute(
        "aria-pressed", "false"
    )
    assert loss.locator("canvas").screenshot() != before
    for width in (1280, 830):
        page.set_viewport_size({"width": width, "height": 900})
        road.settle()
        assert road.wizard.evaluate("wizard => wizard.scrollWidth <= wizard.clientWidth + 1")
        shoot(page, f"live-{language}-{theme}-{width}")
    assert violations(page) == []
