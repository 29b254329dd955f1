"""The event file: numbered, followed by many, whole lines only."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.core.i18n import Message
from paddlex_nb.jobs.events import Ended, Epoch, Notice, Progress, Started, Step
from paddlex_nb.jobs.log import EventReader, EventWriter, tail


def test_two_readers_see_all_events_in_order(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    first, second = EventReader(path), EventReader(path)
    assert first.poll() == []
    writer = EventWriter(path)
    writer.write(Started())
    writer.write(Progress(stage="check", done=1, total=2))
    seen = first.poll()
    writer.write(Epoch(epoch=1, epochs=2, step=3, loss=0.5, metrics={"top1": 0.9}, best=True))
    writer.write(Notice(message=Message("core.file_missing", {"path": "x"}), severity="warning"))
    writer.write(Ended(state="done"))
    seen += first.poll()
    assert [e.seq for e in seen] == [1, 2, 3, 4, 5]
    assert second.poll() == seen
    assert all(e.time > 0 for e in seen)


def test_a_torn_line_waits_and_an_unknown_kind_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"kind":"from_the_future","seq":1}\n{"kind":"started","se')
    reader = EventReader(path)
    assert reader.poll() == []
    with path.open("ab") as file:
        file.write(b'q":2}\nnot json at all\n')
    assert [(type(e), e.seq) for e in reader.poll()] == [(Started, 2)]


def test_numbers_that_json_lacks_do_not_stop_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    writer = EventWriter(path)
    writer.write(Step(epoch=1, step=1, steps=2, loss=float("nan"), learning_rate=0.1, rate=1.0))
    writer.write(Step(epoch=1, step=2, steps=2, loss=0.5, learning_rate=0.1, rate=1.0))
    assert [e.step for e in EventReader(path).poll() if isinstance(e, Step)][-1] == 2


def test_the_tail_of_a_log_begins_with_a_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text("".join(f"line {i}\n" for i in range(1000)))
    assert tail(path, 40) == "line 996\nline 997\nline 998\nline 999\n"
    assert tail(tmp_path / "absent") == ""
