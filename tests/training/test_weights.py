"""Starting weights: which are found, which fit, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import paddle
import pytest

from paddlex_nb.catalogue.models import model
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.jobs.events import AnyEvent, Notice
from paddlex_nb.runs.checkpoint import CheckpointStore, section
from paddlex_nb.suites import adapter_for
from paddlex_nb.suites.clas_weights import CONVERTERS
from paddlex_nb.weights.matching import match
from paddlex_nb.weights.pickles import read_pdparams
from paddlex_nb.weights.starting import find_weights
from training.fixtures import Bench

MOBILENET = Path("weights") / "mobilenet_v2_imagenet.pdparams"


def notices(events: list[AnyEvent]) -> dict[str, dict[str, Any]]:
    return {e.message.key: e.message.values for e in events if isinstance(e, Notice)}


def shapes(net: paddle.nn.Layer) -> dict[str, list[int]]:
    return {name: list(tensor.shape) for name, tensor in net.state_dict().items()}


def test_another_runs_weights_are_taken(bench: Bench, trained: Path) -> None:
    run = bench.run_folder(weights=f"run:{trained.name}", epochs=1, learning_rate=1e-9)
    _, events = bench.job(run, "train")
    told = notices(events)["training.weights_set"]
    assert told["fitting"] == told["total"]
    assert "training.weights_new" not in notices(events)
    before = section(CheckpointStore(trained).load("best")[1], "model")
    after = section(CheckpointStore(run).load("last")[1], "model")
    np.testing.assert_allclose(after["fc.weight"], before["fc.weight"], atol=1e-6)


def test_another_runs_weights_of_another_model_are_refused(bench: Bench, trained: Path) -> None:
    run = bench.run_folder("MobileNetV3_small_x0_35", weights=f"run:{trained.name}")
    with pytest.raises(UserError) as error:
        bench.job(run, "train")
    assert error.value.code == "training.weights_do_not_fit"


def test_the_classifier_alone_starts_anew(bench: Bench, shared_data: Path) -> None:
    run = bench.run_folder("MobileNetV2_x1_0", weights=str(shared_data / MOBILENET), epochs=1)
    _, events = bench.job(run, "train")
    told = notices(events)
    assert (told["training.weights_set"]["fitting"], told["training.weights_set"]["total"]) == (
        265,
        267,
    )
    assert told["training.weights_new"]["names"] == ["out.weight", "out.bias"]


def test_mobilenet_of_paddle_vision_computes_the_same(bench: Bench, shared_data: Path) -> None:
    source = read_pdparams(shared_data / MOBILENET)
    theirs = paddle.vision.models.mobilenet_v2()
    theirs.set_state_dict({name: paddle.to_tensor(value) for name, value in source.items()})
    theirs.eval()
    setup = RunSetup.load(bench.run_folder("MobileNetV2_x1_0"))
    setup.record.classes[:] = [str(n) for n in range(1000)]
    adapter: Any = adapter_for(setup)
    matched = adapter.match(source)
    assert (matched.how, matched.missing) == ("converted", [])
    adapter.load_weights(matched.weights)
    adapter.model.eval()
    images = paddle.randn([2, 3, 64, 64])
    np.testing.assert_allclose(
        adapter.model(images).numpy(), theirs(images).numpy(), atol=1e-4, rtol=1e-4
    )


def test_other_names_in_the_same_order_fit() -> None:
    net = paddle.nn.Sequential(
        paddle.nn.Conv2D(3, 4, 3), paddle.nn.BatchNorm2D(4), paddle.nn.Linear(4, 10)
    )
    source = {
        "stem.weight": np.ones((4, 3, 3, 3)),
        "stem.bias": np.ones(4),
        "norm.weight": np.ones(4),
        "norm.bias": np.zeros(4),
        "norm.running_mean": np.zeros(4),
        "norm.running_var": np.ones(4),
        "norm.num_batches_tracked": np.zeros(()),
        "head.weight": np.ones((4, 1000)),
        "head.bias": np.ones(1000),
    }
    matched = match(shapes(net), source)
    assert matched.how == "order"
    assert matched.missing == ["2.weight", "2.bias"]
    assert matched.weights["1._variance"] is source["norm.running_var"]


@pytest.mark.parametrize("spoil", ["shape", "missing layer", "other roles", "empty"])
def test_what_does_not_fit_in_order_is_refused(spoil: str) -> None:
    layers = [paddle.nn.Linear(4, 4) for _ in range(4)]
    source = {
        f"x{n}.{role}": np.ones((4, 4) if role == "weight" else 4)
        for n in range(4)
        for role in ("weight", "bias")
    }
    if spoil == "shape":
        source["x1.weight"] = np.ones((4, 5))
    elif spoil == "missing layer":
        del source["x1.weight"], source["x1.bias"]
    elif spoil == "other roles":
        source["x1.scale"] = source.pop("x1.bias")
    else:
        source = {}
    with pytest.raises(UserError) as error:
        match(shapes(paddle.nn.Sequential(*layers)), source)
    assert error.value.code == "training.weights_do_not_fit"


def test_the_converter_knows_its_own_form_only() -> None:
    target = shapes(paddle.nn.Linear(2, 2))
    assert all(
        convert(target, {"features.0.1.weight": np.ones(2)}) is None for convert in CONVERTERS
    )


def test_weights_are_looked_for_before_a_run_is_made(
    bench: Bench, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, workspace = model("PPLCNet_x0_25"), bench.workspace.path
    (tmp_path / "w.pdparams").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    assert find_weights(entry, "none", workspace) == "none"
    assert find_weights(entry, "imagenet", workspace) == "imagenet"
    assert find_weights(entry, f"run:{trained.name}", workspace) == f"run:{trained.name}"
    assert find_weights(entry, "w.pdparams", workspace) == str(tmp_path / "w.pdparams")
    for wrong, code in (
        ("coco", "training.no_such_weights"),
        ("run:nobody", "training.no_such_run"),
        ("run:../../datasets", "training.no_such_run"),
    ):
        with pytest.raises(UserError) as error:
            find_weights(entry, wrong, workspace)
        assert error.value.code == code
