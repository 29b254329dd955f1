"""What is known of a file is kept until it changes, whatever happens to the memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from paddlex_nb.data.source.file_cache import Remembered

PATHS = [f"{number}.txt" for number in range(600)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for number, path in enumerate(PATHS):
        (tmp_path / path).write_text(str(number))
    return tmp_path


class Worker:
    """Reads files and counts how many."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.read: list[str] = []

    def __call__(self, path: str) -> int:
        self.read.append(path)
        return int((self.root / path).read_text())


def look(root: Path, stop_at: int = 10**9, purpose: str = "1") -> tuple[list[int], list[str]]:
    worker = Worker(root)

    def advance(done: int) -> None:
        if done >= stop_at:
            raise InterruptedError

    known = Remembered(root / "memory", int, purpose)
    try:
        return known.each(worker, root, PATHS, advance), worker.read
    except InterruptedError:
        return [], worker.read


def test_a_second_look_reads_nothing(root: Path) -> None:
    results, read = look(root)
    assert results == list(range(600))
    assert sorted(read) == sorted(PATHS)
    assert look(root) == (results, [])


def test_changed_files_are_read_again(root: Path) -> None:
    look(root)
    (root / PATHS[7]).write_text("70")
    expected = list(range(600))
    expected[7] = 70
    assert look(root) == (expected, [PATHS[7]])
    assert look(root) == (expected, [])


def test_what_was_stopped_goes_on(root: Path) -> None:
    assert len(look(root, stop_at=256)[1]) >= 256
    results, read = look(root)
    assert results == list(range(600))
    assert len(read) == 600 - 256


def test_another_purpose_forgets(root: Path) -> None:
    look(root)
    assert len(look(root, purpose="2")[1]) == 600
    assert look(root, purpose="2")[1] == []


@pytest.mark.parametrize("keep", [0, 1, 3, 5, 1000, -1, -7])
def test_a_torn_memory_is_only_forgotten_in_part(root: Path, keep: int) -> None:
    look(root)
    data = (root / "memory").read_bytes()
    (root / "memory").write_bytes(data[:keep])
    assert look(root)[0] == list(range(600))
    assert look(root) == (list(range(600)), [])


@pytest.mark.parametrize("damage", [b"", b"\0" * 400, b"\xff" * 400, b"\x05\0\0\0hello"])
def test_a_damaged_memory_is_no_memory(root: Path, damage: bytes) -> None:
    (root / "memory").write_bytes(damage)
    assert look(root)[0] == list(range(600))


def test_no_memory_at_all(root: Path) -> None:
    worker = Worker(root)
    assert Remembered(None, int, "1").each(worker, root, PATHS, lambda _: None)[5] == 5
    (root / "memory").mkdir()
    assert look(root)[0] == list(range(600))


def test_outdated_entries_are_cleared_away(root: Path) -> None:
    look(root)
    size = (root / "memory").stat().st_size
    for turn in range(6):
        for path in PATHS:
            (root / path).write_text(f"{turn + 10}")
        look(root)
    assert (root / "memory").stat().st_size < 4 * size
