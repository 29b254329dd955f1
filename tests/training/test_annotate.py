"""What people say about runs: name, note, tags, star; two may say it at a time."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.runs.record import annotate, read_run
from training.fixtures import Bench


def test_what_is_left_out_stays(bench: Bench) -> None:
    run = bench.run_folder("fake", epochs=1)
    before = read_run(run)
    annotate(run, note="  with\u0000 more\nlight ", tags=["night", " night ", "camera 2"])
    annotate(run, starred=True)
    record = annotate(run, name="the\n good one")
    assert record == read_run(run)
    assert (record.name, record.note) == ("the good one", "with more\nlight")
    assert (record.tags, record.starred, record.archived) == (["night", "camera 2"], True, False)
    assert (record.params, record.dataset) == (before.params, before.dataset)
    record = annotate(run, note="", tags=[], starred=False, archived=True)
    assert (record.note, record.tags, record.starred, record.archived) == ("", [], False, True)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " \n"}, "workspace.name_empty"),
        ({"note": "x" * 2001}, "workspace.note_too_long"),
        ({"tags": ["x" * 51]}, "workspace.tag_too_long"),
        ({"tags": [""]}, "workspace.name_empty"),
        ({"tags": [str(n) for n in range(21)]}, "workspace.too_many_tags"),
    ],
)
def test_what_is_too_long_changes_nothing(bench: Bench, wrong: dict[str, str], code: str) -> None:
    run = bench.run_folder("fake", epochs=1)
    before = read_run(run)
    with pytest.raises(UserError) as error:
        annotate(run, starred=True, **wrong)  # type: ignore[arg-type]
    assert error.value.code == code
    assert read_run(run) == before


def test_of_two_at_a_time_neither_is_lost(bench: Bench) -> None:
    run = bench.run_folder("fake", epochs=1)

    def count(field: str) -> None:
        for number in range(40):
            if field == "note":
                annotate(run, note=str(number))
            else:
                annotate(run, tags=[str(number)])
            seen = read_run(run)
            assert str(number) in {seen.note, *seen.tags}

    threads = [threading.Thread(target=count, args=(field,)) for field in ("note", "tags")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (read_run(run).note, read_run(run).tags) == ("39", ["39"])


def test_a_run_tells_who_began_it_and_where(bench: Bench, tmp_path: Path) -> None:
    from paddlex_nb.hosts.environment import host_name, user_name

    workspace = bench.workspace
    job = workspace.train(bench.dataset, "fake", note="by day", tags=["day"], wait=False, epochs=1)
    job.wait(60)
    record = job.run.record
    assert (record.user, record.host) == (user_name(), host_name())
    assert (record.note, record.tags) == ("by day", ["day"])
