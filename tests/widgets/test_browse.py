"""The browser of a data set without a web browser: what it finds, changes and follows."""

from __future__ import annotations

import gc
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ipywidgets as w
import numpy as np
import pytest

from paddlex_nb import Wizard
from paddlex_nb.core.task import Task
from paddlex_nb.data.edits import MergeClasses
from paddlex_nb.data.explore import Catalogue, LeftOut, Match, Query
from paddlex_nb.data.explore.query import replaced
from paddlex_nb.data.store.record_file import read_record
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.browse.words import span
from paddlex_nb.widgets.parts import ImageGrid, StatPlot
from paddlex_nb.workspace import Workspace

from .driving import click, find, inside, said


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the samples of all tasks."""
    space = Workspace(tmp_path_factory.mktemp("samples"))
    for job in [space.import_sample(task, wait=False) for task in Task]:
        job.result()
    return space


class Page:
    """The preview page of a wizard whose event loop is run by hand."""

    def __init__(self, dataset: Dataset, workspace: Workspace) -> None:
        self.dataset = dataset
        self.wizard = Wizard(workspace, dataset=dataset.id, start=False)
        self.open(Step.PREVIEW)

    def open(self, step: Step) -> None:
        self.wizard.do(lambda: self.wizard.state.goto(step))
        self.run_pending()
        assert self.wizard.state.step is step

    def run_pending(self) -> None:
        self.wizard.event_loop.run_pending()

    @property
    def grid(self) -> ImageGrid:
        return find(self.wizard, ImageGrid)

    @property
    def query(self) -> Query:
        return self.wizard.state.query

    @property
    def rows(self) -> list[int]:
        """Rows of the images in the grid."""
        pictures: Any = self.grid.pictures
        assert self.grid.count == len(pictures.rows)
        return list(map(int, pictures.rows))

    def field(self, label: str, kind: type[Any] = w.Dropdown) -> Any:
        fields = [o for o in inside(self.wizard) if isinstance(o, kind) and o.description == label]
        assert len(fields) == 1, label
        return fields[0]

    def choose(self, label: str, value: object) -> None:
        self.field(label).value = value
        self.run_pending()

    def search(self, text: str) -> None:
        self.field("Search", w.Text).value = text
        self.run_pending()

    def chips(self) -> dict[str, w.Button]:
        box = find(self.wizard, w.Box, "browse-chips")
        return {chip.description.removesuffix("  ×"): chip for chip in box.children}

    def take_back(self, chip: str) -> None:
        self.chips()[chip].click()
        self.run_pending()

    def select(self, *edges: int) -> None:
        self.grid.selection = list(edges)
        self.run_pending()

    def say(self, **content: Any) -> None:
        """The front end of the grid sends a message."""
        self.grid._dispatch(self.grid, content, ())
        self.run_pending()

    def plot(self, title: str) -> StatPlot:
        plots = [o for o in inside(self.wizard) if isinstance(o, StatPlot) and o.title == title]
        assert len(plots) == 1, title
        return plots[0]

    def press(self, title: str, *places: int) -> None:
        self.plot(title).selected = list(places)
        self.run_pending()


Open = Callable[[Task], Page]


@pytest.fixture
def open_page(samples: Workspace, tmp_path: Path) -> Iterator[Open]:
    """Opens the preview page of a sample that the test may change."""
    opened: list[Page] = []

    def open_(task: Task) -> Page:
        space = Workspace(shutil.copytree(samples.path, tmp_path / f"w{len(opened)}"))
        dataset = next(one for one in space.datasets() if one.record.task is task)
        opened.append(Page(dataset, space))
        return opened[-1]

    yield open_
    for page in opened:
        page.wizard.close()


def showing(dataset: Dataset) -> list[set[int]]:
    """The classes of each image's objects."""
    view = DatasetView(dataset.folder, left_out=True)
    return [set(view.objects(row).class_id.tolist()) for row in range(len(view))]


def test_filters_find_and_chips_take_back(open_page: Open) -> None:
    page = open_page(Task.DETECTION)
    everything = list(range(len(DatasetView(page.dataset.folder))))
    shown = showing(page.dataset)
    assert page.rows == everything
    page.choose("Set", "val")
    val = sorted(read_splits(page.dataset.folder).val)
    assert page.rows == val
    page.choose("Class", 0)
    page.choose("Class", 2)
    assert page.rows == [row for row in val if shown[row] & {0, 2}]
    page.choose("Images with", Match.ALL)
    assert page.rows == [row for row in val if shown[row] >= {0, 2}]
    names = page.dataset.classes
    assert list(page.chips()) == ["Validation", names[0], names[2], "Clear all"]
    page.take_back("Validation")
    page.take_back(names[2])
    assert page.rows == [row for row in everything if 0 in shown[row]]
    assert f"{len(page.rows)} of {len(everything)}" in said(page.wizard)
    page.choose("Sort by", "objects")
    page.field("↓", w.ToggleButton).value = True
    page.search(".JPG")
    order = Query(sort="objects", descending=True)
    assert page.query == replaced(order, text=".JPG", classes=(0,), match=Match.ALL)
    counts = [len(DatasetView(page.dataset.folder).objects(row).number) for row in page.rows]
    assert counts == sorted(counts, reverse=True)
    page.take_back("Clear all")
    assert page.query == order
    assert sorted(page.rows) == everything
    assert page.field("Search", w.Text).value == ""


def test_limits_as_they_are_typed(open_page: Open) -> None:
    page = open_page(Task.DETECTION)
    click(page.wizard, "browse-more")
    least, most = (
        next(o for o in inside(page.wizard) if isinstance(o, w.Text) and o.placeholder == hint)
        for hint in ("minimum", "maximum")
    )
    catalogue = Catalogue(page.dataset.folder)
    width = float(np.median(catalogue.quantity("width")))
    for typed, limits in {
        (f"{width:g}", ""): (width, np.inf),
        (" ", "1,000"): (-np.inf, 1000.0),
        ("0,5", "1,200.5"): (0.5, 1200.5),
    }.items():
        least.value, most.value = typed
        click(page.wizard, "add-range")
        assert page.query.ranges == {"width": limits}
        assert page.rows == catalogue.rows(Query(ranges={"width": limits})).tolist()
    for typed, sentence in {
        ("", ""): "enter a minimum or a maximum",
        ("nan", ""): "nan is not a number",
        ("<b>wide</b>", "3"): "&lt;b&gt;wide&lt;/b&gt; is not a number",
        ("3", "2"): "minimum 3 is greater than the maximum 2",
    }.items():
        before = page.query
        least.value, most.value = typed
        click(page.wizard, "add-range")
        assert sentence in said(page.wizard)
        assert page.query == before
    page.take_back("Image width (pixels) 0.5 – 1,200")
    assert page.query == Query()


def test_ranges_in_words() -> None:
    inf = float("inf")
    assert span(0.25, 0.25) == "0.25"
    assert span(12_345, inf) == "≥ 12,345"
    assert span(-inf, 1.5) == "≤ 1.5"


def test_plots_choose_and_follow(open_page: Open) -> None:
    page = open_page(Task.DETECTION)
    shown = showing(page.dataset)
    click(page.wizard, "analysis-toggle")
    titles = [one.title for one in inside(page.wizard) if isinstance(one, StatPlot)]
    assert len(titles) == len(set(titles)) > 5
    classes, splits = page.plot("Images per class"), page.plot("Images in each set")
    assert classes.counts == classes.totals == [sum(n in s for s in shown) for n in range(4)]

    page.press("Images per class", 1)
    assert page.query == Query(classes=(1,))
    assert page.rows == [row for row, numbers in enumerate(shown) if 1 in numbers]
    assert sum(splits.counts) == len(page.rows)
    assert sum(splits.totals) == len(shown)
    assert classes.counts == classes.totals  # its own choice hides nothing of it
    page.choose("Set", "train")
    assert splits.selected == [0]
    page.press("Images in each set")
    assert page.query == Query(classes=(1,))
    page.take_back(page.dataset.classes[1])
    assert classes.selected == []

    sizes = page.plot("Object size (pixels, √area)")
    page.press(sizes.title, 1, 2)
    (least, most) = page.query.ranges["object_side"]
    assert (least, most) == (sizes.edges[1], np.nextafter(sizes.edges[3], 0))
    assert sizes.selected == [1, 2]
    page.press(sizes.title, len(sizes.totals) - 1)
    assert page.query.ranges["object_side"][1] == sizes.edges[-1]
    assert page.rows
    page.press(sizes.title)
    assert page.query == Query()

    cells = page.plot("Object positions")
    at = int(np.argmax(cells.totals))
    page.press(cells.title, at)
    assert page.query.cell == divmod(at, 16)
    assert cells.selected == [at]
    assert len(page.rows) <= cells.totals[at]
    page.press(cells.title, -1, 10**9)  # no such places
    assert page.query == Query()


def test_pairs_of_classes_are_chosen(open_page: Open) -> None:
    page = open_page(Task.DETECTION)
    shown = showing(page.dataset)
    click(page.wizard, "analysis-toggle")
    pairs = page.plot("Classes that occur together")
    for row, column in [(0, 2), (3, 1), (2, 2)]:
        at = row * pairs.across + column
        page.press(pairs.title, at)
        assert pairs.selected == [at]
        assert page.rows == [n for n, numbers in enumerate(shown) if numbers >= {row, column}]
        assert len(page.rows) == pairs.totals[at]
    page.press(pairs.title)
    assert page.query == Query()
    page.choose("Class", 1)
    assert pairs.selected == []


def test_chosen_images_are_left_out_and_taken_in(open_page: Open) -> None:
    page = open_page(Task.DETECTION)
    count = page.grid.count
    page.select(1, 3, 5, 6)
    actions = find(page.wizard, w.Box, "browse-actions")
    assert actions.layout.display == ""
    assert "3 selected" in said(page.wizard)
    click(page.wizard, "exclude")
    assert page.rows == [0, 3, 4, *range(6, count)]
    assert page.grid.selection == []
    assert actions.layout.display == "none"
    click(page.wizard, "browse-more")
    page.choose("Excluded images", LeftOut.ONLY)
    assert page.rows == [1, 2, 5]
    assert all(tile.out for tile in page.grid.pictures.tiles(0, 3, 160))
    page.select(0, 1)
    click(page.wizard, "include")
    assert page.rows == [2, 5]
    click(page.wizard, "undo")
    assert page.rows == [1, 2, 5]
    assert page.dataset.record.images == count - 3

    page.say(kind="remove")
    assert page.dataset.record.images == count - 3, "none is chosen"
    page.choose("Excluded images", LeftOut.WITHOUT)
    page.select(0, 1)
    page.say(kind="remove")
    assert page.dataset.record.images == count - 4
    assert page.rows[0] == 3


def test_chosen_images_are_moved_and_moved_back(open_page: Open) -> None:
    page = open_page(Task.SEGMENTATION)
    before = read_splits(page.dataset.folder)
    page.choose("Set", "train")
    page.select(0, 2)
    page.choose("Move to", "test")
    moved = page.rows[:2]
    click(page.wizard, "move")
    after = read_splits(page.dataset.folder)
    assert set(moved) <= set(after.test)
    assert page.rows == sorted(after.train)
    click(page.wizard, "undo")
    assert read_splits(page.dataset.folder) == before
    assert page.rows == sorted(before.train)


def test_chosen_images_get_a_class(open_page: Open) -> None:
    page = open_page(Task.CLASSIFICATION)
    view = DatasetView(page.dataset.folder)
    first = [row for row in range(len(view)) if view.labels[row] == 0][:2]
    page.select(first[0], first[0] + 1)
    actions = inside(find(page.wizard, w.Box, "browse-actions"))
    fields = [one for one in actions if isinstance(one, w.Dropdown)]
    fields[1].value = page.dataset.classes[1]
    click(page.wizard, "set-class")
    assert DatasetView(page.dataset.folder).labels[first[0]] == 1
    assert page.grid.pictures.tiles(first[0], first[0] + 1, 160)[0].layers[0].class_ids == (1,)
    click(page.wizard, "undo")
    assert DatasetView(page.dataset.folder).labels.tolist() == view.labels.tolist()
    # what the data set refuses is said, and nothing is lost
    page.select(0, page.grid.count)
    click(page.wizard, "set-class")
    assert "pxnb-alert" in said(page.wizard)
    assert page.dataset.edits.changes() == []


def test_the_chosen_images_are_listed(open_page: Open) -> None:
    page = open_page(Task.CLASSIFICATION)
    page.select(0, 2)
    click(page.wizard, "list")
    paths = [str(path) for path in DatasetView(page.dataset.folder).paths]
    assert find(page.wizard, w.Textarea).value.split("\n") == paths[:2]
    assert "data:text/plain;base64," in said(page.wizard)
    page.select(2, 3)
    assert not [one for one in inside(page.wizard) if isinstance(one, w.Textarea)]


def test_corrections_of_an_image(open_page: Open) -> None:
    page = open_page(Task.CLASSIFICATION)
    assert page.grid.corrections == "class"
    before = DatasetView(page.dataset.folder).labels
    other = (int(before[3]) + 1) % len(page.dataset.classes)
    page.say(kind="correct", request="1", what="image_class", index=3, **{"class": other})
    assert DatasetView(page.dataset.folder).labels[3] == other
    page.say(kind="correct", request="2", what="undo", index=0)  # another picture's is not seen
    assert DatasetView(page.dataset.folder).labels[3] == other
    page.say(kind="correct", request="3", what="undo", index=3)
    page.say(kind="correct", request="4", what="undo", index=3)  # there is nothing left to undo
    assert DatasetView(page.dataset.folder).labels.tolist() == before.tolist()


def test_corrections_of_objects(open_page: Open) -> None:
    page = open_page(Task.DETECTION)
    assert page.grid.corrections == "boxes"
    page.choose("Sort by", "objects")
    row = page.rows[4]
    before = objects(page.dataset, row)
    number, width, height = before[0][0], *DatasetView(page.dataset.folder).size(row)
    box = [0.25, 0.25, 0.75, 0.5]
    pixels = [width / 4, height / 4, width / 2, height / 4]
    wish = {"kind": "correct", "request": "1", "index": 4}
    page.say(**wish, what="box", object=number, box=box)
    assert objects(page.dataset, row)[0][:2] == before[0][:2]
    assert objects(page.dataset, row)[0][2] == pytest.approx(pixels)
    page.say(**wish, what="object_class", object=number, **{"class": 3})
    assert objects(page.dataset, row)[0][1] == 3
    page.say(**wish, what="add", box=box, **{"class": 2})
    assert objects(page.dataset, row)[-1][1] == 2
    assert objects(page.dataset, row)[-1][2] == pytest.approx(pixels)
    page.say(**wish, what="delete", object=number)
    assert len(objects(page.dataset, row)) == len(before)
    for _ in range(4):
        page.say(kind="correct", request="2", what="undo", index=4)
    assert objects(page.dataset, row) == before


def objects(dataset: Dataset, row: int) -> list[tuple[int, int, list[float]]]:
    """Number, class and box of an image's objects."""
    annotated = DatasetView(dataset.folder, left_out=True).objects(row)
    columns = annotated.number.tolist(), annotated.class_id.tolist(), annotated.xywh.tolist()
    return list(zip(*columns, strict=True))


def test_outlines_keep_their_shape_and_masks_are_not_corrected(open_page: Open) -> None:
    page = open_page(Task.INSTANCE_SEGMENTATION)
    assert page.grid.corrections == "objects"
    before = objects(page.dataset, 0)
    wish = {"kind": "correct", "request": "1", "index": 0, "object": before[0][0]}
    page.say(**wish, what="box", box=[0, 0, 0.5, 0.5])
    assert objects(page.dataset, 0) == before
    other = (before[0][1] + 1) % len(page.dataset.classes)
    page.say(**wish, what="object_class", **{"class": other})
    assert objects(page.dataset, 0)[0][1] == other
    page.say(**wish, what="delete")
    assert objects(page.dataset, 0) == before[1:]

    page = open_page(Task.SEGMENTATION)
    assert page.grid.corrections == ""
    page.say(kind="correct", request="1", what="image_class", index=0, **{"class": 1})
    page.say(kind="correct", request="2", what="delete", index=0, object=0)
    assert page.dataset.edits.changes() == []


def test_corrections_are_seen_everywhere_and_no_click_waits_for_a_version(open_page: Open) -> None:
    page = open_page(Task.DETECTION)
    other = Page(page.dataset, page.wizard.state.workspace)
    row, folder = page.rows[0], page.dataset.folder
    known = read_record(folder)
    before = shown(page, 0)

    def expect_everywhere(objects: list[tuple[int | None, int]]) -> None:
        other.run_pending()
        page.run_pending()
        assert shown(page, 0) == shown(other, 0) == objects
        assert read_record(folder) == known

    wish = {"kind": "correct", "request": "1", "index": 0, "object": before[0][0]}
    page.say(**wish, what="object_class", **{"class": 3})
    expect_everywhere([(before[0][0], 3), *before[1:]])
    page.say(**wish, what="delete")
    expect_everywhere(before[1:])
    page.say(**wish, what="undo")
    expect_everywhere([(before[0][0], 3), *before[1:]])
    page.say(**wish, what="undo")
    expect_everywhere(before)
    other.select(0, 1)
    click(other.wizard, "exclude")
    page.run_pending()
    assert page.rows == other.rows
    assert row not in page.rows
    assert page.dataset.record.images == known.images - 1
    assert read_record(folder) == known
    other.wizard.close()


def shown(page: Page, index: int) -> list[tuple[int | None, int]]:
    """Number and class of the shapes that the viewer draws."""
    layer = page.grid.pictures.picture(index).layers[0]
    return [(shape.number, shape.class_id) for shape in layer.shapes]


def test_what_is_changed_elsewhere_is_followed(open_page: Open) -> None:
    page = open_page(Task.DETECTION)
    names, count = page.dataset.classes, page.grid.count
    click(page.wizard, "analysis-toggle")
    page.choose("Class", 3)
    rows = page.rows
    elsewhere = Dataset(page.dataset.folder)
    elsewhere.edits.exclude(rows[:1])
    page.run_pending()
    assert page.rows == rows[1:]

    elsewhere.edits.apply(MergeClasses([(names[0], names[1])]))
    page.run_pending()
    assert page.grid.classes == names[1:]
    assert page.query == Query(classes=(2,))  # the same class by another number
    assert page.rows == rows[1:]
    assert [label for label, _ in page.field("Class").options[1:]] == names[1:]
    plot = page.plot("Images per class")
    assert (plot.labels, len(plot.totals)) == (names[1:], 3)
    assert (plot.selected, plot.counts[2]) == ([2], len(rows) - 1)
    assert page.plot("Classes that occur together").labels == names[1:]
    elsewhere.edits.apply(MergeClasses([(names[3], names[2])]))
    page.run_pending()
    assert page.query == Query()
    assert page.grid.count == count - 1

    page.choose("Set", "val")
    elsewhere.move_to_split(page.rows[:1], "train")
    page.run_pending()
    assert page.rows == sorted(read_splits(page.dataset.folder).val)


def test_what_is_looked_for_stays(open_page: Open) -> None:
    page = open_page(Task.DETECTION)
    page.choose("Class", 1)
    page.choose("Sort by", "largest_object")
    query, rows = page.query, page.rows
    page.open(Step.DATA)
    page.open(Step.PREVIEW)
    assert (page.query, page.rows) == (query, rows)
    assert page.field("Sort by").value == "largest_object"
    click(page.wizard, "analysis-toggle")
    page.wizard.do(lambda: page.wizard.change_language("zh_CN"))
    page.run_pending()
    assert (page.query, page.rows) == (query, rows)
    assert page.field("排序方式").value == "largest_object"
    page.choose("子集", "test")
    assert page.rows == [row for row in rows if row in read_splits(page.dataset.folder).test]
    click(page.wizard, "analysis-toggle")
    page.take_back(page.dataset.classes[1])
    assert sorted(page.rows) == sorted(read_splits(page.dataset.folder).test)
    # what is looked for may be gone when the page is opened again
    page.wizard.state.query = Query(finding="truncated_image")
    page.open(Step.DATA)
    page.open(Step.PREVIEW)
    assert page.rows == []


@pytest.mark.parametrize("task", list(Task), ids=str)
def test_nothing_stays_open(open_page: Open, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paddlex_nb.widgets.wizard.LINGER", 0.0)
    page = open_page(task)
    page.open(Step.DATA)

    def look() -> None:
        page.open(Step.PREVIEW)
        page.wizard._tick()
        click(page.wizard, "analysis-toggle")
        page.select(0, 2)
        click(page.wizard, "list")
        click(page.wizard, "list")
        click(page.wizard, "browse-more")
        page.choose("Set", "train")
        page.choose("Set", "val")
        click(page.wizard, "analysis-toggle")
        click(page.wizard, "analysis-toggle")
        page.open(Step.DATA)

    look()
    before = alive()
    look()
    assert alive() == before


def alive() -> Counter[str]:
    """How many widgets of each kind are open."""
    gc.collect()
    try:
        from ipywidgets.widgets.widget import _instances as known
    except ImportError:  # ipywidgets 7
        known = w.Widget.widgets
    return Counter(type(one).__name__ for one in known.values())


def test_a_field_whose_user_is_ahead_of_the_page_is_left_alone(open_page: Open) -> None:
    """Two changes come before the page has answered the first: none is taken back."""
    page = open_page(Task.DETECTION)
    set_by_page: list[str] = []
    for label in ("Sort by", "Set"):
        field = page.field(label)
        field.value = {"Sort by": "area", "Set": "train"}[label]
        field.observe(lambda _, label=label: set_by_page.append(label), "value")
    page.run_pending()
    assert (page.query.sort, page.query.split) == ("area", "train")
    assert set_by_page == []
    (chip,) = page.chips()
    page.take_back(chip)
    assert set_by_page == ["Set"], "another one has changed it"
    assert (page.field("Sort by").value, page.field("Set").value) == ("area", "")
