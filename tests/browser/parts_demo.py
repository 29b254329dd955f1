"""What the notebook of the parts' browser tests shows; runs in its kernel."""

from __future__ import annotations

import io
import math
import threading
import time

import ipywidgets
import numpy as np
from PIL import Image, ImageDraw

from paddlex_nb.core import i18n
from paddlex_nb.core.errors import UserError
from paddlex_nb.widgets.parts import (
    Hosted,
    ImageGrid,
    Layer,
    LineChart,
    MatrixView,
    Series,
    Shape,
    Tile,
)
from paddlex_nb.widgets.parts.palette import rgb

PICTURES = 100_000
AT_HAND = 20
CLASSES = ["circle", "box", "<b>bold</b>"]
CLOTHES = ["dress", "hat", "long sleeve", "outwear", "pants", "shirt", "shoes", "=1+1"]
UNREADABLE = 5
FAILING_FROM = 90_000


def picture(index: int, size: int) -> Tile:
    """A drawn picture with its annotations, or an unreadable one."""
    caption = f"picture_{index:06d}_<i>.jpg"
    if index == UNREADABLE:
        return Tile(b"", caption)
    kind = index % 3
    image = Image.new("RGB", (size, size * 3 // 4), (225, 228, 220))
    left, top = size * (10 + index % 40) // 100, size * (10 + index % 30) // 100
    box = (left, top, left + size // 3, top + size // 4)
    ImageDraw.Draw(image).ellipse(box, fill=rgb(kind))
    file = io.BytesIO()
    image.save(file, "JPEG")
    width, height = image.size
    x0, y0, x1, y1 = box[0] / width, box[1] / height, box[2] / width, box[3] / height
    if kind == 0:
        shape = Shape("box", (x0, y0, x1, y1), kind)
    else:
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)
        shape = Shape("polygon", (middle[0], y0, x1, middle[1], middle[0], y1, x0, middle[1]), kind)
    return Tile(file.getvalue(), caption, (Layer((kind,), (shape,)),), (2048, 1536))


class Drawn:
    """Drawn pictures; the last ones cannot be had."""

    count = PICTURES

    def tiles(self, start: int, stop: int, side: int) -> list[Tile]:
        if start >= FAILING_FROM:
            raise UserError("core.file_missing", path="lost.jpg")
        return [picture(index, side) for index in range(start, stop)]

    def at_hand(self, stop: int, side: int) -> list[Tile]:
        return [picture(index, side) for index in range(min(stop, AT_HAND))]

    def picture(self, index: int, *, whole: bool = False) -> Tile:
        return picture(index, 2048 if whole else 1024)


def demo() -> ipywidgets.Widget:
    """All parts, a pump that feeds them, and what the kernel knows about them."""
    chart = LineChart(
        title="Loss",
        x_label="epoch",
        y_label="cross-entropy",
        series=[Series("train", "=train"), Series("val", "validation")],
    )
    grid = ImageGrid(Drawn(), CLASSES, selectable=True)
    rng = np.random.default_rng(0)
    counts = rng.poisson(1.2, (8, 8)) + np.diag(rng.integers(20, 60, 8))
    counts[3] = 0
    matrix = MatrixView(counts, CLOTHES, title="Confusion matrix")
    many = MatrixView(
        rng.poisson(0.05, (120, 120)) + np.diag(rng.integers(10, 50, 120)),
        [f"class {index}" for index in range(120)],
        title="Many classes",
    )
    parts = [chart, grid, matrix, many]
    hosted = [Hosted(part) for part in parts]
    known = ipywidgets.Label("")
    turn = ipywidgets.Button(description="turn language")
    more = ipywidgets.Button(description="more points")
    asked = threading.Event()

    def turn_language(_: object) -> None:
        i18n.set_language("zh_CN" if i18n.language() == "en" else "en")
        for part in parts:
            part.retranslate()

    turn.on_click(turn_language)
    more.on_click(lambda _: asked.set())

    def pump() -> None:
        points = 0
        while True:
            if points < 60 or asked.is_set():
                asked.clear()
                points += 1
                chart.extend("train", [points], [2 * math.exp(-points / 15)])
                if points % 5 == 0:
                    chart.extend("val", [points], [math.nan if points == 30 else 1 / points])
                    chart.mark(points, "best", key="best")
                chart.flush()
            for box in hosted:
                box.tick(time.monotonic())
            known.value = f"points {points}, cell {matrix.selected}"
            time.sleep(0.02)

    threading.Thread(target=pump, daemon=True).start()
    return ipywidgets.VBox([*hosted, ipywidgets.HBox([known, turn, more])])
