"""A long run is opened from what was kept of it: the same history as from its events."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from paddlex_nb.jobs.events import AnyEvent, Ended, Epoch, Resumed, Started, Step
from paddlex_nb.layout.item import ItemFolder
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.history import History
from paddlex_nb.runs.kept import LEAST
from paddlex_nb.runs.live import LiveHistory

NAMES = ("epochs_done", "resumes", "stops", "notices", "best", "metrics", "elapsed", "step",
         "progress", "checkpoint", "started", "ended", "updated", "eta", "rate")  # fmt: skip


def steps(first: int, last: int) -> list[AnyEvent]:
    rng = random.Random(first)  # noqa: S311
    events: list[AnyEvent] = []
    for number in range(first, last + 1):
        step = Step(
            epoch=number // 100 + 1,
            step=number,
            steps=99_999,
            loss=rng.random(),
            learning_rate=0.1,
            rate=3.0,
            losses={"cls": rng.random()},
            time=1000 + 0.2 * number,
        )
        if number % 7 == 0:
            step.waiting = 0.5
        events.append(step)
        if number % 100 == 0:
            top1: dict[str, float | None] = {"top1": rng.random()}
            events.append(
                Epoch(
                    epoch=number // 100, epochs=999, step=number, loss=1.0, metrics=top1, best=True
                )
            )
    return events


def write(run: Path, number: int, events: list[AnyEvent]) -> None:
    files = JobFolder(ItemFolder(run).jobs / f"{number:03d}-train")
    files.path.mkdir(parents=True, exist_ok=True)
    files.spec.write_text('{"kind": "train", "arguments": {}, "created": 0}')
    with files.events.open("ab") as file:
        file.writelines(msgspec.json.encode(event) + b"\n" for event in events)


def same(one: History, other: History) -> None:
    assert list(one.steps) == list(other.steps)
    for name in NAMES:
        assert getattr(one, name) == getattr(other, name), name


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Two jobs, the second one resumed from a step before the first one's end."""
    folder = tmp_path / "run"
    write(folder, 1, [Started(time=999.0), *steps(1, LEAST), Ended(state="stopped", time=2000.0)])
    write(folder, 2, [Started(time=1500.0), Resumed(epoch=30, step=3000, time=1501.0)])
    write(folder, 2, steps(3001, LEAST + 500))
    return folder


def followed(run: Path) -> LiveHistory:
    live = LiveHistory(run)
    live.poll()
    return live


def test_what_was_kept_goes_on_as_what_was_read(run: Path) -> None:
    whole = followed(run)
    whole.keep()
    assert RunFolder(run).history.is_file()
    write(run, 2, steps(LEAST + 501, LEAST + 600))
    write(run, 3, [Started(time=9000.0), Resumed(epoch=0, step=50, time=9001.0), *steps(51, 60)])
    whole.poll()
    recalled = LiveHistory(run)
    assert len(recalled.history.steps) == LEAST + 500  # before anything was read
    assert recalled.poll()
    assert not recalled.poll()
    same(recalled.history, whole.history)
    assert recalled.place == whole.place
    RunFolder(run).history.unlink()
    same(recalled.history, followed(run).history)


def test_a_short_run_keeps_nothing(tmp_path: Path) -> None:
    write(tmp_path, 1, steps(1, 50))
    followed(tmp_path).keep()
    assert not RunFolder(tmp_path).history.exists()


def shorter_events(run: Path) -> None:
    events = JobFolder(ItemFolder(run).jobs / "002-train").events
    events.write_bytes(events.read_bytes()[:5000].rpartition(b"\n")[0] + b"\n")


def half(run: Path) -> None:
    file = RunFolder(run).history
    file.write_bytes(file.read_bytes()[:10_000])


def uneven_columns(run: Path) -> None:
    file = RunFolder(run).history
    kept = msgspec.msgpack.decode(file.read_bytes())
    kept["columns"]["loss"] = kept["columns"]["loss"][:80]
    file.write_bytes(msgspec.msgpack.encode(kept))


def unknown_column(run: Path) -> None:
    file = RunFolder(run).history
    kept = msgspec.msgpack.decode(file.read_bytes())
    kept["columns"]["other"] = kept["columns"]["loss"]
    file.write_bytes(msgspec.msgpack.encode(kept))


@pytest.mark.parametrize("damage", [shorter_events, half, uneven_columns, unknown_column])
def test_what_does_not_fit_is_read_from_the_events(
    run: Path, damage: Callable[[Path], None]
) -> None:
    followed(run).keep()
    damage(run)
    assert len(LiveHistory(run).history.steps) == 0
    damaged = followed(run).history
    RunFolder(run).history.unlink()
    same(damaged, followed(run).history)
