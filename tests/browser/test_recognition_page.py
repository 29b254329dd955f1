"""What people really have, on the data page: recognised, nearly recognised, asked about, found."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from places import SHARED_DATA
from playwright.sync_api import Page, expect

from browser.axe import violations
from browser.road import LONG, SHORT, Road
from browser.servers import Server, write_notebook
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample

pytestmark = pytest.mark.browser

Shoot = Callable[[Page, str], Path]
REPORTED = SHARED_DATA / "reported"
WORDS = {
    "en": {
        "near": ("YOLO", "labels/", "line 1", "`apple`", "Supported folder layouts"),
        "asked": ("What kind of data set is doubtful?", "depth and images"),
        "as": "Image classification – One folder per class",
        "found": "Recognised as image classification, one folder per class",
        "hole": ("instance segmentation, LabelMe", "ring (4 objects in 4 images)"),
        "deep": ("Few of 16 bits used", "only 12 of 16 bits", "Bits of 16-bit images"),
        "undefined": ("in the validation set has an object", "undefined"),
        "deleted": "1 data set was deleted",
    },
    "zh_CN": {
        "near": ("YOLO", "labels/", "第 1 行", "`apple`", "支持的文件组织方式"),
        "asked": ("doubtful 是哪种数据集？", "depth、images"),
        "as": "图像分类 – 每类一个文件夹",
        "found": "识别为“图像分类（每类一个文件夹）”",
        "hole": ("“实例分割（LabelMe）”", "ring（4 张图像，4 个目标）"),
        "deep": ("16 位只用了一部分", "其中 12 位", "16 位图像的有效位数"),
        "undefined": ("验证集中没有任何图像包含目标", "无法计算"),
        "deleted": "已删除 1 个数据集",
    },
}


@contextmanager
def seen(page: Page, road: Road, shoot: Shoot, name: str, width: int = 1280) -> Iterator[None]:
    """A picture of what is checked; 830 pixels are what is left beside a file browser."""
    page.set_viewport_size({"width": width, "height": 1600})
    yield
    road.settle()
    shoot(page, f"recognition-{name}-{road.language}-{width}")


def almost_yolo(folder: Path) -> Path:
    """A picture whose label file names the class where YOLO has its number."""
    write_sample(Task.CLASSIFICATION, folder.with_suffix(".sample"))
    picture = next(folder.with_suffix(".sample").glob("apple/*.jpg"))
    for place in ("images", "labels"):
        (folder / place).mkdir(parents=True)
    shutil.copy(picture, folder / "images/7.jpg")
    (folder / "labels/7.txt").write_text("apple 0.5 0.5 0.2 0.2\n")
    return folder


def doubtful(folder: Path) -> Path:
    """Two folders of pictures whose names say what kind of pictures they are."""
    sample = folder.with_suffix(".sample")
    write_sample(Task.CLASSIFICATION, sample)
    for place, name in (("images", "apple"), ("depth", "banana")):
        (folder / place).mkdir(parents=True)
        for picture in sorted((sample / name).glob("*.jpg"))[:6]:
            shutil.copy(picture, folder / place / picture.name)
    return folder


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh_CN", "dark")])
def test_what_people_have_is_recognised_explained_or_asked_about(
    page: Page,
    tmp_path: Path,
    voila_server: Callable[..., Server],
    shoot: Shoot,
    language: str,
    theme: str,
) -> None:
    words = WORDS[language]
    notebook = write_notebook(
        tmp_path / "data.ipynb",
        f"from paddlex_nb import Wizard\nWizard({str(tmp_path / 'w')!r}, lang={language!r})",
    )
    roots = f"{tmp_path}:{REPORTED}"
    server = voila_server(notebook, environment={"PADDLEX_NB_ROOTS": roots})
    page.goto(f"{server.url}/?theme={theme}")
    road = Road(page, language)
    road.wait_until_there()

    road.import_path(str(almost_yolo(tmp_path / "almost")))
    alert = road.find("alert-slot")
    with seen(page, road, shoot, "near", 830):
        for word in words["near"]:
            expect(alert).to_contain_text(word, timeout=LONG)
    assert len(alert.inner_text()) < 400  # the layouts stand below, once

    road.import_path(str(doubtful(tmp_path / "doubtful")))
    with seen(page, road, shoot, "asked"):
        for word in words["asked"]:
            expect(road.find("main")).to_contain_text(word, timeout=LONG)
    assert violations(page) == []
    road.find("read-as").filter(has_text=str(words["as"])).click()
    expect(road.find("recognised")).to_contain_text(str(words["found"]), timeout=LONG)

    expect(road.find("sets").locator("[data-part='record-table']")).to_have_attribute(
        "data-shown", "1", timeout=SHORT
    )
    for number, name in enumerate(("labelme_hole", "cls_12bit", "yolo_val_negative")):
        if not (REPORTED / name).is_dir():
            continue
        shutil.copytree(REPORTED / name / "input", tmp_path / name)
        road.import_path(str(tmp_path / name))
        expect(road.find("chosen").locator("h3")).to_have_text(name, timeout=LONG)
        expect(road.find("recognised")).to_be_visible(timeout=LONG)
        if number:  # the first has no findings
            road.find("show").first.click()
        with seen(page, road, shoot, name, (1280, 830)[number % 2]):
            for word in words[("hole", "deep", "undefined")[number]]:
                expect(road.find("chosen")).to_contain_text(word, timeout=SHORT)
    assert violations(page) == []

    table = road.find("sets").locator("[data-part='record-table']")
    rows = table.locator("tbody tr")
    rows.filter(has_text="doubtful").dblclick()
    expect(road.find("chosen").locator("h3")).to_have_text("doubtful", timeout=SHORT)
    road.find("set-name").locator("input").fill("<b>what it is</b>")
    road.find("set-name").locator("input").press("Enter")
    expect(rows.first).to_be_visible()
    expect(table).to_contain_text("<b>what it is</b>", timeout=SHORT)
    expect(road.find("chosen").locator("h3")).to_have_text("<b>what it is</b>", timeout=SHORT)
    road.find("sets-delete").click()
    expect(road.find("sets-delete-go")).to_be_visible(timeout=SHORT)
    road.find("set-name").scroll_into_view_if_needed()
    with seen(page, road, shoot, "delete", 830):
        expect(road.find("question")).to_contain_text("kB")
    road.find("sets-delete-go").click()
    expect(road.find("alert-slot")).to_contain_text(str(words["deleted"]), timeout=SHORT)
    expect(road.find("chosen")).to_have_count(0, timeout=SHORT)
