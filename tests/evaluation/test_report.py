"""The report of an evaluation: one file, nothing fetched, names are text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from fake_runs import fake_runs

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import LANGUAGES, set_language, tr
from paddlex_nb.core.task import Task
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.metrics.image_counts import ImageCounts
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.evaluation import Evaluation
from paddlex_nb.results.threshold import best_text
from paddlex_nb.run import Run
from paddlex_nb.runs.record import annotate

EVIL = "<img src=x onerror=alert(1)>"


class Page(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Run]:
    return fake_runs(tmp_path_factory.mktemp("runs"))


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("task", list(Task), ids=str)
def test_a_report_is_whole_and_fetches_nothing(
    runs: dict[Task, Run], tmp_path: Path, task: Task, code: str
) -> None:
    set_language(code)
    run = runs[task]
    (evaluation,) = run.evaluations()
    out = run.report(evaluation, tmp_path / "report.html")
    page = Page(out.read_text(encoding="utf-8"))
    for sentence in run.judge(evaluation).sentences:
        assert sentence in page.text
    objects = task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}
    assert (tr("threshold.kind.dupe") in page.text) is objects
    if objects:
        assert best_text(evaluation.thresholds().best) in page.text
    for name, value in evaluation.metrics.items():
        assert metric_label(name) in page.text
        assert value is None or f"{value:.3f}" in page.text
    assert all(name in page.text for name in evaluation.classes)
    assert run.record.id in page.text
    assert not re.search(r"(?:display|cli|metrics|judging|params)\.[a-z_]+", page.text)
    pictures = [attributes["src"] or "" for tag, attributes in page.tags if tag == "img"]
    assert len(pictures) >= 2 + 2, "matrix, curves, and at least one image with truth beside it"
    assert all(source.startswith("data:image/") for source in pictures)
    assert not {"script", "link", "iframe"} & {tag for tag, _ in page.tags}


def test_names_are_text_and_damage_is_survived(runs: dict[Task, Run], tmp_path: Path) -> None:
    run = runs[Task.DETECTION]
    (evaluation,) = run.evaluations()
    annotate(run.folder, name=EVIL)
    data = {**evaluation.data, "classes": [EVIL, *evaluation.classes[1:]]}
    predictions = RunFolder(run.folder).evaluation("val", "best").predictions
    kept = predictions.read_bytes()
    try:
        out = run.report(Evaluation.from_dict(data), tmp_path / "evil.html")
        page = Page(out.read_text(encoding="utf-8"))
        assert EVIL in page.text
        assert not [one for tag, one in page.tags if "onerror" in one or one.get("src") == "x"]
        predictions.write_bytes(kept[:50])
        out = run.report(evaluation, tmp_path / "damaged.html")
        assert evaluation.classes[0] in out.read_text(encoding="utf-8")
    finally:
        predictions.write_bytes(kept)
        annotate(run.folder, name="fine")


@pytest.mark.parametrize("task", list(Task), ids=str)
def test_the_worst_images_come_first(runs: dict[Task, Run], task: Task) -> None:
    run = runs[task]
    (evaluation,) = run.evaluations()
    worst = run.worst(evaluation, 4)
    assert 0 < len(worst) <= 4
    assert {one.path for one in worst} <= set(run.images("val"))
    assert all(one.draw().ndim == 3 for one in worst)
    everything = run.worst(evaluation, 10**6)
    assert [one.path for one in everything[: len(worst)]] == [one.path for one in worst]
    if task is Task.CLASSIFICATION:
        wrong = evaluation.confusion_matrix.sum() - evaluation.confusion_matrix.trace()
        assert len(everything) == wrong
    if task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}:
        least = evaluation.threshold or 0.0
        assert all(found.score >= least for one in everything for found in one.objects)


def test_predictions_that_are_gone_are_told_of(runs: dict[Task, Run]) -> None:
    run = runs[Task.SEGMENTATION]
    (evaluation,) = run.evaluations()
    file = RunFolder(run.folder).evaluation("val", "best").predictions
    kept = file.read_bytes()
    try:
        file.unlink()
        with pytest.raises(UserError, match="evaluate again"):
            run.worst(evaluation)
    finally:
        file.write_bytes(kept)


def test_another_suffix_is_refused(runs: dict[Task, Run], tmp_path: Path) -> None:
    run = runs[Task.CLASSIFICATION]
    (evaluation,) = run.evaluations()
    with pytest.raises(UserError, match="html"):
        run.report(evaluation, tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []


def test_images_are_ordered_by_their_errors() -> None:
    image = np.array([0, 1, 1, 2])
    counts = np.array([[3, 0, 0], [1, 1, 1], [0, 2, 0], [0, 0, 1]], float)
    of_objects = ImageCounts(4, 1, image, np.zeros(4, int), counts, "f1")
    assert of_objects.errors().tolist() == [0, 4, 1, 0]
    of_maps = ImageCounts(4, 1, image, np.zeros(4, int), counts, "miou")
    assert of_maps.errors() == pytest.approx([0, 4 / 6, 1, 0])
