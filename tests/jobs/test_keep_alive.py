"""A worker that is kept alive for the next prediction of its run."""

from __future__ import annotations

import json
import shutil
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json
from paddlex_nb.jobs import keep_alive
from paddlex_nb.jobs.ending import see_to_the_end
from paddlex_nb.jobs.identity import JobProcess
from paddlex_nb.jobs.job import Job
from paddlex_nb.jobs.keep_alive import KeptAlive
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.results.predictions import Predictions
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace

_PATIENCE = 30.0


def until(done: object, what: str) -> None:
    assert callable(done)
    end = time.monotonic() + _PATIENCE
    while not done():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PADDLEX_NB_FAKE", "1")
        patch.setenv("PADDLEX_NB_FAKE_STEP", "0.001")
        space = Workspace(tmp_path_factory.mktemp("space"))
        dataset = space.import_sample("classification", progress=False)
        for name in ("first", "second"):
            space.train(dataset, "fake", name=name, epochs=1, progress=False)
        return space


@pytest.fixture
def run(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """The first run; workers stay for a minute, and none is left behind."""
    monkeypatch.setenv("PADDLEX_NB_FAKE", "1")
    monkeypatch.setenv("PADDLEX_NB_FAKE_STEP", "0.001")
    monkeypatch.setenv(keep_alive.VARIABLE, "60")
    yield space.run("first")
    waiting = waiting_worker(space)
    keep_alive.dismiss(WorkspaceFolder(space.path))
    if waiting is not None:
        ended(waiting)


def waiting_worker(space: Workspace) -> KeptAlive | None:
    return keep_alive._waiting(WorkspaceFolder(space.path))


def predict(run: Run) -> tuple[Predictions, JobProcess]:
    """A prediction of one image, and which process has made it."""
    job = run.predict(run.images("val")[:1], wait=False)
    result = job.result(_PATIENCE)
    return result, read_json(JobFolder(job.folder).process, JobProcess)


def registered(space: Workspace) -> KeptAlive:
    until(lambda: waiting_worker(space) is not None, "the worker does not wait")
    worker = waiting_worker(space)
    assert worker is not None
    return worker


def ended(worker: KeptAlive) -> None:
    def gone() -> bool:
        try:
            return psutil.Process(worker.process.pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    until(gone, "the worker stays")


def test_the_next_prediction_is_done_by_the_same_process(run: Run, space: Workspace) -> None:
    first, process = predict(run)
    worker = registered(space)
    assert worker.process.pid == process.pid
    again, same = predict(run)
    assert same.pid == process.pid
    assert again.to_dict()["predictions"] == first.to_dict()["predictions"]
    # one more, of another kind, with its own log, progress and end
    registered(space)
    evaluated = run.evaluate("val", wait=False)
    figures = evaluated.result(_PATIENCE)
    process = read_json(JobFolder(evaluated.folder).process, JobProcess)
    assert process.pid == same.pid
    assert figures.images == len(run.images("val"))
    assert JobFolder(evaluated.folder).log.exists()


def test_the_key_is_for_the_user_alone(run: Run, space: Workspace) -> None:
    predict(run)
    registered(space)
    (record,) = Path(space.path).glob(".worker-*")
    assert stat.S_IMODE(record.stat().st_mode) == 0o600


def test_new_weights_are_used(run: Run, space: Workspace) -> None:
    first, _ = predict(run)
    before = registered(space)
    longer = space.run("first").resume(epochs=2, wait=False)
    longer.result(_PATIENCE)
    second, _ = predict(run)
    assert (first.epoch, second.epoch) == (1, 2)
    # a training had the worker leave: it needs the memory
    ended(before)


def test_weights_that_changed_meanwhile_are_loaded_anew(run: Run, space: Workspace) -> None:
    first, process = predict(run)
    registered(space)
    last = run.predict(run.images("val")[:1], checkpoint="last", wait=False)
    assert last.result(_PATIENCE).checkpoint == "last"
    registered(space)
    again, same = predict(run)
    assert (again.checkpoint, same.pid) == (first.checkpoint, process.pid)


def test_another_run_has_another_worker(run: Run, space: Workspace) -> None:
    _, process = predict(run)
    before = registered(space)
    _, other = predict(space.run("second"))
    assert other.pid != process.pid
    ended(before)
    assert registered(space).process.pid == other.pid


def test_it_ends_when_nobody_asks(
    run: Run, space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(keep_alive.VARIABLE, "1")
    predict(run)
    worker = registered(space)
    ended(worker)
    assert not [*Path(space.path).glob(".worker-*")]


def test_none_stays_where_that_is_not_wanted(
    run: Run, space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(keep_alive.VARIABLE, "0")
    _, process = predict(run)
    until(lambda: not psutil.pid_exists(process.pid) or _zombie(process.pid), "it stays")
    assert waiting_worker(space) is None


def _zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_another_environment_has_another_worker(
    run: Run, space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, process = predict(run)
    registered(space)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "7")
    _, other = predict(run)
    assert other.pid != process.pid


def test_who_is_killed_is_replaced(run: Run, space: Workspace) -> None:
    _, process = predict(run)
    registered(space)
    psutil.Process(process.pid).kill()
    until(lambda: waiting_worker(space) is None, "a dead worker is believed to wait")
    _, other = predict(run)
    assert other.pid != process.pid


@pytest.mark.parametrize(
    "asked",
    [
        {"key": "wrong", "job": "001-predict"},
        {"job": "001-predict"},
        {"key": None, "job": "../../elsewhere"},
        {"key": None, "job": "/etc"},
        ["no", "mapping"],
        "x" * 5000,
    ],
)
def test_strangers_are_sent_away(run: Run, space: Workspace, asked: object) -> None:
    predict(run)
    worker = registered(space)
    if isinstance(asked, dict) and asked.get("key", "") is None:
        asked = {**asked, "key": worker.key}
    with socket.create_connection(("127.0.0.1", worker.port), 5) as connection:
        connection.sendall(json.dumps(asked).encode() + b"\n")
        connection.settimeout(5)
        with suppress(ConnectionResetError):
            assert connection.recv(1) == b""
    _, process = predict(run)
    assert process.pid == worker.process.pid


def test_a_launcher_that_gives_up_is_not_served(run: Run, space: Workspace) -> None:
    predict(run)
    worker = registered(space)
    folder = JobFolder(JobFolder(run.folder / "jobs" / "900-predict").path)
    with socket.create_connection(("127.0.0.1", worker.port), 5) as connection:
        asked = {"key": worker.key, "job": folder.path.name}
        connection.sendall(json.dumps(asked).encode() + b"\n")
        assert connection.recv(1) == b"r"
    _, process = predict(run)
    assert process.pid == worker.process.pid
    assert not folder.path.exists()


def test_a_job_that_fails_says_so_and_the_worker_goes_on(
    run: Run, space: Workspace, tmp_path: Path
) -> None:
    _, process = predict(run)
    registered(space)
    with pytest.raises(UserError):
        run.predict(tmp_path / "missing.jpg", progress=False)
    failed: Job[object] | None = run.last_job("predict")
    assert failed is not None
    assert failed.pid == process.pid
    registered(space)
    _, same = predict(run)
    assert same.pid == process.pid


def test_who_stops_a_job_late_does_not_hit_the_next_one(run: Run, space: Workspace) -> None:
    first, process = predict(run)
    worker = registered(space)
    done: Job[object] | None = run.last_job("predict")
    assert done is not None
    assert not done.alive, "its worker lives on, but not for it"
    done.stop(force=True)
    see_to_the_end(done.folder)
    again, same = predict(run)
    assert same.pid == process.pid == worker.process.pid
    assert len(again) == len(first)


def test_a_job_is_done_by_one_process_only(run: Run, space: Workspace) -> None:
    predict(run)
    worker = registered(space)
    folder = run.folder / "jobs" / "800-predict"
    folder.mkdir()
    with socket.create_connection(("127.0.0.1", worker.port), 5) as connection:
        asked = {"key": worker.key, "job": folder.name}
        connection.sendall(json.dumps(asked).encode() + b"\n")
        assert connection.recv(1) == b"r"
        JobFolder(folder).process.touch()  # its launcher has waited too long, and starts another
        connection.sendall(b"g")
        assert connection.recv(1) == b""
    assert not JobFolder(folder).status.exists()
    shutil.rmtree(folder)
    _, process = predict(run)
    assert process.pid == worker.process.pid


@pytest.mark.parametrize(("free", "gpu", "stays"), [(0.2, 0, False), (0.5, 1, True)])
def test_a_worker_stays_where_there_is_memory(
    space: Workspace, monkeypatch: pytest.MonkeyPatch, free: float, gpu: int, stays: bool
) -> None:
    monkeypatch.setattr(keep_alive, "memory", lambda: (100, 100 * free))
    monkeypatch.setattr(keep_alive, "gpus", lambda: [object()] * gpu)
    assert keep_alive._room(WorkspaceFolder(space.path)) is stays
    monkeypatch.setattr(keep_alive, "training_under_way", lambda _: True)
    assert keep_alive._room(WorkspaceFolder(space.path)) is (stays and not gpu)


def test_the_worker_of_a_deleted_run_leaves(run: Run, space: Workspace) -> None:
    third = space.train(space.datasets()[0], "fake", name="third", epochs=1, progress=False)
    predict(third)
    worker = registered(space)
    third.delete()
    ended(worker)
    assert not third.folder.exists()
