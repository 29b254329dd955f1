"""JupyterLab below a prefix, as JupyterHub has it: launcher, VisualDL, the end, a dead kernel."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.road import LONG, SHORT
from browser.servers import Server, lab, write_notebook
from paddlex_nb.workspace import Workspace

pytestmark = pytest.mark.browser

Open = Callable[[Page, Server, Path], None]
Shoot = Callable[[Page, str], Path]

RESTART = """async () => {
  const panel = window.jupyterapp.shell.currentWidget;
  await panel.sessionContext.session.kernel.restart();
  await panel.sessionContext.session.kernel.info;
}"""
LAUNCHER = "async () => { await window.jupyterapp.commands.execute('launcher:create'); }"


@pytest.fixture(scope="module")
def hub_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab of one user of a hub."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PADDLEX_NB_FAKE_STEP", "0.02")
        with lab(tmp_path_factory.mktemp("hub"), base_url="/user/ann/") as server:
            yield server


def test_the_launcher_has_the_wizard(page: Page, hub_server: Server, shoot: Shoot) -> None:
    page.goto(f"{hub_server.url}/lab/workspaces/launcher?reset&token=paddlex-nb-tests")
    page.wait_for_function("() => window.jupyterapp?.shell")
    page.evaluate("async () => { await window.jupyterapp.restored; }")
    page.evaluate(LAUNCHER)
    card = page.locator(".jp-LauncherCard", has_text="Training wizard").first
    with page.expect_popup() as opened:
        card.click()
    expect(opened.value.locator(".pxnb-wizard")).to_be_visible(timeout=LONG)
    assert "/user/ann/paddlex-nb/" in opened.value.url
    shoot(opened.value, "launcher-wizard")


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_the_end_is_told_visualdl_opens_and_a_dead_kernel_says_so(
    page: Page,
    hub_server: Server,
    open_notebook_in_lab: Open,
    shoot: Shoot,
    tmp_path: Path,
    lang: str,
) -> None:
    page.context.grant_permissions(["notifications"])
    page.add_init_script(
        "window.told = []; window.Notification = class { static permission = 'default';"
        " static async requestPermission() { return (this.permission = 'granted'); }"
        " constructor(said) { window.told.push(said); } };"
    )
    workspace = Workspace(hub_server.root / f"another {lang}")  # not the default one
    sample = workspace.import_sample("classification")
    run = workspace.train(sample, "fake", name="lights", epochs=4000, wait=False).run
    cell = f"from paddlex_nb import Wizard\nWizard({str(workspace.path)!r}, lang={lang!r})"
    open_notebook_in_lab(page, hub_server, write_notebook(hub_server.root / f"{lang}.ipynb", cell))
    wizard = page.locator(".pxnb-wizard")
    expect(wizard).to_be_visible(timeout=LONG)
    wizard.locator(".pxnb-step-training").click()
    while not any(file.stat().st_size for file in run.folder.glob("vdl/*")):
        time.sleep(0.1)  # it shows its last page where there is nothing yet
    tools = wizard.locator("[data-part='run-tools']")
    tools.locator("[data-act='bell']").click()
    tools.locator("[data-act='visualdl']").click()
    link = tools.locator("a")
    expect(link).to_be_visible(timeout=LONG)
    shoot(page, f"run-tools-{lang}")
    with page.expect_popup() as opened:
        link.click()
    assert re.search(r"/user/ann/proxy/absolute/\d+/visualdl/scalar", opened.value.url)
    expect(opened.value.get_by_text("lights/vdl")).to_be_visible(timeout=LONG)
    shoot(opened.value, f"visualdl-{lang}")
    opened.value.close()
    run.stop()
    page.wait_for_function("() => document.title.startsWith('● ')", timeout=SHORT)
    assert "lights" in page.title()
    assert page.evaluate("window.told.length") == 1
    page.mouse.click(5, 5)
    page.wait_for_function("() => !document.title.startsWith('● ')", timeout=SHORT)
    gone = wizard.locator(".pxnb-gone")
    expect(gone).to_be_hidden()
    page.evaluate(RESTART)
    expect(gone).to_be_visible(timeout=SHORT)
    expect(gone).to_contain_text("Shift+Enter")
    shoot(page, f"gone-{lang}")
