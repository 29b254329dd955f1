"""What a deletion is said to free is what it frees."""

import os
from pathlib import Path

from paddlex_nb.deletion import disk_use


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
