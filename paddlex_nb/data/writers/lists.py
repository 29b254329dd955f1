"""The original PaddleX's lists: an image and a class number a line."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.data.writers.content import Content, write_lines


def write(content: Content, folder: Path) -> None:
    """``labels.txt``, ``train_list.txt``, ``images/x.jpg``."""
    for _ in content.copy(lambda picture: folder / "images" / picture.name):
        pass
    write_lines(folder / "labels.txt", content.classes)
    numbers = {name: number for number, name in enumerate(content.classes)}
    for split, pictures in content.by_split.items():
        lines = [f"images/{p.name} {numbers[p.class_name]}" for p in pictures]
        write_lines(folder / f"{split or 'rest'}_list.txt", lines)
