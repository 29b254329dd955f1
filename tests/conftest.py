"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from drawn import DRAWN, keep_drawn
from order import costliest_first
from places import SHARED_DATA
from warm import WarmProcess

from paddlex_nb.core.i18n import set_language
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write
from paddlex_nb.dataset import Dataset
from paddlex_nb.hosts.processor import job_environment
from paddlex_nb.jobs import launch
from paddlex_nb.jobs.processes import detached
from paddlex_nb.workspace import Workspace


def pytest_configure() -> None:
    """Paddle in the tests' own processes is as quick as in jobs, on AMD's processors too."""
    quick = {"MKL_DEBUG_CPU_TYPE", "KMP_BLOCKTIME"}
    os.environ.update({n: value for n, value in job_environment().items() if n in quick})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Workers take files in the order in which they are collected."""
    items[:] = costliest_first(items)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets; tests that need it skip where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no real data sets at {SHARED_DATA} (set PADDLEX_NB_TEST_DATA)")
    return SHARED_DATA


@pytest.fixture(scope="session", autouse=True)
def samples_are_drawn_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Samples are copies of those drawn first; see `drawn_anew` for tests of the drawing."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # all workers share it
    store = base / "drawn"
    store.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        keep_drawn(patch, store)
        yield


@pytest.fixture(scope="session", autouse=True)
def jobs_are_forked() -> Iterator[None]:
    """Jobs that tests start are forks of a warm process; see `started_anew`."""
    warm = WarmProcess()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(launch, "detached", warm.fork)
        yield
    warm.end()


@pytest.fixture(scope="session", autouse=True)
def workers_end() -> Iterator[None]:
    """No worker stays after its job; see `jobs/test_keep_alive.py`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PADDLEX_NB_KEEP_ALIVE", "0")
        yield


@pytest.fixture(scope="session", autouse=True)
def offline() -> Iterator[None]:
    """No test looks for published weights in the network; see `training/test_automatic.py`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PADDLEX_NB_OFFLINE", "1")
        yield


@pytest.fixture
def started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are started as users start them in this test."""
    monkeypatch.setattr(launch, "detached", detached)


@pytest.fixture(autouse=True)
def _the_room_of_jobs(request: pytest.FixtureRequest) -> None:
    """What that room's tests look at is how jobs are truly started."""
    if request.path.parent.name == "jobs":
        request.getfixturevalue("started_anew")


@pytest.fixture
def drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples are truly drawn in this test."""
    for task in Task:
        monkeypatch.setitem(write.WRITERS, task, DRAWN[task])


@pytest.fixture(scope="session")
def sample_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the classification sample imported; runs in it are the tests' own."""
    workspace = Workspace(tmp_path_factory.mktemp("workspace"))
    workspace.import_sample("classification")
    return workspace


@pytest.fixture
def sample(sample_workspace: Workspace) -> Dataset:
    """The classification sample, imported."""
    return sample_workspace.datasets()[0]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Tests read English texts unless they choose another language."""
    set_language("en")
    yield
    set_language("en")
