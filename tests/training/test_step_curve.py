"""Steps of a run by the million: read quickly, kept in bounded room, no peak lost."""

from __future__ import annotations

import math
import random
from pathlib import Path

import msgspec
import numpy as np
import pytest

from paddlex_nb.core.i18n import Message
from paddlex_nb.jobs.events import AnyEvent, Ended, Epoch, Notice, Resumed, Started, Step
from paddlex_nb.jobs.log import EventReader, EventWriter
from paddlex_nb.runs import read_events, step_curve
from paddlex_nb.runs.history import History
from paddlex_nb.runs.step_curve import LIMIT, StepCurve


def step(number: int, loss: float, **losses: float) -> Step:
    return Step(
        epoch=1 + number // 100,
        step=number,
        steps=9999,
        loss=loss,
        learning_rate=0.1 / number,
        rate=30.0,
        losses=losses,
        time=1000.0 + 0.2 * number,
    )


def written(path: Path, events: list[AnyEvent]) -> Path:
    """An event file whose events keep their own times."""
    encoder = msgspec.json.Encoder()
    path.write_bytes(b"".join(encoder.encode(event) + b"\n" for event in events))
    return path


def test_peaks_stay_and_the_room_does_not_grow() -> None:
    curve, rng = StepCurve(), np.random.default_rng(0)
    losses = rng.random(10 * LIMIT)
    losses[12_345], losses[77_777] = 99.0, -5.0
    losses[3] = math.nan
    for number, loss in enumerate(losses, 1):
        curve.append(step(number, float(loss)))
    assert LIMIT / 2 <= len(curve) <= LIMIT
    assert np.nanmax(curve["loss"]) == 99.0
    assert np.nanmin(curve["loss"]) == -5.0
    assert curve["step"][curve["loss"].argmax()] == 12_346
    assert (np.diff(curve["step"]) > 0).all()
    assert curve[-1].step == len(losses)
    # what stays was reported so: nothing is averaged
    assert np.array_equal(curve["loss"], losses[curve["step"] - 1], equal_nan=True)


def test_many_at_once_are_kept_like_one_by_one() -> None:
    losses = np.random.default_rng(1).random(3 * LIMIT + 17)
    steps = [step(n, float(loss), cls=float(loss) / 2) for n, loss in enumerate(losses, 1)]
    for event in steps[::7]:
        event.waiting, event.memory = 0.25, event.loss
    one_by_one, at_once = StepCurve(), StepCurve()
    for event in steps:
        one_by_one.append(event)
    columns = {n: np.array([getattr(s, n) for s in steps]) for n in step_curve._DTYPES}
    columns |= {
        n: np.array([getattr(s, n) for s in steps], dtype=float) for n in ("waiting", "memory")
    }
    at_once.extend({**columns, "losses.cls": losses / 2})
    assert list(one_by_one) == list(at_once)


def test_a_cut_forgets_parts_of_the_loss() -> None:
    curve = StepCurve()
    for number in range(1, 11):
        curve.append(msgspec.structs.replace(step(number, 1.0, cls=0.5, box=0.5), cpu=0.5))
    edition = curve.edition
    curve.truncate(4)
    assert curve.edition != edition
    curve.append(step(5, 1.0, cls=0.25))
    assert curve[-1].cpu is None
    assert [s.step for s in curve] == [1, 2, 3, 4, 5]
    assert curve[-1].losses == {"cls": 0.25}
    edition = curve.edition
    curve.truncate(5)
    assert curve.edition == edition  # nothing went


def random_run(rng: random.Random, *, new: bool) -> list[AnyEvent]:
    """Trainings with resumes, notices, epochs of uneven length, and losses that are not numbers.

    Those of a former version do not tell of waiting and the machine.
    """
    events: list[AnyEvent] = [Started(time=999.0)]
    number = 0
    for epoch in range(1, 30):
        for _ in range(rng.randrange(0, 60)):
            number += 1
            loss = rng.choice([rng.random(), 1.0, 1e-9])
            events.append(step(number, loss, cls=loss / 2))
            if new and rng.random() < 0.9:
                events[-1] = msgspec.structs.replace(
                    events[-1], waiting=0.1, cpu=rng.choice([None, 0.5]), memory=0.0
                )
        metrics = {"top1": rng.choice([None, rng.random()])}
        best = rng.random() < 0.4
        events.append(
            Epoch(epoch=epoch, epochs=30, step=number, loss=1.0, metrics=metrics, best=best)
        )
        if rng.random() < 0.2:
            events.append(Notice(message=Message("jobs.interrupted")))
        if rng.random() < 0.2:
            number = max(0, number - rng.randrange(40))
            if rng.random() < 0.5:
                events.append(Ended(state="stopped"))
            events += [Started(time=1000.0 + 0.2 * number), Resumed(epoch=epoch, step=number)]
    return [*events, Ended(state="done")]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("damaged", [False, True])
def test_columns_tell_what_single_events_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, *, damaged: bool
) -> None:
    events = random_run(random.Random(seed), new=seed > 1)  # noqa: S311
    path = written(tmp_path / "events.jsonl", events)
    if damaged:
        lines = path.read_bytes().splitlines(keepends=True)
        lines[20] = lines[20][:30] + b"\n"
        lines[41:41] = [b"\n", b'{"kind":"of a newer version"}\n', b"\xff\xfe\n"]
        path.write_bytes(b"".join(lines) + b'{"kind":"step","torn')
    one_by_one = History()
    one_by_one.extend(EventReader(path).poll())
    monkeypatch.setattr(read_events, "_SMALL", 0)
    at_once = History()
    assert at_once.follow(EventReader(path))
    assert list(at_once.steps) == list(one_by_one.steps)
    for name in (
        "epochs_done",
        "resumes",
        "stops",
        "notices",
        "best",
        "metrics",
        "elapsed",
        "step",
    ):
        assert getattr(at_once, name) == getattr(one_by_one, name), name
    assert (at_once.rate, at_once.total_steps) == (one_by_one.rate, one_by_one.total_steps)
    at_once.ended = one_by_one.ended = None
    assert at_once.eta == one_by_one.eta


def test_many_steps_go_through_columns(tmp_path: Path) -> None:
    """What the test before compares is what is used: else it would compare a thing with itself."""
    path = written(tmp_path / "events.jsonl", [step(n, 1.0, a=0.5) for n in range(1, 5000)])
    parts = list(read_events.read_events(path.read_bytes()))
    assert len(parts) == 1
    assert isinstance(parts[0], dict)
    assert parts[0]["step"].tolist() == list(range(1, 5000))


def test_a_file_is_read_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paddlex_nb.jobs.log._BLOCK", 100)
    path = tmp_path / "events.jsonl"
    writer = EventWriter(path)
    for number in range(1, 50):
        writer.write(step(number, 1.0))
    writer.write(Notice(message=Message("x" * 1000)))  # longer than a block
    reader = EventReader(path)
    assert len(reader.poll()) == 50
    assert reader.poll() == []
    writer.write(step(50, 1.0))
    writer.close()
    assert [event.step for event in reader.poll() if isinstance(event, Step)] == [50]
