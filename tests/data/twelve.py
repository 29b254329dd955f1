"""A data set of twelve images that grows, and what is seen of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from paddlex_nb.data.store.view import DatasetView

from .conftest import MakeImage


def write_twelve(tmp_path: Path, make_image: MakeImage) -> Path:
    """Twelve images, cats in all, dogs in every second."""
    for number in range(12):
        add(tmp_path / "set", make_image, number)
    (tmp_path / "set/classes.txt").write_text("cat\ndog")
    return tmp_path / "set"


def add(source: Path, make_image: MakeImage, number: int, extra: str = "") -> None:
    """Write one more image of them, with further lines of labels."""
    make_image(source / f"{number:02}.jpg", seed=number)
    lines = ["0 0.5 0.5 0.4 0.4", "1 0.3 0.3 0.2 0.2"][: 1 + (number % 2)]
    (source / f"{number:02}.txt").write_text("\n".join([*lines, extra]))


def seen(folder: Path, **options: Any) -> dict[str, list[int]]:
    """The classes of each image's objects, by the image's name."""
    view = DatasetView(folder, **options)
    rows = range(len(view))
    return {view.paths[row].stem: view.objects(row)["class_id"].tolist() for row in rows}


def killed(*_: object, **__: object) -> None:
    """Stands for what the process was doing when it was killed."""
    raise KeyboardInterrupt


def sides(folder: Path) -> dict[str, str]:
    """The split of each image, by the image's name."""
    names = ("train", "val", "test")
    return {p.stem: name for name in names for p in DatasetView(folder, name).paths}
