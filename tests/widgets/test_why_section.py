"""Where a classifier looks, on the evaluation's page: asked for, followed, stopped, found again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import ipywidgets as w
import pytest
from fake_runs import fake_runs

from paddlex_nb import Wizard
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.jobs.job import State
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.parts import ImageGrid
from paddlex_nb.workspace import Workspace

from .driving import click, find, inside, said, until

Open = Callable[[Run], Wizard]


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who was nowhere yet."""
    monkeypatch.setenv("LOGNAME", uuid.uuid4().hex)
    monkeypatch.setenv("PADDLEX_NB_FAKE", "1")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    space = Workspace(tmp_path_factory.mktemp("why"))
    dataset = space.import_sample("classification", progress=False)
    made = space.train(dataset, "MobileNetV2_x0_25", epochs=1, input_size=64, progress=False)
    made.evaluate("val", progress=False)
    return made


@pytest.fixture
def open_page() -> Iterator[Open]:
    """Opens the evaluation of a run, at its section of reasons if there is one."""
    wizards: list[Wizard] = []

    def opened(run: Run) -> Wizard:
        wizard = Wizard(Workspace(run.folder.parents[1]), start=False)
        wizards.append(wizard)
        wizard.do(lambda: wizard.state.goto(Step.RUNS))  # where runs are chosen
        wizard.event_loop.run_pending()
        wizard.state.choose_run(run)
        wizard.do(lambda: wizard.state.goto(Step.EVALUATION))
        wizard.event_loop.run_pending()
        sections = find(wizard, w.ToggleButtons, "sections")
        if "why" in {name for _, name in sections.options}:
            sections.value = "why"
            wizard.event_loop.run_pending()
        return wizard

    yield opened
    for wizard in wizards:
        wizard.close()


def captions(wizard: Wizard) -> list[str]:
    return re.findall(r"<figcaption>(.*?)</figcaption>", find(wizard, w.HTML, "why").value)


def pictures(wizard: Wizard) -> list[str]:
    return re.findall(r'<img src="([^"]+)"', find(wizard, w.HTML, "why").value)


def test_the_first_images_of_the_grid_are_explained_and_found_again(
    run: Run, open_page: Open
) -> None:
    wizard = open_page(run)
    assert captions(wizard) == []
    of_class = run.record.classes[1]
    grid = find(wizard, w.Box, "result-grid")
    having = next(
        one
        for one in inside(grid)
        if isinstance(one, w.Dropdown) and one.description == tr("wizard.evaluation.having")
    )
    having.value = 1
    find(wizard, w.Dropdown, "why-class").value = "true"
    wizard.event_loop.run_pending()
    tiles = next(one for one in inside(grid) if isinstance(one, ImageGrid))
    shown = [one.caption for one in tiles.pictures.tiles(0, 6, 160)]
    assert shown
    click(wizard, "explain")
    assert find(wizard, w.Button, "explain").disabled
    until(wizard, lambda: len(captions(wizard)) > 0)
    assert not find(wizard, w.Button, "explain").disabled
    for name, caption in zip(shown, captions(wizard), strict=True):
        assert f"<b>{name}</b>" in caption
        assert tr("wizard.evaluation.why.truth", name=of_class) in caption
    job = run.last_job("explain")
    assert job is not None
    assert {one["class"] for one in job.status.result["explanations"]} == {of_class}
    plain_and_heat = pictures(wizard)
    assert len(plain_and_heat) == 2 * len(shown)
    assert all(map(str.__ne__, plain_and_heat[::2], plain_and_heat[1::2]))
    assert tr("display.explain.reading") in find(wizard, w.HTML, "why").value
    again = open_page(run)
    until(again, lambda: pictures(again) == plain_and_heat)


def test_an_image_that_has_gone_leaves_the_others(
    run: Run, open_page: Open, tmp_path: Path
) -> None:
    there, gone = run.images("val")[0], tmp_path / "gone.jpg"
    gone.write_bytes(there.read_bytes())
    run.explain([there, gone], progress=False)
    gone.unlink()
    wizard = open_page(run)
    until(wizard, lambda: len(captions(wizard)) == 2)
    assert len(pictures(wizard)) == 2
    assert str(gone) in find(wizard, w.HTML, "why").value


def test_it_can_be_stopped(run: Run, open_page: Open) -> None:
    wizard = open_page(run)
    find(wizard, w.Dropdown, "why-method").value = "perturbation"
    click(wizard, "explain")
    job = run.last_job("explain")
    assert job is not None
    assert job.spec.arguments["method"] == "perturbation"
    click(wizard, "stop-explaining")
    until(wizard, lambda: not find(wizard, w.Button, "explain").disabled)
    assert job.state is State.STOPPED


def test_what_goes_wrong_is_said_and_other_tasks_have_no_such_section(
    tmp_path: Path, open_page: Open
) -> None:
    runs = fake_runs(tmp_path, (Task.CLASSIFICATION, Task.DETECTION))
    wizard = open_page(runs[Task.CLASSIFICATION])
    click(wizard, "explain")  # of a model without a network
    until(wizard, lambda: tr("training.explain.no_convolution") in said(wizard))
    assert not find(wizard, w.Button, "explain").disabled
    sections = find(open_page(runs[Task.DETECTION]), w.ToggleButtons, "sections")
    assert "why" not in {name for _, name in sections.options}


def test_a_class_for_each_image(run: Run) -> None:
    images, names = run.images("val")[:2], run.record.classes[:2]
    explained = run.explain(images, class_name=names, progress=False)
    assert [one.class_name for one in explained] == names
    with pytest.raises(UserError) as raised:
        run.explain(images, class_name=names[:1])
    assert raised.value.message.key == "training.explain.not_one_each"
