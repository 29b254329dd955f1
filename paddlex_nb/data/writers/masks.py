"""Images and PNG masks of class numbers."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.core.files import disk_errors
from paddlex_nb.data.store.label_maps import save
from paddlex_nb.data.writers.content import Content, write_lines


def write(content: Content, folder: Path) -> None:
    """``JPEGImages/x.jpg``, ``Annotations/x.png``, ``train_list.txt``, ``labels.txt``."""
    for picture in content.copy(lambda picture: folder / "JPEGImages" / picture.name):
        target = folder / "Annotations" / f"{picture.stem}.png"
        with disk_errors(target):
            save(content.label_map(picture), target)
    for split, pictures in content.by_split.items():
        lines = [f"JPEGImages/{p.name} Annotations/{p.stem}.png" for p in pictures]
        write_lines(folder / f"{split or 'rest'}_list.txt", lines)
    write_lines(folder / "labels.txt", content.classes)
