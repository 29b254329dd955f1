"""The costliest files of tests are named as they are called."""

from __future__ import annotations

from pathlib import Path

from order import COSTLIEST


def test_the_costliest_files_are_there() -> None:
    tests = Path(__file__).parents[1]
    assert [name for name in COSTLIEST if not (tests / name).is_file()] == []
