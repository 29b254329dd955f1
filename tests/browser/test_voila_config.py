"""The dashboard with the configuration that comes with the package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Page

from browser.servers import Server, write_notebook
from paddlex_nb.hosts.shared import shared

CELL = """
import anywidget, ipywidgets, os

class Hello(anywidget.AnyWidget):
    _esm = "export default { render({ el }) { el.dataset.ready = 'anywidget' } }"

display(ipywidgets.VBox([Hello(), ipywidgets.Button(description="core widget")]))
display(ipywidgets.Label(f"kernel {os.getpid()}"))
"""

pytestmark = pytest.mark.browser


def test_widgets_are_drawn_and_no_other_machine_is_asked(
    page: Page, voila_server: Callable[..., Server], tmp_path: Path
) -> None:
    notebook = write_notebook(tmp_path / "hello.ipynb", CELL)
    (tmp_path / "photo.png").write_bytes(b"private")
    config = {"JUPYTER_CONFIG_PATH": str(shared("jupyter-config/voila"))}
    server = voila_server(notebook, environment=config)
    refused: dict[str, str | None] = {}
    answered: set[str | None] = set()
    page.on("requestfailed", lambda request: refused.update({request.url: request.failure}))
    page.on("response", lambda response: answered.add(urlsplit(response.url).hostname))

    page.goto(server.url)
    page.wait_for_selector("[data-ready=anywidget]", state="attached")
    page.get_by_role("button", name="core widget").wait_for()

    assert answered <= {"127.0.0.1", None, ""}
    outside = {url: why for url, why in refused.items() if server.url not in url}
    # refused by the policy, before anything went out
    assert set(outside.values()) <= {"csp"}, outside
    assert page.request.get(f"{server.url}/voila/files/photo.png").status == 403


def test_a_page_that_goes_ends_its_kernel(
    page: Page, voila_server: Callable[..., Server], tmp_path: Path
) -> None:
    notebook = write_notebook(tmp_path / "hello.ipynb", CELL)
    config = {"JUPYTER_CONFIG_PATH": str(shared("jupyter-config/voila"))}
    server = voila_server(notebook, environment=config)
    kernels = []
    page.goto(server.url)
    for _ in range(3):
        label = page.get_by_text("kernel ").inner_text()
        kernels.append(psutil.Process(int(label.split()[-1])))
        page.get_by_role("button", name="core widget").wait_for()
        page.reload()
    page.get_by_role("button", name="core widget").wait_for()
    _, alive = psutil.wait_procs(kernels, timeout=20)
    assert not alive
