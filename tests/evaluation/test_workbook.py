"""The tables of an evaluation as a workbook: whole, readable, and no name in it is a formula."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from fake_runs import fake_runs

from paddlex_nb.core.i18n import LANGUAGES, set_language
from paddlex_nb.core.task import Task
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.evaluation import Evaluation
from paddlex_nb.run import Run
from paddlex_nb.runs.record import annotate

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EVIL = ("=1+1", "+1", "-1", "@SUM(1)", '=HYPERLINK("http://a.example")', "http://a.example")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Run]:
    return fake_runs(tmp_path_factory.mktemp("runs"))


class Book:
    """The cells of a workbook: text or number by row, of each sheet."""

    def __init__(self, path: Path) -> None:
        self.raw: dict[str, str] = {}
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                self.raw[name] = archive.read(name).decode()
        strings = [
            "".join(part.text or "" for part in one.iter(f"{SPACE}t"))
            for one in fromstring(self.raw["xl/sharedStrings.xml"]).iter(f"{SPACE}si")
        ]
        names = [
            one.get("name", "")
            for one in fromstring(self.raw["xl/workbook.xml"]).iter(f"{SPACE}sheet")
        ]
        self.sheets: dict[str, list[list[str | float]]] = {}
        for place, name in enumerate(names, 1):
            sheet = fromstring(self.raw[f"xl/worksheets/sheet{place}.xml"])
            self.sheets[name] = [
                [
                    strings[int(value)] if cell.get("t") == "s" else float(value)
                    for cell in row
                    if (value := cell.findtext(f"{SPACE}v")) is not None
                ]
                for row in sheet.iter(f"{SPACE}row")
            ]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("task", list(Task), ids=str)
def test_all_tables_are_there(runs: dict[Task, Run], tmp_path: Path, task: Task, code: str) -> None:
    set_language(code)
    run = runs[task]
    (evaluation,) = run.evaluations()
    book = Book(run.report(evaluation, tmp_path / "report.xlsx"))
    meaning, figures, classes, matrix, *of_objects_only, images = book.sheets.values()
    said = " ".join(str(cell) for row in meaning for cell in row)
    assert all(sentence in said for sentence in run.judge(evaluation).sentences)
    assert run.record.id in said
    of_objects = evaluation.threshold is not None  # F1 at the threshold is told too
    assert len(figures) == 1 + len(evaluation.metrics) + of_objects
    assert len(of_objects_only) == 2 * of_objects
    if of_objects:
        _same_as_asked(evaluation, *of_objects_only)
    more = {"f1": evaluation.intervals()[0].value} if of_objects else {}
    for (name, value), row in zip({**evaluation.metrics, **more}.items(), figures[1:], strict=True):
        assert row[0] == metric_label(name)
        assert value is None or row[1] == pytest.approx(value)
    assert [row[0] for row in classes[1:]] == evaluation.classes
    counts = [list(row[1:]) for row in matrix[1:]]
    assert counts == evaluation.confusion_matrix.tolist()
    assert len(images) - 1 == evaluation.images
    errors = [float(row[1]) for row in images[1:]]
    assert errors == sorted(errors, reverse=True)
    every = " ".join(str(cell) for sheet in book.sheets.values() for row in sheet for cell in row)
    assert not re.search(r"(?:display|cli|metrics|judging|params)\.[a-z_]+", every)


def _same_as_asked(
    evaluation: Evaluation, thresholds: list[list[str | float]], errors: list[list[str | float]]
) -> None:
    """Hold the two sheets of objects against what Python tells."""
    asked = evaluation.thresholds()
    every = [asked.best, *map(asked.best_of, evaluation.classes)]
    assert [row[0] for row in thresholds[2:]] == evaluation.classes
    for best, row in zip(every, thresholds[1:], strict=True):
        known = [best.threshold, best.low, best.high, best.f1] if best and best.f1 else []
        assert list(row[1:]) == [pytest.approx(one) for one in known]
    assert every[0] is not None
    assert every[0].f1 > 0  # or nothing was looked at
    for kind, row in zip(evaluation.errors, errors[1:], strict=True):
        numbers = [kind.count, kind.images, None if kind.lost is None else 100 * kind.lost]
        told = [pytest.approx(one) for one in numbers if one is not None]
        assert list(row) == [kind.label, *told, kind.meaning]


def test_no_name_is_a_formula_or_a_link(runs: dict[Task, Run], tmp_path: Path) -> None:
    run = runs[Task.CLASSIFICATION]
    (evaluation,) = run.evaluations()
    annotate(run.folder, name="=cmd|' /C calc'!A0")
    names = [*EVIL, *evaluation.classes][: len(evaluation.classes)]
    data = {
        **evaluation.data,
        "classes": names,
        "per_class": [
            {**row, "class": name}
            for row, name in zip(evaluation.data["per_class"], names, strict=True)
        ],
    }
    book = Book(run.report(Evaluation.from_dict(data), tmp_path / "evil.xlsx"))
    every = {cell for sheet in book.sheets.values() for row in sheet for cell in row}
    assert set(names) <= every
    markup = "".join(text for name, text in book.raw.items() if name.startswith("xl/"))
    assert "<f>" not in markup
    assert "hyperlink" not in markup
    assert "externalLink" not in "".join(book.raw)


def test_without_predictions_the_other_tables_are_there(
    runs: dict[Task, Run], tmp_path: Path
) -> None:
    run = runs[Task.DETECTION]
    (evaluation,) = run.evaluations()
    predictions = RunFolder(run.folder).evaluation("val", "best").predictions
    kept = predictions.read_bytes()
    try:
        predictions.unlink()
        book = Book(run.report(evaluation, tmp_path / "gone.xlsx"))
    finally:
        predictions.write_bytes(kept)
    *_, matrix, images = book.sheets.values()
    assert len(images) == 1
    assert len(matrix) == len(evaluation.classes) + 2


def test_names_that_are_no_text_and_long_ones_are_written(
    runs: dict[Task, Run], tmp_path: Path
) -> None:
    run = runs[Task.DETECTION]
    (evaluation,) = run.evaluations()
    names = ["\udcff\x07", "x" * 40_000, *evaluation.classes[2:]]
    data = {
        **evaluation.data,
        "per_class": [
            {**row, "class": name}
            for row, name in zip(evaluation.data["per_class"], names, strict=True)
        ],
    }
    book = Book(run.report(Evaluation.from_dict(data), tmp_path / "odd.xlsx"))
    longest = max(len(str(cell)) for sheet in book.sheets.values() for row in sheet for cell in row)
    assert longest == 32_767
