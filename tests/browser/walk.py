"""The whole road, as each host is to let it be walked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from browser.road import SHORT, Road
from browser.servers import REPOSITORY, Server
from paddlex_nb.workspace import Workspace

NOTEBOOK = REPOSITORY / "notebooks" / "wizard.ipynb"

Shoot = Callable[[Page, str], Path]


def workspace_of(server: Server) -> Workspace:
    """The workspace of a wizard that was told none."""
    return Workspace(server.home / "paddlex_nb_workspace")


def walk(road: Road, shoot: Shoot, name: str, workspace: Workspace, input_size: int) -> None:
    """From nothing to two exported models.

    Args:
        road: The wizard.
        shoot: Keeps screenshots.
        name: What theirs begin with.
        workspace: The wizard's.
        input_size: Pixels, in place of the recommended ones: a tenth of the time of training.
    """
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
    road.set_parameter("input_size", str(input_size))
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
