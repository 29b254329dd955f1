"""One place knows the names of a workspace's files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import paddlex_nb
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.memory import MemoryFiles
from paddlex_nb.layout.run import ModelFolder, RunFolder
from paddlex_nb.layout.workspace import WorkspaceFolder

PACKAGE = Path(paddlex_nb.__file__).parent
OTHERS = (
    "data/formats",  # the layouts of other tools
    "data/writers",
    "data/samples",
    "widgets/pages/data/layouts.py",
    "export/samples",  # programs of their own
    "widgets/frontend",
)
"""Where the same words name other things."""

RESOURCES = {("export/describe.py", "samples"), ("hosts/processor.py", "memory")}
"""Folders of the package itself and of the system."""

EXTENSIONS = {".json", ".png"}
"""Anybody's."""


def strings(file: Path) -> Iterator[tuple[int, str, bool]]:
    """Line and text of a module's strings but its docstrings; whether each is part of a path."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    in_paths = {id(inner) for node in nodes for part in parts(node) for inner in ast.walk(part)}
    for node in nodes:
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in docstrings:
            yield getattr(node, "lineno", 0), text, id(node) in in_paths


def parts(node: ast.AST) -> list[ast.expr]:
    """What an expression adds to a path."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return [node.right]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        known = node.func.attr in {"joinpath", "glob", "rglob", "with_name", "with_suffix"}
        return node.args if known else []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.args if node.func.id == "Path" else []
    return []


def names() -> set[str]:
    """The names that the room ``layout`` gives."""
    collected: set[str] = set()
    for file in (PACKAGE / "layout").glob("*.py"):
        for _, text, _ in strings(file):
            collected |= {part for part in text.split("/") if part.strip("*-[]!.{}")}
    return collected - EXTENSIONS


def test_no_other_room_spells_a_name_of_the_workspace() -> None:
    known = names()
    assert {"dataset.json", "splits.json", "jobs", "heartbeat", ".probes", "runs"} <= known
    spelt = []
    for file in sorted(PACKAGE.rglob("*.py")):
        place = file.relative_to(PACKAGE).as_posix()
        if place.startswith(("layout/", *OTHERS)):
            continue
        for line, text, in_path in strings(file):
            pieces = text.split("/")
            for piece in pieces:
                of_path = "." in piece or in_path or (len(pieces) > 1 and " " not in text)
                if piece in known and of_path and (place, piece) not in RESOURCES:
                    spelt.append(f"{place}:{line} {text!r}")
    assert spelt == []


def test_the_workspaces_root_is_counted_up_to_in_one_place() -> None:
    counted = [
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if ".parents[" in line and "__file__" not in line
    ]
    assert sorted(set(counted)) == [
        "data/store/image_root.py",  # looks above the folder that a user names
        "layout/item.py",
        "layout/job.py",
    ]


@pytest.mark.parametrize(
    ("file", "place"),
    [
        (DatasetFolder(Path("w/datasets/fruit")).record, "w/datasets/fruit/dataset.json"),
        (DatasetFolder(Path("w/datasets/fruit")).splits, "w/datasets/fruit/splits.json"),
        (DatasetFolder(Path("d")).findings, "d/findings.jsonl"),
        (DatasetFolder(Path("d")).version("").images, "d/images.arrow"),
        (DatasetFolder(Path("d")).version("x").objects, "d/versions/x/objects.arrow"),
        (DatasetFolder(Path("d")).version("x").changes, "d/versions/x/changes.json"),
        (DatasetFolder(Path("d")).thumbnails, "d/thumbnails"),
        (RunFolder(Path("w/runs/r")).record, "w/runs/r/run.json"),
        (RunFolder(Path("w/runs/r")).checkpoints, "w/runs/r/checkpoints"),
        (
            RunFolder(Path("r")).evaluation("val", "best").result,
            "r/evaluation/val-best/result.json",
        ),
        (RunFolder(Path("r")).export("onnx"), "r/exports/onnx"),
        (RunFolder(Path("w/runs/r")).workspace.datasets, "w/datasets"),
        (ModelFolder(Path("w/models/m")).record, "w/models/m/model.json"),
        (JobFolder(Path("w/runs/r/jobs/001-train")).events, "w/runs/r/jobs/001-train/events.jsonl"),
        (JobFolder(Path("w/runs/r/jobs/001-train")).item.path, "w/runs/r"),
        (JobFolder(Path("w/runs/r/jobs/001-train")).workspace.path, "w"),
        (
            JobFolder(Path("w/runs/r/jobs/001-predict")).mask(7),
            "w/runs/r/jobs/001-predict/masks/000007.png",
        ),
        (WorkspaceFolder(Path("w")).session("ann"), "w/places/ann.json"),
        (WorkspaceFolder(Path("w")).sample("detection"), "w/samples/detection"),
        (
            MemoryFiles.about(Path("/images"), WorkspaceFolder(Path("w")).memory).probes,
            "w/memory/c1a406ab82b5588738d1587da2761746ec584a6c.probes",
        ),
    ],
)
def test_names_stay_what_workspaces_of_before_have(file: Path, place: str) -> None:
    assert file.as_posix() == place


def test_jobs_of_all_items_but_not_of_those_being_deleted(tmp_path: Path) -> None:
    workspace = WorkspaceFolder(tmp_path)
    for place in (
        "datasets/d/jobs/001-import",
        "runs/r/jobs/001-train",
        "runs/.deleted-r/jobs/1-train",
    ):
        (tmp_path / place).mkdir(parents=True)
        JobFolder(tmp_path / place).spec.touch()
    (tmp_path / "runs/r/jobs/002-train").mkdir()  # is just being made
    assert {JobFolder(folder).id for folder in workspace.jobs()} == {
        "datasets/d/001-import",
        "runs/r/001-train",
    }
    assert [folder.name for folder in workspace.jobs("train")] == ["001-train"]
    assert JobFolder(tmp_path / "runs/r/jobs/012-train").number == 12
    assert JobFolder(tmp_path / "runs/r/jobs/notes").number == 0


def test_contributing_lists_every_room() -> None:
    guide = PACKAGE.parent / "CONTRIBUTING.md"
    if not guide.exists():
        pytest.skip("not in a checkout")
    listing = guide.read_text(encoding="utf-8").split("## Where things are")[1].split("```")[1]
    told = {line.split()[0] for line in listing.splitlines() if line.strip()}
    folders = [PACKAGE, PACKAGE / "data", PACKAGE / "widgets"]
    rooms = {f"{init.parent.name}/" for room in folders for init in room.glob("*/__init__.py")}
    assert rooms <= told
