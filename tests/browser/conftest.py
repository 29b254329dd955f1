"""A real Chromium before real JupyterLab and Voila servers.

Screenshots are for people and go to ``.artifacts/screens``; tests assert on ``data-*`` hooks, since
fonts and the browser change under us.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from browser.servers import REPOSITORY, TOKEN, Server, lab, voila
from paddlex_nb.core.task import Task
from paddlex_nb.jobs.job import Job
from paddlex_nb.workspace import Workspace

CHROMIUM = os.environ.get("PADDLEX_NB_TEST_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",  # there is none: drawing by software in a process of its own costs more
    "--force-prefers-reduced-motion",
]
expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong

SCREENS = REPOSITORY / ".artifacts" / "screens"
FAILED = SCREENS.with_name("failed")

RUN_ALL = """async () => {
  const app = window.jupyterapp;
  await app.restored;
  app.shell.collapseLeft();
  const panel = app.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  await app.commands.execute('notebook:run-all-cells');
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Four browsers on two cores: a test that waited in vain runs once more, which is told."""
    late = pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError", "AssertionError: Locator"])
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(late)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; one a module, since Playwright's event loop is in the way of other tests."""
    if not Path(CHROMIUM).is_file():
        pytest.skip(f"no Chromium at {CHROMIUM} (set PADDLEX_NB_TEST_CHROMIUM)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def new_page(browser: Browser) -> Iterator[Page]:
    """An empty page of 1280 by 900 pixels; an error that its scripts do not catch fails the test.

    The hosts' own errors do not count: only what comes out of our bundles, which hosts load from
    a blob.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"{error}\n{error.stack}"))
    yield page
    context.close()
    ours = [error for error in errors if "blob:" in error]
    assert not ours, ours


def remove_front_end(page: Page) -> None:
    """Make the host one that lacks anywidget's front end; before the page is opened."""
    page.route("**/*extensions/anywidget/**", lambda route: route.abort())


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page for one test."""
    with new_page(browser) as page:
        yield page


@pytest.fixture(scope="session")
def all_tasks(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace in which models that pretend have come to the end of every task's road."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PADDLEX_NB_FAKE_STEP", "0.005")
        workspace = Workspace(tmp_path_factory.mktemp("all"))
        samples = {task: workspace.import_sample(task, wait=False) for task in Task}
        trainings = []
        for task, importing in samples.items():
            name = "fake" if task is Task.CLASSIFICATION else f"fake_{task}"
            trainings.append(workspace.train(importing.result(), name, epochs=4, wait=False))
        for training in trainings:
            run = training.result()
            folder = workspace.path / "samples" / run.record.task.value
            images = sorted(str(path) for path in folder.rglob("*.jpg"))[:3]
            jobs: list[Job] = [
                run.evaluate("test", wait=False),
                run.predict(images, wait=False),
                run.export("inference", wait=False),
            ]
            for job in jobs:
                job.result()
    return workspace


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab with a clean home."""
    with lab(tmp_path_factory.mktemp("lab")) as server:
        yield server


Start = Callable[..., Server]
"""Shows a notebook in Voila: ``start(notebook, **options of servers.voila)``."""


@pytest.fixture(scope="session")
def voila_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Server]]:
    """Voila over all folders: one server for all tests with the same environment.

    It takes 2 s of processor time to start, and a browser that meets it again has its scripts.
    """
    with ExitStack() as stack:
        servers: dict[tuple[tuple[str, str], ...], Server] = {}

        def server() -> Server:
            own = {name: value for name, value in os.environ.items() if "PADDLE" in name}
            key = tuple(sorted(own.items()))
            if key not in servers:
                folder = tmp_path_factory.mktemp("voila")
                servers[key] = stack.enter_context(voila(folder, Path("/")))
            return servers[key]

        yield server


@pytest.fixture(scope="module")
def lasting_voila(
    tmp_path_factory: pytest.TempPathFactory, voila_of_all: Callable[[], Server]
) -> Iterator[Start]:
    """Shows notebooks until the end of the file of tests; those with options by own servers."""
    with ExitStack() as stack:
        servers: dict[tuple[Any, ...], Server] = {}

        def start(notebook: Path, **options: Any) -> Server:
            if not options:
                return voila_of_all().showing(notebook)
            key = (notebook, *sorted((name, str(value)) for name, value in options.items()))
            if key not in servers:
                folder = tmp_path_factory.mktemp("voila")
                servers[key] = stack.enter_context(voila(folder, notebook, **options))
            return servers[key]

        yield start


@pytest.fixture
def voila_server(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    voila_of_all: Callable[[], Server],
    lasting_voila: Start,
) -> Iterator[Start]:
    """Shows notebooks; the kernels of a notebook of the test's own end with the test.

    They would go on working, with nobody before them: dozens of them would slow all other tests.
    """
    with ExitStack() as stack:

        def start(notebook: Path, **options: Any) -> Server:
            if not notebook.is_relative_to(tmp_path):
                return lasting_voila(notebook, **options)
            if options:
                folder = tmp_path_factory.mktemp("voila")
                return stack.enter_context(voila(folder, notebook, **options))
            server = voila_of_all()
            stack.callback(server.end_kernels_of, tmp_path)
            return server.showing(notebook)

        yield start


@pytest.fixture(scope="session")
def open_notebook_in_lab() -> Callable[[Page, Server, Path], None]:
    """Copies a notebook to the server, opens it and runs all its cells to the end.

    A notebook of the same name meets the kernel of before, as after a reload of the page.
    """

    def open_notebook(page: Page, server: Server, notebook: Path) -> None:
        copy = server.root / notebook.name
        if copy.resolve() != notebook.resolve():
            shutil.copyfile(notebook, copy)
        # a workspace of its own and its reset: nothing of the test before is open
        page.goto(f"{server.url}/lab/workspaces/test/tree/{copy.name}?reset&token={TOKEN}")
        page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext")
        page.evaluate(RUN_ALL)

    return open_notebook


@pytest.fixture(scope="session")
def shoot() -> Callable[[Page, str], Path]:
    """Keeps a screenshot for people to look at: ``shoot(page, "grid-dark-800")``."""
    SCREENS.mkdir(parents=True, exist_ok=True)

    def shoot_page(page: Page, name: str) -> Path:
        file = SCREENS / f"{name}.png"
        page.screenshot(path=file)
        return file

    return shoot_page


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What the page showed when a test failed: as text in the report, a picture and HTML beside."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and isinstance(page, Page):
        try:
            FAILED.mkdir(parents=True, exist_ok=True)
            file = FAILED / re.sub(r"\W+", "-", item.name)
            page.screenshot(path=file.with_suffix(".png"), full_page=True)
            file.with_suffix(".html").write_text(page.content(), encoding="utf-8")
            report.sections.append(("page", page.locator("body").aria_snapshot()))
        except PlaywrightError as error:
            report.sections.append(("page", f"it can't be looked at: {error}"))
    return report
