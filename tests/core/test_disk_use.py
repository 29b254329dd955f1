"""What a deletion is said to free is what it frees."""

import os
from pathlib import Path

import pytest

from paddlex_nb.deletion import disk_use
from paddlex_nb.item import delete_tree


def test_files_of_several_names_count_once_and_those_of_others_not(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "item", tmp_path / "elsewhere"
    (folder / "versions").mkdir(parents=True)
    elsewhere.mkdir()
    (folder / "table").write_bytes(b"x" * 40_000)
    (elsewhere / "kept").write_bytes(b"x" * 80_000)
    alone = disk_use(folder)
    assert alone >= 40_000
    os.link(folder / "table", folder / "versions" / "table")
    os.link(elsewhere / "kept", folder / "kept")
    (folder / "link").symlink_to(elsewhere / "kept")
    assert disk_use(folder) == alone


def test_a_file_that_goes_while_its_folder_is_deleted_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is just ending gives back the space that it reserved."""
    folder = tmp_path / "item"
    folder.mkdir()
    (folder / "reserve").touch()
    unlink = os.unlink

    def gone(path: str, **where: int) -> None:
        unlink(path, **where)
        if path == "reserve":
            raise FileNotFoundError(path)

    monkeypatch.setattr(os, "unlink", gone)
    delete_tree(folder)
    assert not folder.exists()
