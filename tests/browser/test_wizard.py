"""The whole road in a real browser: JupyterLab and Voila, English and Chinese, real training."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.road import LONG, SHORT, Road
from browser.servers import REPOSITORY, Server
from paddlex_nb.core.files import read_json
from paddlex_nb.jobs.identity import JobProcess
from paddlex_nb.workspace import Workspace

pytestmark = pytest.mark.browser

NOTEBOOK = REPOSITORY / "notebooks" / "wizard.ipynb"

RESTART = """async () => {
  const panel = window.jupyterapp.shell.currentWidget;
  await panel.sessionContext.session.kernel.restart();
  await panel.sessionContext.session.kernel.info;
  await window.jupyterapp.commands.execute('notebook:run-all-cells');
}"""

Open = Callable[[Page, Server, Path], None]
Shoot = Callable[[Page, str], Path]


def workspace_of(server: Server) -> Workspace:
    return Workspace(server.home / "paddlex_nb_workspace")


def walk(road: Road, shoot: Shoot, name: str, workspace: Workspace) -> None:
    """From nothing to two exported models."""
    road.wait_until_there()
    road.speak()
    road.use_sample()
    shoot(road.page, f"{name}-1-data")

    road.next("split")
    readouts = road.find("sliders").locator(".widget-readout")
    road.find("slider-train").locator(".noUi-handle").focus()
    road.page.keyboard.press("ArrowRight")
    expect(readouts.first).to_have_text(re.compile("71"), timeout=SHORT)
    expect(road.find("legend")).to_contain_text("71%", timeout=SHORT)
    assert sum(int(t) for t in readouts.all_inner_texts()) == 100
    shoot(road.page, f"{name}-2-split")

    road.next("preview")
    tiles = road.wizard.locator("[data-part='image-grid'] img")
    expect(tiles.first).to_be_visible(timeout=SHORT)
    assert tiles.count() >= 12
    shoot(road.page, f"{name}-3-preview")

    road.next("parameters")
    road.set_parameter("batch_size", "abc")
    wrong = road.find("param-batch_size").locator(".pxnb-wrong")
    expect(wrong).to_contain_text("abc", timeout=SHORT)
    road.set_parameter("batch_size", "16")
    expect(wrong).to_have_count(0, timeout=SHORT)
    road.set_parameter("epochs", "3")
    expect(road.find("plan")).to_contain_text("3", timeout=SHORT)
    shoot(road.page, f"{name}-4-parameters")

    road.start_training()
    road.expect_trained()
    assert road.points() >= 2
    shoot(road.page, f"{name}-5-training")

    road.next("evaluation")
    assert 0.3 < road.evaluate() <= 1.0
    expect(road.wizard.locator("[data-part='matrix-view']")).to_be_visible()
    shoot(road.page, f"{name}-6-evaluation")

    road.next("predict")
    sample = Path(workspace.path) / "samples" / "classification"
    road.predict(str(next(sample.rglob("*.jpg"))))
    expect(road.grid.locator(".pxp-viewer")).to_be_visible(timeout=SHORT)
    shoot(road.page, f"{name}-7-predict")

    road.next("publish")
    for target, file in (("inference", "pdiparams"), ("onnx", ".onnx")):
        assert file in road.export(target)
    shoot(road.page, f"{name}-8-publish")


def test_the_road_in_voila_in_english(
    page: Page, voila_server: Callable[..., Server], shoot: Shoot
) -> None:
    server = voila_server(NOTEBOOK, environment={"CASE": "en"})
    page.goto(server.url)
    walk(Road(page, "en"), shoot, "voila-en", workspace_of(server))
    run = workspace_of(server).runs()[0]
    assert run.record.params["epochs"] == 3
    assert run.record.params["batch_size"] == 16


def test_the_road_in_voila_in_chinese(
    page: Page, voila_server: Callable[..., Server], shoot: Shoot
) -> None:
    server = voila_server(NOTEBOOK, environment={"CASE": "zh"})
    page.goto(server.url)
    walk(Road(page, "zh_CN"), shoot, "voila-zh", workspace_of(server))


def test_the_road_in_lab_in_chinese_then_a_restart_and_a_kill(
    page: Page, lab_server: Server, open_notebook_in_lab: Open, shoot: Shoot
) -> None:
    """The kernel is restarted while it trains, then the job is killed and resumed."""
    open_notebook_in_lab(page, lab_server, NOTEBOOK)
    road = Road(page, "zh_CN")
    walk(road, shoot, "lab-zh", workspace_of(lab_server))

    road.open("parameters")
    road.set_parameter("epochs", "200")
    expect(road.find("plan")).to_contain_text("200", timeout=SHORT)
    road.start_training()
    run = workspace_of(lab_server).runs()[0]
    expect(road.find("figures")).to_contain_text("3 / 200", timeout=LONG)
    before = road.points()

    page.evaluate(RESTART)
    expect(road.wizard).to_be_visible(timeout=60_000)
    road.expect_step("training")
    expect(road.find("language")).to_have_text("English", timeout=SHORT)
    expect(road.find("stop")).to_be_visible(timeout=SHORT)
    page.wait_for_function(
        "n => Number(document.querySelector(\"[data-part='line-chart']\")?.dataset.points) >= n",
        arg=before,
        timeout=SHORT,
    )
    shoot(page, "lab-restarted")
    assert run.status.state.active

    epochs = run.history.epoch
    process = read_json(run.training.folder / "process.json", JobProcess)
    os.kill(process.pid, signal.SIGKILL)
    resume = road.find("resume")
    expect(resume).to_be_enabled(timeout=SHORT)
    assert run.status.state.value == "interrupted"
    shoot(page, "lab-interrupted")
    resume.click()
    expect(road.find("stop")).to_be_visible(timeout=SHORT)
    page.wait_for_timeout(1000)
    expect(road.find("figures")).to_contain_text(f"{epochs + 2} / 200", timeout=LONG)
    steps = [s.step for s in run.history.steps]
    assert steps == sorted(set(steps))
    road.find("stop").click()
    expect(road.find("resume")).to_be_enabled(timeout=LONG)
    assert run.status.state.value == "stopped"


def test_the_road_in_lab_in_english(
    page: Page, lab_server: Server, open_notebook_in_lab: Open, shoot: Shoot
) -> None:
    """A second data set in the same workspace, by path, after mistakes."""
    open_notebook_in_lab(page, lab_server, NOTEBOOK)
    road = Road(page, "en")
    road.wait_until_there()
    road.find("step-data").click()
    road.speak()
    road.import_path(str(lab_server.home / "no-such-folder"))
    alert = road.find("alert-slot").locator("[role=alert]")
    expect(alert).to_contain_text("no-such-folder", timeout=SHORT)
    road.import_path("/etc")
    expect(alert).to_contain_text("outside", timeout=SHORT)


STEPS = (
    *("data", "split", "preview", "parameters"),
    *("training", "evaluation", "predict", "publish"),
)


@pytest.mark.parametrize(
    ("width", "theme", "task"),
    [
        (1280, "light", "detection"),
        (800, "dark", "instance_segmentation"),
        (640, "light", "segmentation"),
    ],
)
def test_every_page_fits_its_width_in_light_and_dark(
    page: Page,
    voila_server: Callable[..., Server],
    shoot: Shoot,
    all_tasks: Workspace,
    width: int,
    theme: str,
    task: str,
) -> None:
    """Nothing is cut off and nothing lies upon something else."""
    environment = {"PADDLEX_NB_WORKSPACE": str(all_tasks.path), "PADDLEX_NB_FAKE": "1"}
    server = voila_server(NOTEBOOK, environment=environment)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{server.url}/?theme={theme}")
    road = Road(page, "en")
    road.wait_until_there()
    road.open_dataset(f"sample-{task}")
    for step in STEPS:
        road.open(step)
        road.settle()
        shoot(page, f"page-{task}-{step}-{width}-{theme}")
        assert page.evaluate(OVERFLOWING) == []
    background = page.evaluate(
        "getComputedStyle(document.querySelector('.pxnb-wizard')).backgroundColor"
    )
    level = sum(int(n) for n in re.findall(r"\d+", background)[:3]) / 3
    assert (level > 128) == (theme == "light")


# what sticks out of the wizard or of its card, apart from what scrolls
OVERFLOWING = """() => {
  const out = [];
  for (const box of document.querySelectorAll('.pxnb-wizard, .pxnb-card')) {
    const right = box.getBoundingClientRect().right + 1;
    for (const e of box.querySelectorAll('button, input, select, p, h2, h3, h4, summary, table')) {
      const r = e.getBoundingClientRect();
      if (e.closest('.pxnb-scroll, .pxp-records, pre') || r.width === 0) continue;
      if (r.right > right) out.push(`${e.tagName} ${e.className} ${e.textContent.slice(0, 40)}`);
    }
  }
  return out;
}"""
