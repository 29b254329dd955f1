"""Folder names made from user input stay in their folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from paddlex_nb.core.names import item_folder, new_folder, slug


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Blood cells", "blood-cells"),
        ("../../etc/passwd", "etc-passwd"),
        ("水果 数据集", "水果-数据集"),
        ("<img src=x>", "img-src-x"),
        ("...", "item"),
        ("a" * 300, "a" * 40),
        ("", "item"),
    ],
)
def test_slugs(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_the_same_name_gets_a_number(tmp_path: Path) -> None:
    assert [new_folder(tmp_path, "A b").name for _ in range(3)] == ["a-b", "a-b-2", "a-b-3"]


@pytest.mark.parametrize("identifier", ["..", ".", "", "../runs", "a/b", "/etc"])
def test_an_id_cannot_leave_the_workspace(tmp_path: Path, identifier: str) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert item_folder(tmp_path, identifier) is None
