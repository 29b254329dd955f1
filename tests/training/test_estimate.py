"""How long a training will take, by a like one."""

from __future__ import annotations

import msgspec
import pytest

from paddlex_nb.core.files import write_json
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.estimate import estimate, patterns
from paddlex_nb.runs.record import read_run
from paddlex_nb.runs.summary import RunSummary
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
    assert seconds(input_size=128) == pytest.approx(800)
    assert seconds(device="gpu") is None
    record = msgspec.structs.replace(read_run(like), host="elsewhere")
    write_json(RunFolder(like).record, record)
    assert seconds() is None
    assert seconds(host="elsewhere") == pytest.approx(200)


def test_a_run_without_an_epoch_says_nothing(bench: Bench) -> None:
    run = bench.run_folder("fake_two")
    assert patterns([run], "fake_two", "here") == []
    assert estimate([], read_run(run).params, 10) is None
