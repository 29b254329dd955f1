"""Training with Paddle: the same seed gives the same, a resumed run equals one in one piece."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import paddle
import pytest

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.jobs.context import JobContext, Stopped
from paddlex_nb.jobs.events import Epoch
from paddlex_nb.runs.checkpoint import Arrays, CheckpointStore, section
from paddlex_nb.suites import adapter_for
from paddlex_nb.suites.failures import in_words
from training.fixtures import Bench


class StopAt(JobContext):
    """A context whose user stops the job when it has looked so often."""

    def __init__(self, context: JobContext, looks: int) -> None:
        super().__init__(context.folder, context._writer)
        self._looks = looks

    def check_stop(self) -> None:
        """Count, and stop."""
        self._looks -= 1
        if self._looks == 0:
            raise Stopped


def last(run: Path) -> Arrays:
    return CheckpointStore(run).load("last")[1]


def same(a: Arrays, b: Arrays) -> None:
    assert list(a) == list(b)
    for name, array in a.items():
        np.testing.assert_array_equal(array, b[name], err_msg=name)


RICH: dict[str, Any] = {
    "mixup": 0.2,
    "ema": 0.9,
    "random_erasing": 0.5,
    "rotation": 10,
    "epochs": 2,
}


@pytest.mark.parametrize("model", ["PPLCNet_x0_25", "MobileNetV3_small_x0_35"])
def test_a_resumed_run_equals_one_in_one_piece(bench: Bench, model: str) -> None:
    whole, parts = bench.run_folder(model, **RICH), bench.run_folder(model, **RICH)
    bench.job(whole, "train")
    with pytest.raises(Stopped):  # after the second of three batches
        bench.work(StopAt(bench.context(parts, "train"), 4), "train")
    assert CheckpointStore(parts).info("last").batches == 2
    bench.job(parts, "train", resume=True)
    same(last(whole), last(parts))


def test_the_seed_decides(bench: Bench) -> None:
    runs = [bench.run_folder(epochs=1, seed=seed) for seed in (1, 1, 2)]
    for run in runs:
        bench.job(run, "train")
    same(last(runs[0]), last(runs[1]))
    assert not np.array_equal(last(runs[0])["model/fc.weight"], last(runs[2])["model/fc.weight"])


def test_workers_change_nothing(bench: Bench) -> None:
    runs = [bench.run_folder(epochs=2, num_workers=workers) for workers in (0, 2)]
    for run in runs:
        bench.job(run, "train")
    same(last(runs[0]), last(runs[1]))


@pytest.mark.parametrize("optimizer", ["momentum", "sgd", "adamw"])
def test_every_optimiser_learns(bench: Bench, optimizer: str) -> None:
    rate = {"adamw": 0.003, "momentum": 0.005, "sgd": 0.05}[optimizer]
    run = bench.run_folder("ResNet18_vd", optimizer=optimizer, learning_rate=rate, epochs=4)
    _, events = bench.job(run, "train")
    losses = [e.loss for e in events if isinstance(e, Epoch)]
    assert losses[-1] < losses[0]


def test_a_frozen_backbone_stays_as_it_is(bench: Bench, trained: Path) -> None:
    run = bench.run_folder(weights=f"run:{trained.name}", freeze_backbone=True, epochs=1)
    bench.job(run, "train")
    before = section(CheckpointStore(trained).load("best")[1], "model")
    changed = [n for n, a in section(last(run), "model").items() if (a != before[n]).any()]
    assert changed == ["fc.weight", "fc.bias"]


def test_the_average_is_what_is_evaluated_and_kept(bench: Bench) -> None:
    run = bench.run_folder(ema=0.9, epochs=1)
    bench.job(run, "train")
    arrays = last(run)
    assert (arrays["model/fc.weight"] != arrays["own/fc.weight"]).any()


def test_biases_and_norms_are_not_decayed(bench: Bench) -> None:
    adapter: Any = adapter_for(RunSetup.load(bench.run_folder(weight_decay=0.5)))
    groups = adapter.learner()._optimizer._param_groups
    decays = {p.ndim > 1: group["weight_decay"] for group in groups for p in group["params"]}
    assert decays == {True: 0.5, False: 0.0}


def test_an_undefined_loss_changes_nothing(bench: Bench) -> None:
    run = bench.run_folder(learning_rate=1e30, optimizer="sgd", epochs=3)
    with pytest.raises(UserError) as error:
        bench.job(run, "train")
    assert error.value.code == "training.not_finite"


def test_no_gpu_here_says_so(bench: Bench) -> None:
    if paddle.device.cuda.device_count():
        pytest.skip("this machine has a GPU")
    with pytest.raises(UserError) as error:
        bench.job(bench.run_folder(device="gpu"), "train")
    assert error.value.code == "training.no_gpu"


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (MemoryError("ResourceExhaustedError: out of memory"), "training.out_of_memory"),
        (RuntimeError("std::bad_alloc"), "training.out_of_memory"),
        (RuntimeError("DataLoader 1 workers exit unexpectedly, pids: 7"), "training.loader_died"),
        (RuntimeError("Bus error: insufficient shared memory"), "training.shared_memory"),
        (OSError("(External) CUDA error(719)"), "training.gpu_failed"),
    ],
)
def test_failures_in_words(raised: Exception, code: str) -> None:
    with pytest.raises(UserError) as error, in_words():
        raise raised
    assert error.value.code == code


def test_unknown_failures_go_through() -> None:
    with pytest.raises(RuntimeError, match="something else"), in_words():
        raise RuntimeError("something else")
