"""The image grid over 100,000 pictures in a real browser, beside a grid of ``ipywidgets.Image``.

Voila, Chromium and the kernel on one machine; times are taken in the page, from the click or the
scroll to the frame in which every picture of the window is decoded. Arguments: how many images
(100,000), and a data set that was imported before, in a workspace ("WORKSPACE:ID"), instead of
made-up ones.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.conftest import ARGUMENTS, CHROMIUM
from browser.servers import voila, write_notebook
from checking import write

from paddlex_nb.data.thumbnails.ahead import start_thumbnails
from paddlex_nb.dataset import Dataset
from paddlex_nb.workspace import Workspace

IMAGES, JUMPS, WILD, NAIVE = 100_000, 60, 3_000, 500

CODE = """
import os
import ipywidgets as w
from paddlex_nb import Wizard
from paddlex_nb.data.thumbnails.making import Thumbnails
from paddlex_nb.widgets.images.dataset_images import DatasetPictures
from paddlex_nb.widgets.parts import ImageGrid
from paddlex_nb.widgets.app.event_loop import EventLoop
from paddlex_nb.workspace import Workspace
event_loop = EventLoop(lambda: None)
event_loop.start()
wizard = Wizard({workspace!r}, dataset={dataset!r}, lang="en")
box = w.VBox()
def naive(_):
    thumbnails = Thumbnails(Workspace({workspace!r}).dataset({dataset!r}).folder)
    images = [w.Image(value=thumbnails.tile(row), format="jpeg") for row in range({naive})]
    box.children = (w.GridBox(images, layout=w.Layout(grid_template_columns="repeat(6, 1fr)")),)
def part(_):
    dataset = Workspace({workspace!r}).dataset({dataset!r})
    box.children = (ImageGrid(DatasetPictures(dataset), dataset.classes, executor=event_loop.call),)
def clear(_):
    box.children = ()
buttons = []
for function in (naive, part, clear):
    button = w.Button(description=function.__name__)
    button.add_class(function.__name__)
    button.on_click(function)
    buttons.append(button)
kernel = w.Label(str(os.getpid()))
kernel.add_class("kernel")
w.VBox([wizard, w.HBox([*buttons, kernel]), box])
"""

WAIT = """async ([action, tile, least]) => {
  const whole = () => {
    const tiles = [...document.querySelectorAll(tile)];
    return tiles.length >= least && tiles.every((one) => {
      const image = one.tagName === 'IMG' ? one : one.querySelector('img');
      return image && image.complete && image.naturalWidth > 0;
    });
  };
  const begun = performance.now();
  const before = document.querySelector('[data-part="image-grid"]')?.dataset.start;
  if (typeof action === 'string') {
    document.querySelector(action).click();
  } else document.querySelector('.pxp-grid').scrollTop = action;
  const moved = () => typeof action === 'string' ||
    document.querySelector('[data-part="image-grid"]').dataset.start !== before;
  while (!(moved() && whole())) {
    if (performance.now() - begun > 60000) throw new Error('it never came');
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - begun;
}"""

WILDLY = """async ([milliseconds]) => {
  const scroller = document.querySelector('.pxp-grid');
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    scroller.scrollTop = Math.random() * scroller.scrollHeight * 0.98;
    await new Promise(requestAnimationFrame);
  }
}"""


@contextmanager
def opened(dataset: Dataset, workspace: Path) -> Iterator[tuple[Page, list[int], psutil.Process]]:
    """The page, the bytes that came over its socket, and the kernel."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        code = CODE.format(workspace=str(workspace), dataset=dataset.id, naive=NAIVE)
        notebook = write_notebook(Path(folder, "grid.ipynb"), code)
        Path(folder, "voila").mkdir()
        with voila(Path(folder, "voila"), notebook) as server:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            sizes: list[int] = []
            page.on(
                "websocket",
                lambda socket: socket.on("framereceived", lambda data: sizes.append(len(data))),
            )
            page.goto(server.url)
            page.locator(".pxnb-rail").wait_for(timeout=60_000)
            page.locator(".pxnb-step-data").click()
            kernel = psutil.Process(int(page.locator(".kernel").inner_text()))
            page.wait_for_timeout(2000)
            yield page, sizes, kernel
            browser.close()


def first(page: Page, least: int = 12) -> float:
    """Milliseconds until the first window of pictures is there."""
    return float(page.evaluate(WAIT, [".pxnb-step-preview", ".pxp-tile", least]))


def close(page: Page) -> None:
    """Take the grid away."""
    page.locator(".pxnb-step-data").click()
    page.locator(".clear").click()
    page.locator(".pxp-tile, .widget-image").first.wait_for(state="detached")
    page.wait_for_timeout(500)


def measure(dataset: Dataset, workspace: Path) -> None:
    """Measure and print."""
    shutil.rmtree(dataset.folder / "thumbnails", ignore_errors=True)
    with opened(dataset, workspace) as (page, _, _):
        print(f"opened, no thumbnail made yet     {first(page):7.0f} ms", flush=True)
    start_thumbnails(dataset.folder).result()
    with opened(dataset, workspace) as (page, sizes, kernel):
        base = kernel.memory_info().rss
        first(page)
        close(page)
        sizes.clear()
        times = []
        for _ in range(5):
            times.append(first(page))
            wire = sum(sizes)
            close(page)
            sizes.clear()
        print(f"opened, thumbnails made           {statistics.median(times):7.0f} ms (median of 5)")
        print(f"on the wire for it                {wire / 1e6:7.2f} MB")
        alone, naive = [], []
        for _ in range(5):
            alone.append(float(page.evaluate(WAIT, [".part", ".pxp-tile", 1])))
            close(page)
            naive.append(float(page.evaluate(WAIT, [".naive", ".widget-image", 1])))
            close(page)
        ours, theirs = statistics.median(alone), statistics.median(naive)
        print(f"the grid alone, {dataset.record.images:,} images {ours:7.0f} ms")
        print(f"{NAIVE} ipywidgets.Image, the first   {theirs:7.0f} ms, {theirs / ours:.1f} times")
        first(page)
        height = page.evaluate("document.querySelector('.pxp-grid').scrollHeight")
        jumps = []
        for number in range(JUMPS):
            top = int(height * 0.97 * (((number + 1) * 0.618034) % 1))
            jumps.append(float(page.evaluate(WAIT, [top, ".pxp-tile", 12])))
            page.wait_for_timeout(100)
        jumps.sort()
        print(f"a jump to a random place          {statistics.median(jumps):7.0f} ms, "
              f"95th percentile {jumps[int(0.95 * len(jumps))]:.0f} ms")  # fmt: skip
        page.evaluate(WILDLY, [WILD])
        print(f"after {WILD / 1000:.0f} s of wild scrolling        "
              f"{float(page.evaluate(WAIT, [height // 3, '.pxp-tile', 12])):7.0f} ms")  # fmt: skip
        grown = kernel.memory_info().rss - base
        print(f"the kernel's memory grew by       {grown / 1e6:7.0f} MB", flush=True)


def main() -> None:
    """Make or find a data set, measure."""
    if len(sys.argv) > 1 and ":" in sys.argv[1]:
        folder, name = sys.argv[1].rsplit(":", 1)
        measure(Workspace(folder).dataset(name), Path(folder))
        return
    images = int(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source")
        write(source, images)
        started = time.monotonic()
        workspace = Workspace(Path(folder, "w"))
        dataset = workspace.import_dataset(source)
        print(f"{images:,} images imported in {time.monotonic() - started:.0f} s", flush=True)
        measure(dataset, workspace.path)


if __name__ == "__main__":
    main()
