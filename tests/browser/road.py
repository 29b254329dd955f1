"""The road as a user walks it: what to click, and how to see that it worked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from browser.servers import Server, write_notebook

WORDS = {
    "en": {"data": "Data", "parameters": "Parameters", "publish": "Publish", "switch": "English"},
    "zh_CN": {"data": "数据", "parameters": "参数", "publish": "发布", "switch": "中文"},
}
SHORT = 30_000
SETTLED = """async () => {
  const wizard = [...document.querySelectorAll('.pxnb-wizard')].at(-1);
  let before = '';
  for (let look = 0, same = 0; look < 40 && same < 4; look++) {
    await new Promise(done => setTimeout(done, 50));
    const loading = wizard.querySelector("[data-state='loading']") !== null;
    const now = `${wizard.scrollHeight} ${wizard.innerHTML.length}`;
    same = now === before && !loading ? same + 1 : 0;
    before = now;
  }
}"""
LONG = 240_000


@dataclass
class Road:
    """The wizard in a page.

    Attributes:
        page: The browser's page.
        language: Language that the wizard is to speak.
    """

    page: Page
    language: str = "en"

    @property
    def wizard(self) -> Locator:
        return self.page.locator(".pxnb-wizard").last

    def find(self, name: str) -> Locator:
        return self.wizard.locator(f".pxnb-{name}")

    def wait_until_there(self) -> None:
        expect(self.find("rail")).to_be_visible(timeout=60_000)

    def speak(self) -> None:
        """Switch the language at run time, if that is another one."""
        switch = self.find("language")
        expect(switch).to_be_visible(timeout=SHORT)
        if switch.inner_text().strip() == WORDS[self.language]["switch"]:
            switch.click()
        self.expect_step("data")

    def expect_step(self, step: str) -> None:
        expect(self.find(f"page-{step}")).to_be_visible(timeout=SHORT)
        if step in WORDS[self.language]:
            heading = self.find(f"page-{step}").locator("h2")
            expect(heading).to_have_text(WORDS[self.language][step], timeout=SHORT)

    def open(self, step: str) -> None:
        """Open a step from the rail."""
        button = self.find(f"step-{step}")
        expect(button).to_be_enabled(timeout=SHORT)
        button.click()
        self.expect_step(step)

    def settle(self) -> None:
        """Wait until nothing has moved for 0.2 s and all images are there; 2 s at most."""
        self.page.evaluate(SETTLED)

    def next(self, step: str) -> None:
        """Go on with the button below the page."""
        button = self.find("next")
        expect(button).to_be_enabled(timeout=SHORT)
        button.click()
        self.expect_step(step)

    def use_sample(self, task: str = "any") -> None:
        self.find(f"chip-{task}").click()
        self.find("sample").click()
        expect(self.find("chosen")).to_be_visible(timeout=LONG)

    def open_dataset(self, name: str) -> None:
        """Open a data set of the workspace, if it is not open."""
        self.open("data")
        rows = self.find("sets").locator("[data-part='record-table'] tbody tr")
        row = rows.filter(has=self.page.get_by_text(name, exact=True)).first
        expect(row).to_be_visible(timeout=SHORT)
        row.dblclick()
        expect(self.find("chosen").locator("h3")).to_have_text(name, timeout=SHORT)

    def import_path(self, path: str) -> None:
        field = self.find("path-text").locator("input")
        field.fill(path)
        field.press("Enter")

    def set_parameter(self, name: str, value: str) -> None:
        field = self.find(f"param-{name}").locator("input")
        field.fill(value)
        field.press("Tab")

    def choose_model(self, name: str) -> None:
        """Choose a model from the table, which is closed again."""
        self.find("models").click()
        table = self.find("models-table")
        table.locator("[type='search']").fill(name)
        table.locator(f"tr[data-id='{name}']").dblclick()
        expect(table).to_be_hidden(timeout=SHORT)
        expect(self.find("model-about")).to_contain_text(name, timeout=SHORT)

    def start_training(self) -> None:
        start = self.find("start")
        expect(start).to_be_enabled(timeout=SHORT)
        start.click()
        self.expect_step("training")

    def expect_trained(self, timeout: float = LONG) -> None:
        expect(self.find("training-status").locator(".pxnb-success")).to_be_visible(timeout=timeout)

    def evaluate(self, metric: str = "top1") -> float:
        """Evaluate and give a figure on the screen."""
        self.find("evaluate").click()
        figure = self.wizard.locator(f"[data-metric='{metric}'] b")
        expect(figure).to_be_visible(timeout=LONG)
        return float(figure.inner_text())

    def predict(self, path: str) -> None:
        """Predict an image or a folder on the server."""
        field = self.find("path-text").locator("input")
        field.fill(path)
        field.press("Tab")
        self.find("import").click()
        expect(self.grid).to_be_visible(timeout=LONG)

    @property
    def grid(self) -> Locator:
        return self.wizard.locator("[data-part='image-grid']")

    def shapes(self, index: int = 0, frame: int = 0) -> int:
        """Outlines over a picture of the grid."""
        tile = self.grid.locator(f".pxp-tile[data-index='{index}']")
        return tile.locator(".pxp-frame").nth(frame).locator(".pxp-outline").count()

    def export(self, target: str) -> str:
        """Export and give the text of the result."""
        result = self.find("export-result").nth(["inference", "onnx"].index(target))
        self.find(f"export-{target}").click()
        expect(result.locator(".pxnb-facts")).to_be_visible(timeout=LONG)
        return result.inner_text()

    def points(self) -> int:
        """Points of the loss curve on the screen."""
        chart = self.wizard.locator("[data-part='line-chart']").first
        return int(chart.get_attribute("data-points") or 0)


def open_newest_run(
    page: Page,
    voila_server: Callable[..., Server],
    folder: Path,
    workspace: Path,
    language: str,
    theme: str,
) -> Road:
    """A wizard in Voila with the newest run of a workspace chosen.

    Args:
        page: The browser's page.
        voila_server: Serves a notebook.
        folder: Where the notebook may lie.
        workspace: The workspace.
        language: ``en`` or ``zh_CN``.
        theme: ``light`` or ``dark``.
    """
    cell = f"from paddlex_nb import Wizard\nWizard({str(workspace)!r}, lang={language!r})"
    server = voila_server(write_notebook(folder / "wizard.ipynb", cell))
    page.goto(f"{server.url}/?theme={theme}")
    road = Road(page, language)
    road.wait_until_there()
    road.open("runs")
    road.wizard.locator("[data-part='record-table'] tbody tr").first.dblclick()
    return road
