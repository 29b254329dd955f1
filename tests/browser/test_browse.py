"""Looking through a data set: filters, plots, the viewer, corrections, in Voila."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.axe import violations
from browser.road import SHORT, Road
from browser.servers import Server, write_notebook
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.record_file import read_record
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.dataset import Dataset
from paddlex_nb.workspace import Workspace

pytestmark = pytest.mark.browser

Shoot = Callable[[Page, str], Path]
Open = Callable[..., tuple[Road, Dataset]]


@pytest.fixture
def browse(page: Page, tmp_path: Path, voila_server: Callable[..., Server]) -> Open:
    """Opens the preview page of a sample."""

    def open_(task: Task, language: str = "en", theme: str = "light") -> tuple[Road, Dataset]:
        workspace = Workspace(tmp_path / "w")
        dataset = workspace.import_sample(task)
        notebook = write_notebook(
            tmp_path / "browse.ipynb",
            f"from paddlex_nb import Wizard\nWizard({str(workspace.path)!r}, lang={language!r})",
        )
        page.goto(f"{voila_server(notebook).url}/?theme={theme}")
        road = Road(page, language)
        road.wait_until_there()
        road.open("preview")
        expect(tiles(road).first).to_have_attribute("data-state", "shown", timeout=SHORT)
        return road, dataset

    return open_


def tiles(road: Road) -> Locator:
    return road.find("browser").locator(".pxp-tile")


def shows(road: Road, count: int) -> None:
    grid = road.find("browser").locator("[data-part='image-grid']")
    expect(grid).to_have_attribute("data-count", str(count), timeout=SHORT)


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh_CN", "dark")])
def test_filters_and_plots_find_images(
    browse: Open, page: Page, shoot: Shoot, language: str, theme: str
) -> None:
    road, dataset = browse(Task.DETECTION, language, theme)
    everything = dataset.record.images
    shows(road, everything)
    shoot(page, f"browse-{language}")
    assert violations(page) == []

    view = DatasetView(dataset.folder)
    shown = [set(view.objects(i).class_id.tolist()) for i in range(len(view))]
    road.find("analysis-toggle").click()
    bars = road.find("analysis").locator("[data-part='stat-plot']")
    expect(bars.first).to_be_visible(timeout=SHORT)
    bars.first.locator(".pxp-mark").nth(0).click()
    with_first = sum(0 in classes for classes in shown)
    shows(road, with_first)
    bars.first.locator(".pxp-mark").nth(1).click()
    shows(road, sum(bool(classes & {0, 1}) for classes in shown))
    match = {"en": "Images with", "zh_CN": "图像包含"}[language]
    road.find("browser").get_by_label(match, exact=True).select_option(index=1)
    shows(road, sum(classes >= {0, 1} for classes in shown))
    shoot(page, f"browse-analysis-{language}")
    assert violations(page) == []
    road.find("clear").click()
    shows(road, everything)

    search = road.find("browser").locator("input[type='text']").first
    name = view.path(3).name
    search.fill(name.upper())
    shows(road, 1)
    expect(tiles(road).first).to_have_attribute("title", re.compile(f"^{re.escape(name)}"))
    road.find("browse-chips").locator("button").first.click()
    shows(road, everything)


def test_boxes_are_corrected_in_the_viewer_and_taken_back(
    browse: Open, page: Page, shoot: Shoot
) -> None:
    road, dataset = browse(Task.DETECTION)
    before = DatasetView(dataset.folder).objects(0)
    tiles(road).first.dblclick()
    viewer = road.find("browser").locator(".pxp-viewer")
    expect(viewer).to_have_attribute("data-state", "shown", timeout=SHORT)
    outlines = viewer.locator(".pxp-outline")
    count = len(before.class_id)
    expect(outlines).to_have_count(count)

    page.keyboard.press("j")
    expect(viewer.locator(".pxp-edit")).to_be_visible()
    other = (int(before.class_id[0]) + 1) % len(dataset.classes)
    page.keyboard.press(str(other + 1))
    expect(viewer.locator("[data-action='undo']")).to_be_enabled(timeout=SHORT)
    until(page, lambda: DatasetView(dataset.folder).objects(0).class_id[0] == other)

    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Alt+ArrowRight")
    wanted = before.xywh[0][0] + 2

    def left() -> float:
        return float(DatasetView(dataset.folder).objects(0).xywh[0][0])

    until(page, lambda: left() == pytest.approx(wanted, abs=0.6))
    assert DatasetView(dataset.folder).objects(0).xywh[0][2] == pytest.approx(
        before.xywh[0][2], abs=0.1
    )

    page.keyboard.press("Delete")
    expect(outlines).to_have_count(count - 1)
    viewer.locator("[data-action='new-box']").click()
    stage = viewer.locator(".pxp-stage").bounding_box()
    assert stage
    middle = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1] + 50, steps=4)
    page.mouse.up()
    expect(outlines).to_have_count(count)
    expect(viewer.locator(".pxp-edit")).to_be_visible()
    page.keyboard.press("Delete")  # the new one, not the one that was chosen before
    expect(outlines).to_have_count(count - 1)
    page.keyboard.press("u")
    expect(outlines).to_have_count(count)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("u")  # nothing was corrected in this picture
    page.keyboard.press("ArrowLeft")
    expect(outlines).to_have_count(count)
    assert violations(page) == []
    shoot(page, "browse-corrected")
    made = len(dataset.edits.changes())
    assert made in {4, 5}  # keys that come slowly move a box twice
    for count in reversed(range(made)):
        page.keyboard.press("u")
        until(page, partial(lambda wanted: len(dataset.edits.changes()) == wanted, count))
    expect(viewer.locator("[data-action='undo']")).to_be_disabled()
    again = DatasetView(dataset.folder).objects(0)
    assert again.xywh.tolist() == before.xywh.tolist()
    assert again.class_id.tolist() == before.class_id.tolist()


def test_chosen_images_are_left_out_moved_and_given_a_class(
    browse: Open, page: Page, shoot: Shoot
) -> None:
    road, dataset = browse(Task.CLASSIFICATION)
    everything = dataset.record.images
    tiles(road).nth(0).click()
    tiles(road).nth(2).click(modifiers=["Shift"])
    expect(road.find("browse-chosen").locator("b")).to_have_text(re.compile(r"^3\b"))
    shoot(page, "browse-chosen")
    road.find("exclude").click()
    shows(road, everything - 3)
    assert dataset.record.images == everything - 3
    road.find("browse-told").locator("button").click()
    shows(road, everything)
    tiles(road).nth(1).click()
    page.keyboard.press("Delete")
    shows(road, everything - 1)
    road.find("browse-told").locator("button").click()
    shows(road, everything)

    tiles(road).nth(0).click()
    actions = road.find("browse-actions")
    actions.locator("select").nth(1).select_option(index=1)
    actions.locator(".pxnb-set-class").click()
    expect(tiles(road).first).to_contain_text(dataset.classes[1], timeout=SHORT)
    assert DatasetView(dataset.folder).labels[0] == 1

    tiles(road).nth(0).click()
    actions.locator("select").nth(0).select_option(index=2)
    before = dataset.counts().splits["test"]
    actions.locator(".pxnb-move").click()
    expect(road.find("browse-told")).to_contain_text(re.compile("test", re.I), timeout=SHORT)
    assert dataset.counts().splits["test"] >= before
    actions.locator(".pxnb-list").click()
    listed = road.find("browse-list").locator("textarea")
    expect(listed).to_have_value(str(DatasetView(dataset.folder).path(0)))
    assert violations(page) == []


def test_the_picture_in_the_viewer_is_the_one_that_is_left_out(browse: Open, page: Page) -> None:
    road, dataset = browse(Task.CLASSIFICATION)
    everything = dataset.record.images
    viewer = road.find("browser").locator(".pxp-viewer")
    tiles(road).nth(1).dblclick()
    expect(viewer).to_have_attribute("data-state", "shown", timeout=SHORT)
    for index in (2, 3):
        page.keyboard.press("ArrowRight")
        expect(viewer).to_have_attribute("data-index", str(index))
    expect(viewer).to_have_attribute("data-state", "shown")
    name = DatasetView(dataset.folder).path(4).name
    road.find("exclude").click()
    shows(road, everything - 1)
    view = DatasetView(dataset.folder, left_out=True)
    assert view.excluded.nonzero()[0].tolist() == [3]
    expect(viewer).to_be_visible()  # and shows what is in that place now
    expect(viewer.locator(".pxp-title.pxp-caption")).to_contain_text(name, timeout=SHORT)


def test_two_tabs_and_a_reload_show_what_was_corrected(browse: Open, page: Page) -> None:
    road, dataset = browse(Task.CLASSIFICATION)
    other = page.context.new_page()
    other.goto(page.url)
    there = Road(other)
    there.wait_until_there()
    there.open("preview")
    expect(tiles(there).first).to_have_attribute("data-state", "shown", timeout=SHORT)
    tiles(road).nth(1).click()
    road.find("exclude").click()
    shows(road, dataset.record.images)
    shows(there, dataset.record.images)
    other.reload()
    there.wait_until_there()
    there.open("preview")
    shows(there, dataset.record.images)
    other.close()


def test_corrections_show_at_once_in_both_tabs(browse: Open, page: Page) -> None:
    road, dataset = browse(Task.DETECTION)
    other = page.context.new_page()
    other.goto(page.url)
    there = Road(other)
    there.wait_until_there()
    there.open("preview")
    viewers = [one.find("browser").locator(".pxp-viewer") for one in (road, there)]
    for one, viewer in zip((road, there), viewers, strict=True):
        tiles(one).first.dblclick()
        expect(viewer).to_have_attribute("data-state", "shown", timeout=SHORT)
    before = DatasetView(dataset.folder).objects(0).class_id.tolist()
    names = [dataset.classes[number] for number in before]
    count, version = len(names), read_record(dataset.folder).version

    def shows_classes(expected: list[str]) -> None:
        for viewer in viewers:
            expect(viewer.locator(".pxp-label")).to_have_text(expected)
            expect(viewer.locator(".pxp-outline")).to_have_count(len(expected))

    shows_classes(names)
    other.keyboard.press("+")
    other.keyboard.press("j")
    zoomed = viewers[1].locator(".pxp-sheet").first.get_attribute("style")
    page.keyboard.press("j")
    new = (before[0] + 1) % len(dataset.classes)
    page.keyboard.press(str(new + 1))
    shows_classes([dataset.classes[new], *names[1:]])
    page.keyboard.press("Delete")
    shows_classes(names[1:])
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")  # at once: the first one need not have been answered
    shows_classes(names)
    # whoever looks at the picture elsewhere keeps zoom and object, and nobody wrote a version
    assert viewers[1].locator(".pxp-sheet").first.get_attribute("style") == zoomed
    expect(viewers[1].locator(".pxp-edit")).to_be_visible()
    assert read_record(dataset.folder).version == version
    assert len(dataset.edits.changes()) == 0
    other.keyboard.press("Delete")
    for viewer in viewers:
        expect(viewer.locator(".pxp-outline")).to_have_count(count - 1)
    other.close()


def until(page: Page, done: Callable[[], bool]) -> None:
    for _ in range(100):
        if done():
            return
        page.wait_for_timeout(100)
    pytest.fail("it did not come to pass")
