"""What commands answer with ``--json`` is published, and is so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
from fake_runs import fake_run
from jsonschema import Draft202012Validator

from cli.answer_check import answered, validator
from paddlex_nb.cli import main
from paddlex_nb.cli.answers import VERSION, digests
from paddlex_nb.cli.answers.schema import NAMES, schema_of
from paddlex_nb.cli.answers.table import ANSWERS, SILENT
from paddlex_nb.cli.commands import app
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.current import base_index
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.workspace import Workspace

ELSEWHERE = {"explain", "weights fetch", "weights add", "demo"}
"""What ``test_explain.py``, ``test_weights.py`` and a slow test have answer, checked too."""


@pytest.fixture
def call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Runs a command that works; its answer is checked (see ``conftest.py``)."""
    monkeypatch.setenv("PADDLEX_NB_FAKE", "1")
    monkeypatch.setenv("PADDLEX_NB_FAKE_STEP", "0.001")

    def run(*words: object, status: int = 0) -> Any:
        line = [*map(str, words), "--json", "--workspace", str(tmp_path / "w")]
        assert main(line) == status, capsys.readouterr()
        return json.loads(capsys.readouterr().out)

    return run


def leaves(group: click.Group, *before: str) -> Iterator[str]:
    """The commands below a group that answer something."""
    for name, command in group.commands.items():
        words = (*before, name)
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield " ".join(words)
        if isinstance(command, click.Group):
            yield from leaves(command, *words)


def test_every_command_has_a_schema() -> None:
    commands = set(leaves(app))
    assert commands - SILENT == ANSWERS.keys(), "cli/answers/table.py names the answer of each"
    assert commands >= SILENT


def test_schemas_are_json_schema_2020_12_and_closed() -> None:
    for name in NAMES:
        schema = schema_of(name)
        Draft202012Validator.check_schema(schema)
        assert schema["$id"] == f"urn:paddlex-nb:{VERSION}:{name.replace(' ', '-')}"
        assert all(
            of["additionalProperties"] is False
            for of in schema["$defs"].values()
            if "properties" in of
        )
    with pytest.raises(jsonschema.ValidationError, match="'more' was unexpected"):
        validator("runs rename").validate({"id": "a", "name": "b", "more": 1})
    with pytest.raises(jsonschema.ValidationError, match="'name' is a required property"):
        validator("runs rename").validate({"id": "a"})


def test_an_answer_changes_only_with_the_version() -> None:
    """``python -m paddlex_nb.cli.answers.digests`` says what to do."""
    committed = json.loads(digests.FILE.read_text())
    assert not digests.broken(committed, digests.digests())
    assert committed == digests.digests()
    other = {**committed, "answers": {**committed["answers"], "runs": "", "gone": ""}}
    assert digests.broken(committed, other) == ["runs"]
    assert digests.broken(other, committed) == ["runs", "gone"]
    assert digests.broken(other, {**committed, "version": VERSION + 1}) == []


def test_schemas_are_printed(call: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("schema", "runs", "list")["schemas"] == {"runs list": schema_of("runs list")}
    assert call("schema") == {"version": VERSION, "schemas": {n: schema_of(n) for n in NAMES}}
    assert main(["schema", "error"]) == 0
    assert json.loads(capsys.readouterr().out) == schema_of("error")
    wrong = call("schema", "run", "list", status=2)
    assert wrong["error"]["code"] == "cli.schema.unknown"
    assert "runs list" in wrong["error"]["message"]


def test_errors_fit_their_schema(call: Any) -> None:
    for words, status in [
        (("runs", "show", "none"), 1),
        (("train",), 2),
        (("no-such",), 2),
        (("compare", "a", "--x", "y"), 2),
        (("runs", "--no-such"), 2),
        (("runs", "--lang", "xx"), 2),
        (("params",), 2),
        (("train", "x", "--set", "epochs"), 2),
        (("runs", "delete", "x"), 1),
    ]:
        error = call(*words, status=status)
        validator("error").validate(error)
        assert "\n" not in error["error"]["message"]


def test_every_command_answers_as_its_schema_says(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered.clear()
    fruit, dataset, run = the_road(call, tmp_path)
    corrections(call, fruit, dataset)
    for task in set(Task) - {Task.CLASSIFICATION}:
        objects_and_masks(call, tmp_path, task)
    monkeypatch.setenv("PADDLEX_NB_FAKE_STEP", "1")
    queue(call, dataset)
    the_rest(call, dataset, run)
    assert ANSWERS.keys() - answered == ELSEWHERE


@pytest.mark.slow
def test_the_demo_answers_as_its_schema_says(call: Any) -> None:
    exports = call("demo", "--headless", "--epochs", 1)["exports"]
    assert "demo" in answered
    assert exports.keys() == {"inference", "onnx"}


def the_road(call: Any, folder: Path) -> tuple[Path, str, str]:
    """From images to an export; gives the images, the data set and the run."""
    fruit = folder / "fruit"
    call("sample", "classification", fruit)
    broken = min(p for p in fruit.iterdir() if p.is_dir()) / "broken.jpg"
    broken.write_bytes(b"")
    shutil.copy(next(fruit.rglob("*_002.jpg")), broken.with_name("again.jpg"))
    call("dataset", "check", fruit)
    dataset = call("dataset", "import", fruit)["id"]
    call("dataset", "check", dataset)
    call("dataset", "list")
    call("dataset", "split", dataset, "--seed", 0)
    call("dataset", "stats", dataset, "--colours", "--plots", folder / "plots")
    call("dataset", "export", dataset, "--format", "csv", "--out", folder / "table")
    call("params", "PPLCNet_x0_25")
    call("params", "--dataset", dataset)
    train = ("train", dataset, "--model", "fake", "--epochs", 2)
    run, other = call(*train, "--follow")["run"], call(*train)["run"]
    call("jobs", "follow", other)
    call("resume", other, "--epochs", 3, "--follow")
    for one in (run, other):
        call("evaluate", one, "--report", folder / f"{one}.html")
    call("compare", run, other)
    call("labels", run)
    image = next(fruit.rglob("*_000.jpg"))
    call("predict", run, image, "--out", folder / "predicted")
    call("predict", run, image, broken, status=1)
    call("export", run)
    call("save", run, "mine")
    call("models")
    call("runs", "show", run)
    call("rm", other, "--yes")
    return fruit, dataset, run


def corrections(call: Any, fruit: Path, dataset: str) -> None:
    """Changes of a data set of classes."""
    first, second, third = call("dataset", "list")["datasets"][0]["classes"][:3]
    image = next(fruit.rglob("*_001.jpg")).relative_to(fruit)
    for words in (
        ("fixes", dataset),
        ("mends", dataset),
        ("fix", dataset, "exact_duplicate"),
        ("undo", dataset),
        ("mend", dataset, "exact_duplicate"),
        ("exclude", dataset, image),
        ("include", dataset, image),
        ("set-class", dataset, first, f"{second}/*"),
        ("move", dataset, "val", image),
        ("remove-classes", dataset, second),
        ("merge-classes", dataset, first, third),
        ("rename-class", dataset, first, "other"),
        ("changes", dataset),
        ("update", dataset),
        ("relocate", dataset, fruit),
        ("rename", dataset, "Fruit"),
    ):
        call("dataset", *words)


def objects_and_masks(call: Any, folder: Path, task: Task) -> None:
    """What other tasks answer."""
    run = fake_run(folder / "w", task, evaluated=False)
    record = run.record
    image = run.images("val")[0]
    call("evaluate", run.id)
    call("predict", run.id, image)
    call("labels", run.id)
    call("export", run.id)
    call("runs", "show", run.id)
    call("dataset", "stats", record.dataset)
    call("dataset", "check", record.dataset)
    if task is Task.DETECTION:
        call("runs", "threshold", run.id, 0.4)
        index = base_index(Workspace(folder / "w").dataset(record.dataset).folder)
        path, number = index.images["path"][0].as_py(), numbers(index.objects["number"])[0]
        assert numbers(index.objects["image"])[0] == 0
        one, name = f"{path}:{number}", record.classes[0]
        call("dataset", "add-object", record.dataset, name, path, "1,2,30,40")
        call("dataset", "set-box", record.dataset, one, "5,6,20,20")
        call("dataset", "set-object-class", record.dataset, name, one)
        call("dataset", "drop-objects", record.dataset, one)
    if task is Task.SEGMENTATION:
        call("dataset", "remap-masks", record.dataset, f"1={record.classes[0]}")


def queue(call: Any, dataset: str) -> None:
    """Trainings that run, wait and are stopped."""
    train = ("train", dataset, "--model", "fake")
    running, waiting = call(*train)["run"], call(*train)["run"]
    call("jobs", "list")
    call("jobs", "first", waiting)
    call("jobs", "logs", running)
    call("stop", waiting)
    call("jobs", "stop", running)
    call("logs", running)
    call("logs", running, "--follow")


def the_rest(call: Any, dataset: str, run: str) -> None:
    """Whatever else there is."""
    call("runs")
    call("runs", "list")
    call("runs", "script", run)
    call("runs", "annotate", run, "--tag", "x")
    call("runs", "rename", run, "First")
    call("rename", run, "Second")
    call("weights", "list", "--task", "classification")
    call("doctor")
    call("setup", "--dry-run")
    call("disk")
    call("schema")
    call("runs", "delete", run, "--yes")
    call("dataset", "delete", dataset, "--yes")


def test_events_fit_their_schema(call: Any, tmp_path: Path) -> None:
    run = fake_run(tmp_path / "w", Task.CLASSIFICATION)
    lines = [
        json.loads(line)
        for job in run.jobs()
        for line in JobFolder(job.folder).events.read_text().splitlines()
    ]
    assert {"started", "step", "epoch", "checkpoint", "ended"} <= {line["kind"] for line in lines}
    for line in lines:
        validator("event").validate(line)
