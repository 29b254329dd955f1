"""The graph of a model for VisualDL, read back with its own reader."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from training.fixtures import SMALL, Bench
from visualdl.component.graph import Model
from visualdl.reader.graph_reader import GraphReader

from paddlex_nb.board import draw
from paddlex_nb.board.draw import Graphs
from paddlex_nb.core.task import Task
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.workspace import Workspace

MODELS = {
    Task.CLASSIFICATION: ("PPLCNet_x0_25", {"conv2d", "softmax"}),
    Task.DETECTION: ("PicoDet_xs", {"conv2d", "multiclass_nms3"}),
    Task.SEGMENTATION: ("PPLiteSeg_STDC1_fine", {"conv2d"}),
    Task.INSTANCE_SEGMENTATION: ("MaskRCNN_light", {"conv2d", "roi_align"}),
}


@pytest.mark.parametrize("task", list(Task))
def test_visualdl_reads_the_graph_of_a_model_of_each_task(task: Task, tmp_path: Path) -> None:
    model, operators = MODELS[task]
    workspace = Workspace(tmp_path)
    dataset = workspace.import_sample(task, progress=False)
    size = {"input_size": 64} if task is not Task.INSTANCE_SEGMENTATION else {"input_size": 128}
    folder = Bench(workspace, dataset.id, model, {**SMALL, **size}).run_folder()
    command = [sys.executable, "-m", "paddlex_nb.board.graph", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    reader = GraphReader(str(folder))
    (run,) = reader.runs()
    nodes = reader.get_all_nodes(run)
    assert nodes is not None
    model_of = reader.graph_buffer[run]
    assert isinstance(model_of, Model)
    leaves = [node for node in model_of.all_nodes.values() if node["is_leaf_node"]]
    assert operators <= {node["type"] for node in leaves}
    # a convolution stands in the layers that it belongs to, has its weights, and leads somewhere
    convolution = next(node for node in leaves if node["type"] == "conv2d")
    assert convolution["name"].count("[") >= 2
    (weights,) = convolution["input_vars"]["filter"]
    assert model_of.all_vars[weights]["persistable"]
    assert len(model_of.all_vars[weights]["shape"]) == 4
    assert convolution["output_nodes"]
    assert reader.get_graph(run, expand_all=True) is not None


def test_runs_of_one_model_share_a_graph_and_a_failure_is_not_repeated(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    traced: list[Path] = []

    def trace(folder: Path) -> bool:
        traced.append(folder)
        if "PPLCNet" in RunFolder(folder).record.read_text():
            RunFolder(folder).vdl_graph.parent.mkdir(parents=True)
            RunFolder(folder).vdl_graph.write_text("{}")
            return True
        return False

    monkeypatch.setattr(draw, "_trace", trace)
    monkeypatch.setattr(draw, "memory", lambda: (8 << 30, 8 << 30))
    like, other = [bench.run_folder() for _ in range(2)], bench.run_folder("fake")
    graphs = Graphs()
    for folder in [*like, other, other, *like]:
        graphs.make(folder)
    assert traced == [like[0], other]
    assert RunFolder(like[1]).vdl_graph.read_text() == "{}"
    named = {Path(run).name for run in GraphReader([str(folder) for folder in like]).runs()}
    assert named == {folder.name for folder in like}, "VisualDL shows the last part alone"
    monkeypatch.setattr(draw, "memory", lambda: (8 << 30, 1 << 30))
    RunFolder(like[0]).vdl_graph.unlink()
    Graphs().make(like[0])
    assert len(traced) == 2


def test_a_model_that_is_no_layer_has_no_graph(bench: Bench) -> None:
    from paddlex_nb.board.graph import write_graph

    folder = bench.run_folder("fake")
    assert not write_graph(folder)
    assert not RunFolder(folder).vdl_graph.exists()
