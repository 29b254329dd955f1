"""What a trainer says while it saves, and what one that was killed while saving leaves."""

from __future__ import annotations

from typing import Any

import pytest

from paddlex_nb.runs.checkpoint import CheckpointInfo, CheckpointStore
from training.fixtures import Bench


def test_a_job_says_that_it_saves(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = bench.run_folder("fake", epochs=2, save_interval=1)
    save, marked = CheckpointStore.save, []

    def marking(store: CheckpointStore, info: CheckpointInfo, arrays: Any) -> None:
        marked.append(list(run.glob("jobs/*/saving")) != [])
        save(store, info, arrays)

    monkeypatch.setattr(CheckpointStore, "save", marking)
    bench.job(run, "train")
    assert len(marked) >= 4
    assert all(marked)
    assert not list(run.glob("jobs/*/saving"))


def test_half_a_checkpoint_of_a_killed_trainer_goes(bench: Bench) -> None:
    run = bench.run_folder("fake", epochs=1)
    (run / "checkpoints").mkdir()
    torn = run / "checkpoints" / ".last.npz.0123456789abcdef"
    torn.write_bytes(bytes(100))
    bench.job(run, "train")
    assert not torn.exists()
