"""The script of a run makes the same run again in a fresh workspace."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image

from paddlex_nb.cli import main
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.current import base_index
from paddlex_nb.dataset import Dataset
from paddlex_nb.run import Run
from paddlex_nb.script import command_lines, python_script
from paddlex_nb.suites import fake
from paddlex_nb.workspace import Workspace

from .replay import again, facts

HOSTILE = ["$(touch pwned)", "-dash", 'it\'s "so"', "a [b]*?", "; rm x #", "猫 \u202e"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fake.STEP_VARIABLE, "0")


def paths_of(dataset: Dataset) -> list[str]:
    paths: list[str] = base_index(dataset.folder).images["path"].to_pylist()
    return paths


def trained(dataset: Dataset, **params: Any) -> Run:
    """A run of the fake suite."""
    task = dataset.record.task
    name = "fake" if task is Task.CLASSIFICATION else f"fake_{task}"
    workspace = Workspace(dataset.folder.parents[1])
    return cast("Run", workspace.train(dataset, name, epochs=1, **params))


def correct_classification(dataset: Dataset) -> None:
    paths = paths_of(dataset)
    dataset.edits.exclude(paths[:3])
    dataset.edits.set_class(paths[10:14], dataset.classes[-1])
    dataset.edits.include(paths[1])
    dataset.edits.merge_classes(dataset.classes[0], dataset.classes[1])
    dataset.split(0.6, 0.3, 0.1, seed=3, together=r"(\w+_\d\d)\d", folds=3, fold=2)
    dataset.edits.exclude(paths[100])
    dataset.move_to_split(paths[50:52], "test")


def correct_detection(dataset: Dataset) -> None:
    paths, objects = paths_of(dataset), base_index(dataset.folder).objects
    image, number = numbers(objects["image"]), numbers(objects["number"])
    first = [int(number[image == row][0]) for row in range(6)]
    dataset.split(0.5, 0.3, 0.2, seed=5)
    dataset.edits.exclude(paths[0])
    dataset.edits.add_object(paths[1], dataset.classes[1], (1, 2.25, 30, 40))
    dataset.edits.undo()
    added = dataset.edits.add_object(paths[2], dataset.classes[0], (0, 0, 25, 25)).number
    dataset.edits.set_box(paths[2], -added, (2.5, 3, 30, 30))
    dataset.edits.set_object_class([(paths[2], -added), (paths[3], first[3])], dataset.classes[2])
    dataset.edits.drop_objects([(paths[4], first[4]), (paths[5], first[5])])
    dataset.edits.set_box(paths[1], first[1], (4, 5.125, 20, 20))


def correct_instances(dataset: Dataset) -> None:
    paths, objects = paths_of(dataset), base_index(dataset.folder).objects
    image, number = numbers(objects["image"]), numbers(objects["number"])
    some = [(paths[row], int(number[image == row][0])) for row in range(4)]
    dataset.edits.set_object_class(some[:2], dataset.classes[0])
    dataset.edits.drop_objects(some[2])
    dataset.split(0.6, 0.3, 0.1, seed=1)


def correct_masks(dataset: Dataset) -> None:
    first, second, third = dataset.classes[:3]
    dataset.edits.remap_masks({1: f"{second} = new", 2: third})
    dataset.edits.merge_classes(third, first)
    dataset.edits.remove_classes(second)
    dataset.split(0.7, 0.2, 0.1, seed=8)


CORRECTIONS: dict[str, Callable[[Dataset], None]] = {
    "classification": correct_classification,
    "detection": correct_detection,
    "segmentation": correct_masks,
    "instance_segmentation": correct_instances,
}


@pytest.mark.parametrize("task", CORRECTIONS)
def test_a_script_gives_the_same_split_classes_and_labels(task: str, tmp_path: Path) -> None:
    dataset = Workspace(tmp_path / "w").import_sample(task)
    CORRECTIONS[task](dataset)
    run = trained(dataset, batch_size=3)
    then = facts(run)
    dataset.edits.exclude(paths_of(dataset)[20:30])
    dataset.split(seed=77)
    assert facts(run) == then, "what came later is nothing to the run"
    assert facts(again(run, tmp_path / "python")) == then
    if task in {"detection", "segmentation"}:
        assert facts(again(run, tmp_path / "shell", language="bash")) == then


def test_fixes_are_made_by_their_code(tmp_path: Path) -> None:
    source = tmp_path / "fruit"
    write_sample(Task.CLASSIFICATION, source)
    for image in sorted(source.glob("*/*_00[0-4].jpg")):
        shutil.copy(image, image.with_name(f"copy_{image.name}"))
    dataset = Workspace(tmp_path / "w").import_dataset(source, copy=True, name="水果")
    dataset.edits.fix("exact_duplicate")
    run = trained(dataset)
    code = python_script(run)
    assert "dataset.edits.fix('exact_duplicate')" in code
    assert "copy=True" in code
    assert "name='水果'" in code
    assert "# Where the split" not in code, "the split came before the fix"
    assert facts(again(run, tmp_path / "again")) == facts(run)


def test_untrusted_names_are_text_in_both_languages(tmp_path: Path) -> None:
    source = tmp_path / "it's $(here)"
    for number, name in enumerate(HOSTILE):
        folder = source / name
        folder.mkdir(parents=True)
        for shade in range(6):
            file = folder / f"-{number} [{shade}]'.png"
            Image.new("RGB", (40 + shade, 40), (40 * number, 40 * shade, 9)).save(file)
    dataset = Workspace(tmp_path / "w").import_dataset(source, name="--lang")
    assert sorted(dataset.classes) == sorted(HOSTILE)
    paths = paths_of(dataset)
    dataset.edits.set_class([f"{HOSTILE[1]}/-1 [[]0]'.png"], HOSTILE[0])
    dataset.edits.exclude([3, 9])
    dataset.edits.merge_classes(HOSTILE[5], HOSTILE[3])
    dataset.edits.rename_class(HOSTILE[4], '$(id) "x"')
    dataset.split(0.5, 0.25, 0.25)
    dataset.move_to_split(paths[15], "test")
    run = trained(dataset)
    for language in ("python", "bash"):
        assert "\u202e" not in (command_lines(run) if language == "bash" else python_script(run))
        made = again(run, tmp_path / language, language=language)
        assert facts(made) == facts(run)
        assert Workspace(tmp_path / language).datasets()[0].record.name == "--lang"
    assert not list(tmp_path.rglob("pwned"))


def test_a_split_that_came_with_the_data_and_moves_are_told(
    tmp_path: Path, shared_data: Path
) -> None:
    dataset = Workspace(tmp_path / "w").import_dataset(shared_data / "detection" / "bccd")
    if not dataset.recognised().given:
        pytest.skip("the data set comes undivided")
    dataset.move_to_split(paths_of(dataset)[:5], "test")
    run = trained(dataset)
    assert "dataset.use_given_split()" in python_script(run)
    assert facts(again(run, tmp_path / "again")) == facts(run)


def test_an_updated_data_set_is_divided_image_by_image(tmp_path: Path) -> None:
    source = tmp_path / "fruit"
    write_sample(Task.CLASSIFICATION, source)
    (tmp_path / "later").mkdir()
    held_back = sorted(source.glob("*/*_00[0-3].jpg"))
    for file in held_back:
        file.rename(tmp_path / "later" / file.name)
    dataset = Workspace(tmp_path / "w").import_dataset(source)
    dataset.edits.exclude(paths_of(dataset)[5])
    run = trained(dataset)
    for file in held_back:
        (tmp_path / "later" / file.name).rename(file)
    dataset.update()
    code = python_script(run)
    assert "was updated after its import" in code
    assert "added after the training" in code
    assert facts(again(run, tmp_path / "again")).splits == facts(run).splits
    gone = source.joinpath(paths_of(dataset)[7])
    gone.unlink()
    dataset.update()
    assert "1 image of the next step no longer exists" in python_script(run)


def test_what_cannot_be_told_is_a_comment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "fruit"
    write_sample(Task.CLASSIFICATION, source)
    dataset = Workspace(tmp_path / "w").import_dataset(source)
    run = trained(dataset, name="first")
    run.resume(2)
    run.evaluate("test", "last")
    later = trained(dataset, weights="run:first")
    assert "run.resume(epochs=2)" in python_script(run)
    assert "evaluate(split='test', checkpoint='last')" in python_script(run)
    assert "# The starting weights run:first are in the workspace" in python_script(later)
    source.rename(tmp_path / "moved")
    assert "# This path no longer exists" in command_lines(run)
    dataset.delete()
    for code in (python_script(run), command_lines(run)):
        assert '# The data set "fruit" of the run cannot be read,' in code
        assert "import_dataset(" not in code
    place = ("--workspace", str(tmp_path / "w"))
    assert main(["runs", "script", "first", *place]) == 0
    assert capsys.readouterr().out == python_script(run)
    assert main(["runs", "script", "first", "--shell", *place]) == 0
    assert capsys.readouterr().out == command_lines(run)


def test_on_the_same_machine_the_figures_are_equal(tmp_path: Path) -> None:
    """Real training, of a small model on few images."""
    source = tmp_path / "fruit"
    write_sample(Task.CLASSIFICATION, source)
    for file in source.glob("*/*_0[1-7]?.jpg"):
        file.unlink()
    workspace = Workspace(tmp_path / "w")
    dataset = workspace.import_dataset(source)
    dataset.edits.exclude(paths_of(dataset)[2])
    run = workspace.train(dataset, "PPLCNet_x0_25", epochs=2, input_size=64, seed=11)
    run.evaluate("val")
    made = again(run, tmp_path / "again")
    assert facts(made) == facts(run)
    epochs = [[(e.loss, e.metrics) for e in r.history.epochs_done] for r in (run, made)]
    assert epochs[0] == epochs[1]
    assert made.evaluations()[0].metrics == run.evaluations()[0].metrics
