"""The section of the threshold in a browser: sliders, a click on a curve, kinds of errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fake_runs import fake_runs
from playwright.sync_api import Locator, Page, expect

from browser.axe import violations
from browser.road import SHORT, Road
from browser.servers import Server, write_notebook
from paddlex_nb.core.task import Task
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run

pytestmark = pytest.mark.browser

Shoot = Callable[[Page, str], Path]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Run]:
    tasks = (Task.DETECTION, Task.INSTANCE_SEGMENTATION)
    return fake_runs(tmp_path_factory.mktemp("thresholds"), tasks)


@pytest.mark.parametrize(
    ("task", "language", "theme"),
    [(Task.DETECTION, "en", "light"), (Task.INSTANCE_SEGMENTATION, "zh_CN", "dark")],
)
def test_one_slider_moves_figures_and_pictures_and_the_run_keeps_it(
    page: Page,
    tmp_path: Path,
    runs: dict[Task, Run],
    voila_server: Callable[..., Server],
    shoot: Shoot,
    task: Task,
    language: str,
    theme: str,
) -> None:
    run = runs[task]
    run.set_threshold(None)
    workspace = RunFolder(run.folder).workspace.path
    notebook = write_notebook(
        tmp_path / "threshold.ipynb",
        f"from paddlex_nb import Wizard\nWizard({str(workspace)!r}, lang={language!r})",
    )
    page.goto(f"{voila_server(notebook).url}/?theme={theme}")
    road = Road(page, language)
    road.wait_until_there()
    road.open("runs")
    road.find("of").locator("select").select_option(index=0)  # all data sets
    road.wizard.locator(f"[data-part='record-table'] tr[data-id='{run.id}']").dblclick()
    road.open("evaluation")
    words = {"en": "Threshold", "zh_CN": "阈值"}
    road.find("sections").get_by_text(words[language], exact=True).click()
    figures = road.find("threshold-figures")
    expect(figures.locator("[data-metric='f1'] b")).to_have_text(re.compile(r"\d\.\d{3}"))
    evaluation = run.evaluations()[0]

    def says(threshold: float) -> None:
        f1 = evaluation.at(threshold).metrics["f1"]
        expect(figures.locator("[data-metric='f1'] b")).to_have_text(f"{f1:.3f}", timeout=SHORT)
        expect(readout(road.find("score-slider"))).to_have_text(f"{threshold:.2f}")
        grid = road.find("result-grid").locator("[data-action='threshold']").first
        expect(grid).to_have_value(f"{threshold:g}", timeout=SHORT)

    says(0.3)
    handle = road.find("score-slider").locator(".noUi-handle, .ui-slider-handle").first
    handle.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    says(0.35)
    for width in (1280, 830):
        page.set_viewport_size({"width": width, "height": 900})
        for place, name in (("score-slider", "figures"), ("error-kinds", "errors")):
            road.find(place).scroll_into_view_if_needed()
            road.settle()
            assert road.wizard.evaluate("wizard => wizard.scrollWidth <= wizard.clientWidth + 1")
            shoot(page, f"threshold-{name}-{task}-{language}-{theme}-{width}")
    assert violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})

    # a click on a point of a curve
    over = road.find("figures-chart").locator(".u-over")
    expect(over).to_be_visible(timeout=SHORT)
    over.scroll_into_view_if_needed()
    road.settle()
    box = over.bounding_box()
    assert box is not None
    drawn = np.stack([evaluation.thresholds().curves.recall, evaluation.thresholds().curves.f1])
    height = float(drawn[0, 0, 60]) / max(float(np.nanmax(drawn[:, 0])), 0.1)
    down = min(box["height"] * (1 - height), box["height"] - 4)
    over.click(position={"x": box["width"] * 0.6, "y": max(down, 4)})
    shown = readout(road.find("score-slider"))
    expect(shown).to_have_text(re.compile(r"0\.(5[89]|6[012])"), timeout=SHORT)
    chosen = float(shown.inner_text())
    says(chosen)

    # kinds of errors open their images; they are told of a threshold after the figures
    errors = road.wizard.locator(".pxnb-card:has(> .pxnb-error-kinds)")
    expect(errors).to_contain_text(f"{chosen:.2f}", timeout=SHORT)
    road.settle()
    kind = next(
        k for k in ("loc", "cls", "bkg", "miss") if road.find(f"error-{k}").first.is_enabled()
    )
    road.find(f"error-{kind}").click()
    expect(road.find("cell")).to_be_visible(timeout=SHORT)
    expect(road.find("result-grid").locator(".pxp-tile[data-state='shown']").first).to_be_visible(
        timeout=SHORT
    )
    shoot(page, f"threshold-kind-{task}-{language}")
    road.find("use-threshold").click()
    expect(road.find("used-threshold")).to_contain_text(f"{chosen:.2f}", timeout=SHORT)
    assert run.threshold == chosen


def readout(slider: Locator) -> Locator:
    return slider.locator(".widget-readout")
