"""Running the script of a run in a fresh workspace, and what must be equal afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.records import SPLITS
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.data.store.versions import version_folder
from paddlex_nb.run import Run
from paddlex_nb.script import command_lines, python_script
from paddlex_nb.workspace import Workspace


class Facts(msgspec.Struct):
    """What a run was trained with, whatever the ids."""

    classes: list[str]
    splits: dict[str, list[str]]
    labels: dict[str, Any]
    params: dict[str, Any]


def again(run: Run, folder: Path, *, language: str = "python") -> Run:
    """Run the script of a run in an empty workspace; the run that it made."""
    code = command_lines(run) if language == "bash" else python_script(run)
    script = folder.with_suffix(".sh" if language == "bash" else ".py")
    script.write_text(code, encoding="utf-8")
    environment = dict(os.environ, PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    interpreter = "bash" if language == "bash" else sys.executable
    done = subprocess.run(
        [interpreter, str(script), str(folder)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder.parent,
    )
    assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
    [made] = Workspace(folder).runs()
    return made


def facts(run: Run) -> Facts:
    """Images by split, classes and labels of the version that a run was trained with."""
    dataset = Workspace(run.folder.parents[1]).dataset(run.record.dataset)
    splits = read_splits(run.folder)
    index = Index.load(version_folder(dataset.folder, splits.version))
    paths, excluded = index.images["path"].to_pylist(), index.numbers("excluded")
    objects = index.objects
    names = ("class_id", *"xywh")
    columns = [numbers(objects[name]).tolist() for name in names]
    labels: dict[str, Any] = {
        path: [] for path, out in zip(paths, excluded, strict=True) if not out
    }
    for path, shown in zip(paths, index.images["present"].to_pylist(), strict=True):
        if path in labels:
            labels[path].append(shown)
    for row, *values in zip(numbers(objects["image"]).tolist(), *columns, strict=True):
        if paths[row] in labels:
            labels[paths[row]].append(values)
    record = run.record
    return Facts(
        record.classes,
        {
            name: sorted(paths[row] for row in getattr(splits, name) if not excluded[row])
            for name in SPLITS
        },
        labels,
        record.params,
    )
