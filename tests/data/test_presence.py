"""Which files are gone, told quickly for many."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from paddlex_nb.data.source.presence import look_for


def filled(folder: Path, count: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{n:06d}.jpg" for n in range(count)]
    for path in paths:
        path.touch()
    return paths


@pytest.mark.parametrize("count", [1, 10, 300])
def test_what_is_gone_is_named(tmp_path: Path, count: int) -> None:
    paths = filled(tmp_path / "a", count) + filled(tmp_path / "b", count)
    assert look_for(paths).missing == []
    paths[0].unlink()
    paths[-1].unlink()
    presence = look_for(paths)
    assert presence.total == 2 * count
    assert presence.missing == sorted(map(str, (paths[0], paths[-1])))


@pytest.mark.parametrize("count", [1, 300])
def test_a_folder_that_is_gone_takes_all_with_it(tmp_path: Path, count: int) -> None:
    paths = filled(tmp_path / "a", count)
    (tmp_path / "a").rename(tmp_path / "b")
    assert len(look_for(paths).missing) == count


@pytest.mark.parametrize("count", [1, 300])
def test_links_are_followed(tmp_path: Path, count: int) -> None:
    filled(tmp_path / "real", 1)
    links = [tmp_path / "links" / f"{n}.jpg" for n in range(count)]
    links[0].parent.mkdir()
    for link in links:
        link.symlink_to(tmp_path / "real" / "000000.jpg")
    assert look_for(links).missing == []
    links[0].unlink()
    links[0].symlink_to(tmp_path / "nowhere.jpg")
    assert look_for(links).missing == [str(links[0])]


def test_many_files_are_listed_not_asked_for_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [p for n in range(5) for p in filled(tmp_path / str(n), 400)]
    asked: list[str] = []

    def slow(path: str) -> bool:
        asked.append(path)
        time.sleep(0.01)  # a hard disk's
        return True

    monkeypatch.setattr(os.path, "exists", slow)
    assert look_for(paths).missing == []
    assert not asked


def test_a_folder_that_hangs_ends_the_look_not_the_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = filled(tmp_path / "good", 20), filled(tmp_path / "bad", 20)
    good[0].unlink()
    scandir, freed = os.scandir, threading.Event()

    def hangs(folder: str) -> Iterator[os.DirEntry[str]]:
        if folder.endswith("bad"):
            freed.wait(30)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", hangs)
    looks: list[int] = []
    started = time.monotonic()
    presence = look_for([*good, *bad], lambda: looks.append(1), seconds=1.0)
    freed.set()
    assert time.monotonic() - started < 10
    assert presence.missing == [str(good[0])]
    assert looks  # a request to stop would have been seen
