"""The sections of the evaluation page: what is clicked in them shows those very images."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from browser.axe import violations
from browser.road import LONG, SHORT, Road
from browser.servers import Server, write_notebook
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace

pytestmark = pytest.mark.browser

Shoot = Callable[[Page, str], Path]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A classifier with kept epochs, of which the best is evaluated."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PADDLEX_NB_FAKE", "1")
        patch.setenv("PADDLEX_NB_FAKE_STEP", "0.001")
        workspace = Workspace(tmp_path_factory.mktemp("sections"))
        dataset = workspace.import_sample(Task.CLASSIFICATION, progress=False)
        made = workspace.train(
            dataset, "fake", name="fruit", epochs=4, save_interval=1, keep_checkpoints=2,
            progress=False,
        )  # fmt: skip
        for checkpoint in ("last", "best"):
            made.evaluate("val", checkpoint, progress=False)
    return made


def expect_images(road: Road, count: int) -> None:
    """The grid has so many images."""
    scroller = road.find("result-grid").locator("[data-part='image-grid'] .pxp-grid")
    expect(scroller).to_have_attribute("aria-label", re.compile(rf"^\D*{count}\D*$"))


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh_CN", "dark")])
def test_sections_show_the_images_behind_their_figures(
    page: Page,
    tmp_path: Path,
    run: Run,
    voila_server: Callable[..., Server],
    shoot: Shoot,
    language: str,
    theme: str,
) -> None:
    workspace = run.folder.parents[1]
    notebook = write_notebook(
        tmp_path / "sections.ipynb",
        f"from paddlex_nb import Wizard\nWizard({str(workspace)!r}, lang={language!r})",
    )
    page.goto(f"{voila_server(notebook, environment={'PADDLEX_NB_FAKE': '1'}).url}/?theme={theme}")
    road = Road(page, language)
    road.wait_until_there()
    road.open("runs")
    rows = road.wizard.locator("[data-part='record-table'] tbody tr")
    rows.filter(has=page.get_by_text("fruit", exact=True)).first.dblclick()
    road.open("evaluation")
    checkpoints = road.find("run-row").locator("select").first
    expect(checkpoints.locator("option")).to_have_count(4)  # best, last and every kept epoch
    if checkpoints.evaluate("select => select.selectedIndex") != 0:
        before = road.find("sections").element_handle()
        checkpoints.select_option(index=0)
        before.wait_for_element_state("hidden")  # clicks on what is being replaced are lost
    evaluation = next(e for e in run.evaluations() if e.requested == "best")
    # an interval beside the main figure and in the table of classes
    expect(road.wizard.locator("[data-metric='top1'] .pxnb-interval")).to_be_visible(timeout=SHORT)
    matrix = road.wizard.locator("[data-part='matrix-view']")
    matrix.locator("[data-action='sort']").click()
    expect(matrix).to_have_attribute("data-sorted", "true")
    matrix.locator("[data-action='columns']").click()
    expect(matrix).to_have_attribute("data-shares", "predicted")

    sections = road.find("sections")

    def section(name: str) -> Locator:
        label = tr(f"wizard.evaluation.section.{name}", language=language)
        return sections.get_by_role("button", name=label, exact=True)

    chip = road.find("cell")
    _curves(road, section("curves"), chip, evaluation.class_curves().calibration().count)
    shoot(page, f"curves-{language}")
    assert not violations(page)

    section("checkpoints").click()
    table = road.find("checkpoints").locator("tbody tr")
    expect(table).to_have_count(4, timeout=SHORT)  # best, last and two epochs
    assert table.filter(has_text="–").count() == 2 - _evaluated_epochs(run)
    if language == "en":
        road.find("evaluate-missing").click()
        expect(road.find("evaluate-missing")).to_be_hidden(timeout=LONG)
        expect(table.filter(has_text="–")).to_have_count(0, timeout=SHORT)
        assert run.checkpoints("val").missing == []

    section("compare").click()
    differences = road.find("compare-table").locator("tbody tr")
    last = next(e for e in run.evaluations() if e.requested == "last")
    changed = evaluation.compare(last)
    expect(differences).to_have_count(min(len(changed.differences), 60), timeout=SHORT)
    worsened = road.find("show-worsened")
    expect(worsened).to_contain_text(str(len(changed.worsened)))

    section("slices").click()
    lines = road.find("slices").locator("tbody tr")
    slices = evaluation.slices()
    expect(lines).to_have_count(len(slices), timeout=LONG)
    lines.first.click()
    expect(chip).to_contain_text(slices[0].name)
    expect_images(road, slices[0].images)
    shoot(page, f"slices-{language}")
    assert not violations(page)


def _evaluated_epochs(run: Run) -> int:
    return sum(one.name.startswith("epoch") and bool(one.metrics) for one in run.checkpoints())


def _curves(
    road: Road,
    button: Locator,
    chip: Locator,
    bins: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> None:
    """Points and bins are clicked, by pointer and by keys."""
    button.click()
    over = road.wizard.locator("[data-part='line-chart'] .u-over").first
    expect(over).to_be_visible(timeout=SHORT)
    road.settle()
    box = over.bounding_box()
    assert box is not None
    # where the curve ends everything is taken for the class: none are missed
    over.click(position={"x": box["width"] - 2, "y": 2})
    expect(chip).to_be_visible(timeout=SHORT)
    images = road.find("curve-images")
    expect(images.locator(".pxnb-curve-missed")).to_be_disabled()
    images.locator(".pxnb-curve-found").click()
    expect_images(
        road, int(re.findall(r"\d+", images.locator(".pxnb-curve-found").inner_text())[0])
    )
    chip.click()
    expect(chip).to_be_hidden()
    plot = road.wizard.locator("[data-part='stat-plot'] [data-at]").nth(int(bins.argmax()))
    plot.click()
    expect(chip).to_be_visible(timeout=SHORT)
    expect_images(road, bins.max())
    pair = road.find("pair").first
    if pair.count():
        pair.click()
        expect_images(road, int(re.findall(r"[:：]\s*(\d+)", pair.inner_text())[0]))
