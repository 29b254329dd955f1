"""The whole road in JupyterLab, with real training, a restart and a kill."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.road import LONG, SHORT, Road
from browser.servers import Server
from browser.walk import NOTEBOOK, Shoot, walk, workspace_of
from paddlex_nb.core.files import read_json
from paddlex_nb.jobs.identity import JobProcess

pytestmark = pytest.mark.browser

RESTART = """async () => {
  const panel = window.jupyterapp.shell.currentWidget;
  await panel.sessionContext.session.kernel.restart();
  await panel.sessionContext.session.kernel.info;
  await window.jupyterapp.commands.execute('notebook:run-all-cells');
}"""

Open = Callable[[Page, Server, Path], None]


def test_the_road_in_lab_in_chinese_then_a_restart_and_a_kill(
    page: Page, lab_server: Server, open_notebook_in_lab: Open, shoot: Shoot
) -> None:
    """The kernel is restarted while it trains, then the job is killed and resumed."""
    open_notebook_in_lab(page, lab_server, NOTEBOOK)
    road = Road(page, "zh_CN")
    walk(road, shoot, "lab-zh", workspace_of(lab_server), input_size=32)

    road.open("parameters")
    road.set_parameter("input_size", "32")
    road.set_parameter("epochs", "900")
    expect(road.find("plan")).to_contain_text("900", timeout=SHORT)
    road.start_training()
    run = workspace_of(lab_server).runs()[0]
    expect(road.find("figures")).to_contain_text("3 / 900", timeout=LONG)
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
    expect(road.find("figures")).to_contain_text(f"{epochs + 2} / 900", timeout=LONG)
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
