"""Reading classification data."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.class_lists import ClassLists
from paddlex_nb.data.importing.detect import detect
from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.source.scan import scan

from .told import Told


def lay(root: Path, *images: str, **texts: bytes | str) -> Path:
    """A folder with (empty) image files and text files."""
    for path in images:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    for name, text in texts.items():
        data = text if isinstance(text, bytes) else text.encode()
        (root / f"{name}.txt").write_bytes(data)
    return root


def read(root: Path, told: Told, **options: object) -> tuple[str, Draft]:
    detected = detect(scan(root, told), **options)  # type: ignore[arg-type]
    return detected.format.name, detected.format.read(detected.tree, told)


def facts(draft: Draft) -> dict[str, tuple[str, str]]:
    return {i.path: (draft.classes[i.class_id], i.split) for i in draft.images}


def test_folder_per_class(tmp_path: Path, told: Told) -> None:
    lay(tmp_path, "b/1.jpg", "a/2.PNG", "a/deep/3.jpg", "notes/readme.md")
    name, draft = read(tmp_path, told)
    assert name == "folders"
    assert draft.classes == ["a", "b"]
    assert facts(draft) == {"a/2.PNG": ("a", ""), "a/deep/3.jpg": ("a", ""), "b/1.jpg": ("b", "")}


@pytest.mark.parametrize("val", ["val", "valid", "validation", "Val", "dev"])
def test_split_folders(tmp_path: Path, told: Told, val: str) -> None:
    lay(tmp_path, "train/a/1.jpg", "train/b/2.jpg", f"{val}/a/3.jpg", "test/b/4.jpg")
    _, draft = read(tmp_path, told)
    assert draft.classes == ["a", "b"]
    assert facts(draft) == {
        "train/a/1.jpg": ("a", "train"),
        "train/b/2.jpg": ("b", "train"),
        f"{val}/a/3.jpg": ("a", "val"),
        "test/b/4.jpg": ("b", "test"),
    }


def test_a_split_is_never_a_class(tmp_path: Path, told: Told) -> None:
    lay(tmp_path, "test/1.jpg", "real/2.jpg", "fake/3.jpg")
    with pytest.raises(UserError, match="images directly in test") as error:
        detect(scan(tmp_path, told))
    assert error.value.code == "data.doubtful"
    assert read(tmp_path, told, task=Task.CLASSIFICATION)[1].classes == ["fake", "real"]
    assert {f.file for f in told.findings if f.code == "image_without_class"} == {"test"}


def test_folders_of_folders_are_classes_with_a_path(tmp_path: Path, told: Told) -> None:
    lay(tmp_path, "animals/cat/1.jpg", "animals/dog/2.jpg", "cars/3.jpg")
    assert read(tmp_path, told)[1].classes == ["animals/cat", "animals/dog", "cars"]


def test_wrapping_folders_are_looked_through(tmp_path: Path, told: Told) -> None:
    lay(tmp_path, "my set/inner/a/1.jpg", "my set/inner/b/2.jpg")
    detected = detect(scan(tmp_path, told))
    assert detected.tree.root == tmp_path / "my set/inner"
    assert detected.format.read(detected.tree, told).classes == ["a", "b"]


def test_images_without_class_are_reported(tmp_path: Path, told: Told) -> None:
    lay(tmp_path, "train/a/1.jpg", "train/b/2.jpg", "val/a/3.jpg", "test/4.jpg", "test/5.jpg")
    (tmp_path / "train/c").mkdir()
    read(tmp_path, told)
    by_code = {f.code: f for f in told.findings}
    assert by_code["image_without_class"].file == "test"
    assert by_code["image_without_class"].values["images"] == 2
    assert by_code["empty_class"].file == "train/c"


LISTS: dict[str, dict[str, bytes | str]] = {
    "original": {"labels": "cat\ndog\n", "train_list": "x/1.jpg 0\nx/2 b.jpg 1\n"},
    "three": {"label": "1 dog\n0 cat\n", "train": "x/1.jpg 0\nx/2 b.jpg 1\n"},
    "tabs": {"labels": "cat\r\ndog\r\n", "train_list": "x/1.jpg\t0\r\n\r\n x/2 b.jpg\t1 \r\n"},
    "bom": {
        "labels": "cat\ndog\n".encode("utf-8-sig"),
        "train_list": "./x/1.jpg 0\nx\\2 B.JPG 1\n".encode("utf-8-sig"),
    },
}


@pytest.mark.parametrize("form", LISTS)
def test_lists(tmp_path: Path, told: Told, form: str) -> None:
    lay(tmp_path, "x/1.jpg", "x/2 b.jpg", **LISTS[form])
    name, draft = read(tmp_path, told)
    assert name == "lists"
    assert facts(draft) == {"x/1.jpg": ("cat", "train"), "x/2 b.jpg": ("dog", "train")}
    assert not [f for f in told.findings if f.severity.value == "error"]


def test_faults_of_lists_are_found_line_by_line(tmp_path: Path, told: Told) -> None:
    lay(
        tmp_path,
        "x/1.jpg",
        "x/2.jpg",
        "x/3.jpg",
        labels="cat\ncat\ndog\n",
        train_list="x/1.jpg 0\nx/1.jpg 0\nx/2.jpg 9\nno number\nx/gone.jpg 0\nlabels.txt 0\n",
        val_list="x/1.jpg 2\nC:\\data\\x\\2.jpg 2\n/etc/passwd 0\n../up.jpg 0\n",
    )
    _, draft = read(tmp_path, told)
    assert facts(draft) == {"x/1.jpg": ("cat", "train"), "x/2.jpg": ("dog", "val")}
    assert draft.classes == ["cat", "cat (2)", "dog"]
    reported = {(f.code, f.file, f.place) for f in told.findings}
    assert reported >= {
        ("duplicate_class_name", "labels.txt", ""),
        ("listed_twice", "train_list.txt", "line 2"),
        ("class_number_out_of_range", "train_list.txt", "line 3"),
        ("malformed_line", "train_list.txt", "line 4"),
        ("missing_image", "train_list.txt", "line 5"),
        ("not_an_image_name", "train_list.txt", "line 6"),
        ("listed_with_other_class", "val_list.txt", "line 1"),
        ("paths_of_elsewhere", "val_list.txt", ""),
        ("absolute_path", "val_list.txt", "line 3"),
        ("path_traversal", "val_list.txt", "line 4"),
        ("not_listed", ".", ""),
    }


def test_lists_without_names_count_classes(tmp_path: Path, told: Told) -> None:
    lay(tmp_path, "1.jpg", "2.jpg", train="1.jpg 0\n2.jpg 1\n")
    assert read(tmp_path, told)[1].classes == ["0", "1"]
    assert "missing_labels" in told.codes()


def test_fuzzed_lists_only_make_findings(tmp_path: Path, told: Told) -> None:
    """Whatever a list holds, reading ends and only files inside are used."""
    dice = random.Random(0)  # noqa: S311 - no secret
    lay(tmp_path, "x/1.jpg", "x/2.jpg", labels="cat\ndog\n")
    words = ["x/1.jpg", "x/2.jpg", "0", "1", "-1", "９", "\\", "/", "..", " ", "\t", "\0", "\x85"]
    words += ["C:\\", "é", "帽", "\u2028", "x" * 5000, "9" * 400, "//", ".jpg", "﻿", "\x1c"]
    for trial in range(300):
        lines = ("".join(dice.choices(words, k=dice.randrange(6))) for _ in range(12))
        data = dice.choice(["\n", "\r\n", "\r"]).join(["x/1.jpg 0", *lines]).encode()
        if trial % 3 == 0:
            spoilt = bytearray(data)
            for _ in range(8):
                spoilt[dice.randrange(12, len(spoilt))] = dice.randrange(256)
            data = bytes(spoilt)
        (tmp_path / "train_list.txt").write_bytes(data)
        tree = scan(tmp_path, told)
        draft = ClassLists().read(tree, told)
        assert {i.path for i in draft.images} <= {"x/1.jpg", "x/2.jpg"}
        assert all(0 <= i.class_id < 2 for i in draft.images)
    for finding in told.findings:
        assert finding.message.text()


def test_unrecognised_folders_say_what_was_looked_for(tmp_path: Path, told: Told) -> None:
    lay(tmp_path, "1.jpg", "2.jpg")
    with pytest.raises(UserError) as error:
        detect(scan(tmp_path, told))
    assert error.value.code == "data.nothing_recognised"
    assert "folder of images per class" in str(error.value)
    assert "COCO" in str(error.value)
    with pytest.raises(UserError) as error:
        detect(scan(tmp_path, told), Task.DETECTION)
    assert "folder of images" not in str(error.value)
    with pytest.raises(UserError, match="folders, lists"):
        detect(scan(tmp_path, told), Task.CLASSIFICATION, "yolo")


def test_the_surest_format_wins_and_others_are_told(tmp_path: Path, told: Told) -> None:
    lay(tmp_path, "a/1.jpg", "b/2.jpg", train_list="a/1.jpg 0\nb/2.jpg 1\n", labels="u\nv\n")
    detected = detect(scan(tmp_path, told))
    assert detected.format.name == "lists"
    assert [f.name for f, _ in detected.others] == ["folders"]
    assert detect(scan(tmp_path, told), format_name="folders").format.name == "folders"
    assert "train_list.txt" in detected.evidence.reason.text("en")
    assert "train_list.txt" in detected.evidence.reason.text("zh_CN")
