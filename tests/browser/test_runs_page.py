"""The page of runs in a browser: sorted, searched, chosen from, opened; the header beside it."""

from __future__ import annotations

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
TABLE = "[data-part='record-table']"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Five runs of two data sets, with a note that would be markup if it were believed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PADDLEX_NB_FAKE", "1")
        patch.setenv("PADDLEX_NB_FAKE_STEP", "0.002")
        workspace = Workspace(tmp_path_factory.mktemp("runs"))
        fruit = workspace.import_sample(Task.CLASSIFICATION, progress=False)
        boxes = workspace.import_sample(Task.DETECTION, progress=False)
        for number, rate in enumerate((0.1, 0.01, 0.001), 1):
            workspace.train(
                fruit, "fake", name=f"rate {rate}", epochs=2 + number, learning_rate=rate,
                note="<img src=x onerror=alert(1)>", tags=["rates"], progress=False,
            ).evaluate(progress=False)  # fmt: skip
        for name in ("boxes", "boxes <b>again</b>"):
            workspace.train(boxes, "fake_detection", name=name, epochs=2, progress=False)
    return workspace


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh_CN", "dark")])
def test_runs_are_found_chosen_and_opened(
    page: Page,
    tmp_path: Path,
    trained: Workspace,
    voila_server: Callable[..., Server],
    shoot: Shoot,
    language: str,
    theme: str,
) -> None:
    notebook = write_notebook(
        tmp_path / "runs.ipynb",
        f"from paddlex_nb import Wizard\nWizard({str(trained.path)!r}, lang={language!r})",
    )
    page.goto(f"{voila_server(notebook).url}/?theme={theme}")
    road = Road(page, language)
    road.wait_until_there()
    road.open("runs")
    table = road.wizard.locator(TABLE)
    expect(table).to_be_visible(timeout=SHORT)
    road.find("of").locator("select").select_option(index=0)  # all data sets
    expect(table).to_have_attribute("data-shown", "5", timeout=SHORT)
    shoot(page, f"runs-{language}-1280")
    assert violations(page) == []

    table.locator("[data-action='epochs']").click()
    expect(table).to_have_attribute("data-sort", "epochs")
    table.locator("[data-action='epochs']").click()
    first = table.locator("tbody tr").first
    expect(first).to_contain_text("rate 0.001")
    table.locator("input[type='search']").fill("RATES 0.01")
    expect(table).to_have_attribute("data-shown", "1")
    table.locator("input[type='search']").fill("")
    expect(table).to_have_attribute("data-shown", "5")

    lines = table.locator("tbody tr")
    lines.first.click()
    expect(road.find("runs-again")).to_be_visible(timeout=SHORT)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(table.locator("tr[aria-selected='true']")).to_have_count(2)
    shoot(page, f"runs-two-{language}-1280")
    road.find("runs-compare").click()
    chart = road.wizard.locator("[data-part='line-chart']")
    expect(chart).to_be_visible(timeout=SHORT)
    expect(road.find("compare-tables")).to_contain_text("0.001", timeout=SHORT)
    chart.scroll_into_view_if_needed()
    road.settle()
    shoot(page, f"runs-compared-{language}-1280")
    page.set_viewport_size({"width": 830, "height": 900})
    road.settle()
    shoot(page, f"runs-two-{language}-830")
    page.set_viewport_size({"width": 1280, "height": 900})

    lines.first.click()
    expect(road.find("runs-again")).to_be_visible(timeout=SHORT)  # of one run only
    road.find("runs-delete").click()
    expect(road.find("question")).to_contain_text("rate 0.001", timeout=SHORT)
    shoot(page, f"runs-delete-{language}-1280")
    road.find("question").locator("button").last.click()  # not after all

    lines.filter(has_text="boxes").first.dblclick()
    road.expect_step("training")
    expect(road.find("header-run").locator("select option:checked")).to_contain_text("boxes")
    road.settle()
    shoot(page, f"header-{language}-1280")
    road.find("header-dataset").locator("select").select_option(index=1)
    expect(road.find("header-run").locator("select option:checked")).to_contain_text(
        "rate", timeout=SHORT
    )
    road.expect_step("training")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_is_wrong_is_brought_into_view(
    page: Page,
    tmp_path: Path,
    trained: Workspace,
    voila_server: Callable[..., Server],
    shoot: Shoot,
    language: str,
) -> None:
    notebook = write_notebook(
        tmp_path / "wrong.ipynb",
        f"from paddlex_nb import Wizard\nWizard({str(trained.path)!r}, lang={language!r})",
    )
    page.goto(f"{voila_server(notebook).url}/")
    road = Road(page, language)
    road.wait_until_there()
    road.open("parameters")
    field = road.find("param-epochs")
    box = field.locator("input[type='text']")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(road.find("start")).to_be_in_viewport(ratio=1)
    shoot(page, f"parameters-{language}-1280")
    road.find("models").click()
    models = road.find("models-table")
    expect(models.locator("tbody tr[aria-selected='true']")).to_have_count(1, timeout=SHORT)
    expect(models.locator("input[type='checkbox']")).to_have_count(0)
    shoot(page, f"models-{language}-1280")
    assert violations(page) == []
    road.find("models").click()
    assert page.locator("[title='null']").count() == 0
    assert violations(page) == []
    box.focus()
    expect(field.locator(".pxnb-field-note")).to_be_visible()
    expect(road.find("param-batch_size").locator(".pxnb-field-note")).to_be_hidden()
    shoot(page, f"parameters-help-{language}-1280")
    page.set_viewport_size({"width": 830, "height": 900})
    road.settle()
    shoot(page, f"parameters-{language}-830")
    page.set_viewport_size({"width": 1280, "height": 900})
    box.fill("many")
    box.press("Enter")
    expect(field.locator("[role='alert']")).to_be_visible(timeout=SHORT)
    road.find("start").click()
    expect(box).to_be_focused(timeout=SHORT)
    expect(field.locator("[role='alert']")).to_be_in_viewport()
    shoot(page, f"wrong-field-{language}")

    box.fill("3")
    box.press("Enter")
    expect(field.locator("[role='alert']")).to_have_count(0, timeout=SHORT)
    road.find("weights").locator("select").select_option(
        "a file …" if language == "en" else "指定文件…"
    )
    weights = road.find("weights-file").locator("input")
    weights.fill("/nowhere/at/all.pdparams")
    weights.press("Enter")
    notice = road.find("notice")
    expect(notice.locator("[role='alert']")).to_be_visible(timeout=SHORT)
    expect(notice.locator("[role='alert']")).to_be_in_viewport()
    expect(road.find("dismiss")).to_be_focused()
    shoot(page, f"wrong-weights-{language}")
    road.find("dismiss").click()
    expect(notice).to_be_hidden()
