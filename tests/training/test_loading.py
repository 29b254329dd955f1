"""A request to stop ends the loading of Paddle and the model, whatever the suites catch."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_bytes
from paddlex_nb.jobs.context import Stopped
from paddlex_nb.training import job
from paddlex_nb.training.loading import stopped_anywhere
from training.fixtures import Bench


def swallows(*_: object) -> None:
    """As a suite whose modules are imported in a bare `except`."""
    end = time.monotonic() + 30
    for _attempt in range(2):
        with suppress(Exception):
            while time.monotonic() < end:
                time.sleep(0.01)
    while time.monotonic() < end:
        time.sleep(0.01)


def makes_another_error(*_: object) -> None:
    try:
        swallows()
    except Exception as error:
        raise UserError("training.no_gpu") from error


@pytest.mark.parametrize("loads", [swallows, makes_another_error])
def test_a_stop_ends_the_loading(
    loads: object, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "adapter_for", loads)
    run = bench.run_folder("fake")
    context = bench.context(run, "train")
    stop = threading.Timer(0.3, lambda: write_bytes(context.folder / "stop", b""))
    stop.start()
    began = time.monotonic()
    with pytest.raises(Stopped):
        bench.work(context, "train")
    assert time.monotonic() - began < 15


def test_nothing_is_raised_after_it(bench: Bench) -> None:
    context = bench.context(bench.run_folder("fake"), "train")
    with stopped_anywhere(context):
        pass
    write_bytes(context.folder / "stop", b"")
    time.sleep(0.4)


def test_other_errors_stay_what_they_are(bench: Bench) -> None:
    context = bench.context(bench.run_folder("fake"), "train")
    with pytest.raises(KeyError), stopped_anywhere(context):
        raise KeyError
