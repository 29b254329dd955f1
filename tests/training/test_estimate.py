"""How long a training will take, by a like one."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from paddlex_nb.catalogue.models import model
from paddlex_nb.core.files import write_json
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.estimate import BASE_MEMORY, FIXED_SHARE, estimate, patterns, usual_memory
from paddlex_nb.runs.model_speeds import model_speeds
from paddlex_nb.runs.record import read_run
from paddlex_nb.runs.summary import RunSummary, read_summary
from training.fixtures import Bench


def test_time_grows_with_images_epochs_and_area(bench: Bench) -> None:
    like = bench.run_folder("fake", input_size=64, batch_size=8)
    other = bench.run_folder("fake_other", input_size=64)
    for folder in (like, other):
        job = bench.context(folder, "train").folder.name
        write_json(RunFolder(folder).summary, RunSummary(epoch=4, seconds=80.0, job=job))
    images = len(bench.workspace.dataset(bench.dataset).rows("*"))
    trained = 24  # half of 48
    assert images == 2 * trained
    params = {**read_run(like).params, "epochs": 10}

    def seconds(count: int = trained, host: str = "here", **changes: object) -> float | None:
        found = estimate(patterns([other, like], "fake", host), {**params, **changes}, count)
        assert found is None or found.run == read_run(like).name
        return None if found is None else found.seconds

    assert seconds() == pytest.approx(200)
    assert seconds(2 * trained) == pytest.approx(400)
    assert seconds(epochs=1) == pytest.approx(20)
    assert seconds(input_size=128) == pytest.approx(200 * (FIXED_SHARE + 4 * (1 - FIXED_SHARE)))
    assert seconds(device="gpu") is None
    record = msgspec.structs.replace(read_run(like), host="elsewhere")
    write_json(RunFolder(like).record, record)
    assert seconds() is None
    assert seconds(host="elsewhere") == pytest.approx(200)


def test_loading_is_counted_once_and_memory_grows_with_the_batch(bench: Bench) -> None:
    run = bench.run_folder("fake_memory", input_size=64, batch_size=8)
    job = bench.context(run, "train").folder.name
    beyond = 100 << 20
    memory = BASE_MEMORY + beyond
    summary = RunSummary(
        epoch=4, seconds=100.0, startup=15.0, epoch_seconds=80.0, memory=memory, job=job
    )
    write_json(RunFolder(run).summary, summary)
    known = patterns([run], "fake_memory", "here")
    params = {**read_run(run).params, "epochs": 10}
    found = estimate(known, params, 24)
    assert found is not None
    assert found.seconds == pytest.approx(15 + 200)
    assert found.memory == BASE_MEMORY + beyond
    found = estimate(known, {**params, "batch_size": 16, "input_size": 128}, 24)
    assert found is not None
    assert found.memory == BASE_MEMORY + 8 * beyond


def test_a_real_training_tells_its_memory_and_how_long_it_loaded(trained: Path) -> None:
    summary = read_summary(trained)
    assert 50 << 20 < summary.memory < 64 << 30
    assert 0 < summary.epoch_seconds < 600


def test_without_a_like_run_memory_goes_by_the_cost_of_the_model() -> None:
    entry = model("ResNet18_vd")
    small = usual_memory(entry, {"input_size": 112, "batch_size": 16}, 224)
    large = usual_memory(entry, {"input_size": 224, "batch_size": 16}, 224)
    assert large - BASE_MEMORY == pytest.approx(4 * (small - BASE_MEMORY))


def test_a_run_without_an_epoch_says_nothing(bench: Bench) -> None:
    run = bench.run_folder("fake_two")
    assert patterns([run], "fake_two", "here") == []
    assert estimate([], read_run(run).params, 10) is None


def test_speeds_of_models_are_those_of_their_newest_runs(bench: Bench) -> None:
    older, newer = bench.run_folder("fake_speed"), bench.run_folder("fake_speed")
    for folder, seconds in ((older, 80.0), (newer, 40.0)):
        job = bench.context(folder, "train").folder.name
        write_json(RunFolder(folder).summary, RunSummary(epoch=1, seconds=seconds, job=job))
    begun = bench.run_folder("fake_begun")
    missing = newer.with_name("nowhere")
    speeds = model_speeds([missing, begun, newer, older], "here")
    assert set(speeds) == {read_run(newer).model}
    assert speeds[read_run(newer).model].seconds == pytest.approx(40 / 24)
