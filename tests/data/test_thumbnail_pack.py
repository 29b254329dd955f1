"""Thumbnails made ahead of time: kept in one file, and never a wrong one shown."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from paddlex_nb.data.source import pool
from paddlex_nb.data.thumbnails import making as thumbnails
from paddlex_nb.data.thumbnails import pack as thumbnail_pack
from paddlex_nb.data.thumbnails.ahead import ensure_thumbnails, start_thumbnails
from paddlex_nb.data.thumbnails.job import make_missing
from paddlex_nb.data.thumbnails.making import Thumbnails
from paddlex_nb.data.thumbnails.pack import Pack
from paddlex_nb.jobs.context import Stopped
from paddlex_nb.jobs.events import Progress
from paddlex_nb.jobs.job import State
from paddlex_nb.workspace import Workspace

from .conftest import MakeImage
from .in_process import imported

COUNT = 12


@pytest.fixture
def folder(tmp_path: Path, make_image: MakeImage) -> Path:
    """A data set of a few images."""
    for number in range(COUNT):
        make_image(tmp_path / f"set/{'ab'[number % 2]}/{number:02d}.jpg", seed=number)
    return imported(tmp_path, tmp_path / "set")[0]


@pytest.fixture
def ahead_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thumbnail is made on demand."""

    def refuse(path: Path, size: int) -> bytes:
        raise AssertionError(path)

    monkeypatch.setattr(thumbnails, "thumbnail", refuse)


def quiet(done: int, total: int) -> None:
    """Progress that nobody looks at."""


def test_a_stop_loses_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_CHUNK", 5)
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == 5:
            raise Stopped

    early = Thumbnails(folder)  # a kernel that looks while the job works
    assert early.pack.read([0], [0]) == [b""]
    with pytest.raises(Stopped):
        make_missing(folder, stop)
    assert not early.pack.complete
    assert make_missing(folder, lambda *now: told.append(now)) == (COUNT - 5, 0)
    assert told == [(0, 12), (5, 12), (5, 12), (10, 12), (12, 12)]
    assert make_missing(folder, quiet) == (0, 0)
    assert early.pack.complete
    shutil.rmtree(folder / "thumbnails")
    one_by_one = early.tiles(range(COUNT))  # the folder may go at any time
    assert len(list((folder / "thumbnails").glob("*.jpg"))) == COUNT
    shutil.rmtree(folder / "thumbnails")
    assert make_missing(folder, quiet) == (COUNT, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(thumbnails, "thumbnail", None)
        assert early.tiles([*range(COUNT), 3]) == [*one_by_one, one_by_one[3]]
        assert early.tile(7) == one_by_one[7]


def test_what_has_changed_is_made_anew(folder: Path, tmp_path: Path, make_image: MakeImage) -> None:
    make_missing(folder, quiet)
    seen = Thumbnails(folder)
    before = seen.tiles(range(COUNT))
    changed, gone, bad = (seen.path(row) for row in (3, 4, 5))
    make_image(changed, seed=99)
    gone.unlink()
    bad.write_bytes(b"no image")
    after = seen.tiles(range(COUNT))
    assert after[4] == after[5] == b""
    assert after[3] not in {b"", before[3]}
    shutil.rmtree(folder / "thumbnails", ignore_errors=True)
    assert make_missing(folder, quiet) == (COUNT, 0)
    assert make_missing(folder, quiet) == (0, 0)  # not even those that cannot be made
    assert seen.tiles(range(COUNT)) == after
    make_image(gone, seed=int(gone.stem))
    assert make_missing(folder, quiet) == (1, 0)
    assert seen.tile(4) == before[4]


def test_damage_never_shows_a_wrong_picture(folder: Path) -> None:
    make_missing(folder, quiet)
    right = Thumbnails(folder).tiles(range(COUNT))
    kept = folder / "thumbnails"
    jpegs, index = kept / "160.jpegs", kept / "160.index"
    whole, entries = jpegs.read_bytes(), index.read_bytes()
    random = np.random.default_rng(0)
    for _ in range(40):
        harmed, table = bytearray(whole), bytearray(entries)
        for data in (harmed, table):
            data[int(random.integers(len(data)))] ^= int(random.integers(1, 256))
        jpegs.write_bytes(harmed[: int(random.integers(len(harmed)))])
        index.write_bytes(table)
        assert Thumbnails(folder).tiles(range(COUNT)) == right
    index.write_bytes(random.bytes(28 * 50 + 11))
    jpegs.write_bytes(whole)
    assert Thumbnails(folder).tiles(range(COUNT)) == right
    make_missing(folder, quiet)
    index.write_bytes(index.read_bytes() + b"torn")
    jpegs.unlink()
    for file in kept.glob("*.jpg"):
        file.unlink()
    assert make_missing(folder, quiet) == (COUNT, 0)
    assert index.stat().st_size % 28 == 0


def test_two_writers_do_not_mix_pictures_up(tmp_path: Path) -> None:
    one, other = Pack(tmp_path, 160, 40), Pack(tmp_path, 160, 40)
    for row in range(40):
        (one, other)[row % 2].add([(row, row + 100, bytes([row]) * (row + 1))])
    rows = list(range(39, -1, -1))
    expected = [bytes([row]) * (row + 1) for row in rows]
    assert Pack(tmp_path, 160, 40).read(rows, [row + 100 for row in rows]) == expected
    assert one.complete


def test_what_is_outdated_does_not_pile_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch, make_image: MakeImage
) -> None:
    monkeypatch.setattr(thumbnail_pack, "_MAX_LENGTH", 10_000)
    seen = Thumbnails(folder)
    sizes = []
    for turn in range(12):
        for row in range(COUNT):
            make_image(seen.path(row), seed=100 * turn + row)
        assert make_missing(folder, quiet) == (COUNT, 0)
        sizes.append((folder / "thumbnails/160.jpegs").stat().st_size)
    assert max(sizes) < 5 * sizes[0] + 10_000
    assert min(sizes[1:]) < 2 * sizes[0]


@pytest.mark.parametrize("why", ["full", "refuses"])
def test_a_disk_without_room_only_costs_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    if why == "full":
        monkeypatch.setattr(thumbnail_pack, "_RESERVE", 1 << 62)
    else:
        (folder / "thumbnails").touch()  # where the folder would go
    assert make_missing(folder, quiet) == (0, COUNT)
    assert all(Thumbnails(folder).tiles(range(COUNT)))


def test_thumbnails_ahead_only_where_it_pays(tmp_path: Path, make_image: MakeImage) -> None:
    for number in range(230):
        make_image(tmp_path / f"set/{'ab'[number % 2]}/{number:03d}.jpg", seed=number)
    dataset = Workspace(tmp_path / "w").import_dataset(tmp_path / "set")
    job = ensure_thumbnails(dataset.folder)
    assert job is not None
    assert ensure_thumbnails(dataset.folder) is None  # one is under way
    job.stop(force=True)
    assert job.wait().state in {State.STOPPED, State.DONE}
    again = start_thumbnails(dataset.folder)
    assert again.result(60)["left"] == 0
    stages = {event.stage for event in again.events() if isinstance(event, Progress)}
    assert stages == {"thumbnails"}
    assert ensure_thumbnails(dataset.folder) is None  # all are there
    shutil.rmtree(dataset.folder / "thumbnails")
    job = ensure_thumbnails(dataset.folder)
    assert job is not None
    dataset.delete()  # not kept from it by a cache that is being made
    assert not dataset.folder.exists()


def test_few_images_need_none(folder: Path) -> None:
    assert ensure_thumbnails(folder) is None
