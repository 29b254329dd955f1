"""Findings on the data page: ranked, with their images, fixed and taken back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect

from browser.axe import violations
from browser.road import SHORT, Road
from browser.servers import Server, write_notebook
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.dataset import Dataset
from paddlex_nb.workspace import Workspace

pytestmark = pytest.mark.browser

Shoot = Callable[[Page, str], Path]
LOOKS = [("en", "light"), ("zh_CN", "dark")]


def messy(folder: Path) -> None:
    """The sample with a damaged image, copies, a blurred one and a class that is nearly another."""
    write_sample(Task.CLASSIFICATION, folder)
    apples = sorted((folder / "apple").glob("*.jpg"))
    apples[0].write_bytes(apples[0].read_bytes()[:900])
    for number in range(3):
        shutil.copy(apples[number + 1], folder / "apple" / f"copy_{number}.jpg")
    shutil.copy(apples[5], folder / "banana/not_a_banana.jpg")
    with Image.open(apples[6]) as image:
        large = image.resize((480, 480)).filter(ImageFilter.GaussianBlur(30))
    large.save(folder / "apple" / "blurred <b>.jpg")
    (folder / "Apples").mkdir()
    for number in (7, 8):
        apples[number].rename(folder / "Apples" / apples[number].name)


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_findings_are_seen_fixed_and_taken_back(
    page: Page,
    tmp_path: Path,
    voila_server: Callable[..., Server],
    shoot: Shoot,
    language: str,
    theme: str,
) -> None:
    messy(tmp_path / "fruit <i>")
    workspace = Workspace(tmp_path / "w")
    dataset = workspace.import_dataset(tmp_path / "fruit <i>")
    images = dataset.record.images
    notebook = write_notebook(
        tmp_path / "data.ipynb",
        f"from paddlex_nb import Wizard\nWizard({str(workspace.path)!r}, lang={language!r})",
    )
    page.goto(f"{voila_server(notebook).url}/?theme={theme}")
    road = Road(page, language)
    road.wait_until_there()
    road.open("data")
    lines = road.find("finding")
    expect(lines.first).to_be_visible(timeout=SHORT)
    kinds = [line.get_attribute("class") for line in road.find("badge").all()]
    ranks = [("error", "warning", "info").index(kind.split("pxnb-")[-1]) for kind in kinds if kind]
    assert ranks == sorted(ranks)
    assert ranks[0] == 0
    shoot(page, f"data-findings-{language}")

    copies = lines.filter(has_text={"en": "Exact duplicate", "zh_CN": "完全相同"}[language])
    copies.locator(".pxnb-show").click()
    expect(copies.locator("li").first).to_contain_text("copy_0.jpg", timeout=SHORT)
    expect(copies.locator("[data-part='image-grid'] img").first).to_be_visible(timeout=SHORT)
    shoot(page, f"data-finding-open-{language}")
    assert violations(page) == []

    copies.locator(".pxnb-fix.pxnb-button").click()
    expect(copies.locator(".pxnb-undo")).to_be_visible(timeout=SHORT)
    expect(road.find("figures")).to_contain_text(f"{images - 3}")
    assert Dataset(dataset.folder).record.images == images - 3
    shoot(page, f"data-fixed-{language}")
    copies.locator(".pxnb-undo").click()
    expect(road.find("figures")).to_contain_text(f"{images}", timeout=SHORT)
    assert Dataset(dataset.folder).edits.changes() == []

    road.find("write").locator("visible=true").click()
    written = workspace.path / "exports" / f"{dataset.id}-folders"
    expect(road.find("page-data")).to_contain_text(str(written), timeout=SHORT)
    assert len(list(written.rglob("*.jpg"))) == images
    road.find("report").scroll_into_view_if_needed()
    shoot(page, f"data-written-{language}")

    road.find("classes").and_(page.locator("button")).click()
    fields = road.find("class-editor").locator("select, input")
    expect(fields).to_have_count(4, timeout=SHORT)
    sides = [box["y"] for field in fields.all()[:2] if (box := field.bounding_box())]
    assert len(sides) == 2
    assert abs(sides[0] - sides[1]) < 4  # beside each other
    shoot(page, f"data-classes-{language}")
    road.find("statistics").click()
    road.expect_step("preview")
    expect(road.find("analysis").locator("[data-part='stat-plot']").first).to_be_visible(
        timeout=SHORT
    )
    shoot(page, f"data-statistics-{language}")
    road.open("data")
    assert violations(page) == []
    page.set_viewport_size({"width": 800, "height": 900})
    shoot(page, f"data-narrow-{language}")
    page.set_viewport_size({"width": 1280, "height": 900})

    road.find("report").click()
    link = road.find("download")
    expect(link).to_be_visible(timeout=SHORT)
    with page.expect_download() as started:
        link.click()
    report = Path(started.value.path()).read_text(encoding="utf-8-sig")
    assert "copy_2.jpg" in report
    assert page.locator("h3 i, li b").count() == 0  # names are text


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_folds_and_what_stays_together(
    page: Page,
    tmp_path: Path,
    voila_server: Callable[..., Server],
    shoot: Shoot,
    language: str,
    theme: str,
) -> None:
    words = {
        "en": ("5 folds", "Validation", "a pattern in the path", "regular expression"),
        "zh_CN": ("5 折", "验证集", "路径匹配模式", "正则表达式"),
    }
    folds, validation, by_pattern, wrong = words[language]
    write_sample(Task.CLASSIFICATION, tmp_path / "fruit")
    workspace = Workspace(tmp_path / "w")
    dataset = workspace.import_dataset(tmp_path / "fruit")
    notebook = write_notebook(
        tmp_path / "split.ipynb",
        f"from paddlex_nb import Wizard\nWizard({str(workspace.path)!r}, lang={language!r})",
    )
    page.goto(f"{voila_server(notebook).url}/?theme={theme}")
    road = Road(page, language)
    road.wait_until_there()
    road.open("split")
    fields = road.find("page-split").locator(".pxnb-filters select")
    fields.nth(1).select_option(label=folds)
    images = dataset.record.images
    expect(road.find("legend")).to_contain_text(f"{validation} {round(images * 0.9 / 5)}")
    expect(road.find("slider-train")).to_be_hidden()
    fields.nth(2).select_option(label="3")
    fields.nth(0).select_option(label=by_pattern)
    pattern = road.find("page-split").locator(".pxnb-filters input[type='text']")
    pattern.fill("(")
    pattern.press("Enter")
    expect(road.find("notice").locator(".pxnb-alert")).to_contain_text(wrong, timeout=SHORT)
    pattern.fill(r"\d\d")
    pattern.press("Enter")
    expect(road.find("page-split").locator(".pxnb-error")).to_have_count(0, timeout=SHORT)
    for _ in range(100):
        plan = Dataset(dataset.folder).record.split
        if plan is not None and plan.together:
            break
        page.wait_for_timeout(100)
    assert plan is not None
    assert (plan.folds, plan.fold, plan.together) == (5, 3, r"\d\d")
    shoot(page, f"split-folds-{language}")
    assert violations(page) == []
    page.set_viewport_size({"width": 800, "height": 900})
    shoot(page, f"split-narrow-{language}")
