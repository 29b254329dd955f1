"""The parts in JupyterLab and in Voila, as a user sees and uses them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from browser.conftest import new_page, remove_front_end
from browser.servers import Server, write_notebook

pytestmark = pytest.mark.browser

CODE = "from browser.parts_demo import demo\ndemo()"

Open = Callable[[Page, Server, Path], None]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_notebook(tmp_path_factory.mktemp("notebook") / "parts.ipynb", CODE)


@pytest.fixture(scope="module", params=["lab", "voila"])
def shown(
    request: pytest.FixtureRequest,
    browser: Browser,
    notebook: Path,
    open_notebook_in_lab: Open,
) -> Iterator[Page]:
    """The notebook of all parts in one of the hosts; its tests use one page in order."""
    with new_page(browser) as page:
        if request.param == "lab":
            open_notebook_in_lab(page, request.getfixturevalue("lab_server"), notebook)
        else:
            page.goto(request.getfixturevalue("lasting_voila")(notebook).url)
        expect(page.locator("[data-part='line-chart']")).to_be_visible(timeout=60_000)
        yield page


def part(page: Page, name: str) -> Locator:
    return page.locator(f"[data-part='{name}']").first


def saved(page: Page, button: Locator, folder: Path) -> Path:
    with page.expect_download() as download:
        button.click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def test_curves_grow_and_a_later_point_arrives(shown: Page) -> None:
    chart = part(shown, "line-chart")
    expect(chart).to_have_attribute("data-points", "60", timeout=20_000)
    expect(chart.locator("canvas")).to_be_visible()
    shown.get_by_role("button", name="more points").click()
    expect(chart).to_have_attribute("data-points", "61")


def test_pointer_and_keys_read_values(shown: Page) -> None:
    chart = part(shown, "line-chart")
    chart.locator(".u-over").hover(position={"x": 200, "y": 60})
    tip = chart.locator(".pxp-tip")
    expect(tip).to_contain_text("epoch")
    expect(tip).to_contain_text("=train")
    plot = chart.locator(".pxp-plot")
    plot.focus()
    shown.mouse.move(0, 0)
    shown.keyboard.press("ArrowLeft")
    expect(tip).to_contain_text("epoch 61")
    shown.keyboard.press("ArrowLeft")
    expect(tip).to_contain_text("epoch 60")


def test_a_zoomed_chart_stays_zoomed_while_points_come(shown: Page) -> None:
    chart = part(shown, "line-chart")
    over = chart.locator(".u-over")
    over.scroll_into_view_if_needed()
    place = over.bounding_box()
    assert place
    middle = place["x"] + place["width"] / 2, place["y"] + 50
    shown.mouse.move(*middle)
    shown.mouse.down()
    shown.mouse.move(middle[0] + 100, middle[1], steps=4)
    shown.mouse.up()
    shown.get_by_role("button", name="more points").click()
    expect(chart).to_have_attribute("data-points", "62")
    over.hover(position={"x": place["width"] - 40, "y": 60})
    expect(chart.locator(".pxp-tip")).to_contain_text(re.compile(r"epoch (3\d|4\d)"))
    over.dblclick(position={"x": 50, "y": 60})
    chart.locator(".pxp-plot").focus()
    shown.mouse.move(0, 0)
    shown.keyboard.press("ArrowLeft")
    expect(chart.locator(".pxp-tip")).to_contain_text("epoch 62")


def test_a_series_hides_and_comes_back(shown: Page) -> None:
    chip = part(shown, "line-chart").locator("[data-series='val']")
    before = part(shown, "line-chart").locator("canvas").screenshot()
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "false")
    assert part(shown, "line-chart").locator("canvas").screenshot() != before
    chip.press("Enter")
    expect(chip).to_have_attribute("aria-pressed", "true")


def test_a_chart_is_saved(shown: Page, tmp_path: Path) -> None:
    chart = part(shown, "line-chart")
    table = saved(shown, chart.locator("[data-action='save-csv']"), tmp_path)
    rows = list(csv.reader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == ["epoch", "'=train", "validation"], "a label is no formula"
    assert rows[5][0] == "5"
    assert float(rows[5][1]) == pytest.approx(1.43306, abs=1e-5)
    assert rows[5][2] == "0.2"
    assert rows[30][2] == "", "a gap is empty"
    picture = saved(shown, chart.locator("[data-action='save-picture']"), tmp_path)
    with Image.open(picture) as image:
        assert image.width > 600
        assert len(image.convert("RGB").getcolors(1 << 20) or ()) > 20


def test_only_what_is_in_the_window_is_there(shown: Page) -> None:
    grid = part(shown, "image-grid")
    expect(grid).to_have_attribute("data-count", "100000")
    tiles = grid.locator(".pxp-tile")
    expect(tiles.nth(0)).to_have_attribute("data-state", "shown", timeout=20_000)
    expect(grid.locator(".pxp-tile[data-state='loading']")).to_have_count(0)
    assert 12 <= tiles.count() <= 120
    expect(grid.locator(".pxp-tile[data-index='5']")).to_have_attribute("data-state", "broken")
    expect(tiles.nth(0)).to_have_attribute("title", "picture_000000_<i>.jpg")
    assert grid.locator("i, .pxp-tile b, script").count() == 0, "names are text"
    outline = _json(tiles.nth(0), "tile => tile.querySelector('svg').getBoundingClientRect()")
    image = _json(tiles.nth(0), "tile => tile.querySelector('img').getBoundingClientRect()")
    for side in ("x", "y", "width", "height"):
        assert outline[side] == pytest.approx(image[side], abs=1), "shapes lie on the picture"
    assert image["width"] / image["height"] == pytest.approx(4 / 3, abs=0.05)


def test_keys_move_and_the_sheet_follows(shown: Page) -> None:
    grid = part(shown, "image-grid")
    grid.locator(".pxp-tile[data-index='0']").click()
    shown.keyboard.press("ArrowRight")
    expect(grid.locator(".pxp-tile[data-index='1']")).to_be_focused()
    shown.keyboard.press("PageDown")
    moved = int(grid.locator(".pxp-tile:focus").get_attribute("data-index") or 0)
    assert moved > 10
    shown.keyboard.press("PageDown")
    expect(grid).not_to_have_attribute("data-start", "0")
    expect(grid.locator(".pxp-tile:focus")).to_have_attribute("data-state", "shown")
    scroller = grid.locator(".pxp-grid")
    scroller.evaluate("element => { element.scrollTop = element.scrollHeight / 2; }")
    expect(grid).to_have_attribute("data-start", re.compile(r"^(49|50)\d{3}$"))
    expect(grid.locator(".pxp-tile[data-state='loading']")).to_have_count(0)
    scroller.evaluate("element => { element.scrollTop = 0; }")
    expect(grid).to_have_attribute("data-start", "0")


def test_pictures_are_chosen_by_pointer_and_keys(shown: Page) -> None:
    grid = part(shown, "image-grid")

    def chosen() -> list[int]:
        tiles = grid.locator(".pxp-tile[aria-selected='true']").all()
        return sorted(int(tile.get_attribute("data-index") or -1) for tile in tiles)

    def tile(index: int) -> Locator:
        return grid.locator(f".pxp-tile[data-index='{index}']")

    tile(1).click()
    assert chosen() == [1]
    tile(4).click(modifiers=["Shift"])
    assert chosen() == [1, 2, 3, 4]
    tile(2).click(modifiers=["Control"])
    assert chosen() == [1, 3, 4]
    shown.keyboard.press("Space")
    assert chosen() == [1, 2, 3, 4]
    expect(grid.locator(".pxp-foot")).to_contain_text("4 selected")
    first, last = tile(0).bounding_box(), tile(2).bounding_box()
    assert first
    assert last
    shown.mouse.move(first["x"] + 4, first["y"] + 4)
    shown.mouse.down()
    shown.mouse.move(last["x"] + 20, last["y"] + 30, steps=5)
    expect(grid.locator(".pxp-lasso")).to_be_visible()
    shown.mouse.up()
    assert chosen() == [0, 1, 2]
    shown.keyboard.press("Control+a")
    expect(grid.locator(".pxp-foot")).to_contain_text("100,000 selected")
    shown.keyboard.press("Escape")
    assert chosen() == []


def test_a_slider_follows_the_pointer_until_it_is_let_go(shown: Page) -> None:
    grid = part(shown, "image-grid")
    slider = grid.locator("[data-action='side']").first
    before = slider.input_value()
    place = slider.bounding_box()
    assert place
    down = place["y"] + place["height"] / 2
    shown.mouse.move(place["x"] + place["width"] * 0.3, down)
    shown.mouse.down()
    # what is drawn anew meanwhile must not take the slider away from the pointer
    shown.mouse.move(place["x"] + place["width"] - 1, down, steps=6)
    shown.mouse.up()
    expect(slider).to_have_value("320")
    slider.fill(before)
    expect(slider).to_have_value(before)


def test_a_provider_that_fails_says_so(shown: Page) -> None:
    grid = part(shown, "image-grid")
    grid.locator(".pxp-tile").first.click()
    shown.keyboard.press("End")
    expect(grid.locator(".pxp-problem").first).to_have_text(
        "The file lost.jpg does not exist: check the path."
    )
    shown.keyboard.press("Home")
    expect(grid.locator(".pxp-problem").first).to_be_hidden()
    expect(grid).to_have_attribute("data-start", "0")


def test_the_viewer_opens_turns_zooms_and_closes(shown: Page) -> None:
    grid = part(shown, "image-grid")
    grid.locator(".pxp-tile[data-index='3']").dblclick()
    viewer = grid.locator(".pxp-viewer")
    expect(viewer).to_have_attribute("data-state", "shown", timeout=10_000)
    expect(viewer.locator(".pxp-label")).to_have_text("circle")
    shown.wait_for_function("() => document.querySelector('.pxp-viewer img').naturalWidth === 1024")
    shown.keyboard.press("ArrowRight")
    expect(viewer).to_have_attribute("data-index", "4")
    viewer.locator(".pxp-stage").hover()
    level = viewer.locator(".pxp-level")
    fits = level.inner_text()
    assert 20 < int(fits.split()[0]) < 60, "of a picture of 2048 pixels"
    shown.mouse.wheel(0, -400)
    larger = round(int(fits.split()[0]) * 2.718)
    expect(level).to_have_text(re.compile(f"^({larger - 1}|{larger}|{larger + 1}) %$"))
    shown.wait_for_function("() => document.querySelector('.pxp-viewer img').naturalWidth === 2048")
    expect(level).to_have_text(re.compile(f"^({larger - 1}|{larger}|{larger + 1}) %$"))
    shown.keyboard.press("0")
    expect(level).to_have_text(fits)
    outline = viewer.locator(".pxp-outline").bounding_box()
    assert outline
    shown.mouse.move(outline["x"] + outline["width"] / 2, outline["y"] + outline["height"] / 2)
    expect(viewer.locator(".pxp-tip")).to_contain_text("box")
    viewer.locator("[data-action='class-1']").click()
    expect(viewer.locator(".pxp-shapes")).to_have_count(0)
    viewer.locator("[data-action='class-1']").click()
    expect(viewer.locator(".pxp-shapes")).to_have_count(1)
    viewer.locator("[data-action='annotations']").click()
    expect(viewer.locator(".pxp-shapes")).to_have_count(0)
    shown.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(grid.locator(".pxp-tile[data-index='4']")).to_be_focused()
    expect(grid.locator(".pxp-shapes")).to_have_count(0)
    grid.locator("[data-action='annotations']").first.click()
    expect(grid.locator(".pxp-shapes").first).to_be_visible()
    shown.keyboard.press("Escape")


def test_a_cell_is_chosen_by_pointer_and_keys(shown: Page) -> None:
    matrix = part(shown, "matrix-view")
    cell = matrix.locator("[data-row='0'][data-column='2']")
    cell.click()
    expect(cell).to_have_attribute("aria-selected", "true")
    expect(shown.get_by_text("cell [0, 2]")).to_be_visible()
    shown.keyboard.press("ArrowDown")
    said = matrix.locator(".pxp-said")
    sentence = re.compile(r"Ground truth hat, predicted long sleeve: \d+ \(.* % of hat\)")
    expect(said).to_have_text(sentence)
    shown.keyboard.press("Enter")
    expect(shown.get_by_text("cell [1, 2]")).to_be_visible()
    shown.keyboard.press("Enter")
    expect(shown.get_by_text("cell None")).to_be_visible()


def test_a_matrix_shows_shares_and_is_saved(shown: Page, tmp_path: Path) -> None:
    matrix = part(shown, "matrix-view")
    matrix.locator("[data-action='shares']").click()
    expect(matrix.locator("[data-row='3'][data-column='0']")).to_have_text("–")
    expect(matrix.locator("[data-row='0'][data-column='0']")).to_have_text(re.compile(r"\d+%"))
    matrix.locator("[data-action='counts']").click()
    expect(matrix).to_have_attribute("data-shares", "")
    table = saved(shown, matrix.locator("[data-action='save-csv']"), tmp_path)
    rows = list(csv.reader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 9
    assert rows[-1][0] == rows[0][-1] == "'=1+1"
    assert rows[4] == ["outwear", *["0"] * 8]
    picture = saved(shown, matrix.locator("[data-action='save-picture']"), tmp_path)
    with Image.open(picture) as image:
        assert min(image.size) > 400


def test_many_classes_scroll_and_grow(shown: Page) -> None:
    many = shown.locator("[data-part='matrix-view']").nth(1)
    scroller = many.locator("[role='grid']")
    expect(scroller).to_have_attribute("aria-rowcount", "121")
    scroller.focus()
    shown.keyboard.press("ArrowDown")
    for _ in range(4):
        many.locator("[data-action='zoom-in']").click()
    expect(many).to_have_attribute("data-side", re.compile(r"[3-9]\d"))
    expect(many.locator("[data-row='0'][data-column='0']")).not_to_be_empty()
    scroller.evaluate("element => element.scrollTo(1e6, 1e6)")
    expect(many.locator("[data-row='119'][data-column='119']")).to_be_visible()
    expect(many.locator("[data-row='0'][data-column='0']")).to_have_count(0)
    assert many.locator("[role='gridcell']").count() < 2500, "only what is seen is there"


def test_the_language_turns_while_it_runs(shown: Page) -> None:
    shown.get_by_role("button", name="turn language").click()
    expect(part(shown, "image-grid")).to_contain_text("双击或按 Enter 打开")
    expect(part(shown, "matrix-view")).to_contain_text("真实标注")
    expect(part(shown, "line-chart").locator("[data-action='save-csv']")).to_have_attribute(
        "aria-label", "将数值保存为 CSV"
    )
    shown.get_by_role("button", name="turn language").click()
    expect(part(shown, "image-grid")).to_contain_text(
        "Double-click or Enter opens", ignore_case=True
    )


@pytest.mark.parametrize("width", [480, 800, 1280])
def test_parts_fit_the_width(shown: Page, width: int, shoot: Callable[[Page, str], Path]) -> None:
    shown.set_viewport_size({"width": width, "height": 1000})
    part(shown, "image-grid").scroll_into_view_if_needed()
    expect(part(shown, "image-grid").locator("[data-state='loading']")).to_have_count(0)
    for name in ("line-chart", "image-grid", "matrix-view"):
        outside = _json(part(shown, name), "root => root.scrollWidth - root.clientWidth")
        assert outside <= 1, f"{name} is wider than its place"
    host = "lab" if "/lab/" in shown.url else "voila"
    shoot(shown, f"parts-{host}-{width}")


def test_a_dark_theme_repaints(
    shown: Page, browser: Browser, shoot: Callable[[Page, str], Path]
) -> None:
    if "/lab/" in shown.url:
        assert _ground(part(shown, "line-chart")) == "rgb(255, 255, 255)"
        command = "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: %r})"
        shown.evaluate(command % "JupyterLab Dark")
        _expect_dark(shown)
        expect(shown.locator("#jupyterlab-splash")).to_have_count(0)
        # the theme hides the page meanwhile, as other tabs do
        expect(part(shown, "matrix-view").locator("[role='gridcell']")).to_have_count(64)
        shoot(shown, "parts-lab-dark")
        shown.evaluate(command % "JupyterLab Light")
    else:
        with new_page(browser) as page:
            page.goto(f"{shown.url}?theme=dark")
            _expect_dark(page)
            expect(part(page, "line-chart")).to_have_attribute("data-points", "60", timeout=20_000)
            shoot(page, "parts-voila-dark")


def _expect_dark(page: Page) -> None:
    chart = part(page, "line-chart")
    expect(chart).to_have_css("color", re.compile("255, 255, 255"), timeout=30_000)
    expect(chart).to_have_attribute("style", re.compile(r"--pxp-ground: rgb\((17|33), "))


def test_a_later_view_shows_everything(shown: Page) -> None:
    if "/lab/" not in shown.url:
        pytest.skip("only JupyterLab makes another view of an output")
    points = part(shown, "line-chart").get_attribute("data-points") or ""
    shown.evaluate("() => window.jupyterapp.commands.execute('notebook:create-output-view')")
    views = shown.locator("[data-part='line-chart']")
    expect(views).to_have_count(2)
    expect(views.nth(1)).to_have_attribute("data-points", points)


@pytest.mark.parametrize("host", ["lab", "voila"])
def test_plain_widgets_come_where_the_front_end_is_absent(
    host: str,
    page: Page,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    open_notebook_in_lab: Open,
    shoot: Callable[[Page, str], Path],
) -> None:
    remove_front_end(page)
    notebook = write_notebook(tmp_path / "plain.ipynb", CODE)  # its name gives it its own kernel
    if host == "lab":
        open_notebook_in_lab(page, request.getfixturevalue("lab_server"), notebook)
    else:
        page.goto(request.getfixturevalue("lasting_voila")(notebook).url)
    expect(page.get_by_role("img", name="Loss")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("1–24 of 100,000")).to_be_visible()
    expect(page.get_by_role("img", name="picture_000003")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("img", name="picture_000024")).to_be_visible()
    expect(page.get_by_role("rowheader", name="=1+1")).to_be_visible()
    expect(page.get_by_text("most frequent of")).to_be_visible()
    assert page.locator("[data-part]").count() == 0
    shoot(page, f"parts-{host}-plain")


def _json(locator: Locator, script: str) -> Any:
    return locator.evaluate(script)


def _ground(locator: Locator) -> str:
    script = "root => getComputedStyle(root).getPropertyValue('--pxp-ground')"
    return cast("str", _json(locator, script))
